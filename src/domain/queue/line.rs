//! Order of the line.
