//! What follows from events, driven together with the rules that cause it.

mod following;
mod handing_over;
mod several_points;
