//! What calendars leave in the database: made by hand here, tried in the files below.

mod coming_back;
mod guarding;
mod looking_up;

use chrono::TimeDelta;
use serde_json::json;

use super::*;
use crate::domain::address::{Email, Phone};
use crate::domain::calendar::{
    Arrival, Blocked, Buffers, CancelledBy, Channel, ClosedBy, Crontab, Customer, Definition, DefinitionDraft, Hold,
    Limits, Override, OverrideOpening, Reminded, Reminder, Reservation, ReservationNumber, Schedule, Slot, Staff,
    StaffTerms, Status, Waiting, WaitlistEntry,
};
use crate::domain::contact::contact_id;
use crate::domain::hours::{DayHours, WeeklyHours};
use crate::domain::ids::{DefinitionId, HandoverId, HoldId, ReservationId, StaffId, WaitlistId};
use crate::domain::money::Money;

pub(super) fn definition(id: &str) -> Definition {
    let mut terms =
        DefinitionDraft::new(DefinitionId::parse(id).unwrap(), "Haircut ✂", 30, chrono_tz::Europe::Berlin).terms;
    let schedule = Schedule::Cron { expression: Crontab::parse("0 9 * * *").unwrap(), days_before: 1 };
    let date = NaiveDate::from_ymd_opt(2026, 12, 24).unwrap();
    let hours = DayHours::parse(&json!([["10:00", "11:00"]])).unwrap();
    terms.price = Some(Money::parse("25.50", "EUR").unwrap());
    terms.required_staff = 1;
    terms.staff_ids = vec![StaffId::parse("anna").unwrap(), StaffId::parse("bob").unwrap()];
    terms.service_point_id = Some(point());
    terms.capacity = Some(3);
    terms.hours = Some(weekly_hours());
    terms.overrides = vec![
        Override { date, opening: OverrideOpening::Closed },
        Override { date, opening: OverrideOpening::Hours { hours } },
    ];
    terms.blocked = vec![Blocked { start: at(600), end: at(660) }];
    terms.limits = Limits { per_day: Some(9) };
    terms.reminders = vec![
        Reminder { schedule: Schedule::Before { seconds: 3_600 }, channel: Channel::Sms, template_id: None },
        Reminder { schedule, channel: Channel::Email, template_id: Some("soon".to_owned()) },
    ];
    let id = DefinitionId::parse(id).unwrap();
    Definition { id, terms, version: 1, created_at: noon(), updated_at: noon(), deleted_at: None }
}

pub(super) fn staff(id: &str) -> Staff {
    let terms = StaffTerms {
        name: "Anna".to_owned(),
        email: Some(Email::parse("Anna@Example.com").unwrap()),
        timezone: chrono_tz::Europe::Berlin,
        hours: Some(weekly_hours()),
        overrides: Vec::new(),
        active: true,
    };
    let id = StaffId::parse(id).unwrap();
    Staff { id, terms, version: 1, created_at: noon(), updated_at: noon(), deleted_at: None }
}

fn weekly_hours() -> WeeklyHours {
    WeeklyHours::parse(&json!({"mon": [["09:00", "12:00"], ["13:00", "24:00"]]})).unwrap()
}

/// So many minutes after noon.
fn at(minutes: i64) -> DateTime<Utc> {
    noon() + TimeDelta::minutes(minutes)
}

fn customer(email: &str) -> Customer {
    let email = Email::parse(email).unwrap();
    Customer {
        name: "Zoë 👩🏽‍🚀 שלום".to_owned(),
        contact_id: contact_id(&org(), Some(&email), None).unwrap(),
        email,
        phone: Some(Phone::parse("+1 (555) 123-4567").unwrap()),
        locale: Some("pt-BR".to_owned()),
        timezone: Some(chrono_tz::America::Sao_Paulo),
    }
}

