//! The clocks of a ticket as they are shown at an instant.

use chrono::{DateTime, Utc};

use super::clocks::{Clocks, Finished, Stop};
use super::meter::{Breach, Meter, micros};
use super::metric::Metric;
use super::report::{ClockReport, ClockState, NextEscalation};
use super::terms::Terms;

impl Clocks {
    /// All clocks for which something is promised, or was when they were breached or stopped: the first response, the next
    /// responses by cycle, the resolution. What was due by `now` counts as having happened.
    #[must_use]
    pub fn reports(&self, terms: &Terms, now: DateTime<Utc>) -> Vec<ClockReport> {
        let stopped = self.finished.iter().filter_map(Finished::report);
        let live = self.counting().filter_map(|((metric, cycle), meter)| live_report(meter, metric, cycle, terms, now));
        let resolved = self.resolution.as_ref().zip(self.resolved.as_ref()).and_then(|(meter, stop)| {
            let elapsed = meter.elapsed(terms, now);
            report((Metric::Resolution, 1), meter.started_at, elapsed, stop, meter.breach())
        });
        let mut reports: Vec<ClockReport> = stopped.chain(live).chain(resolved).collect();
        reports.sort_by_key(|report| (report.metric, report.cycle));
        reports
    }

    /// The earliest moment at which a clock that counts, or stands still after its breach, is or was due.
    #[must_use]
    pub fn due_at(&self, terms: &Terms) -> Option<DateTime<Utc>> {
        let due = |((metric, _), meter): ((Metric, u32), &Meter)| {
            meter.breach().map(|breach| breach.at).or_else(|| meter.due_at(metric, terms))
        };
        self.counting().filter_map(due).min()
    }

    /// The next step of the chain, over all clocks; of several at the same instant the highest level.
    #[must_use]
    pub fn next_escalation(&self, terms: &Terms) -> Option<NextEscalation> {
        let steps = self.counting().filter_map(|((metric, _), meter)| meter.next_escalation(metric, terms));
        let next = steps.min_by_key(|(at, level)| (*at, std::cmp::Reverse(*level)));
        next.map(|(at, level)| NextEscalation { at, level })
    }
}

impl Finished {
    fn report(&self) -> Option<ClockReport> {
        report((self.metric, self.cycle), self.started_at, self.elapsed_micros, &self.stop, self.breach)
    }
}

/// A clock that has stopped.
fn report(
    (metric, cycle): (Metric, u32),
    started_at: DateTime<Utc>,
    elapsed_micros: u64,
    stop: &Stop,
    breach: Option<Breach>,
) -> Option<ClockReport> {
    let state = match breach {
        Some(_) => ClockState::Breached,
        None if stop.is_done => ClockState::Met,
        None => ClockState::Ended,
    };
    let target_seconds = stop.target_seconds.or(breach.map(|breach| breach.target_seconds))?;
    Some(ClockReport {
        metric,
        cycle,
        state,
        started_at,
        due_at: breach.map(|breach| breach.at).or(stop.due_at),
        breached_at: breach.map(|breach| breach.at),
        met_at: stop.is_done.then_some(stop.at),
        ended_at: (!stop.is_done).then_some(stop.at),
        ..counted(metric, cycle, started_at, target_seconds, elapsed_micros)
    })
}

fn live_report(meter: &Meter, metric: Metric, cycle: u32, terms: &Terms, now: DateTime<Utc>) -> Option<ClockReport> {
    let breach = meter.breach_by(metric, terms, now);
    let target_seconds = terms.targets.of(metric).or(breach.map(|breach| breach.target_seconds))?;
    let (state, due_at) = match breach {
        Some(breach) => (ClockState::Breached, Some(breach.at)),
        None if meter.is_running => (ClockState::Running, meter.due_at(metric, terms)),
        None => (ClockState::Paused, None),
    };
    let shown = counted(metric, cycle, meter.started_at, target_seconds, meter.elapsed(terms, now));
    Some(ClockReport { state, due_at, breached_at: breach.map(|breach| breach.at), ..shown })
}

/// What follows from the open time that a clock shows.
fn counted(
    metric: Metric,
    cycle: u32,
    started_at: DateTime<Utc>,
    target_seconds: u32,
    elapsed_micros: u64,
) -> ClockReport {
    let elapsed_seconds = elapsed_micros / 1_000_000;
    ClockReport {
        metric,
        cycle,
        state: ClockState::Running,
        target_seconds,
        started_at,
        due_at: None,
        elapsed_seconds,
        remaining_seconds: u64::from(target_seconds).saturating_sub(elapsed_seconds),
        percent: elapsed_micros.saturating_mul(100).checked_div(micros(target_seconds)).unwrap_or(0),
        breached_at: None,
        met_at: None,
        ended_at: None,
    }
}
