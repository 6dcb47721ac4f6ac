//! What must hold of every calendar: nothing outside of hours, nothing taken twice, and what is listed books.

use chrono::{Datelike, Days, NaiveDate};
use proptest::prelude::*;

use super::*;
use crate::domain::local_time::start_of_day;

/// Zones with a day on which their clocks change, the ones without included for any day.
const CHANGES: [(Tz, &str); 13] = [
    (chrono_tz::Europe::Berlin, "2026-03-29"),
    (chrono_tz::Europe::Berlin, "2026-10-25"),
    (chrono_tz::America::New_York, "2026-03-08"),
    (chrono_tz::America::New_York, "2026-11-01"),
    (chrono_tz::America::Sao_Paulo, "2018-11-04"),
    (chrono_tz::America::Sao_Paulo, "2018-02-17"),
    (chrono_tz::Australia::Lord_Howe, "2026-10-04"),
    (chrono_tz::Australia::Lord_Howe, "2026-04-05"),
    (chrono_tz::Asia::Kathmandu, "2026-05-12"),
    (chrono_tz::Asia::Tehran, "2022-03-22"),
    (chrono_tz::Asia::Tehran, "2022-09-21"),
    (chrono_tz::Africa::Cairo, "2026-04-24"),
    (chrono_tz::Asia::Beirut, "2026-03-29"),
];

/// A calendar before anything is booked, and the two days that are asked about.
#[derive(Clone, Debug)]
struct Scene {
    zone: Tz,
    date: NaiveDate,
    /// Openings in steps of four hours, which no change of clocks lies within.
    spans: Vec<(u32, u32)>,
    duration: u32,
    step: u32,
    buffers: (u32, u32),
    capacity: Option<u32>,
    staff: usize,
    required: u32,
    seats: u32,
    per_day: Option<u32>,
    /// Whether the openings are those of the staff, where any is required, and not of the definition.
    by_staff: bool,
    /// Which of the listed slots is booked next, and for how many.
    picks: Vec<(prop::sample::Index, u32)>,
}

fn scenes() -> impl Strategy<Value = Scene> {
    let spans = prop::collection::vec((0_u32..6, 1_u32..7), 1..3)
        .prop_map(|spans| spans.into_iter().map(|(from, length)| (from * 4, (from + length).min(6) * 4)).collect());
    let time =
        (prop::sample::select(vec![15_u32, 30, 45, 60, 90, 120]), prop::sample::select(vec![15_u32, 30, 60, 75]));
    let buffers = (prop::sample::select(vec![0_u32, 10, 30]), prop::sample::select(vec![0_u32, 15, 60]));
    let room = (prop::option::of(1_u32..5), 0_usize..4, 0_u32..3, 1_u32..4, prop::option::of(1_u32..6));
    let by_staff = any::<bool>();
    let picks = prop::collection::vec((any::<prop::sample::Index>(), 1_u32..4), 0..12);
    (prop::sample::select(CHANGES.to_vec()), spans, time, buffers, room, by_staff, picks).prop_map(
        |(
            (zone, date),
            spans,
            (duration, step),
            buffers,
            (capacity, staff, required, seats, per_day),
            by_staff,
            picks,
        )| Scene {
            zone,
            date: date.parse().unwrap(),
            spans,
            duration,
            step,
            buffers,
            capacity,
            staff,
            required: required.min(u32::try_from(staff).unwrap()),
            seats,
            per_day,
            by_staff,
            picks,
        },
    )
}

impl Scene {
    fn shop(&self) -> Shop {
        let mut shop = Shop::empty();
        shop.now = start_of_day(self.zone, self.date) - TimeDelta::days(3);
        let names: Vec<String> = (0..self.staff).map(|at| format!("s{at}")).collect();
        let clock = |hour: &u32| format!("{hour:02}:00");
        let day: Vec<[String; 2]> = self.spans.iter().map(|(from, to)| [clock(from), clock(to)]).collect();
        let week = json!({"mon": day, "tue": day, "wed": day, "thu": day, "fri": day, "sat": day, "sun": day});
        let week = Some(hours(week));
        let by_staff = self.by_staff && self.required > 0;
        for name in &names {
            let mut member = staff_draft(name);
            member.terms.timezone = self.zone;
            member.terms.hours = week.clone().filter(|_| by_staff);
            shop.employ(member);
        }
        shop.define(|draft| {
            let terms = &mut draft.terms;
            terms.timezone = self.zone;
            terms.hours = week.filter(|_| !by_staff);
            (terms.duration_minutes, terms.step_minutes) = (self.duration, Some(self.step));
            (terms.buffer_before_minutes, terms.buffer_after_minutes) = self.buffers;
            (terms.capacity, terms.required_staff, terms.seats_per_session) =
                (self.capacity, self.required, self.seats);
            terms.limits.per_day = self.per_day;
            terms.staff_ids = names.iter().map(|name| staff_id(name)).collect();
        });
        shop
    }

