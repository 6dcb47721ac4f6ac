//! The rules by example and by property. [`Shop`] drives the domain as an actor would, and holds every step of every test
//! to what must always be true.

mod arriving;
mod booking;
mod clock_changes;
mod defining;
mod history;
mod holding;
mod moving;
mod offering;
mod properties;
mod reminding;
mod room;
mod shifts;
mod staffing;
mod waiting;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::*;
use crate::domain::address::Email;
use crate::domain::contact::contact_id;
use crate::domain::hours::WeeklyHours;
use crate::domain::ids::{
    DefinitionId, EntryId, HandoverId, HoldId, OrgId, PointId, ReservationId, StaffId, WaitlistId,
};
use crate::domain::party::{Party, Role};

pub fn at(instant: &str) -> DateTime<Utc> {
    instant.parse().unwrap()
}

/// A Monday, 08:00 in Berlin (UTC+2).
pub fn morning() -> DateTime<Utc> {
    at("2026-05-11T06:00:00Z")
}

pub fn clerk() -> Party {
    Party::Clerk { subject: "clerk".to_owned(), role: Role::Staff }
}

pub fn supervisor() -> Party {
    Party::Clerk { subject: "boss".to_owned(), role: Role::Supervisor }
}

pub fn definition_id(name: &str) -> DefinitionId {
    DefinitionId::parse(name).unwrap()
}

pub fn staff_id(name: &str) -> StaffId {
    StaffId::parse(name).unwrap()
}

pub fn staff_ids(names: &[&str]) -> Vec<StaffId> {
    names.iter().copied().map(staff_id).collect()
}

pub fn id(name: &str) -> ReservationId {
    ReservationId::parse(name).unwrap()
}

pub fn point_id() -> PointId {
    PointId::parse("p1").unwrap()
}

pub fn hours(value: serde_json::Value) -> WeeklyHours {
    serde_json::from_value(value).unwrap()
}

/// The same hours on every day of the week.
pub fn daily(from: &str, to: &str) -> WeeklyHours {
    let day = json!([[from, to]]);
    hours(json!({"mon": day, "tue": day, "wed": day, "thu": day, "fri": day, "sat": day, "sun": day}))
}

/// 30 minutes, every day from 09:00 to 12:00 in Berlin.
pub fn draft() -> DefinitionDraft {
    let mut draft = DefinitionDraft::new(definition_id("cut"), "Haircut", 30, chrono_tz::Europe::Berlin);
    draft.terms.hours = Some(daily("09:00", "12:00"));
    draft
}

pub fn staff_draft(name: &str) -> StaffDraft {
    let terms = StaffTerms {
        name: name.to_owned(),
        email: None,
        timezone: chrono_tz::Europe::Berlin,
        hours: None,
        overrides: Vec::new(),
        active: true,
    };
    StaffDraft { id: staff_id(name), terms }
}

pub fn customer(name: &str) -> Customer {
    let email = Email::parse(&format!("{name}@example.com")).unwrap();
    let contact_id = contact_id(&OrgId::parse("demo").unwrap(), Some(&email), None).unwrap();
    Customer { name: name.to_owned(), email, phone: None, contact_id, locale: None, timezone: None }
}

pub fn number(name: &str) -> ReservationNumber {
    ReservationNumber::from_bits(name.bytes().fold(7, |sum: u64, byte| sum.wrapping_mul(131).wrapping_add(byte.into())))
}

/// A slot of 30 minutes.
pub fn slot(start: &str) -> Slot {
    Slot { start: at(start), end: at(start) + TimeDelta::minutes(30) }
}

/// A wish of somebody whose id, number and address follow from `name`.
pub fn wish(name: &str, start: &str) -> Booking {
    Booking {
        id: id(name),
        number: number(name),
        calendar_uid: format!("{name}@frontdesk"),
        fingerprint: format!("{name} {start}"),
        definition: definition_id("cut"),
        slot: slot(start),
        staff: None,
        customer: customer(name),
        notes: String::new(),
        party_size: 1,
        hold: None,
    }
}

pub fn named(name: &str) -> Named {
    Named::Number { number: number(name), email: Some(customer(name).email) }
}

