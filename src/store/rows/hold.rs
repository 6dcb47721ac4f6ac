//! Slots kept for somebody: table `hold`. A hold that is over has no row.

use std::sync::Arc;

use crate::domain::calendar::Hold;
use crate::domain::ids::HoldId;

/// What happened to a hold.
#[derive(Clone, Debug)]
pub enum HoldImage {
    /// It was made.
    Kept(Arc<Hold>),
    /// It is over.
    Over(HoldId),
}
