//! The line on which a clock's story is drawn: open hours to scale, closed ones narrow.

use chrono::{DateTime, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;

use crate::domain::local_time::local_date;

/// Most open spans that are drawn; of more, the last.
pub const SPANS_MAX: usize = 40;
/// Widest closed stretch, in units of the picture.
const CLOSED_WIDEST: f64 = 46.0;
/// How much of the picture closed stretches may take together.
const CLOSED_SHARE: f64 = 0.3;
/// A closed stretch from which on it counts twice, in hours.
const LONG_CLOSED_HOURS: i64 = 20;
/// Least room between two hours that are written, in units of the picture.
const HOUR_ROOM: f64 = 44.0;
/// How far from the end of its stretch an hour is written at least, in units of the picture.
const HOUR_INSET: f64 = 12.0;
/// The steps in which hours may be written.
const HOUR_STEPS: [u32; 6] = [1, 2, 3, 6, 12, 24];

/// A stretch of the line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// From when.
    pub from: DateTime<Utc>,
    /// Until when.
    pub to: DateTime<Utc>,
    /// Whether time counts in it.
    pub is_open: bool,
    /// Where it begins.
    pub x: f64,
    /// How wide it is.
    pub width: f64,
}

/// The line.
#[derive(Clone, Debug)]
pub struct Axis {
    /// Its stretches, in order, each from where the one before ends.
    pub stretches: Vec<Stretch>,
    /// Whether more lies before it.
    pub is_cut: bool,
}

impl Axis {
    /// A line from `from` to `to` with these open spans; `None` where nothing is open.
    #[must_use]
    pub fn new(
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        open: &[(DateTime<Utc>, DateTime<Utc>)],
        width: f64,
    ) -> Option<Self> {
        let mut open = united(open);
        open.retain_mut(|span| {
            *span = (span.0.max(from), span.1.min(to));
            span.0 < span.1
        });
        let is_cut = open.len() > SPANS_MAX;
        open.drain(..open.len().saturating_sub(SPANS_MAX));
        let first = open.first()?.0;
        let begin = if is_cut { first } else { from };
        let stretches = sized(stretches(begin, to, &open), width);
        Some(Self { stretches, is_cut })
    }

    /// Where an instant lies; what lies outside is at the nearer end.
    #[must_use]
    pub fn x(&self, at: DateTime<Utc>) -> f64 {
        let stretch = self.stretches.iter().find(|stretch| at <= stretch.to);
        let Some(stretch) = stretch.or(self.stretches.last()) else { return 0.0 };
        let whole = seconds(stretch.to - stretch.from);
        let share = if whole > 0.0 { seconds(at - stretch.from) / whole } else { 0.0 };
        stretch.x + stretch.width * share.clamp(0.0, 1.0)
    }

    /// Whether an instant is drawn.
    #[must_use]
    pub fn holds(&self, at: DateTime<Utc>) -> bool {
        let ends = self.stretches.first().zip(self.stretches.last());
        ends.is_some_and(|(first, last)| first.from <= at && at <= last.to)
    }

