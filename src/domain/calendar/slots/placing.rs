//! One slot for one wish: by the same rules as the list, so that what is listed can be booked.

use chrono::{DateTime, TimeDelta, Utc};

use super::answer::{OfferedSlot, Refusal};
use super::inspection::{Detail, Inspection};
use super::wish::{View, Wish};
use crate::domain::calendar::rejection::Rejection;
use crate::domain::calendar::reservation::Slot;
use crate::domain::ids::StaffId;
use crate::domain::local_time::local_date;

/// Most free slots that a refusal names.
pub const NEAREST_MAX: usize = 3;
/// How far around the wish they are looked for, in days: further only while too few were found.
const NEAREST_WITHIN_DAYS: [i64; 3] = [1, 7, 31];
/// Nothing that lies further from now, in days, is offered by any definition.
const FURTHEST_DAYS: i64 = 1_000;

/// Who serves, once every rule says yes.
///
/// # Errors
/// The slot is taken, or not offered at all; with the nearest free ones.
pub(in crate::domain::calendar) fn place(
    view: View<'_>,
    wish: Wish<'_>,
    slot: Slot,
) -> Result<Vec<StaffId>, Rejection> {
    let refusals = match judged(view, wish, slot) {
        Ok(staff) => return Ok(staff),
        Err(refusals) => refusals,
    };
    let nearest = nearest(view, wish, slot.start, None);
    Err(match refusals.iter().all(Refusal::is_lack_of_room) {
        true => Rejection::SlotTaken { refusals, nearest },
        false => Rejection::SlotNotOffered { refusals, nearest },
    })
}

fn judged(view: View<'_>, wish: Wish<'_>, slot: Slot) -> Result<Vec<StaffId>, Vec<Refusal>> {
    let terms = &wish.definition.terms;
    if (slot.start - view.now).abs() > TimeDelta::days(FURTHEST_DAYS) {
        return Err(vec![Refusal::OffGrid]);
    }
    let date = local_date(terms.timezone, slot.start);
    let inspection = Inspection::new(view, wish, date, date);
    let day = inspection.day(date);
    let mut refusals = inspection.judge(&day, slot.start, Detail::All).refusals;
    if day.starts.binary_search(&slot.start).is_err() {
        refusals.push(Refusal::OffGrid);
    }
    let end = slot.start + terms.duration();
    if slot.end != end {
        refusals.push(Refusal::WrongEnd { end });
    }
    if refusals.is_empty() { inspection.seat(&day, slot) } else { Err(refusals) }
}

/// Who serves where a booking stays in its slot, but for other people or another number of them: only room is looked at.
///
/// # Errors
/// The slot has no room for it.
pub(in crate::domain::calendar) fn seat_in_place(
    view: View<'_>,
    wish: Wish<'_>,
    slot: Slot,
) -> Result<Vec<StaffId>, Rejection> {
    let date = local_date(wish.definition.terms.timezone, slot.start);
    let inspection = Inspection::new(view, wish, date, date);
    let seated = inspection.seat(&inspection.day(date), slot);
    seated.map_err(|refusals| Rejection::SlotTaken { refusals, nearest: Vec::new() })
}

/// The starts that are offered on the business days that `near` touches, in order.
pub(in crate::domain::calendar) fn free_near(view: View<'_>, wish: Wish<'_>, near: Slot) -> Vec<DateTime<Utc>> {
    let zone = wish.definition.terms.timezone;
    let (first, last) = (local_date(zone, near.start), local_date(zone, near.end));
    let inspection = Inspection::new(view, wish, first, last);
    let mut free = Vec::new();
    for date in first.iter_days().take_while(|date| *date <= last) {
        let day = inspection.day(date);
        let is_offered = |start: &DateTime<Utc>| inspection.judge(&day, *start, Detail::First).refusals.is_empty();
        free.extend(day.starts.iter().copied().filter(is_offered));
    }
    free
}

/// The refusal of a slot that all rules say yes to, but somebody else has after all.
pub(in crate::domain::calendar) fn taken_after_all(view: View<'_>, wish: Wish<'_>, slot: Slot) -> Rejection {
    let nearest = nearest(view, wish, slot.start, Some(slot.start));
    Rejection::SlotTaken { refusals: vec![Refusal::TakenAfterAll], nearest }
}

/// The free slots that begin closest to `wanted`, the closest first, but for one that is known to be taken.
fn nearest(view: View<'_>, wish: Wish<'_>, wanted: DateTime<Utc>, taken: Option<DateTime<Utc>>) -> Vec<OfferedSlot> {
    let terms = &wish.definition.terms;
    let horizon = view.now + TimeDelta::days(i64::from(terms.horizon_days) + 1);
    let wanted = wanted.clamp(view.now, horizon);
    let mut found: Vec<(TimeDelta, OfferedSlot)> = Vec::new();
    for days in NEAREST_WITHIN_DAYS {
        let radius = TimeDelta::days(days);
        let first = local_date(terms.timezone, (wanted - radius).max(view.now));
        let last = local_date(terms.timezone, (wanted + radius).min(horizon));
        let inspection = Inspection::new(view, wish, first, last);
        found.clear();
        for date in first.iter_days().take_while(|date| *date <= last) {
            let day = inspection.day(date);
            let starts = day.starts.iter().copied().filter(|start| Some(*start) != taken);
            for start in starts.filter(|start| (*start - wanted).abs() <= radius) {
                let verdict = inspection.judge(&day, start, Detail::First);
                if verdict.refusals.is_empty() {
                    let (spots_available, staff_ids) = (verdict.spots, verdict.staff_ids);
                    let slot = OfferedSlot { start, end: start + terms.duration(), spots_available, staff_ids };
                    found.push(((start - wanted).abs(), slot));
                }
            }
        }
        if found.len() >= NEAREST_MAX {
            break;
        }
    }
    found.sort_by_key(|(distance, slot)| (*distance, slot.start));
    found.into_iter().map(|(_, slot)| slot).take(NEAREST_MAX).collect()
}
