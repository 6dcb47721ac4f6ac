//! The guard is held to the calendar: whatever is booked and edited in whatever order, it refuses nothing that the calendar
//! allows. [`Guarded`] keeps the rows as Postgres does, with the exclusion by resource, span and session.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::TimeDelta;
use proptest::prelude::*;

use super::super::change::change_of;
use super::*;
use crate::domain::calendar::tests::*;
use crate::domain::calendar::{Act, Answer, Booking, DefinitionChanges, Rejection, ReservationChanges, Slot};
use crate::domain::ids::{DefinitionId, ReservationId};
use crate::domain::party::Party;

const NINE: &str = "2026-05-12T07:00:00Z";

/// A calendar with two services at one point with one crew, what has been written of it, and what it takes.
struct Guarded {
    shop: Shop,
    written: BTreeMap<ReservationId, Arc<Reservation>>,
    rows: BTreeMap<ReservationId, (Slot, Vec<Spot>)>,
}

impl Guarded {
    fn open(capacity: u32, required_staff: u32) -> Self {
        let mut shop = Shop::empty();
        shop.open_point(capacity, None);
        ["ann", "ben"].into_iter().for_each(|name| shop.employ(staff_draft(name)));
        for name in ["cut", "colour"] {
            shop.define(|draft| {
                draft.id = definition_id(name);
                draft.terms.service_point_id = Some(point_id());
                draft.terms.required_staff = required_staff;
                draft.terms.staff_ids = staff_ids(&["ann", "ben"]);
            });
        }
        Self { shop, written: BTreeMap::new(), rows: BTreeMap::new() }
    }

    /// Asks the calendar, and writes what it says; the guard must have nothing against it.
    fn ask(&mut self, by: Party, act: Act) -> Result<Answer, Rejection> {
        let before = self.shop.state.clone();
        let heard = self.shop.log.len();
        let command = Command { by: by.clone(), act: act.clone(), points: self.shop.points.clone() };
        let answer = self.shop.ask(by, act)?;
        let images = change_of(&command, &before, &self.shop.state, &self.shop.log[heard..]).reservations;
        for (image, _) in images {
            let reservation = image.reservation;
            if let Some(spots) = image.spots {
                self.rows.insert(reservation.id.clone(), (reservation.occupied(), spots));
            }
            self.written.insert(reservation.id.clone(), reservation);
        }
        self.assert_nothing_clashes();
        Ok(answer)
    }

    fn assert_nothing_clashes(&self) {
        for (at, (id, (occupied, spots))) in self.rows.iter().enumerate() {
            for (other, (others, other_spots)) in self.rows.iter().skip(at + 1) {
                let overlap = occupied.start < others.end && others.start < occupied.end;
                let clashes = |one: &Spot, two: &Spot| one.resource == two.resource && one.session != two.session;
                let clash = spots.iter().any(|one| other_spots.iter().any(|two| clashes(one, two)));
                assert!(!(overlap && clash), "{id} and {other}: {spots:?} and {other_spots:?}");
            }
        }
    }

    fn redefine(&mut self, definition: &str, changes: DefinitionChanges) {
        let id = definition_id(definition);
        let act = Act::UpdateDefinition { id, changes: Box::new(changes), expected_version: None };
        self.ask(clerk(), act).unwrap();
    }

    fn book(&mut self, name: &str, start: &str) {
        self.ask(Party::Public, Act::Create(Box::new(wish(name, start)))).unwrap();
    }

    fn change(&mut self, name: &str, changes: ReservationChanges) {
        let past = self.written.get(&id(name)).map(|one| Box::new(Reservation::clone(one)));
        let act = Act::Update { id: id(name), changes: Box::new(changes), expected_version: None, past };
        self.ask(clerk(), act).unwrap();
    }

    fn resources(&self, name: &str) -> Vec<&str> {
        self.rows[&id(name)].1.iter().map(|spot| spot.resource.as_str()).collect()
    }
}

