//! What a command meant for who gave it: worked out after the events have been applied, and kept for a repeat of the
//! key.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::canned::CannedResponse;
use super::command::{Act, Command, TicketChanges};
use super::decide::{Asked, refusal_in_bulk};
use super::event::{Change, Event, OrgCalendar, Policy};
use super::rejection::Rejection;
use super::state::DeskState;
use super::team::Team;
use super::thread::{Comment, TicketMessage};
use super::ticket::{Ticket, TicketKey, TicketNumber};
use crate::domain::ids::{BusinessCalendarId, CannedResponseId, PolicyId, TeamId, TicketId};

/// What a command meant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Answer {
    /// The ticket as it is now.
    Ticket {
        /// As it is now.
        ticket: Arc<Ticket>,
        /// Whether it was opened by this command.
        created: bool,
    },
    /// A message was taken.
    Said {
        /// The message.
        message: Arc<TicketMessage>,
        /// The ticket that took it: another one than was named, where that one is closed.
        ticket: Arc<Ticket>,
        /// Whether that ticket was opened for it.
        created: bool,
    },
    /// A comment was taken.
    Commented {
        /// The comment.
        comment: Arc<Comment>,
        /// Its ticket as it is now.
        ticket: Arc<Ticket>,
    },
    /// The ticket is gone.
    TicketDeleted {
        /// Which.
        id: TicketId,
    },
    /// What became of each ticket of a bulk update, in the order asked.
    Bulk {
        /// One for each.
        results: Vec<BulkResult>,
    },
    /// The policy as it is now.
    Policy {
        /// As it is now.
        policy: Arc<Policy>,
        /// Whether it was made by this command.
        created: bool,
    },
    /// The policy is gone.
    PolicyDeleted {
        /// Which.
        id: PolicyId,
    },
    /// The business calendar as it is now.
    Calendar {
        /// As it is now.
        calendar: Arc<OrgCalendar>,
        /// Whether it was made by this command.
        created: bool,
    },
    /// The business calendar is gone.
    CalendarDeleted {
        /// Which.
        id: BusinessCalendarId,
    },
    /// The canned response as it is now.
    Canned {
        /// As it is now.
        canned: Arc<CannedResponse>,
        /// Whether it was made by this command.
        created: bool,
    },
    /// The canned response is gone.
    CannedDeleted {
        /// Which.
        id: CannedResponseId,
    },
    /// The team as it is now.
    Team {
        /// As it is now.
        team: Arc<Team>,
        /// Whether it was made by this command.
        created: bool,
    },
    /// The team is gone.
    TeamDeleted {
        /// Which.
        id: TeamId,
    },
    /// Nothing to tell (time passed).
    Done,
}

/// What became of one ticket of a bulk update.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BulkResult {
    /// How it was named.
    pub key: TicketKey,
    /// The number of the ticket; `None`: there is none.
    #[serde(default)]
    pub number: Option<TicketNumber>,
    /// The ticket as it is now, or why it was not changed.
    pub outcome: Result<Arc<Ticket>, Rejection>,
}

/// What `command` meant, given the state after its `events` were applied.
#[must_use]
pub fn answer(state: &DeskState, command: &Command, events: &[Event], now: DateTime<Utc>) -> Answer {
    let told = Told { asked: Asked::of(state, command, now), events };
    let answer = match &command.act {
        Act::Create(draft) => told.ticket(&TicketKey::Id(draft.id.clone())),
        Act::Receive(_) | Act::Reply { .. } => told.said(),
        Act::Comment { .. } => told.commented(),
        Act::Update { ticket, .. }
        | Act::Escalate { ticket, .. }
        | Act::Merge { ticket, .. }
        | Act::CalculateSla { ticket }
        | Act::Rate { ticket, .. } => told.ticket(ticket),
        Act::Delete { ticket, .. } => told.latest(ticket).map(|ticket| Answer::TicketDeleted { id: ticket.id.clone() }),
        Act::BulkUpdate { tickets, changes, .. } => Some(Answer::Bulk { results: told.bulk(tickets, changes) }),
        Act::CreatePolicy { id, .. } => policy(state, id, true),
        Act::UpdatePolicy { id, .. } => policy(state, id, false),
        Act::DeletePolicy { id, .. } => Some(Answer::PolicyDeleted { id: id.clone() }),
        Act::CreateCalendar { id, .. } => calendar(state, id, true),
        Act::UpdateCalendar { id, .. } => calendar(state, id, false),
        Act::DeleteCalendar { id, .. } => Some(Answer::CalendarDeleted { id: id.clone() }),
        Act::CreateCanned { id, .. } => canned(state, id, true),
        Act::UpdateCanned { id, .. } => canned(state, id, false),
        Act::DeleteCanned { id, .. } => Some(Answer::CannedDeleted { id: id.clone() }),
        Act::CreateTeam { id, .. } => team(state, id, true),
        Act::UpdateTeam { id, .. } => team(state, id, false),
        Act::DeleteTeam { id, .. } => Some(Answer::TeamDeleted { id: id.clone() }),
        Act::Tick => None,
    };
    answer.unwrap_or(Answer::Done)
}

