//! The forms of a ticket's page: what was typed into them, what has to be mended, and what they may choose.

use serde::Serialize;

use super::spoken;
use crate::domain::desk::{DeskState, Ticket};
use crate::domain::ticket_priority::TicketPriority;
use crate::domain::ticket_status::TicketStatus;
use crate::identity;
use crate::pages::console::{Choice, People};
use crate::pages::field::{Field, FilesField};

/// Longest text that is given back into a form, in characters: all that may be sent.
pub const KEPT_MAX_CHARACTERS: usize = crate::domain::desk::BODY_MAX_CHARACTERS + 1_000;

/// What stands in the forms.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// A reply.
    pub reply: Field,
    /// The files that go with it.
    pub files: FilesField,
    /// What the ticket is to stand at after it.
    pub then: String,
    /// The canned response that was chosen.
    pub canned: String,
    /// A comment.
    pub comment: Field,
    /// Why it is escalated.
    pub reason: Field,
    /// How far.
    pub level: Field,
    /// To whom.
    pub escalate_to: String,
    /// Who is told.
    pub notify: Field,
    /// Which form is open: `reply`, `comment` or `escalate`.
    pub open: &'static str,
    /// What became of what was sent last, when it was not done.
    pub notice: String,
    /// The same when it was done.
    pub said: &'static str,
}

/// The forms of a ticket's page.
#[derive(Debug, Serialize)]
pub struct Forms {
    key: String,
    can_write: bool,
    can_escalate: bool,
    reply: Field,
    files: FilesField,
    thens: Vec<Choice>,
    canned: Vec<Choice>,
    comment: Field,
    reason: Field,
    level: Field,
    escalate_to: Vec<Choice>,
    notify: Field,
    open: &'static str,
    notice: String,
    said: &'static str,
    status: &'static str,
    priority: &'static str,
    assignee: String,
    statuses: Vec<Choice>,
    priorities: Vec<Choice>,
    assignees: Vec<Choice>,
}

impl Forms {
    /// The forms for a ticket as it stands.
    #[must_use]
    pub fn new(ticket: &Ticket, desk: &DeskState, people: &People, typed: Typed) -> Self {
        let is_over = ticket.status == TicketStatus::Closed || ticket.merged_into.is_some();
        let assignee = ticket.assignee_id.as_deref().unwrap_or_default().to_owned();
        let mut assignees = vec![Choice::new("", "Nobody", &assignee)];
        assignees.extend(people.choices(&assignee));
        let mut escalate_to = vec![Choice::new("", "Stays with whom it is", &typed.escalate_to)];
        escalate_to.extend(people.choices(&typed.escalate_to));
        let mut canned: Vec<Choice> = desk
            .canned_responses()
            .filter(|canned| canned.terms.active)
            .map(|canned| Choice::new(canned.id.as_str(), canned.terms.title.clone(), &typed.canned))
            .collect();
        if !canned.is_empty() {
            canned.insert(0, Choice::new("", "None", &typed.canned));
        }
        let priorities = TicketPriority::ALL.into_iter().rev();
        Self {
            key: identity::new_uuid().to_string(),
            can_write: !is_over,
            can_escalate: ticket.is_live(),
            thens: thens(ticket.status, &typed.then),
            canned,
            escalate_to,
            open: typed.open,
            status: ticket.status.word(),
            priority: ticket.priority.word(),
            statuses: moves(ticket.status)
                .map(|to| Choice::new(to.word(), spoken(to.word()), ticket.status.word()))
                .collect(),
            priorities: priorities
                .map(|one| Choice::new(one.word(), spoken(one.word()), ticket.priority.word()))
                .collect(),
            assignees,
            assignee: assignee.to_string(),
            reply: typed.reply,
            files: typed.files,
            comment: typed.comment,
            reason: typed.reason,
            level: typed.level,
            notify: typed.notify,
            notice: typed.notice,
            said: typed.said,
        }
    }
}

/// Where a ticket may stand next, the present status among them.
fn moves(from: TicketStatus) -> impl Iterator<Item = TicketStatus> {
    let is_legal = move |to: &TicketStatus| match (from, *to) {
        (from, to) if from == to => true,
        (TicketStatus::Closed, _) => false,
        (TicketStatus::Resolved, to) => matches!(to, TicketStatus::Open | TicketStatus::Closed),
        (TicketStatus::Open | TicketStatus::InProgress | TicketStatus::Pending, to) => to != TicketStatus::Closed,
    };
    TicketStatus::ALL.into_iter().filter(is_legal)
}

fn thens(from: TicketStatus, chosen: &str) -> Vec<Choice> {
    let stays = Choice::new("", format!("Stays {}", from.word().replace('-', " ")), chosen);
    let others = moves(from).filter(|to| *to != from).map(|to| Choice::new(to.word(), spoken(to.word()), chosen));
    std::iter::once(stays).chain(others).collect()
}

#[cfg(test)]
impl Forms {
    /// As they come, with something to mend in each, and those of a ticket that is over.
    #[must_use]
    pub fn samples() -> Vec<Self> {
        let wrong = |value: &str| Field { error: "Write something.".to_owned(), ..Field::of(value) };
        let forms = |open| Self {
            key: "0197b7b2-6a3c-7cc1-9d0e-2f6b1c6f0a11".to_owned(),
            can_write: true,
            can_escalate: true,
            reply: Field::of("Dear <Amélie>"),
            files: FilesField::default(),
            thens: thens(TicketStatus::Open, "pending"),
            canned: vec![Choice::new("off-and-on", "Off & on", "")],
            comment: Field::default(),
            reason: Field::default(),
            level: Field::default(),
            escalate_to: vec![Choice::new("", "Stays", "")],
            notify: Field::of("assignee"),
            open,
            notice: String::new(),
            said: "Reply sent.",
            status: "open",
            priority: "normal",
            assignee: String::new(),
            statuses: thens(TicketStatus::Open, "open"),
            priorities: vec![Choice::new("low", "Low", "low")],
            assignees: vec![Choice::new("", "Nobody", "")],
        };
        vec![
            forms("reply"),
            Self {
                files: FilesField { error: "Choose <fewer>.".to_owned(), ..FilesField::default() },
                ..forms("reply")
            },
            Self { reply: wrong(""), notice: "Somebody was quicker.".to_owned(), ..forms("reply") },
            Self { comment: wrong("<x>"), ..forms("comment") },
            Self { reason: wrong(""), level: wrong("0"), notify: wrong("y"), ..forms("escalate") },
            Self { can_write: false, can_escalate: false, canned: Vec::new(), said: "", ..forms("reply") },
        ]
    }
}
