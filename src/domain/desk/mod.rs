//! The desk of one org: tickets, their clocks, the policies and business calendars that these follow, canned responses.
//!
//! `decide` says what a command makes happen, `apply` makes it so, `answer` tells the caller what it meant for them,
//! `wake_at` when time alone makes something happen. Mails are not decided here: they are derived from events.
//!
//! Memory holds what is live and what was touched of late; what is long over comes with the command that is about it. What
//! people wrote passes through events to the rows and is kept nowhere here.

mod acknowledged;
mod answer;
mod apply;
mod calendar_terms;
mod canned;
mod checking;
mod cleared;
mod command;
mod configured;
mod configuring;
mod decide;
mod difference;
mod event;
mod facts;
mod history;
mod invariants;
mod matching;
mod rejection;
mod state;
mod thread;
mod ticket;
mod wake;
mod what_if;

pub use acknowledged::{ACKNOWLEDGEMENTS_AN_HOUR_MAX, ACKNOWLEDGEMENTS_OF_ORG_MAX};
pub use answer::{Answer, BulkResult, answer};
pub use apply::{FORGOTTEN_PER_EVENT_MAX, apply};
pub use calendar_terms::{CALENDAR_NAME_MAX_CHARACTERS, CalendarTerms};
pub use canned::{CANNED_TITLE_MAX_CHARACTERS, CannedResponse, CannedTerms};
pub use command::{
    Act, Agent, Agents, BULK_MAX, BulkComment, Command, NOTIFY_MAX, ReceivedMail, Successor, TicketChanges, TicketDraft,
};
pub use configured::Configured;
pub use configuring::{CalendarChanges, PolicyChanges};
pub use decide::{
    BUSINESS_CALENDARS_MAX, CANNED_RESPONSES_MAX, CONFIGURED_KEPT_MAX, MERGES_FOLLOWED_MAX, POLICIES_MAX,
    TICK_ITEMS_MAX, decide,
};
pub use event::{Change, EscalationCause, Event, OrgCalendar, Policy};
pub use facts::{CALENDAR_CHANGED, POLICY_CHANGED, Standing, fact_of};
pub use history::{HistoryError, KeptFact, history};
pub use invariants::check_invariants;
pub use rejection::Rejection;
pub use state::{DeskState, MEMORY_HOURS};
pub use thread::{
    ATTACHMENT_MAX_BYTES, ATTACHMENT_NAME_MAX_CHARACTERS, ATTACHMENTS_MAX, ATTACHMENTS_MAX_BYTES, Attachment, Author,
    Comment, CommentDraft, MENTIONS_MAX, MessageDraft, TicketMessage,
};
pub use ticket::{
    BODY_MAX_CHARACTERS, LEVEL_MAX, RATING_COMMENT_MAX_CHARACTERS, REASON_MAX_CHARACTERS,
    REQUESTER_NAME_MAX_CHARACTERS, Requester, SCORE_MAX, SUBJECT_MAX_CHARACTERS, Satisfaction, TAG_MAX_CHARACTERS,
    TAGS_MAX, Ticket, TicketChannel, TicketKey, TicketNumber, WORKER_MAX_CHARACTERS,
};
pub use wake::wake_at;
pub use what_if::{Supposed, WhatIf, suppose};

#[cfg(test)]
pub(crate) mod tests;
