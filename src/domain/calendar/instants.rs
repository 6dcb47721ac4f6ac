//! The newest moment that a state knows of: a rebuilt owner goes on from there, never from before it.

use chrono::{DateTime, Utc};

use super::state::CalendarState;

impl CalendarState {
    /// The newest moment in it; `None` for an empty one.
    #[must_use]
    pub fn newest_instant(&self) -> Option<DateTime<Utc>> {
        let definitions = self.definitions.values().map(|definition| definition.updated_at);
        let staff = self.staff.values().map(|staff| staff.updated_at);
        let templates = self.templates.values().map(|template| template.updated_at);
        let reservations = self.reservations().map(|reservation| reservation.updated_at);
        let holds = self.holds().map(|hold| hold.created_at);
        let waitlist = self.waitlist().map(|entry| entry.created_at);
        definitions.chain(staff).chain(templates).chain(reservations).chain(holds).chain(waitlist).max()
    }
}