fn seats(seats: u32) -> DefinitionChanges {
    DefinitionChanges { seats_per_session: Some(seats), ..DefinitionChanges::default() }
}

#[test]
fn a_class_made_of_what_was_booked_when_there_was_more_room_takes_no_more_than_before() {
    let mut guarded = Guarded::open(2, 0);
    guarded.book("a", NINE);
    guarded.book("b", NINE);
    guarded.shop.open_point(1, None);
    guarded.redefine("cut", seats(2));
    assert_eq!((guarded.resources("a").len(), guarded.resources("b").len()), (0, 0));
    guarded.book("c", "2026-05-12T07:30:00Z");
    assert_eq!(guarded.resources("c"), ["point:p1"], "what is booked with room for one is guarded");
}

#[test]
fn notes_on_what_is_long_over_take_no_time_of_anybody() {
    let mut guarded = Guarded::open(1, 0);
    guarded.book("a", NINE);
    guarded.shop.open_point(2, None);
    guarded.book("b", NINE);
    guarded.shop.open_point(1, None);
    guarded.shop.now = at("2026-05-20T07:00:00Z");
    guarded.book("c", "2026-05-21T07:00:00Z");
    guarded.book("d", "2026-05-21T07:30:00Z");
    assert!(guarded.shop.state.reservation(&id("b")).is_none(), "forgotten");
    for name in ["b", "a"] {
        guarded.change(name, ReservationChanges { notes: Some("paid".to_owned()), ..ReservationChanges::default() });
    }
    assert_eq!((guarded.resources("a"), guarded.resources("b")), (vec!["point:p1"], vec![]));
}

#[test]
fn buffers_that_an_edit_changes_are_what_the_guard_has() {
    // Booked with half an hour behind it; then without. Two people in place of one: the new buffers hold from then on.
    let mut guarded = Guarded::open(3, 1);
    let buffer = |minutes| DefinitionChanges { buffer_after_minutes: Some(minutes), ..seats(2) };
    guarded.redefine("cut", buffer(30));
    guarded.book("a", NINE);
    guarded.redefine("cut", buffer(0));
    guarded.change("a", ReservationChanges { party_size: Some(2), ..ReservationChanges::default() });
    let with_ann = Booking { staff: Some(staff_id("ann")), ..wish("b", "2026-05-12T07:30:00Z") };
    guarded.ask(Party::Public, Act::Create(Box::new(with_ann))).unwrap();
    assert_eq!((guarded.resources("a"), guarded.resources("b")), (vec!["staff:ann"], vec!["staff:ann"]));
}

/// Something that somebody does, right or wrong.
#[derive(Clone, Debug)]
enum Step {
    Book { colour: bool, start: u32, party: u32, with_ben: bool },
    Change { which: usize, change: Box<ReservationChanges> },
    Move { which: usize, start: u32 },
    Cancel { which: usize },
    Complete { which: usize },
    TakeBack { which: usize },
    Capacity(u32),
    Redefine { colour: bool, changes: Box<DefinitionChanges> },
    Wait { hours: i64 },
}

