//! What is different between two states of a desk, for who follows it: found without looking at what they share.

use std::sync::Arc;

use imbl::ordmap::DiffItem;

use super::state::DeskState;
use super::ticket::Ticket;

impl DeskState {
    /// The tickets that are new or different since `before`, by number; a deleted one says so itself. What was merely
    /// forgotten is not among them.
    #[must_use]
    pub fn changed_since(&self, before: &Self) -> Vec<Arc<Ticket>> {
        let changed = before.tickets.diff(&self.tickets).filter_map(|item| match item {
            DiffItem::Add(_, kept) => Some(&kept.ticket),
            DiffItem::Update { old: (_, old), new: (_, new) } => {
                (old.ticket.version != new.ticket.version).then_some(&new.ticket)
            }
            DiffItem::Remove(..) => None,
        });
        changed.cloned().collect()
    }
}
