//! What clerks say with an act. Every field may be left out, and so may the whole body.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::join::slug;
use super::{Errors, Field};
use crate::domain::ids::{EntryId, PointId};
use crate::domain::invalid::{Invalid, text};
use crate::domain::queue::ReturnTo;
use crate::domain::queue::{COUNTER_MAX_CHARACTERS, WAITING_MAX};
use crate::http::problem::Problem;

/// Longest pause that ends by itself, in minutes: 30 days.
pub const PAUSE_MAX_MINUTES: u32 = 30 * 24 * 60;

/// At which counter.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"counter": "3"}))]
pub struct CounterBody {
    /// Name of the counter, a text of at most 20 characters or a number.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    counter: Field,
}

/// Who is next, and whom that finishes.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"counter": "3", "completes": "0197b7b2-6a3c-7cc1-9d0e-2f6b1c6f0a11"}))]
pub struct CallNextBody {
    /// Name of the counter, a text of at most 20 characters or a number.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    counter: Field,
    /// An entry that is being served: it is finished in the same breath.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    completes: Field,
}

/// Until when nobody may join.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"minutes": 45}))]
pub struct PauseBody {
    /// Until then; without it and without `minutes` the pause lasts until `resume`.
    #[serde(default)]
    #[schema(value_type = Option<DateTime<Utc>>)]
    until: Field,
    /// For so many minutes; at most 30 days.
    #[serde(default)]
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 43200)]
    minutes: Field,
}

/// Where a person goes back to.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"to": "kept"}))]
pub struct ReturnBody {
    /// `first`, `last`, or `kept`: the place that they had. Default `kept`.
    #[serde(default)]
    #[schema(value_type = String, default = "kept")]
    to: Field,
}

/// To which service point a visit goes.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"servicePointId": "counter-2"}))]
pub struct TransferBody {
    /// The service point.
    #[serde(default)]
    #[schema(value_type = String, required)]
    service_point_id: Field,
}

/// How many others may pass.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"places": 2}))]
pub struct PostponeBody {
    /// How many; at least 1. Default 1.
    #[serde(default)]
    #[schema(value_type = u32, minimum = 1, maximum = 10000, default = 1)]
    places: Field,
}

fn counter(field: &Field) -> Result<Option<String>, Invalid> {
    let written = match field.value() {
        None => return Ok(None),
        Some(Value::String(name)) => name.clone(),
        Some(Value::Number(number)) if number.is_u64() => number.to_string(),
        Some(_) => return Err(Invalid::new("counter", "must be a text or a whole number")),
    };
    let name = text("counter", &written, 0, COUNTER_MAX_CHARACTERS, false)?;
    Ok(Some(name).filter(|name| !name.is_empty()))
}

/// The counter of `start` and `call`.
///
/// # Errors
/// 422.
pub fn parse_counter(body: &CounterBody) -> Result<Option<String>, Problem> {
    Ok(counter(&body.counter)?)
}

/// Counter and finished entry of `call-next`.
///
/// # Errors
/// 422.
pub fn parse_call_next(body: &CallNextBody) -> Result<(Option<String>, Option<EntryId>), Problem> {
    let mut errors = Errors::default();
    let counter = errors.optional(counter(&body.counter));
    let completes = errors.optional(slug(&body.completes, "completes", EntryId::parse));
    errors.finish(Some((counter, completes)))
}

/// The end of a pause that begins at `now`.
///
/// # Errors
/// 422, also for an end that is over.
pub fn parse_pause(body: &PauseBody, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, Problem> {
    let mut errors = Errors::default();
    let minutes = errors.optional(body.minutes.whole("minutes", 1, PAUSE_MAX_MINUTES));
    let longest = now + TimeDelta::minutes(i64::from(PAUSE_MAX_MINUTES));
    let until = body.until.instant("until").and_then(|until| match until {
        Some(until) if until <= now => Err(Invalid::new("until", "must lie in the future")),
        Some(until) if until > longest => Err(Invalid::new("until", "must lie within the next 30 days")),
        until => Ok(until),
    });
    let until = errors.optional(until);
    if body.until.value().is_some() && body.minutes.value().is_some() {
        errors.keep::<()>(Err(Invalid::new("minutes", "cannot be given together with until")));
    }
    errors.finish(Some(until.or_else(|| minutes.map(|minutes| now + TimeDelta::minutes(i64::from(minutes))))))
}

/// The place to go back to.
///
/// # Errors
/// 422.
pub fn parse_return(body: &ReturnBody) -> Result<ReturnTo, Problem> {
    let to = body.to.text("to").and_then(|word| match word {
        None | Some("kept") => Ok(ReturnTo::Kept),
        Some("first") => Ok(ReturnTo::First),
        Some("last") => Ok(ReturnTo::Last),
        Some(_) => Err(Invalid::new("to", "must be first, last or kept")),
    });
    Ok(to?)
}

/// The target of a transfer.
///
/// # Errors
/// 422.
pub fn parse_transfer(body: &TransferBody) -> Result<PointId, Problem> {
    let mut errors = Errors::default();
    let target = errors.required("servicePointId", slug(&body.service_point_id, "servicePointId", PointId::parse));
    errors.finish(target)
}

/// How many others may pass.
///
/// # Errors
/// 422.
pub fn parse_postpone(body: &PostponeBody) -> Result<u32, Problem> {
    let mut errors = Errors::default();
    let places = errors.optional(body.places.whole("places", 1, WAITING_MAX)).unwrap_or(1);
    errors.finish(Some(places))
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json};

    use super::*;

    #[test]
    fn a_counter_is_a_text_or_a_number() {
        let read = |value| parse_counter(&from_value(json!({"counter": value})).unwrap());
        assert_eq!(read(json!(3)).unwrap().as_deref(), Some("3"));
        assert_eq!(read(json!("A 1")).unwrap().as_deref(), Some("A 1"));
        assert_eq!(read(json!(null)).unwrap(), None);
        assert_eq!(read(json!(" ")).unwrap(), None);
        for bad in [json!(1.5), json!(-1), json!([]), json!(true), json!("x".repeat(21))] {
            assert!(read(bad).is_err());
        }
    }

    #[test]
    fn a_pause_ends_in_the_future_or_not_at_all() {
        let now: DateTime<Utc> = "2026-05-10T09:00:00Z".parse().unwrap();
        let read = |value| parse_pause(&from_value(value).unwrap(), now);
        assert_eq!(read(json!({})).unwrap(), None);
        assert_eq!(read(json!({"minutes": 45})).unwrap(), Some("2026-05-10T09:45:00Z".parse().unwrap()));
        assert_eq!(
            read(json!({"until": "2026-05-10T10:00:00Z"})).unwrap(),
            Some("2026-05-10T10:00:00Z".parse().unwrap())
        );
        for bad in [
            json!({"minutes": 0}),
            json!({"until": "2026-05-10T09:00:00Z"}),
            json!({"until": "2199-05-10T09:00:00Z"}),
            json!({"until": "2026-05-10T10:00:00Z", "minutes": 1}),
        ] {
            assert!(read(bad.clone()).is_err(), "{bad}");
        }
    }

    #[test]
    fn empty_bodies_have_defaults() {
        assert_eq!(parse_return(&ReturnBody::default()).unwrap(), ReturnTo::Kept);
        assert_eq!(parse_postpone(&PostponeBody::default()).unwrap(), 1);
        assert_eq!(parse_call_next(&CallNextBody::default()).unwrap(), (None, None));
        assert!(parse_transfer(&TransferBody::default()).is_err());
    }
}
