//! The rules by example and by property. [`House`] drives the domain as an actor would, and holds every step of every
//! test to what must always be true.

mod assigning;
mod bulk;
mod conversation;
mod defining;
mod ending;
mod escalating;
mod firing;
mod following;
mod history;
mod memory;
mod opening;
mod updating;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::*;
use crate::domain::address::Email;
use crate::domain::contact::contact_id;
use crate::domain::ids::{
    BusinessCalendarId, CommentId, ContactId, OrgId, PolicyId, StaffId, TicketId, TicketMessageId,
};
use crate::domain::party::{Party, Role};
use crate::domain::sla::{
    BusinessCalendar, CalendarHours, ClockReport, ClockState, Escalation, Lead, Metric, OpenWeek, PauseOn, PolicyDraft,
    SlaPolicy, Targets,
};
use crate::domain::ticket_priority::TicketPriority;
use crate::domain::ticket_status::TicketStatus;

pub fn at(instant: &str) -> DateTime<Utc> {
    instant.parse().unwrap()
}

/// A Monday.
pub fn morning() -> DateTime<Utc> {
    at("2026-05-11T08:00:00Z")
}

pub fn agent() -> Party {
    Party::Clerk { subject: "ann".to_owned(), role: Role::Agent }
}

pub fn signed_in() -> Party {
    Party::Clerk { subject: "cust".to_owned(), role: Role::Customer }
}

pub fn bearer(name: &str) -> Party {
    Party::Bearer { token: format!("token-{name}") }
}

pub fn id(name: &str) -> TicketId {
    TicketId::parse(name).unwrap()
}

pub fn key(name: &str) -> TicketKey {
    TicketKey::Id(id(name))
}

pub fn policy_id(name: &str) -> PolicyId {
    PolicyId::parse(name).unwrap()
}

pub fn calendar_id(name: &str) -> BusinessCalendarId {
    BusinessCalendarId::parse(name).unwrap()
}

pub fn email(name: &str) -> Email {
    Email::parse(&format!("{name}@example.com")).unwrap()
}

pub fn requester(name: &str) -> Requester {
    let email = email(name);
    let contact_id = contact_id(&OrgId::parse("demo").unwrap(), Some(&email), None).unwrap();
    Requester { contact_id, email: Some(email), name: name.into() }
}

pub fn staff() -> Agents {
    let one = |name: &str, email: Option<Email>| {
        (StaffId::parse(name).unwrap(), Agent { name: name.to_owned(), email, active: true })
    };
    [one("ann", Some(email("ann"))), one("ben", Some(email("ben"))), one("mute", None)].into_iter().collect()
}

/// A ticket whose id, token and customer follow from `name`.
pub fn draft(name: &str) -> TicketDraft {
    TicketDraft {
        id: id(name),
        token: format!("token-{name}"),
        subject: format!("About {name}"),
        description: "It does not work.".to_owned(),
        requester: requester(name),
        priority: TicketPriority::Normal,
        assignee_id: None,
        team: None,
        tags: Vec::new(),
        channel: TicketChannel::Api,
        mail: None,
    }
}

pub fn message(name: &str) -> Box<MessageDraft> {
    let id = TicketMessageId::parse(name).unwrap();
    Box::new(MessageDraft { id, body: format!("Says {name}."), attachments: Vec::new(), mail_id: None })
}

/// A mail that would open the ticket `name`.
pub fn mail(name: &str, answers: Option<&str>) -> Act {
    let mail = MessageDraft { mail_id: Some(format!("{name}@mail")), ..*message(&format!("mail-{name}")) };
    let draft = TicketDraft { channel: TicketChannel::Email, mail: Some(mail), ..draft(name) };
    Act::Receive(Box::new(ReceivedMail { answers: answers.map(key), draft: Box::new(draft), wants_no_receipt: false }))
}

/// The same hours on every day, in UTC.
pub fn daily(from: &str, to: &str) -> Arc<BusinessCalendar> {
    let day = json!([[from, to]]);
    let week = json!({"mon": day, "tue": day, "wed": day, "thu": day, "fri": day, "sat": day, "sun": day});
    let hours = OpenWeek::parse(&week).unwrap();
    let hours = CalendarHours { timezone: chrono_tz::UTC, hours, holidays: Vec::new(), overrides: Vec::new() };
    Arc::new(BusinessCalendar::new(hours).unwrap())
}

pub fn minutes(minutes: u32) -> u32 {
    minutes * 60
}

