//! Where the test clock shall stand.

use chrono::{DateTime, Datelike as _, TimeDelta, Utc};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Errors, Field, YEAR_END};
use crate::domain::invalid::Invalid;
use crate::http::problem::Problem;
use crate::iso_duration;

/// Exactly one of both.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"advance": "PT1H"}))]
pub struct ClockBody {
    /// Jump there at once, like a downtime.
    #[serde(default)]
    #[schema(value_type = Option<DateTime<Utc>>)]
    set: Field,
    /// Step forward by so much (ISO 8601), through every due instant in order.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "PT1H")]
    advance: Field,
}

/// The target, and whether to step there.
///
/// # Errors
/// 422.
pub fn parse(body: &ClockBody, now: DateTime<Utc>) -> Result<(DateTime<Utc>, bool), Problem> {
    let mut errors = Errors::default();
    let set = errors.optional(body.set.instant("set"));
    let advance = errors.optional(body.advance.text("advance").and_then(|text| {
        text.map(|text| advanced(now, text).map_err(|detail| Invalid::new("advance", detail))).transpose()
    }));
    if body.set.value().is_some() == body.advance.value().is_some() {
        errors.keep::<()>(Err(Invalid::new("", "Give either `set` or `advance`.")));
    }
    errors.finish(set.map(|target| (target, false)).or_else(|| advance.map(|target| (target, true))))
}

fn advanced(now: DateTime<Utc>, text: &str) -> Result<DateTime<Utc>, String> {
    let step = iso_duration::parse(text).map_err(|error| error.to_string())?;
    let target = TimeDelta::from_std(step).ok().and_then(|step| now.checked_add_signed(step));
    target.filter(|target| target.year() < YEAR_END).ok_or_else(|| format!("leads beyond the year {}", YEAR_END - 1))
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json};

    use super::*;

    #[test]
    fn either_a_jump_or_a_step() {
        let now: DateTime<Utc> = "2026-05-10T09:00:00Z".parse().unwrap();
        let read = |value| parse(&from_value(value).unwrap(), now);
        assert_eq!(read(json!({"advance": "PT1H"})).unwrap(), (now + TimeDelta::hours(1), true));
        assert!(!read(json!({"set": "2026-05-11T00:00:00Z"})).unwrap().1);
        for bad in [
            json!({}),
            json!({"set": "x"}),
            json!({"advance": "P9999999W"}),
            json!({"advance": 1}),
            json!({"set": "2026-05-11T00:00:00Z", "advance": "PT1H"}),
        ] {
            assert!(read(bad.clone()).is_err(), "{bad}");
        }
    }
}
