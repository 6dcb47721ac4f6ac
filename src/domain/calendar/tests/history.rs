//! Whatever happens in whatever order: never more people than fit, never anybody in two places, and time always gets on.

use proptest::prelude::*;

use super::*;

const STARTS: [&str; 6] = ["07:00", "07:30", "08:00", "08:30", "09:00", "09:30"];

/// Something that somebody does, told by small numbers.
#[derive(Clone, Debug)]
enum Step {
    Book(usize, u32),
    BookHeld(usize, usize),
    Hold(usize),
    Wait(u32),
    Move(usize, usize),
    Grow(usize, u32),
    Cancel(usize),
    Delete(usize),
    CheckIn(usize),
    Complete(usize),
    NoShow(usize),
    TakeBack(usize),
    Redefine(u32, u32),
    Rest(i64),
    Sleep(i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let start = 0..STARTS.len();
    let who = 0_usize..12;
    let step = prop_oneof![
        5 => (start.clone(), 1_u32..4).prop_map(|(start, people)| Step::Book(start, people)),
        2 => (start.clone(), 0_usize..6).prop_map(|(start, hold)| Step::BookHeld(start, hold)),
        2 => start.clone().prop_map(Step::Hold),
        2 => (1_u32..3).prop_map(Step::Wait),
        3 => (who.clone(), start).prop_map(|(who, start)| Step::Move(who, start)),
        1 => (who.clone(), 1_u32..5).prop_map(|(who, people)| Step::Grow(who, people)),
        3 => who.clone().prop_map(Step::Cancel),
        1 => who.clone().prop_map(Step::Delete),
        1 => who.clone().prop_map(Step::CheckIn),
        1 => who.clone().prop_map(Step::Complete),
        1 => who.clone().prop_map(Step::NoShow),
        1 => who.prop_map(Step::TakeBack),
        1 => (0_u32..31, 0_u32..31).prop_map(|(before, after)| Step::Redefine(before, after)),
        3 => (1_i64..40).prop_map(Step::Rest),
        1 => (1_i64..900).prop_map(Step::Sleep),
    ];
    prop::collection::vec(step, 1..50)
}

fn name(at: usize) -> String {
    format!("r{at}")
}

/// Does one step; refusals are as good as anything.
fn take(shop: &mut Shop, at: usize, step: &Step) {
    let start = |start: &usize| format!("2026-05-12T{}:00Z", STARTS[*start]);
    let act = match step {
        Step::Book(first, people) => {
            let booking = Booking { party_size: *people, ..wish(&name(at), &start(first)) };
            Act::Create(Box::new(booking))
        }
        Step::BookHeld(first, hold) => {
            let held: Vec<HoldId> = shop.state.holds().map(|hold| hold.id.clone()).collect();
            Act::Create(Box::new(Booking { hold: held.get(*hold).cloned(), ..wish(&name(at), &start(first)) }))
        }
        Step::Hold(first) => hold(&format!("h{at}"), &start(first)),
        Step::Wait(people) => {
            let mut act = wait(&format!("w{at}"), "2026-05-12T00:00:00Z", "2026-05-12T09:00:00Z");
            if let Act::JoinWaitlist(wish) = &mut act {
                wish.party_size = *people;
            }
            act
        }
        Step::Move(who, first) => Act::Reschedule {
            reservation: Named::Id { id: id(&name(*who)) },
            slot: slot(&start(first)),
            staff: None,
            expected_version: None,
            past: None,
        },
        Step::Grow(who, people) => {
            update(&name(*who), ReservationChanges { party_size: Some(*people), ..Default::default() })
        }
        Step::Cancel(who) => cancel(&name(*who)),
        Step::Delete(who) => Act::Delete { id: id(&name(*who)), expected_version: None, past: None },
        Step::CheckIn(who) => check_in(&name(*who)),
        Step::Complete(who) => Act::Complete { id: id(&name(*who)), past: None },
        Step::NoShow(who) => Act::NoShow { id: id(&name(*who)), overriding: true, past: None },
        Step::TakeBack(who) => Act::TakeBack { id: id(&name(*who)), past: None },
        Step::Redefine(before, after) => Act::UpdateDefinition {
            id: definition_id("cut"),
            changes: Box::new(DefinitionChanges {
                buffer_before_minutes: Some(*before),
                buffer_after_minutes: Some(*after),
                ..DefinitionChanges::default()
            }),
            expected_version: None,
        },
        Step::Rest(minutes) => {
            let end = shop.now + TimeDelta::minutes(*minutes);
            return shop.wait_until(&end.to_rfc3339());
        }
        Step::Sleep(minutes) => {
            shop.now += TimeDelta::minutes(*minutes);
            return catch_up(shop);
        }
    };
    drop(shop.ask(supervisor(), act));
}

/// After a time without an owner: a few ticks, and nothing is due any more.
fn catch_up(shop: &mut Shop) {
    for _ in 0..4 {
        shop.tick();
    }
    assert!(wake_at(&shop.state).is_none_or(|next| next > shop.now));
}

/// The most people at any moment: claims, their buffers left out.
fn most_people(shop: &Shop) -> u32 {
    let claims: Vec<(Slot, u32)> = shop
        .state
        .reservations()
        .filter(|one| one.status.takes_room())
        .map(|one| (one.slot, one.party_size))
        .chain(shop.state.holds().map(|hold| (hold.slot, hold.party_size)))
        .collect();
    let people_at = |moment: DateTime<Utc>| {
        claims.iter().filter(|(slot, _)| (slot.start..slot.end).contains(&moment)).map(|(_, people)| people).sum()
    };
    claims.iter().map(|(slot, _)| people_at(slot.start)).max().unwrap_or(0)
}

fn reminders() -> Vec<Reminder> {
    let before = |seconds| Schedule::Before { seconds };
    let rule = |schedule| Reminder { schedule, channel: Channel::Email, template_id: None };
    vec![rule(before(3_600)), rule(before(600))]
}

/// No rule is dealt with twice for one start, and nothing is sent at the start or later.
fn assert_reminded_once(shop: &Shop) {
    let mut seen = std::collections::BTreeSet::new();
    for event in &shop.log {
        if let Event::ReservationChanged { change: Change::ReminderDue { reminded, .. }, reservation, .. } = event {
            assert!(reminded.due_at < reminded.start);
            assert_eq!(reservation.status, Status::Confirmed);
            assert!(seen.insert((reservation.id.clone(), reminded.rule.clone(), reminded.start)));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_room_never_holds_more_than_it_can(capacity in 1_u32..5, steps in steps()) {
        let mut shop = Shop::with(|draft| {
            draft.terms.capacity = Some(capacity);
            draft.terms.reminders = reminders();
        });
        shop.now = at("2026-05-12T05:00:00Z");
        for (at, step) in steps.iter().enumerate() {
            take(&mut shop, at, step);
            prop_assert!(most_people(&shop) <= capacity, "after {:?}", step);
        }
        assert_reminded_once(&shop);
    }

    #[test]
    fn a_crew_never_serves_more_than_it_can(staff in 1_usize..4, seats in 1_u32..4, steps in steps()) {
        let names = &["ann", "ben", "cem"][..staff];
        let mut shop = Shop::staffed(names, |draft| {
            draft.terms.seats_per_session = seats;
            draft.terms.reminders = reminders();
        });
        shop.now = at("2026-05-12T05:00:00Z");
        for (at, step) in steps.iter().enumerate() {
            // Whether anybody is to be in two places at once is looked at after every command.
            take(&mut shop, at, step);
            prop_assert!(most_people(&shop) <= u32::try_from(staff).unwrap() * seats, "after {:?}", step);
        }
        assert_reminded_once(&shop);
    }

    #[test]
    fn the_log_makes_the_same_state_again(steps in steps()) {
        let mut shop = Shop::with(|draft| draft.terms.capacity = Some(3));
        shop.now = at("2026-05-12T05:00:00Z");
        steps.iter().enumerate().for_each(|(at, step)| take(&mut shop, at, step));
        let mut replayed = CalendarState::default();
        shop.log.iter().for_each(|event| apply(&mut replayed, event));
        prop_assert_eq!(replayed, shop.state);
    }
}