/// First response within an hour, next within two, resolution within eight; pending stops all clocks. Urgent: a
/// quarter of that.
pub fn policy(name: &str) -> PolicyDraft {
    let targets = |parts: u32| Targets {
        first_response: Some(minutes(60) / parts),
        next_response: Some(minutes(120) / parts),
        resolution: Some(minutes(480) / parts),
    };
    PolicyDraft {
        id: policy_id(name),
        name: name.to_owned(),
        order: 10,
        when: None,
        calendar_id: calendar_id("always"),
        targets: [
            (TicketPriority::Low, targets(1)),
            (TicketPriority::Normal, targets(1)),
            (TicketPriority::High, targets(2)),
            (TicketPriority::Urgent, targets(4)),
        ]
        .into(),
        pause_on: PauseOn::all([TicketStatus::Pending].into()),
        warn_at_percent: Vec::new(),
        escalations: Vec::new(),
    }
}

pub fn step(metric: Metric, at: Lead, level: u32, notify: &[&str], assign: Option<&str>) -> Escalation {
    let notify = notify.iter().map(|name| (*name).to_owned()).collect();
    Escalation { metric, at, level, notify, assign: assign.map(str::to_owned) }
}

/// What is stored and loaded again must be the same.
pub fn assert_roundtrip<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: &T) {
    let text = serde_json::to_string(value).unwrap();
    assert_eq!(serde_json::from_str::<T>(&text).unwrap(), *value, "{text}");
}

/// A desk, its clock and its log.
#[derive(Clone, Debug)]
pub struct House {
    pub state: DeskState,
    pub now: DateTime<Utc>,
    pub past: Vec<Arc<Ticket>>,
    pub log: Vec<Event>,
}

impl House {
    /// One without any policy.
    pub fn empty() -> Self {
        Self { state: DeskState::default(), now: morning(), past: Vec::new(), log: Vec::new() }
    }

    /// One with the policy `gold`, whose hours are all day long.
    pub fn with(change: impl FnOnce(&mut PolicyDraft)) -> Self {
        let mut house = Self::empty();
        house.open_hours("always", daily("00:00", "24:00"));
        house.promise("gold", change);
        house
    }

    pub fn open_hours(&mut self, name: &str, hours: Arc<BusinessCalendar>) {
        let terms = Box::new(CalendarTerms::new(name, hours).unwrap());
        self.act(Act::CreateCalendar { id: calendar_id(name), terms });
    }

    pub fn promise(&mut self, name: &str, change: impl FnOnce(&mut PolicyDraft)) {
        let mut draft = policy(name);
        change(&mut draft);
        let terms = Box::new(SlaPolicy::new(draft).unwrap());
        self.act(Act::CreatePolicy { id: policy_id(name), terms });
    }

    pub fn change_policy(&mut self, name: &str, changes: PolicyChanges) -> Answer {
        self.act(Act::UpdatePolicy { id: policy_id(name), changes: Box::new(changes), expected_version: None })
    }

    /// Asks, makes it so, and checks what must hold after every command.
    pub fn ask(&mut self, by: Party, act: Act) -> Result<Answer, Rejection> {
        let command = Command { by, act, past: self.past.clone(), agents: staff() };
        assert_roundtrip(&command);
        let events = match decide(&self.state, &command, self.now) {
            Ok(events) => events,
            Err(rejection) => {
                assert_roundtrip(&rejection);
                return Err(rejection);
            }
        };
        for event in &events {
            assert_roundtrip(event);
            apply(&mut self.state, event);
        }
        check_invariants(&self.state).unwrap();
        let answer = answer(&self.state, &command, &events, self.now);
        assert_roundtrip(&answer);
        self.log.extend(events);
        Ok(answer)
    }

    /// An act of the agent that must succeed.
    pub fn act(&mut self, act: Act) -> Answer {
        self.ask(agent(), act).unwrap()
    }

    /// An act of anybody that must be refused; its code, or the path where a value is wrong.
    pub fn refused(&mut self, by: Party, act: Act) -> String {
        let before = self.state.clone();
        let rejection = self.ask(by, act).unwrap_err();
        assert_eq!(self.state, before);
        match rejection {
            Rejection::Invalid(invalid) => invalid.path,
            other => other.code().to_owned(),
        }
    }

    /// An act that must succeed and change nothing.
    pub fn repeat(&mut self, act: Act) -> Answer {
        let before = (self.state.clone(), self.log.len());
        let answer = self.act(act);
        assert_eq!((self.state.clone(), self.log.len()), before);
        answer
    }

    pub fn create(&mut self, name: &str, change: impl FnOnce(&mut TicketDraft)) {
        let mut draft = draft(name);
        change(&mut draft);
        let answer = self.act(Act::Create(Box::new(draft)));
        assert!(matches!(answer, Answer::Ticket { created: true, .. }), "{answer:?}");
    }

    pub fn update(&mut self, name: &str, changes: TicketChanges) -> Answer {
        self.act(update(name, changes))
    }

    pub fn set_status(&mut self, name: &str, status: TicketStatus) {
        self.update(name, TicketChanges { status: Some(status), ..TicketChanges::default() });
    }