fn steps() -> impl Strategy<Value = Step> {
    let which = 0_usize..12;
    let change = (prop::option::of(1_u32..3), prop::option::of(prop::bool::ANY), prop::option::of(0_u8..9)).prop_map(
        |(party_size, ben, note)| ReservationChanges {
            party_size,
            staff_id: ben.map(|ben| staff_id(if ben { "ben" } else { "ann" })),
            notes: note.map(|note| format!("note {note}")),
            ..ReservationChanges::default()
        },
    );
    let redefined =
        (prop::option::of(1_u32..3), prop::option::of(0_u32..2), prop::option::of(0_u32..3), any::<[bool; 2]>())
            .prop_map(|(seats_per_session, required_staff, buffers, [moves, here])| DefinitionChanges {
                seats_per_session,
                required_staff,
                buffer_after_minutes: buffers.map(|buffers| buffers * 15),
                service_point_id: moves.then(|| here.then(point_id)),
                ..DefinitionChanges::default()
            });
    prop_oneof![
        6 => (any::<bool>(), 0_u32..4, 1_u32..3, any::<bool>())
            .prop_map(|(colour, start, party, with_ben)| Step::Book { colour, start, party, with_ben }),
        4 => (which.clone(), change).prop_map(|(which, change)| Step::Change { which, change: Box::new(change) }),
        2 => (which.clone(), 0_u32..4).prop_map(|(which, start)| Step::Move { which, start }),
        1 => which.clone().prop_map(|which| Step::Cancel { which }),
        2 => which.clone().prop_map(|which| Step::Complete { which }),
        2 => which.prop_map(|which| Step::TakeBack { which }),
        3 => (1_u32..4).prop_map(Step::Capacity),
        3 => (any::<bool>(), redefined)
            .prop_map(|(colour, changes)| Step::Redefine { colour, changes: Box::new(changes) }),
        1 => (1_i64..30).prop_map(|hours| Step::Wait { hours }),
    ]
}

fn service(colour: bool) -> DefinitionId {
    definition_id(if colour { "colour" } else { "cut" })
}

/// A start on the day after the present one, of the first four of the grid.
fn start_of(shop: &Shop, start: u32) -> Slot {
    let nine = (shop.now.date_naive() + TimeDelta::days(1)).and_hms_opt(7, 0, 0).unwrap().and_utc();
    let start = nine + TimeDelta::minutes(30 * i64::from(start));
    Slot { start, end: start + TimeDelta::minutes(30) }
}

fn act_of(guarded: &Guarded, at: usize, step: Step) -> Option<(Party, Act)> {
    let of = |which: usize| guarded.written.values().nth(which).cloned();
    let past = |one: &Arc<Reservation>| Some(Box::new(Reservation::clone(one)));
    let act = match step {
        Step::Book { colour, start, party, with_ben } => {
            let staff = with_ben.then(|| staff_id("ben"));
            let (definition, slot) = (service(colour), start_of(&guarded.shop, start));
            let wish = Booking { definition, slot, party_size: party, staff, ..wish(&format!("r{at}"), NINE) };
            return Some((Party::Public, Act::Create(Box::new(wish))));
        }
        Step::Change { which, change } => {
            let one = of(which)?;
            Act::Update { id: one.id.clone(), changes: change, expected_version: None, past: past(&one) }
        }
        Step::Move { which, start } => {
            let one = of(which)?;
            let slot = Some(start_of(&guarded.shop, start));
            let changes = Box::new(ReservationChanges { slot, ..ReservationChanges::default() });
            Act::Update { id: one.id.clone(), changes, expected_version: None, past: past(&one) }
        }
        Step::Cancel { which } => cancel(of(which)?.id.as_str()),
        Step::Complete { which } => Act::Complete { id: of(which)?.id.clone(), past: past(&of(which)?) },
        Step::TakeBack { which } => Act::TakeBack { id: of(which)?.id.clone(), past: past(&of(which)?) },
        Step::Redefine { colour, changes } => {
            Act::UpdateDefinition { id: service(colour), changes, expected_version: None }
        }
        Step::Capacity(_) | Step::Wait { .. } => return None,
    };
    Some((clerk(), act))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn the_guard_refuses_nothing_that_the_calendar_allows(
        (capacity, required_staff) in (1_u32..4, 0_u32..2),
        steps in prop::collection::vec(steps(), 1..40),
    ) {
        let mut guarded = Guarded::open(capacity, required_staff);
        for (at, step) in steps.into_iter().enumerate() {
            match step {
                Step::Capacity(capacity) => guarded.shop.open_point(capacity, None),
                Step::Wait { hours } => guarded.shop.now += TimeDelta::hours(hours),
                step => {
                    // What the rules refuse changes nothing.
                    let _ = act_of(&guarded, at, step).map(|(by, act)| guarded.ask(by, act));
                }
            }
        }
    }
}
