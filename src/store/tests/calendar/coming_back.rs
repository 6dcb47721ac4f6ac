//! What a start finds of a calendar.

use super::*;
use crate::domain::calendar::{
    CalendarState, Change as Changed, ClosedBy, Edit, Event, HoldEnd, WaitlistChange, apply,
};

/// What an owner of a calendar would send of these facts.
fn change_of(event: &Event, existence: Existence) -> Change {
    let fact = EventImage {
        at: event.at(),
        kind: "calendar.changed",
        point: None,
        entry: None,
        contact: None,
        ticket: None,
        by: None,
        data: json!({}),
    };
    let mut change = Change { events: vec![fact], ..Change::default() };
    match event.clone() {
        Event::DefinitionChanged { definition, .. } => change.definitions.push((Arc::from(definition), existence)),
        Event::TemplateChanged { template, .. } => change.templates.push((Arc::from(template), existence)),
        Event::StaffChanged { staff, .. } => change.staff.push((Arc::from(staff), existence)),
        Event::Held { hold } => change.holds.push(HoldImage::Kept(Arc::from(hold))),
        Event::HoldEnded { id, .. } => change.holds.push(HoldImage::Over(id)),
        Event::ReservationChanged { reservation, .. } => {
            let session = reservation.id.as_str();
            let spots: &[(&str, &str)] = &[("staff:anna", session)];
            let spots = if reservation.status.takes_room() { spots } else { &[] };
            change.reservations.push((image(&reservation, Some(spots)), existence));
        }
        Event::ReservationDeleted { .. } => unreachable!("needs the reservation"),
        Event::WaitlistChanged { change: what, entry, .. } => {
            if let WaitlistChange::Offered { hold } = what {
                change.holds.push(HoldImage::Kept(Arc::from(hold)));
            }
            change.waitlist.push((Arc::from(entry), existence));
        }
    }
    change
}

fn defined(definition: Definition) -> Event {
    Event::DefinitionChanged { change: Edit::Created, definition: Box::new(definition), by: None }
}

fn employed(staff: Staff) -> Event {
    Event::StaffChanged { change: Edit::Created, staff: Box::new(staff), by: None }
}

fn booked(reservation: Reservation) -> Event {
    let (change, at) = (Changed::Booked, reservation.updated_at);
    Event::ReservationChanged { change, reservation: Box::new(reservation), at, by: None }
}

fn waits(change: WaitlistChange, entry: WaitlistEntry) -> Event {
    Event::WaitlistChanged { change, entry: Box::new(entry), at: noon() }
}

/// Facts about one of each kind and status, each with whether its row is new.
fn history() -> Vec<(Event, Existence)> {
    use Existence::{Known, New};
    let offer = WaitlistChange::Offered { hold: Box::new(hold("offered")) };
    let offered = Waiting::Offered { hold: HoldId::parse("offered").unwrap() };
    let taken = Waiting::Booked { reservation: ReservationId::parse("r1").unwrap() };
    let (gone, left) = (definition("gone"), staff("left"));
    let changed = Definition { version: 2, ..definition("haircut") };
    let ended = Event::HoldEnded { id: HoldId::parse("over").unwrap(), end: HoldEnd::Expired, at: noon() };
    let mut history = vec![
        (defined(definition("haircut")), New),
        (defined(gone.clone()), New),
        (defined(Definition { deleted_at: Some(noon()), version: 2, ..gone }), Known),
        (defined(changed), Known),
        (employed(staff("anna")), New),
        (employed(left.clone()), New),
        (employed(Staff { deleted_at: Some(noon()), version: 2, ..left }), Known),
        (Event::Held { hold: Box::new(Hold { offered_to: None, ..hold("kept") }) }, New),
        (Event::Held { hold: Box::new(hold("over")) }, New),
        (ended, Known),
        (waits(WaitlistChange::Joined, waiting("w1", Waiting::Waiting)), New),
        (waits(offer, waiting("w1", offered)), Known),
        (waits(WaitlistChange::Joined, waiting("w2", Waiting::Waiting)), New),
        (waits(WaitlistChange::Booked, waiting("w2", taken)), Known),
        (waits(WaitlistChange::Joined, waiting("w3", Waiting::Waiting)), New),
        (waits(WaitlistChange::Joined, waiting("w4", Waiting::Waiting)), New),
        (waits(WaitlistChange::Ended, waiting("w4", Waiting::Ended)), Known),
    ];
    for (index, status) in (0..).zip(statuses()) {
        let id = format!("r{index}");
        history.push((booked(reservation(&id, index * 60, Status::Pending)), New));
        history.push((booked(reservation(&id, index * 60, status)), Known));
    }
    history
}

#[tokio::test]
async fn a_calendar_comes_back_just_as_it_was() {
    let house = House::open().await;
    let mut state = CalendarState::default();
    let history = history();
    for (event, existence) in &history {
        apply(&mut state, event);
        house.send("fact", 1, change_of(event, *existence));
    }
    assert_eq!(house.heard.wait_for(history.len()).await, vec!["fact committed"; history.len()]);
    assert_eq!(loaded(house).await, [(org(), state)]);
}

