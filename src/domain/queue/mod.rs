//! The walk-up queue of one service point: who waits, who is called, who is served, and every rule about it.
//!
//! `decide` says what a command makes happen, `apply` makes it so, `answer` tells the caller what it meant for them.

mod answer;
mod apply;
mod command;
mod configuring;
mod decide;
mod entry;
mod estimate;
mod event;
mod instants;
mod invariants;
mod line;
mod point;
mod rejection;
mod state;
mod statistics;
mod wake;

pub use answer::{Answer, Standing, answer};
pub use apply::{FORGOTTEN_PER_EVENT_MAX, apply};
pub use command::{Act, Arrival, Command, Ending, Handover, Join, ReturnTo};
pub use decide::{TICK_ITEMS_MAX, UNDO_SECONDS, decide};
pub use entry::{
    COUNTER_MAX_CHARACTERS, CUSTOMER_NAME_MAX_CHARACTERS, Customer, Entry, Kept, LastAct, PARTY_MAX, Place,
    SERVICE_MAX_CHARACTERS, Status,
};
pub use estimate::{Estimate, Estimator, RANGE_FROM, RANGE_TO, estimate_for_newcomer, estimate_for_position};
pub use event::{Change, Event};
pub use invariants::check_invariants;
pub use point::{
    Admission, CAPACITY_MAX, LOCATION_MAX_CHARACTERS, MINUTES_MAX, NAME_MAX_CHARACTERS, NORMAL_PRIORITY,
    PRIORITIES_MAX, PRIORITY_MAX_CHARACTERS, PointChanges, PointDraft, PointStatus, QueueSettings, ServicePoint,
    WAITING_MAX,
};
pub use rejection::Rejection;
pub use state::{Admittance, Counters, ENDED_MEMORY_MINUTES, LineKey, QueueState};
pub use statistics::{BUCKET_MINUTES, DayStatistics, PACE_PRIOR_WEIGHT, PACE_SAMPLES, Pace, WaitBucket};
pub use wake::{looks_different_at, wake_at};

#[cfg(test)]
pub(crate) mod tests;
