//! Definitions and staff from what a caller gives: drafts and changes are held to their limits here, whoever parsed them.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use chrono::{DateTime, Utc};

use super::definition::{
    BLOCKED_MAX, BUFFER_MAX_MINUTES, DESCRIPTION_MAX_CHARACTERS, DURATION_MAX_MINUTES, Definition, DefinitionChanges,
    DefinitionDraft, HORIZON_MAX_DAYS, Limits, NAME_MAX_CHARACTERS, NOTICE_MAX_MINUTES, OVERRIDES_MAX, Override,
    REMINDERS_MAX, SEATS_MAX, STAFF_MAX, Terms,
};
use super::offerable::{can_be_offered, is_ever_due};
use super::reminder::Reminder;
use super::staff::{Staff, StaffChanges, StaffDraft, StaffTerms};
use crate::domain::invalid::{Invalid, text};

impl DefinitionDraft {
    /// The definition that this draft makes at `now`.
    ///
    /// # Errors
    /// The first field that is outside its limits, by its path on the wire, or the reason why it could never be booked.
    pub fn to_definition(&self, now: DateTime<Utc>) -> Result<Definition, Invalid> {
        let terms = self.terms.clone().within_limits()?;
        Ok(Definition { id: self.id.clone(), terms, version: 1, created_at: now, updated_at: now, deleted_at: None })
    }
}

impl DefinitionChanges {
    /// `terms` with these changes made. Equal to `terms` when nothing is different.
    ///
    /// # Errors
    /// As [`DefinitionDraft::to_definition`].
    pub fn apply_to(&self, terms: &Terms) -> Result<Terms, Invalid> {
        let new = self.clone();
        let old = terms.clone();
        let changed = Terms {
            name: new.name.unwrap_or(old.name),
            description: new.description.unwrap_or(old.description),
            duration_minutes: new.duration_minutes.unwrap_or(old.duration_minutes),
            step_minutes: new.step_minutes.unwrap_or(old.step_minutes),
            price: new.price.unwrap_or(old.price),
            required_staff: new.required_staff.unwrap_or(old.required_staff),
            staff_ids: new.staff_ids.unwrap_or(old.staff_ids),
            service_point_id: new.service_point_id.unwrap_or(old.service_point_id),
            capacity: new.capacity.unwrap_or(old.capacity),
            seats_per_session: new.seats_per_session.unwrap_or(old.seats_per_session),
            buffer_before_minutes: new.buffer_before_minutes.unwrap_or(old.buffer_before_minutes),
            buffer_after_minutes: new.buffer_after_minutes.unwrap_or(old.buffer_after_minutes),
            min_notice_minutes: new.min_notice_minutes.unwrap_or(old.min_notice_minutes),
            horizon_days: new.horizon_days.unwrap_or(old.horizon_days),
            cancel_before_minutes: new.cancel_before_minutes.unwrap_or(old.cancel_before_minutes),
            timezone: new.timezone.unwrap_or(old.timezone),
            hours: new.hours.unwrap_or(old.hours),
            overrides: new.overrides.unwrap_or(old.overrides),
            blocked: new.blocked.unwrap_or(old.blocked),
            limits: Limits { per_day: new.per_day.unwrap_or(old.limits.per_day) },
            confirm: new.confirm.unwrap_or(old.confirm),
            location: new.location.unwrap_or(old.location),
            reminders: new.reminders.unwrap_or(old.reminders),
            active: new.active.unwrap_or(old.active),
        };
        changed.within_limits()
    }
}

