//! Amounts of open time: a number of minutes, or an ISO 8601 duration.

use serde_json::Value;

use crate::domain::invalid::Invalid;
use crate::domain::sla::TARGET_MAX_SECONDS;
use crate::http::requests::Field;
use crate::iso_duration;

/// Reads minutes (`60`, `7.5`) or a duration (`PT1H`), in whole seconds from `min` to [`TARGET_MAX_SECONDS`].
///
/// # Errors
/// It is something else, or out of range.
pub(super) fn seconds(field: &Field, path: &str, min: u32) -> Result<Option<u32>, Invalid> {
    let seconds = match field.value() {
        None => return Ok(None),
        Some(Value::Number(minutes)) => minutes.as_f64().and_then(whole_seconds),
        Some(Value::String(text)) => {
            let duration =
                iso_duration::parse(text).map_err(|error| Invalid::new(path, format!("is not right: {error}")))?;
            u32::try_from(duration.as_secs()).ok()
        }
        Some(_) => None,
    };
    let seconds = seconds.filter(|seconds| (min..=TARGET_MAX_SECONDS).contains(seconds));
    seconds.map(Some).ok_or_else(|| {
        let days = TARGET_MAX_SECONDS / 86_400;
        let least = if min == 0 { "none" } else { "1 second" };
        let detail =
            format!("must be minutes, or a duration such as PT1H30M, in whole seconds: {least} to {days} days");
        Invalid::new(path, detail)
    })
}

/// Minutes as seconds, where these are whole ones.
fn whole_seconds(minutes: f64) -> Option<u32> {
    let seconds = minutes * 60.0;
    let fits = (0.0..=f64::from(TARGET_MAX_SECONDS)).contains(&seconds) && (seconds - seconds.round()).abs() < 1e-6;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "held to its range above")]
    fits.then_some(seconds.round() as u32)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn minutes_and_durations_are_the_same() {
        let read = |value: Value| seconds(&Field::Given(value), "targets.resolution", 1);
        for (value, expected) in [
            (json!(60), 3_600),
            (json!(7.5), 450),
            (json!(0.1), 6),
            (json!("PT1H"), 3_600),
            (json!("PT90S"), 90),
            (json!("P1D"), 86_400),
            (json!(5_270_400), TARGET_MAX_SECONDS),
        ] {
            assert_eq!(read(value.clone()), Ok(Some(expected)), "{value}");
        }
        for value in [
            json!(0),
            json!(-1),
            json!(0.001),
            json!(5_270_401),
            json!(1e300),
            json!("PT0S"),
            json!("60"),
            json!("P1M"),
            json!(""),
            json!(true),
            json!([]),
            json!({}),
            json!("P99999999W"),
        ] {
            assert_eq!(read(value.clone()).unwrap_err().path, "targets.resolution", "{value}");
        }
        assert_eq!(seconds(&Field::Null, "a", 1), Ok(None));
        assert_eq!(seconds(&Field::Given(json!(0)), "a", 0), Ok(Some(0)));
    }
}