    /// Goes from one status to the next.
    pub fn walk(&mut self, name: &str, statuses: &[TicketStatus]) {
        statuses.iter().for_each(|status| self.set_status(name, *status));
    }

    pub fn reply(&mut self, name: &str, message_name: &str) -> Answer {
        self.act(reply(name, message_name, None))
    }

    pub fn write_as_customer(&mut self, name: &str, message_name: &str) -> Answer {
        self.ask(bearer(name), customer_reply(name, message_name, None)).unwrap()
    }

    /// Lets time pass, and does what becomes due, each at its time.
    pub fn wait_until(&mut self, end: DateTime<Utc>) {
        // An escalation can make another policy hold, by which more is due at the same moment.
        let mut ticks_of_moment = 0;
        while let Some(due) = wake_at(&self.state).filter(|due| *due <= end) {
            ticks_of_moment = if due > self.now { 0 } else { ticks_of_moment + 1 };
            assert!(ticks_of_moment < 10, "time gets on");
            self.now = self.now.max(due);
            self.tick();
        }
        self.now = end;
    }

    pub fn wait(&mut self, minutes: i64) {
        self.wait_until(self.now + TimeDelta::minutes(minutes));
    }

    pub fn tick(&mut self) {
        self.ask(Party::System, Act::Tick).unwrap();
    }

    pub fn ticket(&self, name: &str) -> &Ticket {
        self.state.ticket(&key(name)).unwrap()
    }

    /// A clock of a ticket, the last cycle of it.
    pub fn clock(&self, name: &str, metric: Metric) -> Option<ClockReport> {
        let ticket = self.ticket(name);
        let reports = ticket.clocks.reports(self.state.terms_of(ticket), self.now);
        reports.into_iter().rev().find(|report| report.metric == metric)
    }

    pub fn clock_state(&self, name: &str, metric: Metric) -> Option<ClockState> {
        self.clock(name, metric).map(|report| report.state)
    }

    /// The kinds of what happened to tickets, in order, with the time of day.
    pub fn changes(&self) -> Vec<String> {
        let kind = |event: &Event| {
            let value = serde_json::to_value(event).unwrap();
            let kind = value.get("change")?.get("kind")?.as_str()?.to_owned();
            Some(format!("{} {kind}", event.at().format("%H:%M")))
        };
        self.log.iter().filter_map(kind).collect()
    }

    /// The last thing that happened to a ticket.
    pub fn last_change(&self) -> &Change {
        let Some(Event::TicketChanged { change, .. }) = self.log.last() else { panic!("{:?}", self.log.last()) };
        change
    }

    /// Who was told, by the last thing that happened.
    pub fn told(&self) -> Vec<&str> {
        match self.last_change() {
            Change::Escalated { told, .. } | Change::Warned { told, .. } | Change::Breached { told, .. } => {
                told.iter().map(Email::as_str).collect()
            }
            other => panic!("{other:?}"),
        }
    }
}

pub fn update(name: &str, changes: TicketChanges) -> Act {
    Act::Update { ticket: key(name), changes: Box::new(changes), expected_version: None }
}

pub fn move_to(name: &str, status: TicketStatus) -> Act {
    update(name, TicketChanges { status: Some(status), ..TicketChanges::default() })
}

pub fn reply(name: &str, message_name: &str, status: Option<TicketStatus>) -> Act {
    let ticket = key(name);
    Act::Reply { ticket, message: message(message_name), status, as_customer: false, successor: None }
}

pub fn customer_reply(name: &str, message_name: &str, successor: Option<&str>) -> Act {
    let successor = successor.map(|name| Box::new(Successor { id: id(name), token: format!("token-{name}") }));
    Act::Reply { ticket: key(name), message: message(message_name), status: None, as_customer: true, successor }
}

pub fn comment(name: &str, comment_name: &str) -> Act {
    let id = CommentId::parse(comment_name).unwrap();
    let comment = CommentDraft { id, body: "Between us.".to_owned(), mentions: vec!["ben".to_owned()] };
    Act::Comment { ticket: key(name), comment: Box::new(comment) }
}

pub fn merge(name: &str, into: &str) -> Act {
    Act::Merge { ticket: key(name), into: key(into), expected_version: None }
}

pub fn delete(name: &str) -> Act {
    Act::Delete { ticket: key(name), expected_version: None }
}

pub fn escalate(name: &str, level: Option<u8>, notify: &[&str]) -> Act {
    let notify = notify.iter().map(|name| (*name).to_owned()).collect();
    let (reason, comment) = ("It burns.".to_owned(), CommentId::parse("why").unwrap());
    let escalation = Box::new(EscalationDraft { level, reason, assignee_id: None, notify, comment });
    Act::Escalate { ticket: key(name), escalation }
}

pub fn rate(name: &str, score: u8) -> Act {
    Act::Rate { ticket: key(name), score, comment: None }
}