impl Terms {
    /// Itself with trimmed texts, once all of its values are within their limits and something can be booked by them.
    fn within_limits(self) -> Result<Self, Invalid> {
        within("durationMinutes", self.duration_minutes, 1..=DURATION_MAX_MINUTES)?;
        within("stepMinutes", self.step(), 1..=DURATION_MAX_MINUTES)?;
        within("seatsPerSession", self.seats_per_session, 1..=SEATS_MAX)?;
        within("capacity", self.capacity.unwrap_or(1), 1..=SEATS_MAX)?;
        within("limits.perDay", self.limits.per_day.unwrap_or(1), 1..=SEATS_MAX)?;
        within("bufferBeforeMinutes", self.buffer_before_minutes, 0..=BUFFER_MAX_MINUTES)?;
        within("bufferAfterMinutes", self.buffer_after_minutes, 0..=BUFFER_MAX_MINUTES)?;
        within("minNoticeMinutes", self.min_notice_minutes, 0..=NOTICE_MAX_MINUTES)?;
        within("cancelBeforeMinutes", self.cancel_before_minutes, 0..=NOTICE_MAX_MINUTES)?;
        within("horizonDays", self.horizon_days, 0..=HORIZON_MAX_DAYS)?;
        at_most("staffIds", self.staff_ids.len(), STAFF_MAX)?;
        let mut known = BTreeSet::new();
        if let Some(at) = self.staff_ids.iter().position(|id| !known.insert(id)) {
            return Err(Invalid::new(format!("staffIds[{at}]"), "names somebody twice"));
        }
        at_most("overrides", self.overrides.len(), OVERRIDES_MAX)?;
        at_most("blocked", self.blocked.len(), BLOCKED_MAX)?;
        if let Some(at) = self.blocked.iter().position(|span| span.end <= span.start) {
            return Err(Invalid::new(format!("blocked[{at}].end"), "must lie after its start"));
        }
        can_be_offered(&self)?;
        let reminders = reminders(self.reminders.clone())?;
        if let Some(at) = reminders.iter().position(|rule| !is_ever_due(&self, rule)) {
            let detail = "comes before nothing that can be booked: it would never remind anybody";
            return Err(Invalid::new(format!("reminders[{at}].cron"), detail));
        }
        Ok(Self {
            name: text("name", &self.name, 1, NAME_MAX_CHARACTERS, false)?,
            description: text("description", &self.description, 0, DESCRIPTION_MAX_CHARACTERS, true)?,
            overrides: in_order(self.overrides),
            reminders,
            ..self
        })
    }
}

/// The rules within their limits, none of them twice.
fn reminders(rules: Vec<Reminder>) -> Result<Vec<Reminder>, Invalid> {
    at_most("reminders", rules.len(), REMINDERS_MAX)?;
    let mut known = BTreeSet::new();
    let checked = rules.into_iter().enumerate().map(|(at, rule)| {
        let path = format!("reminders[{at}]");
        let rule = rule.within_limits().map_err(|error| error.at(&path))?;
        if !known.insert(rule.key()) {
            return Err(Invalid::new(path, "is the same as another one: the same time by the same channel"));
        }
        Ok(rule)
    });
    checked.collect()
}

impl StaffDraft {
    /// The member of staff that this draft makes at `now`.
    ///
    /// # Errors
    /// The first field that is outside its limits, by its path on the wire.
    pub fn to_staff(&self, now: DateTime<Utc>) -> Result<Staff, Invalid> {
        let terms = self.terms.clone().within_limits()?;
        Ok(Staff { id: self.id.clone(), terms, version: 1, created_at: now, updated_at: now, deleted_at: None })
    }
}

impl StaffChanges {
    /// `terms` with these changes made. Equal to `terms` when nothing is different.
    ///
    /// # Errors
    /// As [`StaffDraft::to_staff`].
    pub fn apply_to(&self, terms: &StaffTerms) -> Result<StaffTerms, Invalid> {
        let new = self.clone();
        let old = terms.clone();
        let changed = StaffTerms {
            name: new.name.unwrap_or(old.name),
            email: new.email.unwrap_or(old.email),
            timezone: new.timezone.unwrap_or(old.timezone),
            hours: new.hours.unwrap_or(old.hours),
            overrides: new.overrides.unwrap_or(old.overrides),
            active: new.active.unwrap_or(old.active),
        };
        changed.within_limits()
    }
}

impl StaffTerms {
    fn within_limits(self) -> Result<Self, Invalid> {
        at_most("overrides", self.overrides.len(), OVERRIDES_MAX)?;
        Ok(Self {
            name: text("name", &self.name, 1, NAME_MAX_CHARACTERS, false)?,
            overrides: in_order(self.overrides),
            ..self
        })
    }
}

fn in_order(mut overrides: Vec<Override>) -> Vec<Override> {
    overrides.sort_by_key(|one| one.date);
    overrides
}

fn within(path: &str, value: u32, range: RangeInclusive<u32>) -> Result<(), Invalid> {
    if range.contains(&value) {
        return Ok(());
    }
    Err(Invalid::new(path, format!("must be from {} to {}, not {value}", range.start(), range.end())))
}

fn at_most(path: &str, length: usize, limit: usize) -> Result<(), Invalid> {
    if length <= limit {
        return Ok(());
    }
    Err(Invalid::new(path, format!("has {length} entries; at most {limit} are allowed")))
}
