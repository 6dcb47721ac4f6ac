//! The list of what is offered in a span of days, and why the other days offer nothing.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};

use super::answer::{ClosedDay, Closure, Edge, Explained, OfferedSlot, Question, Refusal, SLOT_DAYS_MAX, SlotAnswer};
use super::inspection::{Day, Detail, Inspection};
use super::wish::{View, Wish};
use crate::domain::calendar::definition::Terms;
use crate::domain::calendar::points::Points;
use crate::domain::calendar::rejection::Rejection;
use crate::domain::calendar::reservation::PARTY_MAX;
use crate::domain::calendar::state::CalendarState;
use crate::domain::invalid::Invalid;
use crate::domain::local_time::{local_date, start_of_day};

/// The years that a question can be about.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2200;

/// What is offered at `now`.
///
/// # Errors
/// No such definition; a span that is upside down or longer than [`SLOT_DAYS_MAX`]; a person who does not offer it; a
/// point at which it does not take place; a party that is too large.
pub fn slots(
    state: &CalendarState,
    points: &Points,
    question: &Question,
    now: DateTime<Utc>,
) -> Result<SlotAnswer, Rejection> {
    let definition = state.definition(&question.definition).ok_or(Rejection::DefinitionNotFound)?;
    let terms = &definition.terms;
    let span = check(terms, question).map_err(Rejection::Invalid)?;
    let view = View { state, points, now };
    let wish = Wish::plain(definition, question.staff.as_ref(), question.party_size, now);
    let inspection = Inspection::new(view, wish, span.first, span.last);
    let mut answer = SlotAnswer {
        definition_id: definition.id.clone(),
        timezone: terms.timezone,
        slots: Vec::new(),
        closed: Vec::new(),
        same_before: inspection.same_before(),
        explain: Vec::new(),
    };
    for date in span.first.iter_days().take_while(|date| *date <= span.last) {
        let day = inspection.day(date);
        let offered_before = answer.slots.len();
        for start in day.starts.iter().copied().filter(|start| (span.from..span.to).contains(start)) {
            answer.same_before =
                inspection.last_call(start).map_or(answer.same_before, |at| at.min(answer.same_before));
            let detail = if question.explain { Detail::All } else { Detail::First };
            let verdict = inspection.judge(&day, start, detail);
            let end = start + terms.duration();
            if question.explain {
                answer.explain.push(Explained { start, end, refusals: verdict.refusals.clone() });
            }
            if verdict.refusals.is_empty() {
                let (spots_available, staff_ids) = (verdict.spots, verdict.staff_ids);
                answer.slots.push(OfferedSlot { start, end, spots_available, staff_ids });
            }
        }
        if answer.slots.len() == offered_before {
            let reason = closure(&inspection, &day, span.from..span.to);
            answer.closed.extend(reason.map(|reason| ClosedDay { date, reason }));
        }
    }
    Ok(answer)
}

/// The span of a question.
struct Span {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    first: NaiveDate,
    last: NaiveDate,
}

fn check(terms: &Terms, question: &Question) -> Result<Span, Invalid> {
    let zone = terms.timezone;
    let in_years = |path: &str, edge: Edge| {
        let year = match edge {
            Edge::At(at) => at.year(),
            Edge::Date(date) => date.year(),
        };
        let detail = || Invalid::new(path, format!("must lie between {} and {}", YEARS.start(), YEARS.end()));
        YEARS.contains(&year).then_some(()).ok_or_else(detail)
    };
    in_years("from", question.from)?;
    in_years("to", question.to)?;
    let from = match question.from {
        Edge::At(at) => at,
        Edge::Date(date) => start_of_day(zone, date),
    };
    let to = match question.to {
        Edge::At(at) => at,
        Edge::Date(date) => start_of_day(zone, date.succ_opt().unwrap_or(date)),
    };
    if to <= from {
        return Err(Invalid::new("to", "must lie after from"));
    }
    let (first, last) = (local_date(zone, from), local_date(zone, to - TimeDelta::nanoseconds(1)));
    let days = (last - first).num_days() + 1;
    // Between instants a day more can be touched than lies between them.
    let between_instants = matches!((question.from, question.to), (Edge::At(_), Edge::At(_)));
    let is_within = between_instants && to - from <= TimeDelta::days(SLOT_DAYS_MAX.into());
    if days > SLOT_DAYS_MAX.into() && !is_within {
        return Err(Invalid::new("to", format!("lies {days} days from the beginning; at most {SLOT_DAYS_MAX} a call")));
    }
    check_party(question.party_size)?;
    if question.staff.as_ref().is_some_and(|id| !terms.staff_ids.contains(id)) {
        return Err(Invalid::new("staffId", "is nobody who offers this service"));
    }
    if question.point.is_some() && question.point != terms.service_point_id {
        return Err(Invalid::new("servicePointId", "is not where this service takes place"));
    }
    Ok(Span { from, to, first, last })
}

/// Holds the number of people to its range.
pub(in crate::domain::calendar) fn check_party(party_size: u32) -> Result<(), Invalid> {
    if (1..=PARTY_MAX).contains(&party_size) {
        return Ok(());
    }
    Err(Invalid::new("partySize", format!("must be from 1 to {PARTY_MAX}, not {party_size}")))
}

/// Why a day offers nothing, unless others' bookings are all that stands in the way.
fn closure(inspection: &Inspection<'_>, day: &Day, span: std::ops::Range<DateTime<Utc>>) -> Option<Closure> {
    if day.date < inspection.today() {
        return Some(Closure::Past);
    }
    if day.date > inspection.last_date() {
        return Some(Closure::BeyondHorizon);
    }
    if day.closed {
        return Some(Closure::Closed);
    }
    let mut reasons: BTreeMap<Closure, usize> = BTreeMap::new();
    for start in day.starts.iter().copied().filter(|start| span.contains(start)) {
        let refusals = inspection.judge(day, start, Detail::All).refusals;
        let reason = refusals.iter().find(|refusal| !refusal.is_lack_of_room())?;
        *reasons.entry(closed_by(reason)).or_default() += 1;
    }
    let most = reasons.into_iter().max_by_key(|(_, starts)| *starts);
    let without_starts = if day.by_shifts { Closure::NoStaff } else { Closure::Hours };
    Some(most.map_or(without_starts, |(reason, _)| reason))
}

fn closed_by(refusal: &Refusal) -> Closure {
    match refusal {
        Refusal::Inactive => Closure::Inactive,
        Refusal::Notice { .. } => Closure::Notice,
        Refusal::BeyondHorizon { .. } => Closure::BeyondHorizon,
        Refusal::Closed => Closure::Closed,
        Refusal::Blocked { .. } => Closure::Blocked,
        Refusal::PointGone | Refusal::PointClosed => Closure::PointClosed,
        Refusal::Staff { at_work: 0, .. } => Closure::NoStaff,
        Refusal::Staff { .. } | Refusal::Capacity { .. } | Refusal::PointCapacity { .. } => Closure::PartyTooLarge,
        Refusal::OffGrid
        | Refusal::WrongEnd { .. }
        | Refusal::OutsideHours
        | Refusal::DayLimit { .. }
        | Refusal::TakenAfterAll => Closure::Hours,
    }
}
