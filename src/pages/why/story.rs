//! The story of a clock: what happened to it, what was counted, what is to come. Where that stands in the picture is not known
//! here.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::axis::Axis;
use super::facts::done;
use crate::domain::sla::{BusinessCalendar, ClockReport, TRACE_MAX_ENTRIES, TraceEntry, TraceWhat};
use crate::pages::desk::clock::span;

/// How far behind a breach, and ahead of now, the line goes at most, in days.
const OVER_DAYS_MAX: i64 = 3;
const AHEAD_DAYS_MAX: i64 = 21;

/// A kind of bar, from when, until when.
pub type Span = (&'static str, DateTime<Utc>, DateTime<Utc>);

/// What is drawn.
pub struct Story<'a> {
    /// The clock's part of the trace.
    pub entries: &'a [&'a TraceEntry],
    /// How it stands.
    pub clock: &'a ClockReport,
    /// The hours that hold now.
    pub calendar: Option<&'a BusinessCalendar>,
    /// Who wrote when.
    pub said: Vec<Mark>,
    /// The zone of its times.
    pub zone: Tz,
    /// The moment of the picture.
    pub now: DateTime<Utc>,
}

/// Something that happened at an instant.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub words: String,
    /// Its colour.
    pub tone: &'static str,
}

impl Story<'_> {
    fn stopped_at(&self) -> Option<DateTime<Utc>> {
        let stop = self.entries.iter().rev().find(|entry| {
            matches!(entry.what, TraceWhat::Met { .. } | TraceWhat::Ended { .. } | TraceWhat::Untargeted)
        })?;
        // A resolution goes on again when it is reopened.
        let goes_on = |entry: &&TraceEntry| matches!(entry.what, TraceWhat::Resumed { .. }) && entry.at > stop.at;
        (!self.entries.iter().any(goes_on)).then_some(stop.at)
    }

    /// Until when the story goes.
    fn end(&self) -> DateTime<Utc> {
        if let Some(stop) = self.stopped_at() {
            return stop;
        }
        match (self.clock.breached_at, self.clock.due_at) {
            (Some(breached), _) => self.now.min(breached + TimeDelta::days(OVER_DAYS_MAX)).max(breached),
            (None, Some(due)) => due.min(self.now + TimeDelta::days(AHEAD_DAYS_MAX)).max(self.now),
            (None, None) => self.now,
        }
    }

    /// The line that it is drawn on; `None` where no open time belongs to it.
    #[must_use]
    pub fn axis(&self, width: f64) -> Option<Axis> {
        let begin = self.entries.first()?.at;
        let (from, to) = (hour_before(begin), hour_after(self.end()));
        let counted = self.entries.iter().filter_map(|entry| match &entry.what {
            TraceWhat::Counted { to, .. } => Some((entry.at, *to)),
            _ => None,
        });
        let mut open: Vec<(DateTime<Utc>, DateTime<Utc>)> = counted.collect();
        if let Some(calendar) = self.calendar {
            let most = TRACE_MAX_ENTRIES;
            open.extend(calendar.segments(from, to, most).into_iter().map(|segment| (segment.from, segment.to)));
        }
        Axis::new(from, to, &open, width)
    }

    /// What stands above the line, and what below.
    #[must_use]
    pub fn marks(&self) -> (Vec<Mark>, Vec<Mark>) {
        let (begin, end) = (self.entries.first().map(|entry| entry.at), self.stopped_at().unwrap_or(self.now));
        let mut above: Vec<Mark> = self
            .said
            .iter()
            .filter(|mark| begin.is_some_and(|begin| begin <= mark.at) && mark.at <= end)
            .cloned()
            .collect();
        let mut below = Vec::new();
        for entry in self.entries {
            let mark = |words: String, tone| Mark { at: entry.at, words, tone };
            match &entry.what {
                TraceWhat::Started { .. } => above.push(mark("clock starts".to_owned(), "ink")),
                TraceWhat::Retargeted { target_seconds } => {
                    above.push(mark(format!("{} allowed", span((*target_seconds).into())), "ink"));
                }
                TraceWhat::Untargeted => above.push(mark("nothing promised".to_owned(), "ink")),
                TraceWhat::Paused { .. } => above.push(mark("paused".to_owned(), "paused")),
                TraceWhat::Resumed { .. } => above.push(mark("goes on".to_owned(), "ink")),
                TraceWhat::Met { .. } => above.push(mark(done(entry.metric).to_lowercase(), "met")),
                TraceWhat::Ended { .. } => above.push(mark("ended".to_owned(), "ink")),
                TraceWhat::Warned { percent } => below.push(mark(format!("{percent} % used, warning"), "warn")),
                TraceWhat::Breached => below.push(mark("due, breached".to_owned(), "breach")),
                TraceWhat::Escalated { level } => below.push(mark(format!("level {level}"), "warn")),
                TraceWhat::Counted { .. } | TraceWhat::Due { .. } | TraceWhat::Cut => {}
            }
        }
        if let (None, Some(due_at)) = (self.clock.breached_at, self.clock.due_at) {
            below.push(Mark { at: due_at, words: "due".to_owned(), tone: "ink" });
        }
        if self.stopped_at().is_none() {
            above.push(Mark { at: self.now, words: "now".to_owned(), tone: "now" });
        }
        (gathered(above), gathered(below))
    }

    /// What is drawn as bars: what was counted, up to the breach and over it, paused, and is to come; in order.
    #[must_use]
    pub fn spans(&self) -> Vec<Span> {
        let end = self.stopped_at().unwrap_or(self.now);
        let mut spans: Vec<Span> = Vec::new();
        let mut paused_since = None;
        for entry in self.entries {
            match &entry.what {
                TraceWhat::Counted { to, .. } => spans.extend(split(entry.at, *to, self.clock.breached_at)),
                TraceWhat::Paused { .. } => paused_since = Some(entry.at),
                TraceWhat::Resumed { .. } => spans.extend(paused_since.take().map(|since| ("paused", since, entry.at))),
                _ => {}
            }
        }
        spans.extend(paused_since.filter(|since| *since < end).map(|since| ("paused", since, end)));
        if let (None, None, Some(due)) = (self.stopped_at(), self.clock.breached_at, self.clock.due_at) {
            spans.push(("ahead", self.now.max(self.clock.started_at), due));
        }
        spans.sort_by_key(|(_, from, _)| *from);
        let mut united: Vec<Span> = Vec::new();
        for (kind, from, to) in spans {
            match united.last_mut() {
                Some(last) if last.0 == kind && last.2 == from && kind != "paused" => last.2 = to,
                _ => united.push((kind, from, to)),
            }
        }
        united
    }
}

