//! One location at a glance, in words and figures: what its card says before the page's script takes over, and where no
//! script runs. The script says the same words: those of the outlook come with the stream, those of the heading with the page.

#[cfg(test)]
pub mod sample;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Serialize;

use crate::actors::Published;
use crate::http::{LIMIT, LONGEST, LocationStanding, Outlook, outlooks};
use crate::pages::words::{clock, duration};

/// A location at a glance.
#[derive(Debug, Serialize)]
pub struct Glance {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How it stands.
    pub standing: LocationStanding,
    /// The same as a picture.
    pub icon: &'static str,
    /// The same in words.
    pub words: String,
    /// Its time, where its zone is not the org's.
    pub time_there: Option<String>,
    /// How many wait.
    pub waiting: usize,
    /// The longest wait so far, as figure and unit.
    pub longest: Option<(String, &'static str)>,
    /// How many are served.
    pub serving: usize,
    /// How many can be served at once.
    pub capacity: u32,
    /// Share of today's visitors who were seen in time, in percent.
    pub on_time: Option<u32>,
    /// The number that would be called next.
    pub next: Option<u32>,
    #[serde(skip)]
    reached: u32,
    #[serde(skip)]
    reached_in_time: u32,
    #[serde(skip)]
    limit_minutes: u32,
    #[serde(skip)]
    longest_seconds: u64,
}

impl Glance {
    /// The location at `now`, for who lives in `zone`; `None` when it is gone.
    #[must_use]
    pub fn new(published: &Published, now: DateTime<Utc>, zone: Tz) -> Option<Self> {
        let state = &published.state;
        let point = state.point()?;
        let longest_seconds = state.longest_wait_seconds(now);
        let (serving, today) = (state.serving_count(), state.today_at(now));
        let Outlook { standing, icon, words, .. } = outlooks(published, now).into_iter().next()?;
        let longest_minutes = u32::try_from(longest_seconds / 60).unwrap_or(u32::MAX);
        let limit_minutes = point.queue.wait_limit_minutes;
        Some(Self {
            id: point.id.as_str().to_owned(),
            name: point.name.clone(),
            standing,
            icon,
            words: words.replace(LONGEST, &duration(longest_minutes)).replace(LIMIT, &duration(limit_minutes)),
            time_there: (point.timezone != zone).then(|| clock(point.timezone, now)),
            waiting: state.waiting_count(),
            longest: (state.waiting_count() > 0).then(|| figure(longest_seconds)),
            serving,
            capacity: point.capacity,
            on_time: today.service_level_percent(),
            next: state.waiting().next().map(|entry| entry.number),
            reached: today.reached,
            reached_in_time: today.reached_in_time,
            limit_minutes,
            longest_seconds,
        })
    }
}

/// A span as one figure and its unit: `8`, `min`; `1:20`, `h`.
fn figure(seconds: u64) -> (String, &'static str) {
    match (seconds / 3600, seconds / 60 % 60) {
        (0, minutes) => (minutes.to_string(), "min"),
        (hours, minutes) => (format!("{hours}:{minutes:02}"), "h"),
    }
}

/// What the page's heading says, with figures to be filled in: here for the first time, then by the script.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Phrases {
    calm: &'static str,
    only: &'static str,
    one: &'static str,
    several: &'static str,
    sums: &'static str,
    seen_within: &'static str,
    seen_in_time: &'static str,
}

/// The one place of these words.
const PHRASES: Phrases = Phrases {
    calm: "All calm",
    only: "Your location needs a look",
    one: "1 of {all} locations needs a look",
    several: "{troubled} of {all} locations need a look",
    sums: "{waiting} waiting, {serving} of {capacity} counters serving",
    seen_within: ", {percent} % seen within {limit} today",
    seen_in_time: ", {percent} % seen in time today",
};

/// All locations of an org.
#[derive(Debug, Serialize)]
pub struct Overview {
    /// Trouble first.
    pub locations: Vec<Glance>,
    /// The page's heading.
    pub headline: String,
    /// What it adds up to.
    pub sums: String,
    /// What both are made of.
    pub phrases: Phrases,
}

impl Overview {
    /// Of these locations.
    #[must_use]
    pub fn new(mut locations: Vec<Glance>) -> Self {
        locations.sort_by(|one, other| one.rank().cmp(&other.rank()));
        let (headline, sums) = (headline(&locations), sums(&locations));
        Self { locations, headline, sums, phrases: PHRASES }
    }
}

impl Glance {
    fn rank(&self) -> (LocationStanding, Reverse<u64>, &str, &str) {
        (self.standing, Reverse(self.longest_seconds), &self.name, &self.id)
    }
}

fn headline(locations: &[Glance]) -> String {
    let troubled = locations.iter().filter(|location| location.standing.needs_a_look()).count();
    let phrase = match (troubled, locations.len()) {
        (0, _) => PHRASES.calm,
        (_, 1) => PHRASES.only,
        (1, _) => PHRASES.one,
        _ => PHRASES.several,
    };
    phrase.replace("{troubled}", &troubled.to_string()).replace("{all}", &locations.len().to_string())
}

fn sums(locations: &[Glance]) -> String {
    let waiting: usize = locations.iter().map(|location| location.waiting).sum();
    let serving: usize = locations.iter().map(|location| location.serving).sum();
    let capacity: u32 = locations.iter().map(|location| location.capacity).sum();
    let filled = PHRASES.sums.replace("{waiting}", &waiting.to_string());
    let filled = filled.replace("{serving}", &serving.to_string()).replace("{capacity}", &capacity.to_string());
    let reached: u64 = locations.iter().map(|location| u64::from(location.reached)).sum();
    let in_time: u64 = locations.iter().map(|location| u64::from(location.reached_in_time)).sum();
    let Some(percent) = (in_time * 100).checked_div(reached) else { return filled };
    let limit = locations.first().map(|location| location.limit_minutes);
    let is_shared = locations.iter().all(|location| Some(location.limit_minutes) == limit);
    let seen = match limit {
        Some(limit) if is_shared => PHRASES.seen_within.replace("{limit}", &duration(limit)),
        _ => PHRASES.seen_in_time.to_owned(),
    };
    filled + &seen.replace("{percent}", &percent.to_string())
}
