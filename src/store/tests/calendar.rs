//! What calendars leave in the database.