    fn question(&self, shop: &Shop) -> Question {
        let to = self.date.checked_add_days(Days::new(1)).unwrap();
        Question { from: Edge::Date(self.date), to: Edge::Date(to), ..shop.question("2026-01-01", "2026-01-01") }
    }

    /// Books as long as there are picks and slots.
    fn booked(&self) -> Shop {
        let mut shop = self.shop();
        for (at, (pick, party_size)) in self.picks.iter().enumerate() {
            let offered = shop.slots(&self.question(&shop)).slots;
            if offered.is_empty() {
                break;
            }
            let slot = pick.get(&offered);
            book(&mut shop, &format!("r{at}"), slot, (*party_size).min(slot.spots_available)).unwrap();
        }
        shop
    }

    fn is_open(&self, at: DateTime<Utc>) -> bool {
        let local = at.with_timezone(&self.zone);
        let hour = chrono::Timelike::hour(&local);
        self.spans.iter().any(|(from, to)| (*from..*to).contains(&hour))
    }
}

fn wish_for(name: &str, slot: &OfferedSlot, party_size: u32) -> Act {
    let wish = wish(name, "2026-01-01T00:00:00Z");
    Act::Create(Box::new(Booking { slot: Slot { start: slot.start, end: slot.end }, party_size, ..wish }))
}

fn book(shop: &mut Shop, name: &str, slot: &OfferedSlot, party_size: u32) -> Result<Answer, Rejection> {
    shop.ask(Party::Public, wish_for(name, slot, party_size))
}

/// Whether it would be booked.
fn decided(shop: &Shop, slot: &OfferedSlot, party_size: u32) -> Result<Vec<Event>, Rejection> {
    let command = Command { by: Party::Public, act: wish_for("next", slot, party_size), points: shop.points.clone() };
    decide(&shop.state, &command, shop.now)
}

