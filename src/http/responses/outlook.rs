//! How a location stands, now and as time alone goes on: said here and nowhere else. The supervisor's page shows the words
//! of the moment, and its script takes the next ones when their time comes.

#[cfg(test)]
pub mod tests;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use utoipa::ToSchema;

use crate::actors::Published;
use crate::domain::local_time::{local_date, start_of_day};
use crate::domain::queue::{Admission, Admittance, ServicePoint};

/// From this share of the promised wait on, in percent, a location is close to its limit.
pub const CLOSE_FROM_PERCENT: i64 = 80;
/// What stands in the words for the longest wait, which grows by the minute.
pub const LONGEST: &str = "{longest}";
/// What stands in the words for the promised wait.
pub const LIMIT: &str = "{limit}";

/// How a location stands; trouble first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum LocationStanding {
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

impl LocationStanding {
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

/// How a location stands from a moment on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Outlook {
    /// From when on, until the next one.
    pub from: DateTime<Utc>,
    /// How it stands.
    pub standing: LocationStanding,
    /// Its place among the others: 0 is worst.
    pub rank: u8,
    /// Whether a supervisor should look at it.
    pub needs_a_look: bool,
    /// The picture that goes with it.
    pub icon: &'static str,
    /// The same in words, where `{longest}` and `{limit}` stand for the longest and for the promised wait.
    pub words: String,
}

/// How the location stands at `now`, and what time alone will make of it, in order. Empty when it is gone.
#[must_use]
pub fn outlooks(published: &Published, now: DateTime<Utc>) -> Vec<Outlook> {
    let state = &published.state;
    let Some(point) = state.point() else { return Vec::new() };
    let waits_since = state.waiting().map(|entry| entry.joined_at).min();
    let free = (point.capacity as usize).saturating_sub(state.serving_count());
    let tomorrow = local_date(point.timezone, now).succ_opt().map(|date| start_of_day(point.timezone, date));
    let reopens_at = match state.admittance(now) {
        Admittance::Paused { until } => until,
        Admittance::Closed { opens_at } => opens_at,
        Admittance::Open => None,
    };
    let waits = waits_since.into_iter().flat_map(|since| [since + close_after(point), since + breach_after(point)]);
    let mut moments: Vec<_> = waits.chain(tomorrow).chain(reopens_at).filter(|moment| *moment > now).collect();
    moments.push(now);
    moments.sort_unstable();
    let mut outlooks: Vec<Outlook> = Vec::with_capacity(moments.len());
    for from in moments {
        let waited = waits_since.map(|since| from - since);
        let next = outlook(point, state.admittance(from), waited, free, from);
        if outlooks.last().is_none_or(|last| (last.standing, &last.words) != (next.standing, &next.words)) {
            outlooks.push(next);
        }
    }
    outlooks
}

fn close_after(point: &ServicePoint) -> TimeDelta {
    let limit_seconds = i64::from(point.queue.wait_limit_minutes) * 60;
    TimeDelta::seconds((limit_seconds * CLOSE_FROM_PERCENT / 100).max(1))
}

/// The promised wait itself is still in time.
fn breach_after(point: &ServicePoint) -> TimeDelta {
    TimeDelta::seconds(i64::from(point.queue.wait_limit_minutes) * 60 + 1)
}

fn outlook(
    point: &ServicePoint,
    admittance: Admittance,
    waited: Option<TimeDelta>,
    free: usize,
    from: DateTime<Utc>,
) -> Outlook {
    let standing = match admittance {
        _ if waited.is_some_and(|waited| waited >= breach_after(point)) => LocationStanding::Breach,
        Admittance::Paused { .. } => LocationStanding::Paused,
        _ if waited.is_some_and(|waited| waited >= close_after(point)) => LocationStanding::Warn,
        Admittance::Closed { .. } => LocationStanding::Closed,
        Admittance::Open => LocationStanding::Fine,
    };
    Outlook {
        from,
        standing,
        rank: standing as u8,
        needs_a_look: standing.needs_a_look(),
        icon: standing.icon(),
        words: words(point, standing, admittance, free, from),
    }
}

fn words(
    point: &ServicePoint,
    standing: LocationStanding,
    admittance: Admittance,
    free: usize,
    now: DateTime<Utc>,
) -> String {
    let at = |moment: DateTime<Utc>| moment_there(moment, now, point.timezone);
    match standing {
        LocationStanding::Breach => format!("Longest wait {LONGEST}, limit {LIMIT}"),
        LocationStanding::Warn => match free {
            0 => "Close to the limit, all counters busy".to_owned(),
            1 => "Close to the limit, 1 counter free".to_owned(),
            several => format!("Close to the limit, {several} counters free"),
        },
        LocationStanding::Paused => {
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
        LocationStanding::Closed => match admittance {
            Admittance::Closed { opens_at: Some(opens_at) } => format!("Closed, opens {}", at(opens_at)),
            _ => "Closed".to_owned(),
        },
        LocationStanding::Fine => "No delays".to_owned(),
    }
}

/// The time of day, with the weekday where it is another one.
fn moment_there(at: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> String {
    let is_today = local_date(zone, at) == local_date(zone, now);
    at.with_timezone(&zone).format(if is_today { "%H:%M" } else { "%a %H:%M" }).to_string()
}
