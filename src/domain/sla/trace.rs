//! Why a clock shows what it shows: every start, pause, resume, span of counted time, due instant, warning, breach and end,
//! worked out from the history anew.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::clocks::Clocks;
use super::firing::Firing;
use super::history::{Happening, HistoryEntry, step};
use super::metric::Metric;
use super::terms::Terms;

/// Most entries of a trace; longer ones are cut, and say so.
pub const TRACE_MAX_ENTRIES: usize = 5_000;

/// One line of a trace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TraceEntry {
    /// When.
    pub at: DateTime<Utc>,
    /// Which clock.
    pub metric: Metric,
    /// Its cycle, from 1.
    pub cycle: u32,
    /// What.
    #[serde(flatten)]
    pub what: TraceWhat,
}

/// What happened to a clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum TraceWhat {
    /// It began.
    Started {
        /// How much time there was.
        target_seconds: u32,
    },
    /// There was another amount of time from then on.
    Retargeted {
        /// How much.
        target_seconds: u32,
    },
    /// Nothing was promised any more.
    Untargeted,
    /// It stood still from then on.
    Paused {
        /// How much it showed.
        elapsed_seconds: u64,
    },
    /// It went on.
    Resumed {
        /// How much it showed.
        elapsed_seconds: u64,
    },
    /// It counted a span of open time.
    Counted {
        /// Until when.
        to: DateTime<Utc>,
        /// How long the span was.
        seconds: u64,
        /// How much it showed at its end.
        elapsed_seconds: u64,
    },
    /// From then on it was known when it would be due.
    Due {
        /// When.
        due_at: DateTime<Utc>,
    },
    /// It warned.
    Warned {
        /// How much of the target was used up.
        percent: u8,
    },
    /// Its target was used up.
    Breached,
    /// A step of the chain was taken.
    Escalated {
        /// Which level was reached.
        level: u32,
    },
    /// What was promised was done, be it late.
    Met {
        /// How much it showed.
        elapsed_seconds: u64,
    },
    /// It was ended.
    Ended {
        /// How much it showed.
        elapsed_seconds: u64,
    },
    /// Here the trace was cut: it is longer than [`TRACE_MAX_ENTRIES`].
    Cut,
}

/// Explains a history as of `now`, in order of time; nothing where it does not begin with the creation.
#[must_use]
pub fn trace(history: &[HistoryEntry], now: DateTime<Utc>) -> Vec<TraceEntry> {
    let Some((first, rest)) = history.split_first() else { return Vec::new() };
    let Happening::Created { status } = first.what else { return Vec::new() };
    let mut clocks = Clocks::started(first.at, status, &first.terms);
    let mut tracer = Tracer { entries: Vec::new() };
    tracer.changed(first.at, &BTreeMap::new(), &clocks, &first.terms);
    let (mut since, mut terms) = (first.at, &first.terms);
    for entry in rest {
        tracer.counted(&clocks, terms, since, entry.at);
        let before = seen(&clocks, terms);
        let firings = step(&mut clocks, entry, terms);
        tracer.fired(&firings);
        (since, terms) = (since.max(entry.at), &entry.terms);
        tracer.changed(entry.at, &before, &clocks, terms);
    }
    tracer.counted(&clocks, terms, since, now);
    tracer.fired(&clocks.due(terms, now));
    tracer.finish()
}

/// What is to be seen of a clock between two entries.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Seen {
    is_running: bool,
    target_seconds: u32,
    due_at: Option<DateTime<Utc>>,
}

type SeenClocks = BTreeMap<(Metric, u32), Seen>;

/// The clocks for which something is promised.
fn seen(clocks: &Clocks, terms: &Terms) -> SeenClocks {
    let counting = clocks.counting().filter_map(|(clock, meter)| {
        let target_seconds = terms.targets.of(clock.0)?;
        let is_due_ahead = meter.is_running && meter.breach().is_none();
        let due_at = if is_due_ahead { meter.due_at(clock.0, terms) } else { None };
        Some((clock, Seen { is_running: meter.is_running, target_seconds, due_at }))
    });
    counting.collect()
}

struct Tracer {
    entries: Vec<TraceEntry>,
}

impl Tracer {
    fn note(&mut self, at: DateTime<Utc>, (metric, cycle): (Metric, u32), what: TraceWhat) {
        if self.entries.len() <= TRACE_MAX_ENTRIES {
            self.entries.push(TraceEntry { at, metric, cycle, what });
        }
    }

