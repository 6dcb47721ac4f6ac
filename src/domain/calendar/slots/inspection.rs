//! The rules themselves: everything that says yes or no to a start, gathered once for the days of a question.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};

use super::answer::Refusal;
use super::crew::{Crew, Order};
use super::grid::starts_on;
use super::load::Load;
use super::openings::{DayPlan, Openings, Stretch, day_plan};
use super::wish::{View, Wish};
use crate::domain::calendar::busy::{Claim, Lane};
use crate::domain::calendar::reservation::Slot;
use crate::domain::hours::Span;
use crate::domain::ids::StaffId;
use crate::domain::local_time::{local_date, start_of_day};

/// Room for people at the same moment.
struct Room {
    capacity: u32,
    load: Load,
}

/// What the service point adds.
enum Place {
    Nowhere,
    Gone,
    Point { open: Openings, room: Room },
}

/// One day of the business zone.
pub(super) struct Day {
    pub date: NaiveDate,
    /// An override closes it.
    pub closed: bool,
    /// Nobody but the staff says when it is open, and it is not all day.
    pub by_shifts: bool,
    pub starts: Vec<DateTime<Utc>>,
    booked: usize,
    order: Option<Order>,
}

/// What the rules say of a start.
pub(super) struct Verdict {
    /// Every rule that says no, or the first where nobody asked for more.
    pub refusals: Vec<Refusal>,
    pub spots: u32,
    pub staff_ids: Vec<StaffId>,
}

/// How much a verdict has to say.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    /// The first rule that says no is enough.
    First,
    /// All rules that say no.
    All,
}

/// All that is needed to judge the starts of some days.
pub(super) struct Inspection<'a> {
    wish: Wish<'a>,
    last_date: NaiveDate,
    open: Openings,
    blocked: Openings,
    place: Place,
    room: Option<Room>,
    /// When the definition's bookings begin, in order.
    begin: Vec<DateTime<Utc>>,
    crew: Option<Crew<'a>>,
    view: View<'a>,
}

impl<'a> Inspection<'a> {
    /// Gathers what matters to starts on the dates from `first` to `last` of the business zone.
    pub fn new(view: View<'a>, wish: Wish<'a>, first: NaiveDate, last: NaiveDate) -> Self {
        let terms = &wish.definition.terms;
        let around = terms.duration()
            + TimeDelta::minutes(i64::from(terms.buffer_before_minutes) + i64::from(terms.buffer_after_minutes));
        let window = Slot {
            start: start_of_day(terms.timezone, first) - around,
            end: start_of_day(terms.timezone, last.checked_add_days(Days::new(1)).unwrap_or(last)) + around,
        };
        // The date elsewhere is two days away at most, and an appointment reaches two days ahead at most.
        let dates = (
            first.checked_sub_days(Days::new(2)).unwrap_or(first),
            last.checked_add_days(Days::new(4)).unwrap_or(last),
        );
        let lane = view.state.busy.of_definition(&wish.definition.id);
        let mut begin: Vec<DateTime<Utc>> =
            counting(&view, &wish, lane, window).map(|claim| claim.slot.start).collect();
        begin.sort_unstable();
        let room =
            terms.capacity().map(|capacity| Room { capacity, load: Load::of(counting(&view, &wish, lane, window)) });
        let today = local_date(terms.timezone, view.now);
        let blocked = terms.blocked.iter().map(|span| Stretch::from(Slot { start: span.start, end: span.end }));
        Self {
            last_date: today.checked_add_days(Days::new(terms.horizon_days.into())).unwrap_or(NaiveDate::MAX),
            open: Openings::of(terms.timezone, terms.hours.as_ref(), &terms.overrides, dates),
            blocked: Openings::merged(blocked.collect()),
            place: place(&view, &wish, window, dates),
            room,
            begin,
            crew: Crew::of(view, wish, window, dates),
            view,
            wish,
        }
    }

