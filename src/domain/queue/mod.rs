//! The walk-up queue of one service point: who waits, who is called, who is served, and every rule about it.
//!
//! `decide` says what a command makes happen, `apply` makes it so, `answer` tells the caller what it meant for them.

mod answer;
mod apply;
mod command;
mod decide;
mod entry;
mod estimate;
mod event;
mod line;
mod point;
mod rejection;
mod state;
mod statistics;
mod wake;

pub use answer::{Answer, Standing, answer};
pub use apply::apply;
pub use command::{Act, Command, Handover, Join, ReturnTo};
pub use decide::decide;
pub use entry::{Customer, Entry, Kept, LastAct, Place, Status};
pub use estimate::{Estimate, estimate_for_newcomer, estimate_for_position};
pub use event::{Change, Event};
pub use point::{Admission, PointChanges, PointDraft, PointStatus, QueueSettings, ServicePoint};
pub use rejection::Rejection;
pub use state::{Admittance, Counters, ENDED_MEMORY_MINUTES, LineKey, QueueState};
pub use statistics::{DayStatistics, Pace, WaitBucket};
pub use wake::wake_at;
