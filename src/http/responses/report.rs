//! What was: a point's history in figures, and a contact's timeline.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::domain::ids::{EntryId, PointId};
use crate::http::requests::span::Span;
use crate::store::read::{Activity, History};

/// What a service point did in a span of time; visits count by their joining.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HistoryView<'a> {
    /// The service point.
    #[schema(value_type = String)]
    service_point_id: &'a PointId,
    /// From then on.
    from: DateTime<Utc>,
    /// Until just before then.
    to: DateTime<Utc>,
    /// How many joined.
    joined: i64,
    /// How many were served to the end.
    served: i64,
    /// How many did not come.
    no_show: i64,
    /// How many left, or were taken out.
    left: i64,
    /// Share of those who joined that left or did not come, in percent.
    abandoned_percent: Option<f64>,
    /// Waits until called or taken.
    wait: WaitFigures,
    /// Services.
    service: ServiceFigures,
    /// How the promise was kept.
    service_level: ServiceLevel,
    /// How good the estimates were.
    estimate: EstimateFigures,
}

/// Waits, in seconds.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WaitFigures {
    /// Mean.
    mean_seconds: Option<f64>,
    /// Median.
    median_seconds: Option<f64>,
    /// 90th percentile.
    p90_seconds: Option<f64>,
    /// Longest.
    longest_seconds: Option<f64>,
}

/// Services, in seconds.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServiceFigures {
    /// Mean.
    mean_seconds: Option<f64>,
}

/// How the promise was kept.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServiceLevel {
    /// The wait that is promised, in minutes.
    wait_limit_minutes: u32,
    /// How many reached a counter.
    reached: i64,
    /// How many of these within the promise.
    reached_in_time: i64,
    /// Their share, in percent.
    on_time_percent: Option<f64>,
}

/// How good the estimates were.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EstimateFigures {
    /// Mean of quoted minus actual wait, in seconds: above 0 the estimates are too long.
    quoted_minus_actual_mean_seconds: Option<f64>,
}

impl<'a> HistoryView<'a> {
    /// The figures of a span.
    #[must_use]
    pub fn new(service_point_id: &'a PointId, span: Span, wait_limit_minutes: u32, history: &History) -> Self {
        Self {
            service_point_id,
            from: span.from,
            to: span.to,
            joined: history.joined,
            served: history.served,
            no_show: history.no_show,
            left: history.left,
            abandoned_percent: percent(history.no_show + history.left, history.joined),
            wait: WaitFigures {
                mean_seconds: history.wait_mean_seconds,
                median_seconds: history.wait_median_seconds,
                p90_seconds: history.wait_p90_seconds,
                longest_seconds: history.wait_longest_seconds,
            },
            service: ServiceFigures { mean_seconds: history.service_mean_seconds },
            service_level: ServiceLevel {
                wait_limit_minutes,
                reached: history.reached,
                reached_in_time: history.reached_in_time,
                on_time_percent: percent(history.reached_in_time, history.reached),
            },
            estimate: EstimateFigures { quoted_minus_actual_mean_seconds: history.quoted_minus_actual_mean_seconds },
        }
    }
}

/// A share in percent with one digit after the point.
fn percent(part: i64, whole: i64) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "counts of visits are far below 2^53")]
    let share = (whole > 0).then(|| part as f64 * 1_000.0 / whole as f64)?;
    Some(share.round() / 10.0)
}

/// One line of a contact's timeline.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActivityView {
    /// Its id: later lines have greater ones.
    #[schema(example = "1042-0")]
    id: String,
    /// When it became true.
    at: DateTime<Utc>,
    /// What happened.
    #[schema(example = "queue.joined")]
    kind: String,
    /// The service point, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    service_point_id: Option<PointId>,
    /// The entry, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    entry_id: Option<EntryId>,
    /// Who did it; null: the customer, or time.
    by: Option<String>,
    /// Ids and figures.
    #[schema(value_type = Object)]
    data: Value,
}

impl From<Activity> for ActivityView {
    fn from(activity: Activity) -> Self {
        Self {
            id: activity_key(&activity),
            at: activity.at,
            kind: activity.kind,
            service_point_id: activity.point,
            entry_id: activity.entry,
            by: activity.by,
            data: activity.data,
        }
    }
}

/// The key that pages of a timeline go by.
#[must_use]
pub fn activity_key(activity: &Activity) -> String {
    format!("{}-{}", activity.id.0, activity.id.1)
}

/// Reads such a key.
#[must_use]
pub fn parse_activity_key(key: &str) -> Option<(i64, i32)> {
    let (sequence, index) = key.split_once('-')?;
    Some((sequence.parse().ok()?, index.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_rounded_and_never_divided_by_nothing() {
        assert_eq!(percent(1, 3), Some(33.3));
        assert_eq!(percent(0, 0), None);
        assert_eq!(parse_activity_key("1042-3"), Some((1042, 3)));
        assert_eq!(parse_activity_key("x"), None);
    }
}