/// What is stored and loaded again must be the same.
pub fn assert_roundtrip<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: &T) {
    let text = serde_json::to_string(value).unwrap();
    assert_eq!(serde_json::from_str::<T>(&text).unwrap(), *value, "{text}");
}

/// A calendar, its clock, its points and its log.
#[derive(Clone, Debug)]
pub struct Shop {
    pub state: CalendarState,
    pub now: DateTime<Utc>,
    pub points: Points,
    pub log: Vec<Event>,
}

impl Shop {
    pub fn empty() -> Self {
        Self { state: CalendarState::default(), now: morning(), points: Points::default(), log: Vec::new() }
    }

    /// One with the definition of [`draft`], changed by `change`.
    pub fn with(change: impl FnOnce(&mut DefinitionDraft)) -> Self {
        let mut shop = Self::empty();
        shop.define(change);
        shop
    }

    /// One whose definition takes one of these members of staff.
    pub fn staffed(names: &[&str], change: impl FnOnce(&mut DefinitionDraft)) -> Self {
        let mut shop = Self::empty();
        names.iter().for_each(|name| shop.employ(staff_draft(name)));
        shop.define(|draft| {
            draft.terms.required_staff = 1;
            draft.terms.staff_ids = staff_ids(names);
            change(draft);
        });
        shop
    }

    pub fn define(&mut self, change: impl FnOnce(&mut DefinitionDraft)) {
        let mut draft = draft();
        change(&mut draft);
        self.act(Act::CreateDefinition { draft: Box::new(draft) });
    }

    pub fn redefine(&mut self, changes: DefinitionChanges) {
        let act =
            Act::UpdateDefinition { id: definition_id("cut"), changes: Box::new(changes), expected_version: None };
        self.act(act);
    }

    pub fn employ(&mut self, draft: StaffDraft) {
        self.act(Act::CreateStaff { draft: Box::new(draft) });
    }

    pub fn open_point(&mut self, capacity: u32, hours: Option<WeeklyHours>) {
        let terms = PointTerms { capacity, timezone: chrono_tz::Europe::Berlin, hours, grace_minutes: 5 };
        self.points = Points::from_iter([(point_id(), terms)]);
    }

    /// Asks, makes it so, and checks what must hold after every command.
    pub fn ask(&mut self, by: Party, act: Act) -> Result<Answer, Rejection> {
        let command = Command { by, act, points: self.points.clone() };
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

    /// An act of the clerk that must succeed.
    pub fn act(&mut self, act: Act) -> Answer {
        self.ask(clerk(), act).unwrap()
    }

    /// An act of anybody that must be refused; its code.
    pub fn refused(&mut self, by: Party, act: Act) -> &'static str {
        let before = self.state.clone();
        let code = self.ask(by, act).unwrap_err().code();
        assert_eq!(self.state, before);
        code
    }

    /// An act that must succeed and change nothing.
    pub fn repeat(&mut self, by: Party, act: Act) -> Answer {
        let before = self.state.clone();
        let answer = self.ask(by, act).unwrap();
        assert_eq!(self.state, before);
        answer
    }

    pub fn book_with(
        &mut self,
        name: &str,
        start: &str,
        change: impl FnOnce(&mut Booking),
    ) -> Result<Answer, Rejection> {
        let mut booking = wish(name, start);
        change(&mut booking);
        self.ask(Party::Public, Act::Create(Box::new(booking)))
    }

    /// A booking that must succeed.
    pub fn book(&mut self, name: &str, start: &str) {
        let answer = self.book_with(name, start, |_| {}).unwrap();
        assert!(matches!(answer, Answer::Booked { created: true, .. }), "{answer:?}");
    }

    pub fn cancel(&mut self, name: &str) {
        self.act(cancel(name));
    }

    /// Lets time pass, and does what becomes due, each at its time.
    pub fn wait_until(&mut self, end: &str) {
        let end = at(end);
        while let Some(due) = wake_at(&self.state).filter(|due| *due <= end) {
            self.now = self.now.max(due);
            self.tick();
            assert!(wake_at(&self.state).is_none_or(|next| next > due), "a tick leaves nothing that was due");
        }
        self.now = end;
    }

    pub fn tick(&mut self) {
        self.ask(Party::System, Act::Tick).unwrap();
    }

