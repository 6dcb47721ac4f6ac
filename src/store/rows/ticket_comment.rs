//! What only the staff side sees of a ticket: table `ticket_comment`.

use chrono::{DateTime, Utc};

use super::row_type::row_type;
use super::{ImpossibleRow, Judge};
use crate::domain::desk::Comment;
use crate::domain::ids::{CommentId, OrgId, TicketId};

/// New comments.
pub(in crate::store) const INSERT: &str = "INSERT INTO ticket_comment SELECT * FROM unnest($1::ticket_comment[])";

/// A ticket's comments, the oldest first, from behind a comment on.
pub(in crate::store) const OF_TICKET: &str = "\
SELECT * FROM ticket_comment
WHERE org_id = $1 AND ticket_id = $2 AND ($3::timestamptz IS NULL OR (created_at, id) > ($3, $4))
ORDER BY created_at, id LIMIT $5";

/// How many there are.
pub(in crate::store) const COUNT: &str = "SELECT count(*) FROM ticket_comment WHERE org_id = $1 AND ticket_id = $2";

row_type! { of "ticket_comment":
    /// One row of `ticket_comment`.
    #[derive(sqlx::FromRow)]
    pub(in crate::store) struct CommentRow {
        org_id: String,
        id: String,
        ticket_id: String,
        author_subject: Option<String>,
        body: String,
        mentions: Vec<String>,
        created_at: DateTime<Utc>,
    }
}

impl CommentRow {
    /// The row of a comment.
    pub(in crate::store) fn of(org: &OrgId, comment: &Comment) -> Self {
        Self {
            org_id: org.to_string(),
            id: comment.id.to_string(),
            ticket_id: comment.ticket.to_string(),
            author_subject: comment.author.clone(),
            body: comment.body.clone(),
            mentions: comment.mentions.clone(),
            created_at: comment.at,
        }
    }

    /// What the row means.
    pub(in crate::store) fn into_domain(self) -> Result<Comment, ImpossibleRow> {
        let judge = Judge::new("ticket_comment", format!("{}/{}", self.org_id, self.id));
        Ok(Comment {
            id: judge.parsed("id", CommentId::parse(&self.id))?,
            ticket: judge.parsed("ticket_id", TicketId::parse(&self.ticket_id))?,
            author: self.author_subject,
            body: self.body,
            mentions: self.mentions,
            at: self.created_at,
        })
    }
}
