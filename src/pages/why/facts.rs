//! The story of a clock in words, one fact a line.

use chrono::{DateTime, Timelike, Utc};
use chrono_tz::Tz;
use serde::Serialize;

use crate::domain::sla::{Metric, TraceEntry, TraceWhat};
use crate::pages::desk::clock::span;
use crate::pages::words;

/// Most facts that a page shows.
const FACTS_MAX: usize = 300;

/// A fact.
#[derive(Debug, Serialize)]
pub struct Fact {
    at: String,
    instant: String,
    words: String,
    tone: &'static str,
    icon: &'static str,
}

/// The facts of a clock, in order.
#[must_use]
pub fn of(entries: &[&TraceEntry], zone: Tz) -> Vec<Fact> {
    let mut facts: Vec<Fact> = entries.iter().take(FACTS_MAX).map(|entry| fact(entry, zone)).collect();
    if let (true, Some(last)) = (entries.len() > FACTS_MAX, facts.last_mut()) {
        last.words = format!("There is more: {} facts in all.", entries.len());
    }
    facts
}

fn fact(entry: &TraceEntry, zone: Tz) -> Fact {
    let (tone, icon, words) = match &entry.what {
        TraceWhat::Started { target_seconds } => {
            ("ink", "clock", format!("The clock starts: {} allowed.", span((*target_seconds).into())))
        }
        TraceWhat::Retargeted { target_seconds } => {
            ("ink", "clock", format!("From now on {} is allowed.", span((*target_seconds).into())))
        }
        TraceWhat::Untargeted => ("soft", "minus", "Nothing is promised any more.".to_owned()),
        TraceWhat::Paused { elapsed_seconds } => {
            ("paused", "pause", format!("Paused, with {} used.", span(*elapsed_seconds)))
        }
        TraceWhat::Resumed { elapsed_seconds } => {
            ("ink", "clock", format!("Goes on, with {} used.", span(*elapsed_seconds)))
        }
        TraceWhat::Counted { to, seconds, elapsed_seconds } => {
            let (until, counted) = (precise(zone, *to), span(*seconds));
            ("ink", "clock", format!("Counts {counted} until {until}: {} used in all.", span(*elapsed_seconds)))
        }
        TraceWhat::Due { due_at } => {
            ("ink", "arrow", format!("So it is due {}, {}.", day(zone, *due_at), precise(zone, *due_at)))
        }
        TraceWhat::Warned { percent } => ("warn", "triangle", format!("{percent} % used, warning.")),
        TraceWhat::Breached => ("breach", "octagon", "All of it is used up: breached.".to_owned()),
        TraceWhat::Escalated { level } => ("warn", "chevrons", format!("Escalated to level {level}.")),
        TraceWhat::Met { elapsed_seconds } => {
            ("met", "check", format!("{}, with {} used.", done(entry.metric), span(*elapsed_seconds)))
        }
        TraceWhat::Ended { elapsed_seconds } => {
            ("soft", "minus", format!("Ended, with {} used.", span(*elapsed_seconds)))
        }
        TraceWhat::Cut => ("soft", "minus", "There is more than can be told here.".to_owned()),
    };
    let at = format!("{}, {}", day(zone, entry.at), precise(zone, entry.at));
    Fact { at, instant: words::instant(entry.at), words, tone, icon }
}

/// What was promised, as done.
#[must_use]
pub fn done(metric: Metric) -> &'static str {
    match metric {
        Metric::FirstResponse | Metric::NextResponse => "Answered",
        Metric::Resolution => "Resolved",
    }
}

fn day(zone: Tz, at: DateTime<Utc>) -> String {
    at.with_timezone(&zone).format("%a %-d %b").to_string()
}

/// "10:42", with seconds where there are any.
fn precise(zone: Tz, at: DateTime<Utc>) -> String {
    let local = at.with_timezone(&zone);
    local.format(if local.second() == 0 { "%H:%M" } else { "%H:%M:%S" }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::why::picture::tests::breached_trace;

    #[test]
    fn every_fact_is_told_with_its_moment() {
        let trace = breached_trace();
        let facts = of(&trace.iter().collect::<Vec<_>>(), chrono_tz::Europe::Berlin);
        let told: Vec<String> = facts.iter().map(|fact| format!("{}: {}", fact.at, fact.words)).collect();
        assert_eq!(told[0], "Tue 12 May, 15:10: The clock starts: 8 h allowed.");
        assert!(told.contains(&"Wed 13 May, 10:15: Paused, with 3 h 35 min used.".to_owned()), "{told:#?}");
        assert!(told.contains(&"Fri 15 May, 11:15: All of it is used up: breached.".to_owned()), "{told:#?}");
    }
}
