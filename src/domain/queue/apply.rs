//! What a fact makes of the state.

use std::sync::Arc;

use super::entry::Entry;
use super::event::Event;
use super::state::QueueState;

/// Makes `event` so.
pub fn apply(_state: &mut QueueState, _event: &Event) {
    todo!()
}

impl QueueState {
    /// Puts an entry into the state, and into the orders and indices that follow from its status.
    pub(super) fn put(&mut self, _entry: Arc<Entry>) {
        todo!()
    }
}
