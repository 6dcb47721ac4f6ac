//! Follow-ups that belong together are carried one after the other, in the order in which they came: reports to one
//! calendar, so that the last word on a visit is the last that is heard; what takes people with appointments into one line
//! and out of it, so that nobody comes in after they were taken out.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::mpsc;

use super::directory::Directory;
use crate::domain::ids::{OrgId, PointId};
use crate::workflows::follow_up::FollowUp;

/// What belongs together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Turn {
    /// What the calendar of an org is told.
    Reports,
    /// Who comes to a point with an appointment, and who is taken out after they came there.
    Arrivals(PointId),
}

/// Follow-ups on their way, one line of them for all that belong together.
pub(super) struct InTurn {
    directory: Arc<Directory>,
    lines: HashMap<(OrgId, Turn), mpsc::UnboundedSender<FollowUp>>,
}

impl InTurn {
    pub(super) fn new(directory: Arc<Directory>) -> Self {
        Self { directory, lines: HashMap::new() }
    }

    /// Carries out a follow-up after all that came before it in its turn.
    pub(super) fn carry(&mut self, org: OrgId, turn: Turn, follow_up: FollowUp) {
        let directory = &self.directory;
        let line = self.lines.entry((org.clone(), turn)).or_insert_with(|| {
            let (line, mut follow_ups) = mpsc::unbounded_channel();
            let carrier = Arc::clone(directory);
            directory.runtime().spawn(async move {
                while let Some(follow_up) = follow_ups.recv().await {
                    carrier.carry_out(&org, follow_up).await;
                    carrier.arrivals.travelling.send_modify(|count| *count -= 1);
                }
            });
            line
        });
        // Its other end lives as long as the process.
        drop(line.send(follow_up));
    }
}