    pub fn reservation(&self, name: &str) -> &Reservation {
        self.state.reservation(&id(name)).unwrap()
    }

    pub fn word(&self, name: &str) -> &'static str {
        self.reservation(name).status.word()
    }

    pub fn question(&self, from: &str, to: &str) -> Question {
        let edge = |text: &str| match text.parse() {
            Ok(date) => Edge::Date(date),
            Err(_) => Edge::At(at(text)),
        };
        Question {
            definition: definition_id("cut"),
            from: edge(from),
            to: edge(to),
            staff: None,
            point: None,
            party_size: 1,
            explain: false,
        }
    }

    pub fn slots(&self, question: &Question) -> SlotAnswer {
        let answer = slots(&self.state, &self.points, question, self.now).unwrap();
        assert_roundtrip(&answer);
        answer
    }

    /// What is offered on one day, as UTC times of that day or the ones around.
    pub fn day(&self, date: &str) -> Vec<String> {
        self.starts(date, chrono_tz::UTC)
    }

    /// What is offered on one day, as the wall clock of a zone shows it.
    pub fn starts(&self, date: &str, zone: Tz) -> Vec<String> {
        let offered = self.slots(&self.question(date, date)).slots;
        offered.iter().map(|slot| slot.start.with_timezone(&zone).format("%H:%M").to_string()).collect()
    }

    /// How many people each offered slot of one day has room for.
    pub fn spots(&self, date: &str) -> Vec<u32> {
        self.slots(&self.question(date, date)).slots.iter().map(|slot| slot.spots_available).collect()
    }

    /// Why nothing is offered, day by day.
    pub fn closed(&self, from: &str, to: &str) -> Vec<(String, Closure)> {
        let closed = self.slots(&self.question(from, to)).closed;
        closed.into_iter().map(|day| (day.date.to_string(), day.reason)).collect()
    }

    /// What the rules say of one start.
    pub fn why(&self, start: &str) -> Vec<Refusal> {
        let end = (at(start) + TimeDelta::minutes(1)).to_rfc3339();
        let question = Question { explain: true, ..self.question(start, &end) };
        let explained = self.slots(&question).explain;
        explained.into_iter().find(|one| one.start == at(start)).expect("a start of the grid").refusals
    }

    /// The kinds of the changes of reservations and of who waits, in order.
    pub fn changes(&self) -> Vec<String> {
        let kind = |event: &Event| {
            let value = serde_json::to_value(event).unwrap();
            value.get("change")?.get("kind").map(|kind| kind.as_str().unwrap().to_owned())
        };
        self.log.iter().filter_map(kind).collect()
    }
}

pub fn cancel(name: &str) -> Act {
    Act::Cancel { reservation: named(name), reason: None, expected_version: None, past: None }
}

pub fn reschedule(name: &str, start: &str) -> Act {
    Act::Reschedule { reservation: named(name), slot: slot(start), staff: None, expected_version: None, past: None }
}

pub fn update(name: &str, changes: ReservationChanges) -> Act {
    Act::Update { id: id(name), changes: Box::new(changes), expected_version: None, past: None }
}

pub fn check_in(name: &str) -> Act {
    check_in_overriding(name, false)
}

pub fn check_in_overriding(name: &str, overriding: bool) -> Act {
    let handover = HandoverId::parse(&format!("handover-{name}")).unwrap();
    let entry = EntryId::parse(&format!("entry-{name}")).unwrap();
    Act::CheckIn { reservation: Named::Id { id: id(name) }, handover, entry, overriding, past: None }
}

pub fn hold_id(name: &str) -> HoldId {
    HoldId::parse(name).unwrap()
}

pub fn hold(name: &str, start: &str) -> Act {
    let wish =
        HoldWish { id: hold_id(name), definition: definition_id("cut"), slot: slot(start), staff: None, party_size: 1 };
    Act::Hold(Box::new(wish))
}

pub fn wait(name: &str, from: &str, to: &str) -> Act {
    let wish = WaitlistWish {
        id: WaitlistId::parse(name).unwrap(),
        secret: format!("secret-{name}"),
        definition: definition_id("cut"),
        from: at(from),
        to: at(to),
        staff: None,
        party_size: 1,
        customer: customer(name),
    };
    Act::JoinWaitlist(Box::new(wish))
}