/// How many people are there at a moment, buffers included.
fn people_at(shop: &Shop, moment: DateTime<Utc>) -> u32 {
    let there = |one: &&std::sync::Arc<Reservation>| (one.occupied().start..one.occupied().end).contains(&moment);
    shop.state.reservations().filter(there).map(|one| one.party_size).sum()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_offered_outside_of_hours(scene in scenes()) {
        let shop = scene.shop();
        let offered = shop.slots(&scene.question(&shop)).slots;
        prop_assert!(offered.is_sorted_by(|one, next| one.start < next.start), "each instant once, in order");
        for slot in offered {
            prop_assert_eq!(slot.end - slot.start, TimeDelta::minutes(scene.duration.into()));
            let mut minute = slot.start;
            while minute < slot.end {
                prop_assert!(scene.is_open(minute), "{} of {}", minute, slot.start);
                minute += TimeDelta::minutes(1);
            }
        }
    }

    #[test]
    fn hours_of_the_staff_offer_what_those_of_the_definition_would(scene in scenes()) {
        let offered = |by_staff| {
            let shop = Scene { by_staff, ..scene.clone() }.booked();
            shop.slots(&scene.question(&shop)).slots
        };
        prop_assert_eq!(offered(true), offered(false));
    }

    #[test]
    fn every_start_of_the_wall_clock_that_fits_is_offered(scene in scenes()) {
        let shop = scene.shop();
        let offered: Vec<_> = shop.slots(&scene.question(&shop)).slots.iter().map(|slot| slot.start).collect();
        // A grid from midnight meets that of every opening where the step divides four hours.
        prop_assume!(240_u32.is_multiple_of(scene.step));
        let mut start = start_of_day(scene.zone, scene.date);
        while start.with_timezone(&scene.zone).date_naive() == scene.date {
            let local = start.with_timezone(&scene.zone);
            let minute = chrono::Timelike::hour(&local) * 60 + chrono::Timelike::minute(&local);
            let fits = (0..scene.duration).all(|passed| scene.is_open(start + TimeDelta::minutes(passed.into())));
            prop_assert_eq!(minute.is_multiple_of(scene.step) && fits, offered.contains(&start), "{}", local);
            start += TimeDelta::minutes(15);
        }
    }

    #[test]
    fn nobody_is_booked_twice_and_no_room_is_over_full(scene in scenes()) {
        let shop = scene.booked();
        let capacity = shop.state.definition(&definition_id("cut")).unwrap().terms.capacity();
        for reservation in shop.state.reservations() {
            // The number of people only grows where a booking begins.
            let people = people_at(&shop, reservation.occupied().start);
            prop_assert!(capacity.is_none_or(|capacity| people <= capacity), "{} people", people);
            let groups = u32::try_from(reservation.staff_ids.len()).unwrap().checked_div(scene.required);
            prop_assert!(groups.is_none_or(|groups| reservation.party_size <= groups * scene.seats));
            let day = reservation.slot.start.with_timezone(&scene.zone).date_naive();
            let same_day = shop.state.reservations().filter(|one| {
                one.slot.start.with_timezone(&scene.zone).date_naive() == day
            });
            prop_assert!(scene.per_day.is_none_or(|limit| same_day.count() <= limit as usize), "{}", day.day());
        }
    }

    #[test]
    fn what_is_listed_books_up_to_its_spots_and_not_beyond(scene in scenes()) {
        let shop = scene.booked();
        for slot in shop.slots(&scene.question(&shop)).slots {
            prop_assert!(slot.spots_available > 0);
            let all = slot.spots_available.min(PARTY_MAX);
            prop_assert!(decided(&shop, &slot, all).is_ok(), "{} of {}", all, slot.start);
            prop_assert!(decided(&shop, &slot, slot.spots_available + 1).is_err());
        }
    }

    #[test]
    fn what_is_not_listed_is_refused_and_the_explanation_agrees(scene in scenes()) {
        let shop = scene.booked();
        let answer = shop.slots(&Question { explain: true, ..scene.question(&shop) });
        for explained in answer.explain {
            let listed = answer.slots.iter().any(|slot| slot.start == explained.start);
            prop_assert_eq!(listed, explained.refusals.is_empty());
            if !listed {
                let slot = OfferedSlot {
                    start: explained.start,
                    end: explained.end,
                    spots_available: 0,
                    staff_ids: Vec::new(),
                };
                let refused = decided(&shop, &slot, 1).unwrap_err();
                let (Rejection::SlotTaken { refusals, nearest } | Rejection::SlotNotOffered { refusals, nearest }) =
                    refused else { panic!("{refused:?}") };
                prop_assert_eq!(refusals, explained.refusals);
                prop_assert!(nearest.len() <= NEAREST_MAX);
            }
        }
    }

    #[test]
    fn an_answer_stays_the_same_as_long_as_it_says(
        scene in scenes(),
        notice in 0_u32..2_000,
        (horizon, asked, later) in (0_u32..4, 0_i64..7_200, 0.0_f64..1.0),
        pick in any::<prop::sample::Index>(),
    ) {
        let mut shop = scene.booked();
        let question = scene.question(&shop);
        let limits = DefinitionChanges {
            horizon_days: Some(horizon.max(notice.div_ceil(1_440) + 1)),
            min_notice_minutes: Some(notice),
            ..DefinitionChanges::default()
        };
        shop.redefine(limits);
        // From half a minute on, so that steps of the clock and of the grid are apart.
        shop.now += TimeDelta::minutes(asked) + TimeDelta::seconds(30);
        let offered = shop.slots(&question).slots;
        if !offered.is_empty() {
            let OfferedSlot { start, end, .. } = *pick.get(&offered);
            let definition = definition_id("cut");
            let slot = Slot { start, end };
            shop.act(Act::Hold(Box::new(HoldWish { id: hold_id("h"), definition, slot, staff: None, party_size: 1 })));
            shop.now += TimeDelta::minutes(1);
        }
        let answer = shop.slots(&question);
        let lasts = (answer.same_before - shop.now).num_seconds();
        prop_assert!(lasts > 0 && lasts <= 25 * 3_600);
        let last = answer.same_before - TimeDelta::nanoseconds(1);
        for moment in [shop.now + TimeDelta::seconds((lasts as f64 * later) as i64), last] {
            let then = Shop { now: moment, ..shop.clone() }.slots(&question);
            prop_assert_eq!((&then.slots, &then.closed), (&answer.slots, &answer.closed), "at {}", moment);
        }
    }

    #[test]
    fn the_order_of_bookings_means_nothing(scene in scenes(), seed in any::<u64>()) {
        let shop = scene.booked();
        let mut reservations: Vec<Reservation> = shop.state.reservations().map(|one| Reservation::clone(one)).collect();
        let length = reservations.len().max(1);
        for at in 0..reservations.len() {
            reservations.swap(at, (seed as usize).wrapping_mul(at + 31) % length);
        }
        let state = CalendarState::restored(
            shop.state.definitions().map(|one| Definition::clone(one)),
            shop.state.staff().map(|one| Staff::clone(one)),
            reservations,
            [],
            [],
        );
        let shuffled = Shop { state, ..shop.clone() };
        prop_assert_eq!(shuffled.slots(&scene.question(&shop)), shop.slots(&scene.question(&shop)));
    }
}
