//! One location at a glance, in words and figures: what its card says before the page's script takes over, and where no
//! script runs. `assets/live/state.js` says the same and keeps saying it as time passes.

#[cfg(test)]
pub mod sample;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Serialize;

use crate::actors::Published;
use crate::domain::queue::{Admission, Admittance, ServicePoint};
use crate::pages::words::{clock, duration};

/// From this share of the promised wait on, in percent, a location is close to its limit.
pub const CLOSE_FROM_PERCENT: u64 = 80;

/// How a location stands; trouble first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// Somebody waits longer than promised.
    Breach,
    /// A clerk has paused it.
    Paused,
    /// Somebody will soon wait longer than promised.
    Warn,
    /// No delays.
    Fine,
    /// Closed.
    Closed,
}

impl Standing {
    /// Whether a supervisor should look at it.
    #[must_use]
    pub fn needs_a_look(self) -> bool {
        matches!(self, Self::Breach | Self::Paused | Self::Warn)
    }

    /// The picture that goes with it.
    #[must_use]
    pub fn icon(self) -> &'static str {
        match self {
            Self::Breach => "octagon",
            Self::Paused => "pause",
            Self::Warn => "triangle",
            Self::Fine => "check",
            Self::Closed => "clock",
        }
    }
}

/// A location at a glance.
#[derive(Debug, Serialize)]
pub struct Glance {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How it stands.
    pub standing: Standing,
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
        let admittance = state.admittance(now);
        let standing = standing(point, admittance, longest_seconds);
        let free = (point.capacity as usize).saturating_sub(serving);
        Some(Self {
            id: point.id.as_str().to_owned(),
            name: point.name.clone(),
            standing,
            icon: standing.icon(),
            words: words(point, standing, admittance, longest_seconds, free, now),
            time_there: (point.timezone != zone).then(|| clock(point.timezone, now)),
            waiting: state.waiting_count(),
            longest: (state.waiting_count() > 0).then(|| figure(longest_seconds)),
            serving,
            capacity: point.capacity,
            on_time: today.service_level_percent(),
            next: state.waiting().next().map(|entry| entry.number),
            reached: today.reached,
            reached_in_time: today.reached_in_time,
            limit_minutes: point.queue.wait_limit_minutes,
            longest_seconds,
        })
    }
}

fn standing(point: &ServicePoint, admittance: Admittance, longest_seconds: u64) -> Standing {
    let limit = u64::from(point.queue.wait_limit_minutes) * 60;
    match admittance {
        _ if longest_seconds > limit => Standing::Breach,
        Admittance::Paused { .. } => Standing::Paused,
        _ if longest_seconds > 0 && longest_seconds * 100 >= limit * CLOSE_FROM_PERCENT => Standing::Warn,
        Admittance::Closed { .. } => Standing::Closed,
        Admittance::Open => Standing::Fine,
    }
}

fn words(
    point: &ServicePoint,
    standing: Standing,
    admittance: Admittance,
    longest_seconds: u64,
    free: usize,
    now: DateTime<Utc>,
) -> String {
    let at = |moment: DateTime<Utc>| moment_there(moment, now, point.timezone);
    match standing {
        Standing::Breach => {
            let longest = u32::try_from(longest_seconds / 60).unwrap_or(u32::MAX);
            format!("Longest wait {}, limit {}", duration(longest), duration(point.queue.wait_limit_minutes))
        }
        Standing::Warn => match free {
            0 => "Close to the limit, all counters busy".to_owned(),
            1 => "Close to the limit, 1 counter free".to_owned(),
            several => format!("Close to the limit, {several} counters free"),
        },
        Standing::Paused => {
            let (by, since) = match &point.admission {
                Admission::Paused { by, at, .. } => (by.as_deref(), Some(*at)),
                Admission::Open | Admission::Closed => (None, None),
            };
            let by = by.map(|by| format!(" by {by}")).unwrap_or_default();
            let since = since.map(|since| format!(" at {}", at(since))).unwrap_or_default();
            match admittance {
                Admittance::Paused { until: Some(until) } => format!("Paused{by}{since}, reopens {}", at(until)),
                _ => format!("Paused{by}{since}"),
            }
        }
        Standing::Closed => match admittance {
            Admittance::Closed { opens_at: Some(opens_at) } => format!("Closed, opens {}", at(opens_at)),
            _ => "Closed".to_owned(),
        },
        Standing::Fine => "No delays".to_owned(),
    }
}

/// A span as one figure and its unit: `8`, `min`; `1:20`, `h`.
fn figure(seconds: u64) -> (String, &'static str) {
    match (seconds / 3600, seconds / 60 % 60) {
        (0, minutes) => (minutes.to_string(), "min"),
        (hours, minutes) => (format!("{hours}:{minutes:02}"), "h"),
    }
}

/// The time of day, with the weekday where it is another one.
fn moment_there(at: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> String {
    let is_today = at.with_timezone(&zone).date_naive() == now.with_timezone(&zone).date_naive();
    at.with_timezone(&zone).format(if is_today { "%H:%M" } else { "%a %H:%M" }).to_string()
}

/// All locations of an org.
#[derive(Debug, Serialize)]
pub struct Overview {
    /// Trouble first.
    pub locations: Vec<Glance>,
    /// The page's heading.
    pub headline: String,
    /// What it adds up to.
    pub sums: String,
}

impl Overview {
    /// Of these locations.
    #[must_use]
    pub fn new(mut locations: Vec<Glance>) -> Self {
        locations.sort_by(|one, other| one.rank().cmp(&other.rank()));
        let (headline, sums) = (headline(&locations), sums(&locations));
        Self { locations, headline, sums }
    }
}

impl Glance {
    fn rank(&self) -> (Standing, Reverse<u64>, &str, &str) {
        (self.standing, Reverse(self.longest_seconds), &self.name, &self.id)
    }
}

fn headline(locations: &[Glance]) -> String {
    let troubled = locations.iter().filter(|location| location.standing.needs_a_look()).count();
    match (troubled, locations.len()) {
        (0, _) => "All calm".to_owned(),
        (1, 1) => "Your location needs a look".to_owned(),
        (1, all) => format!("1 of {all} locations needs a look"),
        (troubled, all) => format!("{troubled} of {all} locations need a look"),
    }
}

fn sums(locations: &[Glance]) -> String {
    let waiting: usize = locations.iter().map(|location| location.waiting).sum();
    let serving: usize = locations.iter().map(|location| location.serving).sum();
    let capacity: u32 = locations.iter().map(|location| location.capacity).sum();
    let mut sums = format!("{waiting} waiting, {serving} of {capacity} counters serving");
    let reached: u64 = locations.iter().map(|location| u64::from(location.reached)).sum();
    let in_time: u64 = locations.iter().map(|location| u64::from(location.reached_in_time)).sum();
    if let Some(percent) = (in_time * 100).checked_div(reached) {
        let limit = locations.first().map(|location| location.limit_minutes);
        let is_shared = locations.iter().all(|location| Some(location.limit_minutes) == limit);
        let within = match limit {
            Some(limit) if is_shared => format!("within {}", duration(limit)),
            _ => "in time".to_owned(),
        };
        sums.push_str(&format!(", {percent} % seen {within} today"));
    }
    sums
}
