//! What follows from an event: pure functions from facts to the next commands. They decide nothing that the domain
//! decides, and do nothing that the actors do.

pub mod appointment;
pub mod delivery;
pub mod follow_up;
pub mod handover;
pub mod notification;
pub mod unheard;

#[cfg(test)]
mod tests;
