//! A calendar for a test: definitions, staff, and bookings in the words of the wire.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use frontdesk::actors::{Calendar, Request};
use frontdesk::domain::calendar::{Act, Answer as Meaning, Command, DefinitionDraft, StaffDraft, StaffTerms, Terms};
use frontdesk::domain::hours::WeeklyHours;
use frontdesk::domain::ids::{DefinitionId, OrgId, StaffId};
use frontdesk::domain::owner::TheCalendar;
use frontdesk::domain::party::{Party, Role};
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Answer, ORG, TestApp};

pub const CREATE: &str = "/crm/reservations/create";
pub const UPDATE: &str = "/crm/reservations/update";
/// A start on the day at which manual clocks begin, seven hours later: 18:00 in Berlin.
pub const EVENING: &str = "2026-05-10T16:00:00Z";

/// Every day from 06:00 to 22:00.
pub fn long_hours() -> WeeklyHours {
    let day = json!([["06:00", "22:00"]]);
    let week = json!({"mon": day, "tue": day, "wed": day, "thu": day, "fri": day, "sat": day, "sun": day});
    serde_json::from_value(week).unwrap()
}

/// A slot of 30 minutes.
pub fn slot(start: &str) -> Value {
    let end: DateTime<Utc> = start.parse::<DateTime<Utc>>().unwrap() + TimeDelta::minutes(30);
    json!({"start": start, "end": end.to_rfc3339_opts(SecondsFormat::Secs, true)})
}

/// The wish of somebody whose address follows from the name.
pub fn wish(name: &str, start: &str) -> Value {
    let customer = json!({"name": name, "email": email(name)});
    json!({"definitionId": "cut", "slot": slot(start), "customer": customer})
}

/// A wish with one more member.
pub fn with(mut wish: Value, name: &str, value: Value) -> Value {
    wish[name] = value;
    wish
}

pub fn email(name: &str) -> String {
    format!("{}@example.com", name.to_lowercase())
}

/// The number in an answer.
pub fn number(answer: &Value) -> &str {
    answer["reservationNumber"].as_str().unwrap()
}

/// `by-email`, `cancel` or `reschedule` of somebody's booking.
pub fn own_path(act: &str, name: &str, number: &str) -> String {
    format!("/crm/reservations/{act}/{}/{number}", email(name))
}

impl TestApp {
    /// A server at 11:00 in Berlin with the definition `cut`: 30 minutes, every day from 06:00 to 22:00, one at a time.
    pub async fn barber() -> Self {
        let app = Self::with_manual_clock().await;
        app.define("cut", |_| {}).await;
        app
    }

    /// An act of an admin's on the calendar.
    pub async fn calendar(&self, act: Act) -> Meaning {
        let (org, directory) = (OrgId::parse(ORG).unwrap(), self.directory());
        let by = Party::Clerk { subject: "ada".to_owned(), role: Role::Admin };
        let command = Command { by, act, points: directory.terms(&org) };
        let request: Request<Calendar> = Request { org, name: TheCalendar, command, idempotency: None };
        directory.ask(request).await.unwrap().outcome.unwrap()
    }

    /// A definition of 30 minutes in Berlin, open from 06:00 to 22:00, changed by `change`.
    pub async fn define(&self, id: &str, change: impl FnOnce(&mut Terms)) {
        let zone = chrono_tz::Europe::Berlin;
        let mut draft = DefinitionDraft::new(DefinitionId::parse(id).unwrap(), &format!("The {id}"), 30, zone);
        draft.terms.hours = Some(long_hours());
        change(&mut draft.terms);
        self.calendar(Act::CreateDefinition { draft: Box::new(draft) }).await;
    }

    /// A member of staff who is there whenever they are wanted.
    pub async fn employ(&self, id: &str) -> StaffId {
        let id = StaffId::parse(id).unwrap();
        let terms = StaffTerms {
            name: format!("Clerk {id}"),
            email: None,
            timezone: chrono_tz::Europe::Berlin,
            hours: None,
            overrides: Vec::new(),
            active: true,
        };
        self.calendar(Act::CreateStaff { draft: Box::new(StaffDraft { id: id.clone(), terms }) }).await;
        id
    }

    /// A booking that must succeed; gives the answer of 201.
    pub async fn book(&self, name: &str, start: &str) -> Value {
        let booked = self.post(CREATE, "", wish(name, start)).await;
        assert_eq!(booked.status, 201, "{}", booked.text);
        booked.json
    }

    /// The record that its customer sees.
    pub async fn own_record(&self, name: &str, booked: &Value) -> Value {
        self.get(&own_path("by-email", name, number(booked)), "").await.ok()
    }

    /// Sends with headers.
    pub async fn send_with(
        &self,
        method: Method,
        path: &str,
        token: &str,
        headers: &[(&str, &str)],
        body: Value,
    ) -> Answer {
        let mut request = self.request(method, path).json(&body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(if token.is_empty() { request } else { request.bearer_auth(token) }).await
    }
}