    /// The parts of a span that lie in open stretches, as places.
    #[must_use]
    pub fn open_parts(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<(f64, f64)> {
        let open = self.stretches.iter().filter(|stretch| stretch.is_open);
        let parts = open.map(|stretch| (from.max(stretch.from), to.min(stretch.to))).filter(|(from, to)| from < to);
        parts.map(|(from, to)| (self.place(from), self.x(to))).collect()
    }

    /// As [`Self::x`]; where two stretches meet, in the second.
    fn place(&self, at: DateTime<Utc>) -> f64 {
        let begun = self.stretches.iter().find(|stretch| stretch.from == at);
        begun.map_or_else(|| self.x(at), |stretch| stretch.x)
    }

    /// The hours that are written: where, and which.
    #[must_use]
    pub fn hours(&self, zone: Tz) -> Vec<(f64, u32)> {
        let open: Vec<&Stretch> = self.stretches.iter().filter(|stretch| stretch.is_open).collect();
        let scale = open.first().map_or(0.0, |stretch| stretch.width / seconds(stretch.to - stretch.from).max(1.0));
        let step = HOUR_STEPS.into_iter().find(|step| f64::from(*step) * 3_600.0 * scale >= HOUR_ROOM).unwrap_or(24);
        let mut hours = Vec::new();
        for stretch in open {
            let mut at = next_hour(stretch.from);
            while at <= stretch.to {
                let local = at.with_timezone(&zone);
                if local.hour().is_multiple_of(step) && local.minute() == 0 {
                    // Within its own stretch, also where the hour is the one at which it opens or closes.
                    let (from, to) = (stretch.x + HOUR_INSET, stretch.x + stretch.width - HOUR_INSET);
                    if from <= to {
                        hours.push((self.place(at).clamp(from, to), local.hour()));
                    }
                }
                at += TimeDelta::minutes(15);
            }
        }
        hours
    }

    /// The days that are drawn: their dates, from where, to where.
    #[must_use]
    pub fn days(&self, zone: Tz) -> Vec<(chrono::NaiveDate, f64, f64)> {
        let mut days: Vec<(chrono::NaiveDate, f64, f64)> = Vec::new();
        for stretch in self.stretches.iter().filter(|stretch| stretch.is_open) {
            let date = local_date(zone, stretch.from);
            match days.last_mut() {
                Some((last, _, to)) if *last == date => *to = stretch.x + stretch.width,
                _ => days.push((date, stretch.x, stretch.x + stretch.width)),
            }
        }
        days
    }
}

/// The next quarter of an hour: zones differ by no less.
fn next_hour(at: DateTime<Utc>) -> DateTime<Utc> {
    let over = at.timestamp().rem_euclid(900);
    if over == 0 {
        at
    } else {
        at + TimeDelta::seconds(900 - over) - TimeDelta::nanoseconds(at.timestamp_subsec_nanos().into())
    }
}

/// Spans in order, those that meet as one.
fn united(spans: &[(DateTime<Utc>, DateTime<Utc>)]) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
    let mut sorted = spans.to_vec();
    sorted.sort_unstable();
    let mut all: Vec<(DateTime<Utc>, DateTime<Utc>)> = Vec::new();
    for (from, to) in sorted {
        match all.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => all.push((from, to)),
        }
    }
    all
}

fn stretches(from: DateTime<Utc>, to: DateTime<Utc>, open: &[(DateTime<Utc>, DateTime<Utc>)]) -> Vec<Stretch> {
    let stretch = |from, to, is_open| Stretch { from, to, is_open, x: 0.0, width: 0.0 };
    let mut all = Vec::new();
    let mut at = from;
    for (opens, closes) in open {
        if at < *opens {
            all.push(stretch(at, *opens, false));
        }
        all.push(stretch(*opens, *closes, true));
        at = *closes;
    }
    if at < to {
        all.push(stretch(at, to, false));
    }
    all
}

fn sized(mut stretches: Vec<Stretch>, width: f64) -> Vec<Stretch> {
    let weight = |stretch: &Stretch| {
        if stretch.to - stretch.from >= TimeDelta::hours(LONG_CLOSED_HOURS) { 2.0 } else { 1.0 }
    };
    let weights: f64 = stretches.iter().filter(|stretch| !stretch.is_open).map(weight).sum();
    let unit = if weights > 0.0 { (width * CLOSED_SHARE / weights).min(CLOSED_WIDEST) } else { 0.0 };
    let open = stretches.iter().filter(|stretch| stretch.is_open).map(|stretch| seconds(stretch.to - stretch.from));
    let scale = (width - unit * weights) / open.sum::<f64>().max(1.0);
    let mut x = 0.0;
    for stretch in &mut stretches {
        stretch.x = x;
        stretch.width =
            if stretch.is_open { seconds(stretch.to - stretch.from) * scale } else { unit * weight(stretch) };
        x += stretch.width;
    }
    stretches
}

fn seconds(delta: TimeDelta) -> f64 {
    delta.as_seconds_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn open_time_is_to_scale_and_closed_time_narrow() {
        let (a, b) = (at("2026-05-12T07:00:00Z"), at("2026-05-13T11:00:00Z"));
        let open = [(a, at("2026-05-12T15:00:00Z")), (at("2026-05-13T07:00:00Z"), b)];
        let axis = Axis::new(a, b, &open, 1_000.0).unwrap();
        let widths: Vec<_> = axis.stretches.iter().map(|stretch| stretch.width.round()).collect();
        assert_eq!(widths, [636.0, 46.0, 318.0], "eight hours are twice as wide as four");
        assert_eq!(axis.x(at("2026-05-12T11:00:00Z")).round(), 318.0);
        assert_eq!(axis.x(b).round(), 1_000.0);
        assert_eq!(axis.open_parts(a, b).len(), 2);
        assert!(axis.holds(b) && !axis.holds(at("2026-05-14T00:00:00Z")));
        assert_eq!(axis.days(chrono_tz::UTC).len(), 2);
        assert!(Axis::new(a, b, &[], 1_000.0).is_none());
    }
}