/// A reservation of half an hour with Anna, without buffers, `minutes` after noon.
pub(super) fn reservation(id: &str, minutes: i64, status: Status) -> Reservation {
    let bits = id.bytes().fold(0, |bits, byte| bits << 8 | u64::from(byte));
    Reservation {
        id: ReservationId::parse(id).unwrap(),
        number: ReservationNumber::from_bits(bits),
        calendar_uid: format!("{id}@frontdesk"),
        sequence: 2,
        definition_id: DefinitionId::parse("haircut").unwrap(),
        slot: Slot { start: at(minutes), end: at(minutes + 30) },
        buffers: Buffers::default(),
        staff_ids: vec![StaffId::parse("anna").unwrap()],
        point_id: Some(point()),
        customer: customer("Zoe@Example.com"),
        notes: "A window seat,\nplease.".to_owned(),
        party_size: 1,
        fingerprint: "digest".to_owned(),
        repeat_mails: 1,
        planned_at: noon(),
        reminded: vec![Reminded {
            rule: "before:60:email".to_owned().into(),
            start: at(1),
            due_at: noon(),
            sent: true,
        }],
        created_at: noon(),
        updated_at: noon(),
        version: 3,
        status,
    }
}

/// Every status there is, with and without what may be left out.
pub(super) fn statuses() -> Vec<Status> {
    let arrival = Arrival {
        handover: HandoverId::parse("h1").unwrap(),
        entry: EntryId::parse("e1").unwrap(),
        point: point(),
        effective_at: at(3),
    };
    let checked_in = |arrival, from| Status::CheckedIn { at: at(1), arrival, from: Box::new(from) };
    let cancelled = |by, reason: Option<&str>| Status::Cancelled { at: at(2), by, reason: reason.map(str::to_owned) };
    vec![
        Status::Pending,
        Status::Confirmed,
        checked_in(None, Status::Pending),
        checked_in(Some(arrival.clone()), Status::Confirmed),
        Status::Completed {
            at: at(4),
            from: Box::new(checked_in(Some(arrival), Status::Confirmed)),
            by: ClosedBy::Line,
        },
        Status::NoShow { at: at(5), from: Box::new(Status::Confirmed), by: ClosedBy::Desk },
        cancelled(CancelledBy::Customer, None),
        cancelled(CancelledBy::Staff, Some("ill")),
    ]
}

pub(super) fn hold(id: &str) -> Hold {
    Hold {
        id: HoldId::parse(id).unwrap(),
        definition_id: DefinitionId::parse("haircut").unwrap(),
        slot: Slot { start: at(300), end: at(330) },
        buffers: Buffers { before_minutes: 5, after_minutes: 10 },
        staff_ids: vec![StaffId::parse("bob").unwrap()],
        point_id: Some(point()),
        party_size: 2,
        offered_to: Some(WaitlistId::parse("w1").unwrap()),
        created_at: noon(),
        expires_at: at(30),
    }
}

pub(super) fn waiting(id: &str, standing: Waiting) -> WaitlistEntry {
    WaitlistEntry {
        id: WaitlistId::parse(id).unwrap(),
        secret: "secret".to_owned(),
        definition_id: DefinitionId::parse("haircut").unwrap(),
        from: noon(),
        to: at(1_440),
        staff_id: Some(StaffId::parse("bob").unwrap()),
        party_size: 2,
        customer: customer("yan@example.com"),
        offered: vec![at(300), at(330)],
        created_at: noon(),
        version: 2,
        standing,
    }
}

/// The image of a reservation that takes these from others: each a resource and a session.
fn image(reservation: &Reservation, spots: Option<&[(&str, &str)]>) -> ReservationImage {
    let spot =
        |(resource, session): &(&str, &str)| Spot { resource: (*resource).to_owned(), session: (*session).to_owned() };
    let spots = spots.map(|spots| spots.iter().map(spot).collect());
    ReservationImage { reservation: Arc::new(reservation.clone()), deleted_at: None, spots }
}

fn with_reservations(images: impl IntoIterator<Item = (ReservationImage, Existence)>) -> Change {
    Change { reservations: images.into_iter().collect(), ..Change::default() }
}

/// A new reservation that has Anna for itself.
fn books(reservation: &Reservation) -> Change {
    let session = reservation.id.as_str();
    with_reservations([(image(reservation, Some(&[("staff:anna", session)])), Existence::New)])
}
