//! What of a service can be booked, asked of what its calendar has published: by month, by day, and where nothing is left,
//! the next day with anything.

use std::sync::Arc;

use chrono::{DateTime, Datelike as _, Days, Months, NaiveDate, Utc};
use chrono_tz::Tz;

use super::visit::PublishedPoint;
use super::words;
use crate::actors::{Calendar, Published};
use crate::domain::calendar::{
    Definition, Edge as SpanEdge, Hold, OfferedSlot, PARTY_MAX, Question, SLOT_DAYS_MAX, SlotAnswer, Terms, slots,
};
use crate::domain::calendar::{Points, Reservation, Slot};
use crate::domain::ids::{DefinitionId, HoldId, OrgId};
use crate::domain::local_time::local_date;
use crate::http::{Code, Edge, Problem};

/// A service that can be booked now.
pub struct Bookable {
    /// The service.
    pub definition: Arc<Definition>,
    /// What the org has published.
    pub calendar: Arc<Published<Calendar>>,
    /// The moment that it is asked for.
    pub now: DateTime<Utc>,
    points: Points,
    party_size: u32,
}

impl Bookable {
    /// The service of that id. One that is not offered at the moment looks like one that there is not.
    ///
    /// # Errors
    /// 404.
    pub fn of(edge: &Edge, org: &OrgId, id: &str) -> Result<Self, Problem> {
        let missing = || Problem::of(Code::DefinitionNotFound);
        let id = DefinitionId::parse(id).map_err(|_| missing())?;
        Self::found(edge, org, &id, 1).ok_or_else(missing)
    }

    /// What a booking could be moved to; `None`: its service is not offered any more.
    #[must_use]
    pub fn again(edge: &Edge, org: &OrgId, reservation: &Reservation) -> Option<Self> {
        Self::found(edge, org, &reservation.definition_id, reservation.party_size)
    }

    fn found(edge: &Edge, org: &OrgId, id: &DefinitionId, party_size: u32) -> Option<Self> {
        let calendar = edge.directory.calendar(org)?;
        let definition = Arc::clone(calendar.state.definition(id).filter(|definition| definition.terms.active)?);
        let points = edge.directory.terms(org);
        Some(Self { definition, calendar, now: edge.now(), points, party_size })
    }

    /// The same as of now: somebody else may have been quicker.
    #[must_use]
    pub fn renewed(&self, edge: &Edge, org: &OrgId) -> Self {
        let same = || Self {
            definition: Arc::clone(&self.definition),
            calendar: Arc::clone(&self.calendar),
            points: self.points.clone(),
            ..*self
        };
        Self::found(edge, org, &self.definition.id, self.party_size).unwrap_or_else(same)
    }

    /// Its terms.
    #[must_use]
    pub fn terms(&self) -> &Terms {
        &self.definition.terms
    }

    /// The business zone.
    #[must_use]
    pub fn zone(&self) -> Tz {
        self.terms().timezone
    }

    /// Today in the business zone.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        local_date(self.zone(), self.now)
    }

    /// The last day that can be booked.
    #[must_use]
    pub fn last_date(&self) -> NaiveDate {
        self.today().checked_add_days(Days::new(self.terms().horizon_days.into())).unwrap_or(NaiveDate::MAX)
    }

    /// What is offered on the dates from `first` to `last`.
    ///
    /// # Errors
    /// The definition is gone, or the span is too long.
    pub fn between(&self, first: NaiveDate, last: NaiveDate) -> Result<SlotAnswer, Problem> {
        let question = Question {
            definition: self.definition.id.clone(),
            from: SpanEdge::Date(first),
            to: SpanEdge::Date(last),
            staff: None,
            point: None,
            party_size: self.party_size,
            explain: false,
        };
        Ok(slots(&self.calendar.state, &self.points, &question, self.now)?)
    }

    /// The first date from `from` on with anything free.
    ///
    /// # Errors
    /// The definition is gone.
    pub fn next_free(&self, from: NaiveDate) -> Result<Option<NaiveDate>, Problem> {
        let mut first = from.max(self.today());
        while first <= self.last_date() {
            let last = first + Days::new(u64::from(SLOT_DAYS_MAX) - 1);
            if let Some(slot) = self.between(first, last.min(self.last_date()))?.slots.first() {
                return Ok(Some(local_date(self.zone(), slot.start)));
            }
            first = last + Days::new(1);
        }
        Ok(None)
    }

    /// The slot that begins then, if it is free.
    ///
    /// # Errors
    /// The definition is gone.
    pub fn slot(&self, start: DateTime<Utc>) -> Result<Option<OfferedSlot>, Problem> {
        let date = local_date(self.zone(), start);
        if !(self.today()..=self.last_date()).contains(&date) {
            return Ok(None);
        }
        Ok(self.between(date, date)?.slots.into_iter().find(|slot| slot.start == start))
    }

    /// The hold of that id, as long as it keeps a time of this service that can still be booked.
    #[must_use]
    pub fn kept(&self, id: &str) -> Option<&Hold> {
        let hold = self.calendar.state.hold(&HoldId::parse(id).ok()?)?;
        let is_ours = hold.definition_id == self.definition.id && hold.slot == self.span(hold.slot.start);
        let is_on = self.now < hold.expires_at && self.now <= hold.slot.start;
        (is_ours && is_on).then_some(hold)
    }

    /// The slot that begins then, free or not.
    #[must_use]
    pub fn span(&self, start: DateTime<Utc>) -> Slot {
        Slot { start, end: start + self.terms().duration() }
    }

    /// Most people in one booking: more than 1 only where the business has said that several come together.
    #[must_use]
    pub fn party_max(&self) -> u32 {
        let terms = self.terms();
        let several = terms.seats_per_session > 1 || terms.capacity.is_some_and(|capacity| capacity > 1);
        if several { terms.capacity.unwrap_or(PARTY_MAX).min(PARTY_MAX) } else { 1 }
    }

    /// "30 min, €25.00, Harbour Front".
    #[must_use]
    pub fn facts(&self, edge: &Edge, org: &OrgId) -> String {
        let terms = self.terms();
        let price = terms.price.as_ref().map(words::price);
        let place = terms.service_point_id.as_ref().and_then(|point| edge.directory.published(org, point));
        let place = place.and_then(PublishedPoint::new).map(|at| at.point.name.clone());
        let facts = [Some(words::duration(terms.duration_minutes)), price, place];
        facts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// The first day of a month and the last one.
#[must_use]
pub fn month_of(date: NaiveDate) -> (NaiveDate, NaiveDate) {
    let first = date.with_day(1).unwrap_or(date);
    let last = first.checked_add_months(Months::new(1)).and_then(|next| next.pred_opt()).unwrap_or(first);
    (first, last)
}