    /// One day of the business zone with the starts of its grid.
    pub fn day(&self, date: NaiveDate) -> Day {
        let terms = &self.wish.definition.terms;
        let bounds = Slot {
            start: start_of_day(terms.timezone, date),
            end: start_of_day(terms.timezone, date.succ_opt().unwrap_or(date)),
        };
        let plan = day_plan(terms.hours.as_ref(), &terms.overrides, date);
        let on_clock = |spans: &[Span]| starts_on(terms.timezone, date, spans, terms.step());
        let left_to_others = plan == DayPlan::Always;
        let at_point = if left_to_others { self.starts_at_point(date) } else { None };
        let shifts = if left_to_others && at_point.is_none() { self.shifts_as_grid(date, bounds) } else { None };
        let by_shifts = shifts.as_ref().is_some_and(|shifts| *shifts != [Span::WHOLE_DAY]);
        let by_hours = || on_clock(shifts.as_deref().unwrap_or(plan.spans()));
        let starts = at_point.unwrap_or_else(by_hours);
        let before = |moment| self.begin.partition_point(|begin| *begin < moment);
        Day {
            date,
            closed: plan == DayPlan::Closed,
            by_shifts,
            starts,
            booked: before(bounds.end) - before(bounds.start),
            order: self.crew.as_ref().map(|crew| crew.order(bounds)),
        }
    }

    /// A definition without hours of its own begins its grid when its point opens.
    fn starts_at_point(&self, date: NaiveDate) -> Option<Vec<DateTime<Utc>>> {
        let terms = &self.wish.definition.terms;
        let point = self.view.points.get(terms.service_point_id.as_ref()?)?;
        let hours = point.hours.as_ref()?;
        let near = [date.pred_opt(), Some(date), date.succ_opt()].into_iter().flatten();
        let starts = near.flat_map(|near| {
            let plan = day_plan(Some(hours), &[], near);
            starts_on(point.timezone, near, plan.spans(), terms.step())
        });
        Some(starts.filter(|start| local_date(terms.timezone, *start) == date).collect())
    }

    /// Where no point says when it opens either, the grid begins when the staff comes that it takes: whoever is asked for.
    fn shifts_as_grid(&self, date: NaiveDate, day: Slot) -> Option<Vec<Span>> {
        let terms = &self.wish.definition.terms;
        let crew = self.crew.as_ref().filter(|_| terms.required_staff > 0)?;
        Some(crew.shifts(terms.timezone, date, day))
    }

    /// What all rules say of a start that is on the grid of `day`.
    pub fn judge(&self, day: &Day, start: DateTime<Utc>, detail: Detail) -> Verdict {
        let slot = Slot { start, end: start + self.wish.definition.terms.duration() };
        let mut refusals = Vec::new();
        for rule in [Self::active, Self::notice, Self::horizon, Self::hours, Self::blocked, Self::point_hours] {
            refusals.extend(rule(self, day, slot));
            if detail == Detail::First && !refusals.is_empty() {
                return Verdict { refusals, spots: 0, staff_ids: Vec::new() };
            }
        }
        let limit = self.wish.definition.terms.limits.per_day;
        if let Some(limit) = limit.filter(|limit| day.booked >= usize::try_from(*limit).unwrap_or(usize::MAX)) {
            refusals.push(Refusal::DayLimit { limit });
        }
        let (spots, staff_ids) = self.room(day, slot, &mut refusals);
        Verdict { refusals, spots, staff_ids }
    }

    /// Who would serve in a slot, and what of others' bookings stands in the way: nothing but lack of room is looked at.
    pub fn seat(&self, day: &Day, slot: Slot) -> Result<Vec<StaffId>, Vec<Refusal>> {
        let mut refusals = Vec::new();
        self.room(day, slot, &mut refusals);
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let (Some(crew), Some(order)) = (&self.crew, &day.order) else { return Ok(Vec::new()) };
        let occupied = slot.with(self.wish.definition.terms.buffers());
        let service = crew.service(order, slot, occupied);
        Ok(crew.choose(&service, self.wish.party_size).unwrap_or_default())
    }

    /// For how many people there is room, by the least of all limits; those below the party's size refuse.
    fn room(&self, day: &Day, slot: Slot, refusals: &mut Vec<Refusal>) -> (u32, Vec<StaffId>) {
        let occupied = slot.with(self.wish.definition.terms.buffers());
        let wanted = self.wish.party_size;
        let mut spots = u32::MAX;
        if let Some(room) = &self.room {
            let (capacity, free) = (room.capacity, room.free(occupied));
            spots = free;
            if free < wanted {
                refusals.push(Refusal::Capacity { capacity, free, wanted });
            }
        }
        if let Place::Point { room, .. } = &self.place {
            let (capacity, free) = (room.capacity, room.free(occupied));
            spots = spots.min(free);
            if free < wanted {
                refusals.push(Refusal::PointCapacity { capacity, free, wanted });
            }
        }
        let (Some(crew), Some(order)) = (&self.crew, &day.order) else { return (spots, Vec::new()) };
        let service = crew.service(order, slot, occupied);
        if service.spots < wanted {
            refusals.push(crew.shortage(slot, occupied, service.spots, wanted));
        }
        (spots.min(service.spots), service.staff_ids())
    }

