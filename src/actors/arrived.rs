//! A transfer that is asked for again after the visit has arrived: nothing is left to do, and that is no refusal.

use std::sync::Arc;

use super::asking::not_read;
use super::directory::Directory;
use super::request::Unanswered;
use crate::domain::ids::{EntryId, OrgId, PointId};
use crate::domain::queue::Answer;

impl Directory {
    /// What a repeat of a transfer to `point` is told: the visit as it stands there. `None` when it never came there from
    /// another point, or has gone on.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn as_it_arrived(
        &self,
        org: &OrgId,
        point: &PointId,
        entry: &EntryId,
    ) -> Result<Option<Answer>, Unanswered> {
        let came = self.reader().has_come_to(org, entry, point).await.map_err(not_read)?;
        Ok(self.as_it_stands(org, point, entry).filter(|_| came))
    }

    /// The visit as everybody may see it at `point`.
    pub(super) fn as_it_stands(&self, org: &OrgId, point: &PointId, entry: &EntryId) -> Option<Answer> {
        let at = self.published(org, point)?;
        let entry = at.state.entry(entry)?;
        let standing = at.state.standing(entry, self.clock().now());
        Some(Answer::Entry { entry: Arc::clone(entry), standing })
    }
}