/// A counted span: up to the breach, and over it.
fn split(from: DateTime<Utc>, to: DateTime<Utc>, breached: Option<DateTime<Utc>>) -> Vec<Span> {
    match breached {
        Some(breached) if breached <= from => vec![("over", from, to)],
        Some(breached) if breached < to => vec![("counted", from, breached), ("over", breached, to)],
        _ => vec![("counted", from, to)],
    }
}

/// What happened at the same instant, as one.
fn gathered(mut marks: Vec<Mark>) -> Vec<Mark> {
    marks.sort_by_key(|mark| mark.at);
    let mut all: Vec<Mark> = Vec::new();
    for mark in marks {
        match all.last_mut() {
            Some(last) if last.at == mark.at => {
                last.words = format!("{}, {}", last.words, mark.words);
                if last.tone == "ink" || mark.tone == "breach" {
                    last.tone = mark.tone;
                }
            }
            _ => all.push(mark),
        }
    }
    all
}

fn hour_before(at: DateTime<Utc>) -> DateTime<Utc> {
    at - TimeDelta::seconds(at.timestamp().rem_euclid(3_600))
}

fn hour_after(at: DateTime<Utc>) -> DateTime<Utc> {
    let over = at.timestamp().rem_euclid(3_600);
    if over == 0 { at + TimeDelta::hours(1) } else { at + TimeDelta::seconds(3_600 - over) }
}