    fn active(&self, _: &Day, _: Slot) -> Option<Refusal> {
        (!self.wish.definition.terms.active).then_some(Refusal::Inactive)
    }

    /// A slot that was held or offered in time stays in time, as long as it has not begun.
    fn notice(&self, _: &Day, slot: Slot) -> Option<Refusal> {
        let earliest = self.view.now.max(self.wish.asked_at + self.wish.definition.terms.notice());
        (slot.start < earliest).then_some(Refusal::Notice { earliest })
    }

    /// After which moment a start that is in time now is so no more.
    pub fn last_call(&self, start: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let last = start - self.wish.definition.terms.notice();
        (last >= self.view.now).then_some(last)
    }

    /// Before which moment nothing but the notice changes by itself: a new day, or the end of a hold.
    pub fn same_before(&self) -> DateTime<Utc> {
        let tomorrow = self.today().succ_opt().unwrap_or(NaiveDate::MAX);
        let midnight = start_of_day(self.wish.definition.terms.timezone, tomorrow);
        self.view.state.next_hold_end(self.view.now).map_or(midnight, |end| end.min(midnight))
    }

    fn horizon(&self, day: &Day, _: Slot) -> Option<Refusal> {
        let last_date = self.last_date;
        (day.date > last_date).then_some(Refusal::BeyondHorizon { last_date })
    }

    fn hours(&self, day: &Day, slot: Slot) -> Option<Refusal> {
        match day.closed {
            true => Some(Refusal::Closed),
            false => (!self.open.cover(slot.into())).then_some(Refusal::OutsideHours),
        }
    }

    fn blocked(&self, _: &Day, slot: Slot) -> Option<Refusal> {
        let Slot { start, end } = self.blocked.touching(slot.into())?.slot()?;
        Some(Refusal::Blocked { start, end })
    }

    fn point_hours(&self, _: &Day, slot: Slot) -> Option<Refusal> {
        match &self.place {
            Place::Nowhere => None,
            Place::Gone => Some(Refusal::PointGone),
            Place::Point { open, .. } => (!open.cover(slot.into())).then_some(Refusal::PointClosed),
        }
    }

    /// The business day that an instant lies in.
    pub fn date_of(&self, at: DateTime<Utc>) -> NaiveDate {
        local_date(self.wish.definition.terms.timezone, at)
    }

    /// The last day that can be booked.
    pub fn last_date(&self) -> NaiveDate {
        self.last_date
    }

    /// Today in the business zone.
    pub fn today(&self) -> NaiveDate {
        self.date_of(self.view.now)
    }
}

impl Room {
    fn free(&self, occupied: Slot) -> u32 {
        self.capacity.saturating_sub(self.load.peak(occupied.start, occupied.end))
    }
}

fn place(view: &View<'_>, wish: &Wish<'_>, window: Slot, dates: (NaiveDate, NaiveDate)) -> Place {
    let Some(id) = &wish.definition.terms.service_point_id else { return Place::Nowhere };
    let Some(point) = view.points.get(id) else { return Place::Gone };
    let load = Load::of(counting(view, wish, view.state.busy.of_point(id), window));
    Place::Point {
        open: Openings::of(point.timezone, point.hours.as_ref(), &[], dates),
        room: Room { capacity: point.capacity, load },
    }
}

/// The claims of a lane that stand in the way of a wish within a window.
fn counting<'a>(
    view: &'a View<'_>,
    wish: &'a Wish<'_>,
    lane: Option<&'a Lane>,
    window: Slot,
) -> impl Iterator<Item = &'a Claim> {
    let claims = lane.into_iter().flat_map(move |lane| lane.overlapping(window.start, window.end));
    claims.map(AsRef::as_ref).filter(|claim| view.counts(wish, claim))
}