fn policy(state: &DeskState, id: &PolicyId, created: bool) -> Option<Answer> {
    state.policy(id).map(|policy| Answer::Policy { policy: Arc::clone(policy), created })
}

fn calendar(state: &DeskState, id: &BusinessCalendarId, created: bool) -> Option<Answer> {
    state.calendar(id).map(|calendar| Answer::Calendar { calendar: Arc::clone(calendar), created })
}

fn canned(state: &DeskState, id: &CannedResponseId, created: bool) -> Option<Answer> {
    state.canned(id).map(|canned| Answer::Canned { canned: Arc::clone(canned), created })
}

fn team(state: &DeskState, id: &TeamId, created: bool) -> Option<Answer> {
    state.team(id).map(|team| Answer::Team { team: Arc::clone(team), created })
}

/// What has happened by a command. It tells more than the state, which forgets what is long over at once.
struct Told<'a> {
    asked: Asked<'a>,
    events: &'a [Event],
}

impl<'a> Told<'a> {
    /// What happened to tickets, the last first.
    fn changes(&self) -> impl Iterator<Item = (&'a Change, &'a Arc<Ticket>)> {
        self.events.iter().rev().filter_map(|event| match event {
            Event::TicketChanged { change, ticket, .. } => Some((&**change, ticket)),
            Event::PolicyChanged { .. }
            | Event::CalendarChanged { .. }
            | Event::CannedChanged { .. }
            | Event::TeamChanged { .. } => None,
        })
    }

    /// A ticket as it is now.
    fn latest(&self, key: &TicketKey) -> Option<&'a Arc<Ticket>> {
        let changed = self.changes().map(|(_, ticket)| ticket).find(|ticket| ticket.is_named(key));
        changed.or_else(|| self.asked.known(key))
    }

    fn ticket(&self, key: &TicketKey) -> Option<Answer> {
        let ticket = Arc::clone(self.latest(key)?);
        let created = self.changes().any(|(change, _)| matches!(change, Change::Opened { .. }));
        Some(Answer::Ticket { ticket, created })
    }

    /// The message that was taken, and the ticket that took it; one that was opened without any is the answer itself.
    fn said(&self) -> Option<Answer> {
        self.changes().find_map(|(change, ticket)| {
            let (message, created) = match change {
                Change::Opened { message, .. } => (message.as_deref()?, true),
                Change::Replied { message, .. } | Change::CustomerWrote { message, .. } => (&**message, false),
                _ => return None,
            };
            let ticket = self.latest(&TicketKey::Number(ticket.number))?;
            Some(Answer::Said { message: Arc::new(message.clone()), ticket: Arc::clone(ticket), created })
        })
    }

    fn commented(&self) -> Option<Answer> {
        self.changes().find_map(|(change, ticket)| match change {
            Change::Commented { comment } => {
                Some(Answer::Commented { comment: Arc::new(Comment::clone(comment)), ticket: Arc::clone(ticket) })
            }
            _ => None,
        })
    }

    fn bulk(&self, tickets: &[TicketKey], changes: &TicketChanges) -> Vec<BulkResult> {
        let mut done: BTreeMap<TicketNumber, &Arc<Ticket>> = BTreeMap::new();
        for (_, ticket) in self.changes() {
            done.entry(ticket.number).or_insert(ticket);
        }
        let outcome = |key: &TicketKey| {
            let known = self.asked.known(key);
            let changed = known.and_then(|ticket| done.get(&ticket.number).copied());
            match (changed, refusal_in_bulk(self.asked, key, changes), known) {
                (Some(ticket), _, _) | (None, None, Some(ticket)) => Ok(Arc::clone(ticket)),
                (None, Some(rejection), _) => Err(rejection),
                (None, None, None) => Err(Rejection::TicketNotFound),
            }
        };
        let number = |key: &TicketKey| self.asked.known(key).map(|ticket| ticket.number);
        tickets.iter().map(|key| BulkResult { key: key.clone(), number: number(key), outcome: outcome(key) }).collect()
    }
}
