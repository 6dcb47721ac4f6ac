//! One clock while it lives: how much open time it has counted, and what of its terms has happened already.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::firing::Firing;
use super::metric::Metric;
use super::terms::Terms;

/// A breach that has happened; it stays, whatever the target becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Breach {
    /// When the target was used up.
    pub(super) at: DateTime<Utc>,
    /// How much it was then, in seconds.
    pub(super) target_seconds: u32,
}

/// A clock that has not stopped. What it is about is known by where it is kept.
///
/// There may be millions of them, and most have done nothing yet: what they did is kept apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Meter {
    /// From when on it counts.
    pub(super) started_at: DateTime<Utc>,
    /// Open time counted up to `since`, in microseconds.
    counted_micros: u64,
    /// When it was last made to run, stand still or follow other terms.
    since: DateTime<Utc>,
    /// Whether it counts.
    pub(super) is_running: bool,
    /// What of its terms has happened; `None`: nothing.
    done: Option<Box<Done>>,
}

/// What of its terms has happened to a clock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Done {
    /// Its breach.
    breach: Option<Breach>,
    /// The highest percentage at which was warned; 0: none.
    warned: u8,
    /// A bit for each step of the chain that was taken.
    escalated: u64,
    /// The levels that were taken under other terms: what happened once does not happen again when they come back.
    levels_taken: Box<[u32]>,
}

/// A clock as it is stored: what says nothing is left out.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stored {
    started_at: DateTime<Utc>,
    #[serde(skip_serializing_if = "is_zero", default)]
    counted_micros: u64,
    /// `None`: since it was started.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    since: Option<DateTime<Utc>>,
    is_running: bool,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    breach: Option<Breach>,
    #[serde(skip_serializing_if = "is_zero", default)]
    warned: u8,
    #[serde(skip_serializing_if = "is_zero", default)]
    escalated: u64,
    #[serde(skip_serializing_if = "<[u32]>::is_empty", default)]
    levels_taken: Box<[u32]>,
}

fn is_zero<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// What can happen to a clock when it shows so much open time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Warning(u8),
    Breach(u32),
    Escalation(usize),
}

impl Meter {
    /// A clock that starts to count at `since`.
    pub(super) fn started(started_at: DateTime<Utc>, since: DateTime<Utc>, is_running: bool) -> Self {
        Self { started_at, counted_micros: 0, since, is_running, done: None }
    }

    /// Its breach.
    pub(super) fn breach(&self) -> Option<Breach> {
        self.done.as_ref()?.breach
    }

    /// The highest percentage at which was warned; 0: none.
    fn warned(&self) -> u8 {
        self.done.as_ref().map_or(0, |done| done.warned)
    }

    /// A bit for each step of the chain that was taken.
    fn escalated(&self) -> u64 {
        self.done.as_ref().map_or(0, |done| done.escalated)
    }

    /// Changes what has happened.
    fn note(&mut self, note: impl FnOnce(&mut Done)) {
        let mut done = self.done.take().map(|done| *done).unwrap_or_default();
        note(&mut done);
        self.done = (!is_zero(&done)).then(|| Box::new(done));
    }

    /// The open time that it shows, in microseconds.
    pub(super) fn elapsed(&self, terms: &Terms, at: DateTime<Utc>) -> u64 {
        let counting = terms.calendar.as_ref().filter(|_| self.is_running);
        self.counted_micros + counting.map_or(0, |calendar| calendar.elapsed_micros(self.since, at))
    }

    /// Counts up to `at` under the terms that held until then, and goes on from there.
    pub(super) fn go_on(&mut self, before: &Terms, at: DateTime<Utc>, is_running: bool) {
        self.counted_micros = self.elapsed(before, at);
        self.since = self.since.max(at);
        self.is_running = is_running;
    }

    /// The first instant at which it shows so much open time, as things stand. What it shows already was reached when its
    /// terms changed: everything else that was reached before is settled by then.
    fn instant_of(&self, terms: &Terms, micros: u64) -> Option<DateTime<Utc>> {
        match micros.checked_sub(self.counted_micros) {
            None | Some(0) => Some(self.since),
            Some(missing) if self.is_running => terms.calendar.as_ref()?.add_micros(self.since, missing),
            Some(_) => None,
        }
    }

    /// Its breach, be it settled or not.
    pub(super) fn breach_by(&self, metric: Metric, terms: &Terms, now: DateTime<Utc>) -> Option<Breach> {
        let target = || terms.targets.of(metric).filter(|target| micros(*target) <= self.elapsed(terms, now));
        self.breach().or_else(|| {
            let target_seconds = target()?;
            Some(Breach { at: self.instant_of(terms, micros(target_seconds))?, target_seconds })
        })
    }

    /// When it is due, as things stand.
    pub(super) fn due_at(&self, metric: Metric, terms: &Terms) -> Option<DateTime<Utc>> {
        self.instant_of(terms, micros(terms.targets.of(metric)?))
    }

    /// What has not happened yet, with the open time at which it does.
    fn marks(&self, metric: Metric, terms: &Terms) -> impl Iterator<Item = (u64, Mark)> {
        let target = terms.targets.of(metric);
        target.into_iter().flat_map(move |target| {
            let percents = terms.warn_at_percent.iter().filter(|percent| **percent > self.warned());
            let warnings =
                percents.map(move |percent| (micros(target) / 100 * u64::from(*percent), Mark::Warning(*percent)));
            let breach = self.breach().is_none().then_some((micros(target), Mark::Breach(target)));
            let steps = terms.escalations.iter().enumerate();
            let left = steps.filter(move |(rule, step)| step.metric == metric && self.escalated() & bit(*rule) == 0);
            let steps = left.map(move |(rule, step)| (step.at.threshold_micros(target), Mark::Escalation(rule)));
            warnings.chain(breach).chain(steps)
        })
    }

