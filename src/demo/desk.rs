//! The demo's tickets: hours in which promises count, a policy, answers that are given often, and a handful of requests.

use std::sync::Arc;

use serde_json::json;

use super::{Demo, DemoError};
use crate::actors::{Desk, Request};
use crate::domain::address::Email;
use crate::domain::contact::contact_id;
use crate::domain::desk::{
    Act, CalendarTerms, CannedTerms, Command, CommentDraft, MessageDraft, Requester, TicketChannel, TicketDraft,
    TicketKey,
};
use crate::domain::ids::{BusinessCalendarId, CannedResponseId, CommentId, PolicyId, TicketId, TicketMessageId};
use crate::domain::invalid::Invalid;
use crate::domain::owner::TheDesk;
use crate::domain::party::{Party, Role};
use crate::domain::sla::{BusinessCalendar, SlaPolicy};
use crate::domain::ticket_priority::TicketPriority;
use crate::domain::ticket_status::TicketStatus;
use crate::identity;

/// The demo's business calendar and policy.
const HOURS: &str = "shop-hours";
const POLICY: &str = "standard";

impl Demo<'_> {
    /// What an org configures for its tickets, and some of them.
    pub(super) async fn tickets(&self) -> Result<(), DemoError> {
        self.promises().await?;
        let printed = self.ticket("Glasses came back scratched", "Zoé Lambert", TicketPriority::High).await?;
        let id = TicketMessageId::from_uuid(identity::new_uuid());
        let body = "I am sorry to hear that. Could you bring them in tomorrow?".to_owned();
        let message = Box::new(MessageDraft { id, body, attachments: Vec::new(), mail_id: None });
        let (status, successor) = (Some(TicketStatus::Pending), None);
        self.at_desk(Act::Reply { ticket: printed.clone(), message, status, as_customer: false, successor }).await?;
        let id = CommentId::from_uuid(identity::new_uuid());
        let body = "Second time with this lens. Ask the lab.".to_owned();
        let comment = Box::new(CommentDraft { id, body, mentions: vec!["ines".to_owned()] });
        self.at_desk(Act::Comment { ticket: printed, comment }).await?;
        self.ticket("Invoice for March, please", "Tom Ito", TicketPriority::Normal).await?;
        self.ticket("No appointment mail arrived", "Oleksandra Kovalenko", TicketPriority::Urgent).await?;
        self.ticket("Do you repair sunglasses?", "Bo Li", TicketPriority::Low).await?;
        Ok(())
    }

    async fn promises(&self) -> Result<(), DemoError> {
        let day = json!([["08:00", "20:00"]]);
        let week: serde_json::Map<_, _> =
            super::EVERY_DAY.iter().map(|name| ((*name).to_owned(), day.clone())).collect();
        let hours = json!({ "timezone": "Europe/Berlin", "hours": week, "holidays": ["12-25", "01-01"] });
        let hours: BusinessCalendar = serde_json::from_value(hours)?;
        let terms = Box::new(CalendarTerms::new("Shop hours", Arc::new(hours))?);
        self.at_desk(Act::CreateCalendar { id: BusinessCalendarId::parse(HOURS)?, terms }).await?;
        let seconds = |first: u32, next: u32, resolution: u32| json!({ "firstResponse": first, "nextResponse": next, "resolution": resolution });
        let terms: SlaPolicy = serde_json::from_value(json!({
            "id": POLICY, "name": "Standard", "order": 100, "calendarId": HOURS,
            "targets": {
                "urgent": seconds(900, 1_800, 14_400), "high": seconds(3_600, 3_600, 28_800),
                "normal": seconds(7_200, 14_400, 86_400), "low": seconds(28_800, 28_800, 172_800),
            },
            "pauseOn": { "resolution": ["pending"], "nextResponse": ["pending"] },
            "warnAtPercent": [80],
            "escalations": [{ "metric": "firstResponse", "at": { "percent": 100 }, "level": 1, "notify": ["assignee"] }],
        }))?;
        self.at_desk(Act::CreatePolicy { id: PolicyId::parse(POLICY)?, terms: Box::new(terms) }).await?;
        let canned = json!({ "title": "We are on it", "category": "general",
            "body": "Dear {{ contact.name }},\n\nwe have looked at {{ ticket.number }} and are on it. You will hear from us today.\n" });
        let terms = Box::new(CannedTerms::parse(&canned)?);
        self.at_desk(Act::CreateCanned { id: CannedResponseId::parse("on-it")?, terms }).await
    }

    async fn ticket(&self, subject: &str, name: &str, priority: TicketPriority) -> Result<TicketKey, DemoError> {
        let local: String = name.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
        let email = Email::parse(&format!("{local}@customers.example"))?;
        let contact_id =
            contact_id(&self.org, Some(&email), None).ok_or_else(|| Invalid::new("email", "names nobody"))?;
        let id = TicketId::from_uuid(identity::new_uuid());
        let draft = TicketDraft {
            id: id.clone(),
            token: identity::secret_token(),
            subject: subject.to_owned(),
            description: if subject.ends_with('?') { subject.to_owned() } else { format!("{subject}.") },
            requester: Requester { contact_id, email: Some(email), name: name.into() },
            priority,
            assignee_id: None,
            team: None,
            tags: Vec::new(),
            channel: TicketChannel::Web,
            mail: None,
        };
        self.at_desk(Act::Create(Box::new(draft))).await?;
        Ok(TicketKey::Id(id))
    }

    async fn at_desk(&self, act: Act) -> Result<(), DemoError> {
        let by = Party::Clerk { subject: "ines".to_owned(), role: Role::Admin };
        let command = Command { by, act, past: Vec::new(), agents: self.directory.agents(&self.org) };
        let request: Request<Desk> = Request { org: self.org.clone(), name: TheDesk, command, idempotency: None };
        self.directory.ask(request).await?.outcome?;
        Ok(())
    }
}
