//! The desk of one org: tickets, their clocks, the policies and business calendars that these follow, canned responses,
//! teams.
//!
//! `decide` says what a command makes happen, `apply` makes it so, `answer` tells the caller what it meant for them,
//! `wake_at` when time alone makes something happen. Mails are not decided here: they are derived from events.
//!
//! Memory holds what is live and what was touched of late; what is long over comes with the command that is about
//! it. What people wrote passes through events to the rows and is kept nowhere here.
//!
//! Where the contract leaves room, this is what holds:
//!
//! - **Moves.** Open, in progress and pending follow each other in any order; each can be resolved at once. The
//!   status that a ticket has already is no move and no change, not even of a closed one. What else would change a
//!   closed ticket is refused.
//! - **A description** that is sent counts as a change: memory does not know what it said before.
//! - **Versions** grow with everything that happens to a ticket, warnings and breaches included, but for comments:
//!   these leave ticket, clocks and times alone, and can be written as long as the ticket is not deleted, merged ones
//!   included.
//! - **A reply of an agent** leaves the status as it is, unless it names another one; first it is an answer, then it
//!   moves. A message of a customer to what is pending or resolved first opens it again, then starts to wait for an
//!   answer.
//! - **The ticket that follows a closed one** has its subject, requester and priority (a mail brings its own), and
//!   takes over who works on it, the team and the tags. A customer's message to a merged ticket goes to where that
//!   went in the end; agents are told where that is instead. A mail that answers what is deleted opens a ticket.
//! - **Acknowledged** is whatever is opened, where there is an address, but for a mail that asks for no automatic answer; for
//!   what staff opens without a bound, else three times an hour an address.
//! - **Several fields** change at once: what happens comes before other terms, so that what is resolved and made
//!   urgent in one command is resolved in time under the old target. What a change makes due at once is done by the
//!   same command.
//! - **The assignee** can be told by word wherever somebody is told, also where nobody is assigned yet. A name that
//!   means nobody any more stops no escalation by a policy. Warnings and breaches tell the assignee; others are told
//!   by the chain. The customer of the ticket is told nothing of these: by hand a refusal, by time left out.
//! - **Levels** only rise. A step of the chain below the level that a ticket has tells whom it names, but hands
//!   nothing over. Nothing is escalated that is resolved.
//! - **A merged ticket** is closed whatever its status was; the other one keeps its status and gets its tags, as many
//!   as it can hold.
//! - **Followers.** Whose ticket goes into that of somebody else follows it, and so does whoever followed theirs: each person
//!   once, by way of their own first ticket. They take part in it and are told what agents answer, never what was written
//!   before. What one of them writes after it was closed opens a ticket of their own, with no followers; so does what its
//!   customer writes. Whose ticket is deleted follows no more. Staff find a comment about the ticket that came in, where it was somebody else's.
//! - **Rating** is for the customer alone; the same rating again is no change.
//! - **Bulk.** What is wrong with the changes themselves is refused for all; a ticket that is refused gets no comment.
//! - **Policies.** One whose condition cannot be told for a ticket is not for it. Open and resolved tickets follow a
//!   change at once, closed ones keep what they had. What that makes due is due at the change, and fires by the next
//!   tick.
//! - **Teams.** A ticket is a team's when its `team` is the id of one; any other text means no rule. What comes without a
//!   team is the one's that takes such tickets.
//! - **Assignment** by the rule of a team: when a ticket is opened and nobody is named for it, and when it comes to another
//!   team, nobody is named with that, and who has it is no active member there. Who is named is never overridden, and where
//!   somebody was taken off by hand, nobody follows. Active is who is so in the team, and at work if a member of staff. With
//!   nobody active all stays as it is. A ticket that follows a closed one stays with who had that one, unless they are a
//!   member of its team and not active.

mod acknowledged;
mod answer;
mod apply;
mod calendar_terms;
mod canned;
mod checking;
mod cleared;
mod command;
mod commented;
mod configured;
mod configuring;
mod decide;
mod difference;
mod event;
mod facts;
mod following;
mod history;
mod invariants;
mod matching;
mod received;
mod rejection;
mod sharing;
mod state;
mod team;
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
    Act, Agent, Agents, BULK_MAX, BulkComment, Command, EscalationDraft, NOTIFY_MAX, ReceivedMail, Successor,
    TicketChanges, TicketDraft,
};
pub use commented::Commented;
pub use configured::Configured;
pub use configuring::{CalendarChanges, PolicyChanges};
pub use decide::{
    BUSINESS_CALENDARS_MAX, CANNED_RESPONSES_MAX, CONFIGURED_KEPT_MAX, MERGES_FOLLOWED_MAX, POLICIES_MAX, TEAMS_MAX,
    TICK_ITEMS_MAX, decide,
};
pub use event::{Change, EscalationCause, Event, OrgCalendar, Policy};
pub use facts::{CALENDAR_CHANGED, POLICY_CHANGED, Standing, fact_of};
pub use following::{FOLLOWERS_MAX, Follower, Followers};
pub use history::{HistoryError, KeptFact, history};
pub use invariants::check_invariants;
pub use rejection::Rejection;
pub use sharing::Shared;
pub use state::{DeskState, MEMORY_HOURS};
pub use team::{
    Assigned, Assignment, TEAM_MEMBERS_MAX, TEAM_NAME_MAX_CHARACTERS, Team, TeamChanges, TeamMember, TeamTerms,
};
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
pub use what_if::{Reading, Supposed, WhatIf, suppose};

#[cfg(test)]
pub(crate) mod tests;
