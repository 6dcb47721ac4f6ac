//! The question for slots, with the names that other clients have for its fields.

use chrono_tz::Tz;
use serde::Deserialize;
use utoipa::ToSchema;

use super::times::date;
use crate::domain::calendar::{Edge, PARTY_MAX, Question};
use crate::domain::ids::{DefinitionId, PointId, StaffId};
use crate::domain::invalid::Invalid;
use crate::domain::local_time::local_date;
use crate::http::problem::Problem;
use crate::http::requests::join::slug;
use crate::http::requests::{Errors, Field, instant};

/// Length of a date as text: what is as long is meant to be one.
const DATE_CHARACTERS: usize = 10;

/// Which slots are wanted: `from` and `to`, or one `date`.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"definitionId": "def-haircut-30", "from": "2026-05-10", "to": "2026-05-16"}))]
pub struct SlotsBody {
    /// The definition.
    #[serde(default)]
    #[schema(value_type = String, required, example = "def-haircut-30")]
    definition_id: Field,
    /// The same as `definitionId`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    reservation_definition_id: Field,
    /// From when on: a date in the business zone, or an instant.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "2026-05-10")]
    from: Field,
    /// Until when: a date, included, or an instant, not included. At most 62 days a call; between two instants, 62
    /// times 24 hours.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "2026-05-16")]
    to: Field,
    /// One day, in place of `from` and `to`: a date, or an instant of that day in the business zone.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "2026-05-10")]
    date: Field,
    /// The same as `date`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    service_date: Field,
    /// With this member of staff only.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    staff_id: Field,
    /// At this service point; it has to be the definition's own.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    service_point_id: Field,
    /// For how many people; 1 to 100.
    #[serde(default)]
    #[schema(value_type = u32, minimum = 1, maximum = 100, default = 1)]
    party_size: Field,
    /// For staff: say of every start of the grid why it is refused.
    #[serde(default)]
    #[schema(value_type = bool, default = false)]
    explain: Field,
}

/// A question, checked as far as that is possible without the definition.
#[derive(Debug)]
pub struct Wanted {
    /// Of which definition.
    pub definition: DefinitionId,
    /// Whether to say why starts are refused.
    pub explain: bool,
    days: Days,
    staff: Option<StaffId>,
    point: Option<PointId>,
    party_size: u32,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Days {
    One(Edge),
    Span(Edge, Edge),
}

impl Wanted {
    /// The question to a definition of this zone.
    #[must_use]
    pub fn in_zone(self, zone: Tz) -> Question {
        let (from, to) = match self.days {
            Days::Span(from, to) => (from, to),
            Days::One(Edge::Date(date)) => (Edge::Date(date), Edge::Date(date)),
            Days::One(Edge::At(instant)) => {
                let date = Edge::Date(local_date(zone, instant));
                (date, date)
            }
        };
        let Self { definition, staff, point, party_size, explain, .. } = self;
        Question { definition, from, to, staff, point, party_size, explain }
    }
}

/// Checks a question.
///
/// # Errors
/// 422 with all that is wrong.
pub fn parse(body: &SlotsBody) -> Result<Wanted, Problem> {
    let mut errors = Errors::default();
    let (path, field) = either(
        ("definitionId", &body.definition_id),
        ("reservationDefinitionId", &body.reservation_definition_id),
        &mut errors,
    );
    let definition = errors.required(path, slug(field, path, DefinitionId::parse));
    let days = days(body, &mut errors);
    let staff = errors.optional(slug(&body.staff_id, "staffId", StaffId::parse));
    let point = errors.optional(slug(&body.service_point_id, "servicePointId", PointId::parse));
    let party_size = errors.optional(body.party_size.whole("partySize", 1, PARTY_MAX)).unwrap_or(1);
    let explain = errors.optional(body.explain.flag("explain")).unwrap_or(false);
    let wanted =
        definition.zip(days).map(|(definition, days)| Wanted { definition, explain, days, staff, point, party_size });
    errors.finish(wanted)
}

fn days(body: &SlotsBody, errors: &mut Errors) -> Option<Days> {
    let (path, field) = either(("date", &body.date), ("serviceDate", &body.service_date), errors);
    let is_span = body.from.value().is_some() || body.to.value().is_some();
    match (field.value().is_some(), is_span) {
        (true, true) => errors.keep(Err(Invalid::new(path, "cannot be given together with from and to"))),
        (true, false) => errors.required(path, edge(field, path)).map(Days::One),
        (false, true) => {
            let from = errors.required("from", edge(&body.from, "from"));
            let to = errors.required("to", edge(&body.to, "to"));
            from.zip(to).map(|(from, to)| Days::Span(from, to))
        }
        (false, false) => errors.keep(Err(Invalid::new("from", "is required, with to; or give one date"))),
    }
}

/// The field under its name, or under its other name where only that is given. Both are fine when they say the same.
fn either<'a>(
    (path, field): (&'a str, &'a Field),
    (other_path, other): (&'a str, &'a Field),
    errors: &mut Errors,
) -> (&'a str, &'a Field) {
    match (field.value(), other.value()) {
        (None, Some(_)) => (other_path, other),
        (Some(one), Some(another)) if one != another => {
            errors.keep::<()>(Err(Invalid::new(other_path, format!("says something else than {path}"))));
            (path, field)
        }
        (Some(_) | None, _) => (path, field),
    }
}

fn edge(field: &Field, path: &str) -> Result<Option<Edge>, Invalid> {
    let Some(text) = field.text(path)? else { return Ok(None) };
    if text.len() == DATE_CHARACTERS {
        return date(path, text).map(|date| Some(Edge::Date(date)));
    }
    let instant = instant(path, text).map_err(|error| match error.detail.starts_with("must lie") {
        true => error,
        false => Invalid::new(path, "must be a date such as 2026-05-10 or an instant such as 2026-05-10T09:00:00Z"),
    });
    instant.map(|instant| Some(Edge::At(instant)))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, from_value, json};

    use super::*;

    fn question(body: Value) -> Question {
        parse(&from_value(body).unwrap()).unwrap().in_zone(chrono_tz::Europe::Berlin)
    }

    #[test]
    fn one_day_can_be_asked_for_by_either_name_and_by_an_instant_in_it() {
        let expected = question(json!({"definitionId": "d", "from": "2026-05-10", "to": "2026-05-10"}));
        for day in [
            json!({"definitionId": "d", "date": "2026-05-10"}),
            json!({"reservationDefinitionId": "d", "serviceDate": "2026-05-10"}),
            json!({"definitionId": "d", "reservationDefinitionId": "d", "date": "2026-05-10"}),
            // Midnight in Berlin, as a script in a browser there writes it.
            json!({"definitionId": "d", "serviceDate": "2026-05-09T22:00:00.000Z"}),
            json!({"definitionId": "d", "date": "2026-05-10T23:59:59+02:00", "from": null}),
        ] {
            assert_eq!(question(day.clone()), expected, "{day}");
        }
    }
}
