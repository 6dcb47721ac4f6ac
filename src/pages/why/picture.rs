//! The story of a clock as a picture: what was counted, where it stood still, when it is due, what it warned of. Everything
//! that stands at a place is computed here; the template only writes it down.

use chrono_tz::Tz;
use serde::Serialize;

use super::axis::Axis;
use super::labels::{GAP, INDENT, Placed, Wanted, place};
use super::story::{Mark, Span, Story};
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
        let axis = story.axis(WIDTH)?;
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
            bars: story.spans().into_iter().flat_map(|span| parts(&axis, span)).collect(),
            hours: hours(&axis, story.zone, &leaders),
            days: days(&axis, story.zone, &leaders),
            marks,
        })
    }
}

/// The open parts of a span, as bars; what they are labelled with says how long it is as a whole.
fn parts(axis: &Axis, (kind, from, to): Span) -> Vec<Bar> {
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

#[cfg(test)]
pub mod tests;