#[tokio::test]
async fn what_was_settled_a_day_before_the_newest_fact_is_not_read_again() {
    const DAY: i64 = 24 * 60;
    let house = House::open().await;
    let cancelled = |at| Status::Cancelled { at, by: CancelledBy::Staff, reason: None };
    let settled = |id, minutes, at, status| Reservation { updated_at: at, ..reservation(id, minutes, status) };
    // Settled when it ended or was last changed, whichever is later; a cancelled one when it was cancelled.
    let remembered = [
        settled("ended", -30 - DAY + 1, at(-DAY - 60), Status::Confirmed),
        settled(
            "changed",
            -10 * DAY,
            at(-DAY + 1),
            Status::Completed { at: noon(), from: Box::new(Status::Confirmed), by: ClosedBy::Line },
        ),
        settled("cancelled", 10 * DAY, at(-DAY + 1), cancelled(noon())),
        settled("ahead", 10 * DAY, at(-10 * DAY), Status::Confirmed),
    ];
    let forgotten = [
        settled("old", -30 - DAY, at(-DAY - 60), Status::Confirmed),
        settled("called-off", 10 * DAY, at(-DAY), cancelled(noon())),
    ];
    for reservation in remembered.iter().chain(&forgotten) {
        let fact = change_of(&booked(reservation.clone()), Existence::New);
        house.send("booked", 1, Change { reservations: vec![(image(reservation, None), Existence::New)], ..fact });
    }
    let deleted =
        ReservationImage { deleted_at: Some(noon()), ..image(&reservation("deleted", 60, Status::Confirmed), None) };
    house.send("deleted", 1, with_reservations([(deleted, Existence::New)]));
    house.send("newest", 1, change_of(&defined(definition("haircut")), Existence::New));
    assert!(house.heard.wait_for(8).await.iter().all(|word| word.ends_with("committed")));
    let expected = CalendarState::restored([definition("haircut")], [], remembered, [], []);
    assert_eq!(loaded(house).await, [(org(), expected)]);
}

#[tokio::test]
async fn a_hold_that_is_made_and_over_in_one_batch_leaves_nothing() {
    let house = House::open().await;
    let kept = |id| HoldImage::Kept(Arc::new(hold(id)));
    let over = |id| HoldImage::Over(HoldId::parse(id).unwrap());
    house.send("kept", 1, Change { holds: vec![kept("a"), kept("b"), over("b")], ..Change::default() });
    house.heard.wait_for(1).await;
    assert_eq!(house.count("SELECT count(*) FROM hold WHERE id = 'a'").await, 1);
    assert_eq!(house.count("SELECT count(*) FROM hold").await, 1);
    house.send("over", 1, Change { holds: vec![over("a"), kept("c")], ..Change::default() });
    house.heard.wait_for(2).await;
    assert_eq!(house.count("SELECT count(*) FROM hold WHERE id = 'c'").await, 1);
    assert_eq!(house.count("SELECT count(*) FROM hold").await, 1);
}

#[tokio::test]
async fn impossible_rows_name_table_and_column() {
    let house = House::open().await;
    let history = history();
    for (event, existence) in &history {
        house.send("fact", 1, change_of(event, *existence));
    }
    house.heard.wait_for(history.len()).await;
    // What is read later is broken first.
    let broken = [
        ("UPDATE waitlist SET hold_id = NULL WHERE id = 'w1'", "in waitlist, column hold_id (demo/w1)"),
        ("UPDATE waitlist SET contact_id = '?' WHERE id = 'w1'", "in waitlist, column"),
        ("UPDATE hold SET party_size = -1 WHERE id = 'kept'", "in hold, column party_size (demo/kept)"),
        ("UPDATE reservation SET staff_ids = '{a b}' WHERE id = 'r0'", "in reservation, column staff_ids (demo/r0)"),
        (
            "UPDATE reservation SET staff_ids = '{anna}', status = 'cancelled' WHERE id = 'r0'",
            "column cancelled_by (demo/r0)",
        ),
        ("UPDATE reservation SET cancelled_by = 'nobody' WHERE id = 'r0'", "in reservation, column cancelled_by"),
        ("UPDATE reservation SET status = 'completed' WHERE id = 'r0'", "in reservation, column status_at (demo/r0)"),
        ("UPDATE reservation SET status_at = now() WHERE id = 'r0'", "in reservation, column status_before (demo/r0)"),
        ("UPDATE staff SET version = -1 WHERE id = 'anna'", "in staff, column version (demo/anna)"),
        ("UPDATE definition SET version = -1 WHERE id = 'haircut'", "in definition, column version (demo/haircut)"),
    ];
    for (statement, expected) in broken {
        house.options.connect().await.unwrap().execute(statement).await.unwrap();
        let refused =
            claim(house.options.clone(), Uuid::from_u128(9), true, &Handle::current()).await.err().unwrap().to_string();
        assert!(refused.contains(expected), "{statement}: {refused}");
    }
}

async fn loaded(house: House) -> Vec<(OrgId, CalendarState)> {
    let House { options, store, .. } = house;
    store.stop().await;
    claim(options, Uuid::from_u128(8), false, &Handle::current()).await.unwrap().loaded.calendars
}