    /// When it next does something.
    pub(super) fn wake_at(&self, metric: Metric, terms: &Terms) -> Option<DateTime<Utc>> {
        let first = self.marks(metric, terms).map(|(micros, _)| micros).min()?;
        self.instant_of(terms, first)
    }

    /// Everything that has not happened although it was due by `now`; without `now`, everything that will as things stand.
    pub(super) fn firings(
        &self,
        (metric, cycle): (Metric, u32),
        terms: &Terms,
        now: Option<DateTime<Utc>>,
        firings: &mut Vec<Firing>,
    ) {
        let limit = now.map_or(u64::MAX, |now| self.elapsed(terms, now));
        let is_due = |(micros, _): &(u64, Mark)| *micros <= limit;
        let due: Vec<(u64, Mark)> = self.marks(metric, terms).filter(is_due).collect();
        let level_of = |mark: &Mark| match mark {
            Mark::Escalation(rule) => terms.escalations.get(*rule).map(|step| step.level),
            Mark::Warning(_) | Mark::Breach(_) => None,
        };
        let highest = due.iter().filter_map(|(_, mark)| level_of(mark)).max();
        for (micros, mark) in due {
            let Some(at) = self.instant_of(terms, micros) else { continue };
            firings.push(match mark {
                Mark::Warning(percent) => Firing::Warned { metric, cycle, percent, at },
                Mark::Breach(target_seconds) => Firing::Breached { metric, cycle, target_seconds, at },
                Mark::Escalation(rule) => {
                    let Some(level) = level_of(&mark) else { continue };
                    let silent = now.is_some() && Some(level) < highest;
                    Firing::Escalated {
                        metric,
                        cycle,
                        level,
                        at,
                        rule: u32::try_from(rule).unwrap_or(u32::MAX),
                        silent,
                    }
                }
            });
        }
    }

    /// The next step of the chain.
    pub(super) fn next_escalation(&self, metric: Metric, terms: &Terms) -> Option<(DateTime<Utc>, u32)> {
        let steps = self.marks(metric, terms).filter_map(|(micros, mark)| match mark {
            Mark::Escalation(rule) => Some((micros, terms.escalations.get(rule)?.level)),
            Mark::Warning(_) | Mark::Breach(_) => None,
        });
        let (micros, level) = steps.min()?;
        Some((self.instant_of(terms, micros)?, level))
    }

    /// Notes what has happened.
    pub(super) fn fire(&mut self, firing: &Firing) {
        self.note(|done| match firing {
            Firing::Warned { percent, .. } => done.warned = done.warned.max(*percent),
            Firing::Breached { at, target_seconds, .. } => {
                done.breach = done.breach.or(Some(Breach { at: *at, target_seconds: *target_seconds }));
            }
            Firing::Escalated { rule, .. } => done.escalated |= bit(*rule as usize),
        });
    }

    /// Finds the steps that were taken among those of other terms: the same level of the same metric counts as taken, also
    /// where terms without it held in between.
    pub(super) fn follow_steps(&mut self, metric: Metric, before: &Terms, after: &Terms) {
        if before.escalations == after.escalations {
            return;
        }
        self.note(|done| {
            let steps = before.escalations.iter().enumerate().filter(|(rule, _)| done.escalated & bit(*rule) != 0);
            let steps = steps.map(|(_, step)| step.level);
            let levels: BTreeSet<u32> = done.levels_taken.iter().copied().chain(steps).collect();
            done.levels_taken = levels.into_iter().collect();
            let steps = after.escalations.iter().enumerate();
            let taken = steps.filter(|(_, step)| step.metric == metric && done.levels_taken.contains(&step.level));
            done.escalated = taken.fold(0, |all, (rule, _)| all | bit(rule));
        });
    }
}

impl Serialize for Meter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let done = self.done.as_deref().cloned().unwrap_or_default();
        let stored = Stored {
            started_at: self.started_at,
            counted_micros: self.counted_micros,
            since: Some(self.since).filter(|since| *since != self.started_at),
            is_running: self.is_running,
            breach: done.breach,
            warned: done.warned,
            escalated: done.escalated,
            levels_taken: done.levels_taken,
        };
        stored.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Meter {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stored = Stored::deserialize(deserializer)?;
        let Stored { started_at, counted_micros, since, is_running, breach, warned, escalated, levels_taken } = stored;
        let mut meter = Self { started_at, counted_micros, since: since.unwrap_or(started_at), is_running, done: None };
        meter.note(|done| *done = Done { breach, warned, escalated, levels_taken });
        Ok(meter)
    }
}

/// Seconds as microseconds.
pub(super) fn micros(seconds: u32) -> u64 {
    u64::from(seconds) * 1_000_000
}

/// The bit of a step; there are at most [`super::ESCALATIONS_MAX`] of them.
fn bit(rule: usize) -> u64 {
    u32::try_from(rule).ok().and_then(|rule| 1_u64.checked_shl(rule)).unwrap_or(0)
}
