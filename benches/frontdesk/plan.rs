//! How much is measured: everything is bounded in count and time, the whole run to about five minutes.

use std::time::Duration;

/// Sizes of a run.
pub struct Plan {
    pub is_quick: bool,
    /// Rounds a side; each round runs every side once, so that a slow minute of the machine hits all alike.
    pub rounds: usize,
    pub warm_up: Duration,
    pub join_time: Duration,
    /// Of questions for slots, too.
    pub status_time: Duration,
    /// Connections of the closed loop of joins, and of that of bookings.
    pub join_connections: usize,
    pub status_connections: usize,
    /// Points that joins are spread over: one line holds at most 10,000.
    pub points: usize,
    /// Bookings in the days that slots are asked for.
    pub bookings: usize,
    pub watchers: usize,
    /// Changes that each watcher shall see, idle and again under load.
    pub changes: usize,
    /// Joins a second while the watchers are measured under load.
    pub load_rate: usize,
    /// Connections of that paced load.
    pub load_connections: usize,
    pub loaded_points: usize,
    pub loaded_entries: usize,
    pub starts: usize,
    /// Orgs that the open tickets are spread over.
    pub desks: usize,
    pub open_tickets: usize,
    /// Tickets that are due in the same second.
    pub due_at_once: usize,
    /// Tickets that are due one by one.
    pub due_singly: usize,
}

impl Plan {
    /// What is promised.
    pub fn full() -> Self {
        Self {
            is_quick: false,
            rounds: 3,
            warm_up: Duration::from_millis(500),
            join_time: Duration::from_secs(5),
            status_time: Duration::from_secs(4),
            join_connections: 256,
            status_connections: 64,
            points: 256,
            bookings: 5_000,
            watchers: 10_000,
            changes: 10,
            load_rate: 2_000,
            load_connections: 64,
            loaded_points: 10_000,
            loaded_entries: 100_000,
            starts: 3,
            desks: 100,
            open_tickets: 1_000_000,
            due_at_once: 10_000,
            due_singly: 200,
        }
    }

    /// A smoke run: does it work at all. Its figures mean little.
    pub fn quick() -> Self {
        Self {
            is_quick: true,
            rounds: 1,
            warm_up: Duration::from_millis(200),
            join_time: Duration::from_secs(1),
            status_time: Duration::from_secs(1),
            points: 64,
            bookings: 500,
            watchers: 500,
            changes: 3,
            loaded_points: 500,
            loaded_entries: 5_000,
            starts: 1,
            desks: 10,
            open_tickets: 10_000,
            due_at_once: 500,
            due_singly: 20,
            ..Self::full()
        }
    }

    pub fn remark(&self) -> &'static str {
        if self.is_quick { " (--quick: a smoke run, its figures mean little)" } else { "" }
    }
}
