//! What people are told of tickets: the customer that it came in, what an agent answered, and whether the help was good; who
//! follows it, by way of their own, what was answered and that it is resolved; who works here that something is due, late or
//! escalated. An event with a comment in it tells nobody.

use chrono::{DateTime, TimeDelta, Utc};

use super::Letterhead;
use crate::domain::address::Email;
use crate::domain::desk::{Change, EscalationCause, Event, Follower, Requester, Ticket, TicketMessage, TicketNumber};
use crate::domain::ids::TicketId;
use crate::domain::message::{
    Address, Alert, AlertContext, Cause, Message, Notice, Recipient, Thread, TicketContext, TicketNews, Topic,
};
use crate::domain::sla::{Firing, Metric};
use crate::domain::ticket_status::TicketStatus;

/// For how long it is worth sending what a customer is told, in days.
const CUSTOMER_USEFUL_DAYS: i64 = 5;
/// For how long it is worth sending what somebody here is told, in hours.
const ALERT_USEFUL_HOURS: i64 = 24;

/// What people are told of an event.
#[must_use]
pub fn of_desk(letterhead: &Letterhead, event: &Event) -> Vec<Message> {
    let Event::TicketChanged { change, ticket, at, .. } = event else { return Vec::new() };
    let letter = Letter { letterhead, ticket, at: *at };
    match &**change {
        Change::Opened { acknowledged: true, .. } => {
            letter.to_customer(TicketNews::Received, None).into_iter().collect()
        }
        Change::Replied { message, .. } => letter.to_customers(TicketNews::Reply, Some(message)),
        Change::Updated { status_before: Some(before), .. }
            if ticket.status == TicketStatus::Resolved && *before != TicketStatus::Resolved =>
        {
            letter.to_customers(TicketNews::Resolved, None)
        }
        Change::Escalated { cause, told, .. } => letter.to_workers(Alert::Escalated, told, Why::of(cause)),
        Change::Warned { firing, told } => letter.to_workers(Alert::Warning, told, Why::by(firing)),
        Change::Breached { firing, told } => letter.to_workers(Alert::Breached, told, Why::by(firing)),
        Change::Opened { acknowledged: false, .. }
        | Change::Updated { .. }
        | Change::CustomerWrote { .. }
        | Change::Commented { .. }
        | Change::Rematched { .. }
        | Change::MergedInto { .. }
        | Change::Absorbed { .. }
        | Change::Unfollowed { .. }
        | Change::Rated
        | Change::Deleted => Vec::new(),
    }
}

/// Why somebody here is told.
#[derive(Default)]
struct Why {
    promise: Option<&'static str>,
    percent: Option<u32>,
    due_at: Option<DateTime<Utc>>,
    reason: Option<String>,
}

impl Why {
    fn of(cause: &EscalationCause) -> Self {
        match cause {
            EscalationCause::ByHand { reason } => Self { reason: Some(reason.clone()), ..Self::default() },
            EscalationCause::ByPolicy { firing } => Self::by(firing),
        }
    }

    fn by(firing: &Firing) -> Self {
        let percent = match firing {
            Firing::Warned { percent, .. } => Some(u32::from(*percent)),
            Firing::Breached { .. } | Firing::Escalated { .. } => None,
        };
        let promise = match firing.clock().0 {
            Metric::FirstResponse => "first response",
            Metric::NextResponse => "next response",
            Metric::Resolution => "resolution",
        };
        Self { promise: Some(promise), percent, due_at: Some(firing.at()), reason: None }
    }
}

struct Letter<'a> {
    letterhead: &'a Letterhead,
    ticket: &'a Ticket,
    at: DateTime<Utc>,
}

