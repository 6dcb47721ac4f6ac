//! The story of a clock as a picture: what was counted, where it stood still, when it is due, what it warned of. Everything
//! that stands at a place is computed here; the template only writes it down.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::Serialize;

use super::axis::Axis;
use super::facts::done;
use super::labels::{GAP, INDENT, Placed, Wanted, place};
use crate::domain::sla::{BusinessCalendar, ClockReport, TraceEntry, TraceWhat};
use crate::pages::desk::clock::span;
use crate::pages::words;

/// How wide the line is, in units of the picture.
const WIDTH: f64 = 1_136.0;
/// How wide a letter is at most on average, in units of the picture.
const LETTER: f64 = 8.0;
/// Height of a label of one line, and of one of two.
const ROW: f64 = 30.0;
const TWO_ROWS: f64 = 48.0;
/// Most levels of labels above the line, and below.
const LEVELS_MAX: usize = 5;
/// The frame: its height, where its bars begin, how high they are.
const FRAME: f64 = 104.0;
const BARS_BELOW: f64 = 30.0;
const BARS: f64 = 34.0;
/// How far behind a breach, and ahead of now, the line goes at most, in days.
const OVER_DAYS_MAX: i64 = 3;
const AHEAD_DAYS_MAX: i64 = 21;

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

/// A picture.
#[derive(Debug, Serialize)]
pub struct Picture {
    width: f64,
    height: f64,
    frame_top: f64,
    frame_height: f64,
    bar_top: f64,
    bar_height: f64,
    hours_y: f64,
    days_y: f64,
    is_cut: bool,
    closed: Vec<Closed>,
    bars: Vec<Bar>,
    hours: Vec<Text>,
    days: Vec<Text>,
    marks: Vec<Drawn>,
}

#[derive(Debug, Serialize)]
struct Closed {
    x: f64,
    width: f64,
    label_x: Option<f64>,
}

#[derive(Debug, Serialize)]
struct Bar {
    kind: &'static str,
    x: f64,
    width: f64,
    label_x: f64,
    label: Option<String>,
}

#[derive(Debug, Serialize)]
struct Text {
    x: f64,
    text: String,
}

/// A mark with its leader and its label.
#[derive(Debug, Serialize)]
struct Drawn {
    tone: &'static str,
    is_below: bool,
    x: f64,
    dot_y: f64,
    label: Option<Label>,
}

#[derive(Debug, Serialize)]
struct Label {
    leader_y: f64,
    x: f64,
    y: f64,
    second_y: f64,
    is_left: bool,
    time: String,
    words: String,
}

impl Picture {
    /// The picture of a story; `None` where no open time belongs to it.
    #[must_use]
    pub fn draw(story: &Story<'_>) -> Option<Self> {
        let axis = story.axis()?;
        let (above, below) = story.marks();
        let is_drawn = |mark: &Mark| axis.holds(mark.at);
        let above: Vec<Mark> = above.into_iter().filter(is_drawn).collect();
        let below: Vec<Mark> = below.into_iter().filter(is_drawn).collect();
        let (above_at, below_at) = (placed(&above, &axis, story.zone, false), placed(&below, &axis, story.zone, true));
        let frame_top = 16.0 + height_of(&above_at, ROW);
        let frame_bottom = frame_top + FRAME;
        let bar_top = frame_top + BARS_BELOW;
        let lines = Lines { frame_top, frame_bottom, bar_top, zone: story.zone };
        let mut marks: Vec<Drawn> = Vec::new();
        for (mark, at) in above.iter().zip(&above_at) {
            marks.push(lines.above(mark, axis.x(mark.at), *at));
        }
        for (mark, at) in below.iter().zip(&below_at) {
            marks.push(lines.below(mark, axis.x(mark.at), *at));
        }
        let leaders: Vec<f64> =
            marks.iter().filter(|mark| mark.is_below && mark.label.is_some()).map(|mark| mark.x).collect();
        Some(Self {
            width: WIDTH,
            height: rounded(frame_bottom + 40.0 + height_of(&below_at, TWO_ROWS)),
            frame_top: rounded(frame_top),
            frame_height: FRAME,
            bar_top: rounded(bar_top),
            bar_height: BARS,
            hours_y: rounded(frame_bottom - 10.0),
            days_y: rounded(frame_bottom + 22.0),
            is_cut: axis.is_cut,
            closed: closed(&axis),
            bars: story.bars(&axis),
            hours: hours(&axis, story.zone, &leaders),
            days: days(&axis, story.zone, &leaders),
            marks,
        })
    }
}