    /// The open time that passed between two instants, by clock.
    fn counted(&mut self, clocks: &Clocks, terms: &Terms, from: DateTime<Utc>, to: DateTime<Utc>) {
        let Some(calendar) = &terms.calendar else { return };
        let promised = clocks.counting().filter(|((metric, _), _)| terms.targets.of(*metric).is_some());
        for (clock, meter) in promised.filter(|(_, meter)| meter.is_running) {
            for segment in calendar.segments(from, to, TRACE_MAX_ENTRIES) {
                let seconds = calendar.elapsed(segment.from, segment.to);
                let elapsed_seconds = meter.elapsed(terms, segment.to) / 1_000_000;
                self.note(segment.from, clock, TraceWhat::Counted { to: segment.to, seconds, elapsed_seconds });
            }
        }
    }

    fn fired(&mut self, firings: &[Firing]) {
        for firing in firings {
            let what = match firing {
                Firing::Warned { percent, .. } => TraceWhat::Warned { percent: *percent },
                Firing::Breached { .. } => TraceWhat::Breached,
                Firing::Escalated { level, .. } => TraceWhat::Escalated { level: *level },
            };
            self.note(firing.at(), firing.clock(), what);
        }
    }

    /// What an entry made of the clocks.
    fn changed(&mut self, at: DateTime<Utc>, before: &SeenClocks, clocks: &Clocks, terms: &Terms) {
        let after = seen(clocks, terms);
        for (clock, was) in before {
            match after.get(clock) {
                Some(is) => self.went_on(at, *clock, *was, *is, clocks, terms),
                None => self.stopped(at, *clock, clocks, terms),
            }
        }
        for (clock, is) in after.iter().filter(|(clock, _)| !before.contains_key(clock)) {
            let Some((_, meter)) = clocks.counting().find(|(counting, _)| counting == clock) else { continue };
            let elapsed_seconds = meter.elapsed(terms, at) / 1_000_000;
            if meter.started_at < at && clock.0 == Metric::Resolution {
                self.note(at, *clock, TraceWhat::Resumed { elapsed_seconds });
            } else {
                self.note(at, *clock, TraceWhat::Started { target_seconds: is.target_seconds });
            }
            if !is.is_running {
                self.note(at, *clock, TraceWhat::Paused { elapsed_seconds });
            }
            self.due(at, *clock, is.due_at);
        }
    }

    fn went_on(
        &mut self,
        at: DateTime<Utc>,
        clock: (Metric, u32),
        was: Seen,
        is: Seen,
        clocks: &Clocks,
        terms: &Terms,
    ) {
        if was.target_seconds != is.target_seconds {
            self.note(at, clock, TraceWhat::Retargeted { target_seconds: is.target_seconds });
        }
        let meter = clocks.counting().find(|(counting, _)| *counting == clock);
        let elapsed_seconds = meter.map_or(0, |(_, meter)| meter.elapsed(terms, at) / 1_000_000);
        match (was.is_running, is.is_running) {
            (true, false) => self.note(at, clock, TraceWhat::Paused { elapsed_seconds }),
            (false, true) => self.note(at, clock, TraceWhat::Resumed { elapsed_seconds }),
            (true, true) | (false, false) => {}
        }
        if was.due_at != is.due_at {
            self.due(at, clock, is.due_at);
        }
    }

    fn stopped(&mut self, at: DateTime<Utc>, clock: (Metric, u32), clocks: &Clocks, terms: &Terms) {
        let resolved = clocks.resolved.as_ref().filter(|_| clock.0 == Metric::Resolution);
        let resolution = clocks.resolution.as_ref().zip(resolved);
        let resolution = resolution.map(|(meter, stop)| (meter.elapsed(terms, at), stop.is_done));
        let finished = clocks.finished.iter().rev().find(|one| (one.metric, one.cycle) == clock);
        let (elapsed, is_done) = match resolution.or(finished.map(|one| (one.elapsed_micros, one.stop.is_done))) {
            Some((elapsed, is_done)) => (elapsed / 1_000_000, is_done),
            None => return self.note(at, clock, TraceWhat::Untargeted),
        };
        let elapsed_seconds = elapsed;
        let what = if is_done { TraceWhat::Met { elapsed_seconds } } else { TraceWhat::Ended { elapsed_seconds } };
        self.note(at, clock, what);
    }

    fn due(&mut self, at: DateTime<Utc>, clock: (Metric, u32), due_at: Option<DateTime<Utc>>) {
        if let Some(due_at) = due_at {
            self.note(at, clock, TraceWhat::Due { due_at });
        }
    }

    fn finish(mut self) -> Vec<TraceEntry> {
        self.entries.sort_by_key(|entry| entry.at);
        if self.entries.len() > TRACE_MAX_ENTRIES
            && let Some(last) = self.entries.last_mut()
        {
            last.what = TraceWhat::Cut;
        }
        self.entries
    }
}