impl Letter<'_> {
    /// To who asked, where there is an address.
    fn to_customer(&self, news: TicketNews, message: Option<&TicketMessage>) -> Option<Message> {
        self.to_person(&Way::of_customer(self.ticket), news, message)
    }

    /// To who asked and to who follows, each by way of their own ticket.
    fn to_customers(&self, news: TicketNews, message: Option<&TicketMessage>) -> Vec<Message> {
        let followers = self.ticket.followers.people().map(Way::of_follower);
        let ways = std::iter::once(Way::of_customer(self.ticket)).chain(followers);
        ways.filter_map(|way| self.to_person(&way, news, message)).collect()
    }

    fn to_person(&self, way: &Way<'_>, news: TicketNews, message: Option<&TicketMessage>) -> Option<Message> {
        let email = way.requester.email.clone()?;
        let context = TicketContext {
            business: self.letterhead.business.clone(),
            number: way.number.to_string(),
            subject: way.subject.to_owned(),
            customer_name: way.requester.name.to_string(),
            body: message.map(|message| message.body.clone()),
            files: message.iter().flat_map(|message| &message.attachments).map(|file| file.name.clone()).collect(),
            is_resolved: way.leads_to_rating && self.ticket.status == TicketStatus::Resolved,
            ticket_url: self.letterhead.ticket_url(way.ticket, way.token),
        };
        let topic = Topic::Ticket(news, Box::new(context));
        let useful_until = self.at + TimeDelta::days(CUSTOMER_USEFUL_DAYS);
        Some(self.message(topic, email, way.requester.name.to_string(), self.thread(way), useful_until))
    }

    /// To who works here, each once.
    fn to_workers(&self, alert: Alert, told: &[Email], why: Why) -> Vec<Message> {
        let ticket = self.ticket;
        let context = AlertContext {
            business: self.letterhead.business.clone(),
            number: ticket.number.to_string(),
            subject: ticket.subject.to_string(),
            customer_name: ticket.requester.name.to_string(),
            priority: ticket.priority.word().to_owned(),
            assignee: ticket.assignee_id.as_deref().map(ToOwned::to_owned),
            promise: why.promise.map(ToOwned::to_owned),
            percent: why.percent,
            at: why.due_at.unwrap_or(self.at),
            level: ticket.escalation_level.into(),
            reason: why.reason,
            desk_url: format!("{}/desk/{}", self.letterhead.base_url, ticket.id),
        };
        let useful_until = self.at + TimeDelta::hours(ALERT_USEFUL_HOURS);
        let message = |email: &Email| {
            let topic = Topic::Alert(alert, Box::new(context.clone()));
            self.message(topic, email.clone(), String::new(), self.thread(&Way::of_customer(ticket)), useful_until)
        };
        told.iter().map(message).collect()
    }

    fn message(
        &self,
        topic: Topic,
        email: Email,
        name: String,
        thread: Thread,
        useful_until: DateTime<Utc>,
    ) -> Message {
        let ticket = self.ticket;
        self.letterhead.message(Notice {
            at: self.at,
            topic,
            recipient: Recipient { address: Address::Email(email), name, locale: None, timezone: None },
            template_id: None,
            invitation: None,
            cause: Cause::of("ticket", ticket.id.as_str(), &ticket.version.to_string()),
            thread,
            // Somebody waits for it.
            is_urgent: true,
            useful_until,
        })
    }

    /// All mails to one person name the same root, so that mail programs show them as one conversation, also where it began in
    /// another ticket; and they answer the last mail of that person.
    fn thread(&self, way: &Way<'_>) -> Thread {
        let root = self.letterhead.thread_root(way.ticket);
        let in_reply_to = way.last_mail_id.map(ToOwned::to_owned);
        let references = root.clone().into_iter().chain(in_reply_to.clone()).collect();
        Thread { in_reply_to: in_reply_to.or(root), references }
    }
}

/// How somebody outside takes part in a ticket: as its customer, or by way of their own one, which went into it. Nobody is told
/// of the number, the subject or the secret of somebody else's.
struct Way<'a> {
    requester: &'a Requester,
    ticket: &'a TicketId,
    number: TicketNumber,
    subject: &'a str,
    token: &'a str,
    last_mail_id: Option<&'a str>,
    leads_to_rating: bool,
}

impl<'a> Way<'a> {
    fn of_customer(ticket: &'a Ticket) -> Self {
        Self {
            requester: &ticket.requester,
            ticket: &ticket.id,
            number: ticket.number,
            subject: &ticket.subject,
            token: &ticket.token,
            last_mail_id: ticket.last_mail_id.as_deref(),
            leads_to_rating: true,
        }
    }

    fn of_follower(follower: &'a Follower) -> Self {
        Self {
            requester: &follower.requester,
            ticket: &follower.ticket,
            number: follower.number,
            subject: &follower.subject,
            token: &follower.token,
            last_mail_id: follower.last_mail_id.as_deref(),
            leads_to_rating: false,
        }
    }
}