impl Story<'_> {
    fn stopped_at(&self) -> Option<DateTime<Utc>> {
        let stop = self.entries.iter().rev().find(|entry| {
            matches!(entry.what, TraceWhat::Met { .. } | TraceWhat::Ended { .. } | TraceWhat::Untargeted)
        })?;
        // A resolution goes on again when it is reopened.
        let goes_on = |entry: &&TraceEntry| matches!(entry.what, TraceWhat::Resumed { .. }) && entry.at > stop.at;
        (!self.entries.iter().any(|entry| goes_on(&entry))).then_some(stop.at)
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

    fn axis(&self) -> Option<Axis> {
        let begin = self.entries.first()?.at;
        let (from, to) = (hour_before(begin), hour_after(self.end()));
        let counted = self.entries.iter().filter_map(|entry| match &entry.what {
            TraceWhat::Counted { to, .. } => Some((entry.at, *to)),
            _ => None,
        });
        let mut open: Vec<(DateTime<Utc>, DateTime<Utc>)> = counted.collect();
        if let Some(calendar) = self.calendar {
            let most = crate::domain::sla::TRACE_MAX_ENTRIES;
            open.extend(calendar.segments(from, to, most).into_iter().map(|segment| (segment.from, segment.to)));
        }
        Axis::new(from, to, &open, WIDTH)
    }

    /// What stands above the line, and what below.
    fn marks(&self) -> (Vec<Mark>, Vec<Mark>) {
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

    fn bars(&self, axis: &Axis) -> Vec<Bar> {
        let end = self.stopped_at().unwrap_or(self.now);
        let mut spans: Vec<(&'static str, DateTime<Utc>, DateTime<Utc>)> = Vec::new();
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
        let mut united: Vec<(&'static str, DateTime<Utc>, DateTime<Utc>)> = Vec::new();
        for (kind, from, to) in spans {
            match united.last_mut() {
                Some(last) if last.0 == kind && last.2 == from && kind != "paused" => last.2 = to,
                _ => united.push((kind, from, to)),
            }
        }
        united.into_iter().flat_map(|(kind, from, to)| self.parts(axis, kind, from, to)).collect()
    }

    fn parts(&self, axis: &Axis, kind: &'static str, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<Bar> {
        let parts = axis.open_parts(from, to);
        let is_whole = parts.len() == 1;
        let label = |width: f64| {
            let label = match kind {
                "paused" => "Paused".to_owned(),
                "ahead" if !is_whole => return None,
                "over" => return None,
                _ => span(u64::try_from((to - from).num_seconds()).unwrap_or(0)),
            };
            (letters(&label) + GAP <= width).then_some(label)
        };
        let bar = |(from, to): (f64, f64)| Bar {
            kind,
            x: rounded(from + 0.5),
            width: rounded((to - from - 1.0).max(1.0)),
            label_x: rounded(f64::midpoint(from, to)),
            label: label(to - from),
        };
        parts.into_iter().map(bar).collect()
    }
}

/// A counted span: up to the breach, and over it.
fn split(
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    breached: Option<DateTime<Utc>>,
) -> Vec<(&'static str, DateTime<Utc>, DateTime<Utc>)> {
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

fn placed(marks: &[Mark], axis: &Axis, zone: Tz, has_two_lines: bool) -> Vec<Option<Placed>> {
    let wanted: Vec<Wanted> = marks
        .iter()
        .map(|mark| {
            let (time, words) = (letters(&words::clock(zone, mark.at)), letters(&mark.words));
            let width = if has_two_lines { time.max(words) } else { time + LETTER + words };
            Wanted { x: axis.x(mark.at), width }
        })
        .collect();
    place(&wanted, WIDTH, LEVELS_MAX)
}

fn height_of(placed: &[Option<Placed>], row: f64) -> f64 {
    let levels = placed.iter().flatten().map(|placed| placed.level + 1).max();
    levels.map_or(0.0, |levels| times(levels) * row)
}

/// Where things stand by their height.
struct Lines {
    frame_top: f64,
    frame_bottom: f64,
    bar_top: f64,
    zone: Tz,
}

impl Lines {
    fn above(&self, mark: &Mark, x: f64, placed: Option<Placed>) -> Drawn {
        let label = placed.map(|placed| {
            let y = self.frame_top - 12.0 - times(placed.level) * ROW;
            self.label(mark, x, placed, y - 12.0, y, y)
        });
        Drawn { tone: mark.tone, is_below: false, x: rounded(x), dot_y: rounded(self.bar_top), label }
    }

    fn below(&self, mark: &Mark, x: f64, placed: Option<Placed>) -> Drawn {
        let label = placed.map(|placed| {
            let y = self.frame_bottom + 52.0 + times(placed.level) * TWO_ROWS;
            self.label(mark, x, placed, y + 24.0, y, y + 20.0)
        });
        Drawn { tone: mark.tone, is_below: true, x: rounded(x), dot_y: rounded(self.bar_top + BARS), label }
    }

    fn label(&self, mark: &Mark, x: f64, placed: Placed, leader_y: f64, y: f64, second_y: f64) -> Label {
        Label {
            leader_y: rounded(leader_y),
            x: rounded(if placed.is_left { x - INDENT } else { x + INDENT }),
            y: rounded(y),
            second_y: rounded(second_y),
            is_left: placed.is_left,
            time: words::clock(self.zone, mark.at),
            words: mark.words.clone(),
        }
    }
}

fn closed(axis: &Axis) -> Vec<Closed> {
    let closed = axis.stretches.iter().filter(|stretch| !stretch.is_open);
    closed
        .map(|stretch| Closed {
            x: rounded(stretch.x),
            width: rounded(stretch.width),
            label_x: (letters("closed") + GAP <= stretch.width).then(|| rounded(stretch.x + stretch.width / 2.0)),
        })
        .collect()
}

/// The hours that no leader runs through and that leave each other room.
fn hours(axis: &Axis, zone: Tz, leaders: &[f64]) -> Vec<Text> {
    let mut texts: Vec<Text> = Vec::new();
    let room = letters("00");
    for (x, hour) in axis.hours(zone) {
        // The first hour of the line stands within the frame.
        let x = x.clamp(room / 2.0 + 4.0, WIDTH - room / 2.0 - 4.0);
        let is_free = leaders.iter().all(|leader| (leader - x).abs() > room / 2.0 + 4.0);
        let has_room = texts.last().is_none_or(|last| x - last.x >= room + GAP);
        if is_free && has_room {
            texts.push(Text { x: rounded(x), text: format!("{hour:02}") });
        }
    }
    texts
}

/// The days, each where no leader runs through its name; one that has no room is left out.
fn days(axis: &Axis, zone: Tz, leaders: &[f64]) -> Vec<Text> {
    let mut texts: Vec<Text> = Vec::new();
    let mut free_from = 0.0;
    for (date, from, to) in axis.days(zone) {
        let text = date.format("%a %-d %b").to_string();
        let half = letters(&text) / 2.0;
        let middle = f64::midpoint(from, to).clamp(half, WIDTH - half);
        let steps = (0..40_u32).flat_map(|step| [f64::from(step) * 6.0, f64::from(step) * -6.0]);
        let is_free = |x: &f64| {
            let (left, right) = (x - half, x + half);
            let is_at_home = (from - half..=to + half).contains(x);
            is_at_home
                && left >= free_from
                && right <= WIDTH
                && leaders.iter().all(|leader| *leader + GAP < left || right + GAP < *leader)
        };
        if let Some(x) = steps.map(|step| middle + step).find(is_free) {
            free_from = x + half + GAP;
            texts.push(Text { x: rounded(x), text });
        }
    }
    texts
}

/// How wide a text is at most.
fn letters(text: &str) -> f64 {
    times(text.chars().count()) * LETTER
}

fn times(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// To a tenth: nobody sees more, and pages stay short.
fn rounded(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

fn hour_before(at: DateTime<Utc>) -> DateTime<Utc> {
    at - TimeDelta::seconds(at.timestamp().rem_euclid(3_600))
}

fn hour_after(at: DateTime<Utc>) -> DateTime<Utc> {
    let over = at.timestamp().rem_euclid(3_600);
    if over == 0 { at + TimeDelta::hours(1) } else { at + TimeDelta::seconds(3_600 - over) }
}

#[cfg(test)]
pub mod tests;
