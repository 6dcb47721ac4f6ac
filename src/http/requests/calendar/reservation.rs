//! Wishes for a slot: to book it, to have it kept, to be told when one becomes free.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use crate::domain::address::{Email, Phone};
use crate::domain::calendar::{
    Booking, CUSTOMER_NAME_MAX_CHARACTERS, Customer, HoldWish, LOCALE_MAX_CHARACTERS, NOTES_MAX_CHARACTERS, PARTY_MAX,
    ReservationNumber, Slot, WaitlistWish,
};
use crate::domain::contact::contact_id;
use crate::domain::ids::{DefinitionId, HoldId, OrgId, ReservationId, StaffId, WaitlistId};
use crate::domain::invalid::{Invalid, text};
use crate::domain::local_time::start_of_day;
use crate::http::body::JsonBody;
use crate::http::problem::Problem;
use crate::http::requests::join::slug;
use crate::http::requests::{Errors, Field};
use crate::identity;

/// What is to be booked, when, by whom.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({
    "definitionId": "def-haircut-30",
    "slot": {"start": "2026-05-10T14:00:00Z", "end": "2026-05-10T14:30:00Z"},
    "customer": {"email": "alice@example.com", "name": "Alice", "phone": "+15551234567"},
    "notes": "First-time client"
}))]
pub struct BookingBody {
    /// What.
    #[serde(default, alias = "reservationDefinitionId")]
    #[schema(value_type = String, required)]
    definition_id: Field,
    /// When: a slot as it was offered.
    #[serde(default)]
    #[schema(value_type = SlotBody, required)]
    slot: Field,
    /// The start, in place of `slot`.
    #[serde(default)]
    #[schema(value_type = Option<DateTime<Utc>>)]
    start_time: Field,
    /// The end, in place of `slot`.
    #[serde(default)]
    #[schema(value_type = Option<DateTime<Utc>>)]
    end_time: Field,
    /// Who comes.
    #[serde(default)]
    #[schema(value_type = BookingCustomerBody, required)]
    customer: Field,
    /// What the customer wants to be known; at most 2,000 characters. Also as `note`.
    #[serde(default, alias = "note")]
    #[schema(value_type = Option<String>)]
    notes: Field,
    /// With whom, where that matters.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    staff_id: Field,
    /// How many people come together; 1 to 100.
    #[serde(default)]
    #[schema(value_type = u32, minimum = 1, maximum = 100, default = 1)]
    party_size: Field,
    /// The hold that keeps the slot. One that is over is as none.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    hold_id: Field,
    /// The id that the reservation shall have. Counts only with a staff-side token; else one is made.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    id: Field,
}

/// A slot as it was offered.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct SlotBody {
    /// When it begins.
    #[serde(default)]
    #[schema(value_type = DateTime<Utc>, required, example = "2026-05-10T14:00:00Z")]
    start: Field,
    /// When it is over.
    #[serde(default)]
    #[schema(value_type = DateTime<Utc>, required, example = "2026-05-10T14:30:00Z")]
    end: Field,
}

/// A customer as given.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct BookingCustomerBody {
    /// Name; at most 200 characters. Never shown in public.
    #[serde(default)]
    #[schema(value_type = String, required, example = "Alice")]
    name: Field,
    /// E-mail address.
    #[serde(default)]
    #[schema(value_type = String, required, example = "alice@example.com")]
    email: Field,
    /// Phone number, 3 to 20 digits.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "+15551234567")]
    phone: Field,
    /// The language to write in; else that of `Accept-Language` counts, unless staff books.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "de-CH")]
    locale: Field,
    /// The IANA zone that the customer lives in: times are written in it beside the business's.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "Europe/Zurich")]
    timezone: Field,
}

/// What is to be kept, and when.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({
    "definitionId": "def-haircut-30",
    "slot": {"start": "2026-05-10T14:00:00Z", "end": "2026-05-10T14:30:00Z"}
}))]
pub struct HoldBody {
    /// What.
    #[serde(default, alias = "reservationDefinitionId")]
    #[schema(value_type = String, required)]
    definition_id: Field,
    /// When: a slot as it was offered. Also as `startTime` and `endTime`.
    #[serde(default)]
    #[schema(value_type = SlotBody, required)]
    slot: Field,
    #[serde(default)]
    #[schema(ignore)]
    start_time: Field,
    #[serde(default)]
    #[schema(ignore)]
    end_time: Field,
    /// With whom, where that matters.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    staff_id: Field,
    /// How many people; 1 to 100.
    #[serde(default)]
    #[schema(value_type = u32, minimum = 1, maximum = 100, default = 1)]
    party_size: Field,
}

/// What is waited for, and who waits.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({
    "definitionId": "def-haircut-30",
    "from": "2026-05-11",
    "to": "2026-05-15",
    "customer": {"email": "alice@example.com", "name": "Alice"}
}))]
pub struct WaitlistBody {
    /// What.
    #[serde(default, alias = "reservationDefinitionId")]
    #[schema(value_type = String, required)]
    definition_id: Field,
    /// Slots that start then or later will do: an instant, or a day in the business zone.
    #[serde(default)]
    #[schema(value_type = String, required)]
    from: Field,
    /// Slots that start before then will do: an instant, or a day in the business zone, included. At most 62 days after `from`.
    #[serde(default)]
    #[schema(value_type = String, required)]
    to: Field,
    /// Who waits.
    #[serde(default)]
    #[schema(value_type = BookingCustomerBody, required)]
    customer: Field,
    /// With whom, where that matters.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    staff_id: Field,
    /// How many people; 1 to 100.
    #[serde(default)]
    #[schema(value_type = u32, minimum = 1, maximum = 100, default = 1)]
    party_size: Field,
}

/// What is known of a customer without their saying so.
#[derive(Clone, Copy, Debug)]
pub struct Visitor<'a> {
    /// The org that they are a customer of.
    pub org: &'a OrgId,
    /// The language that their browser asks for.
    pub locale: Option<&'a str>,
}

/// Reads a wish to book; `is_clerk` lets the id count. The number is to be drawn.
///
/// # Errors
/// 422 with all that is wrong.
pub fn parse_booking(body: &JsonBody, visitor: Visitor<'_>, is_clerk: bool) -> Result<Booking, Problem> {
    let given: BookingBody = body.read()?;
    let mut errors = Errors::default();
    let definition = definition(&given.definition_id, &mut errors);
    let slot = required_slot([&given.slot, &given.start_time, &given.end_time], &mut errors);
    let customer = customer(&given.customer, visitor, &mut errors);
    let notes = errors.optional(long_text(&given.notes, "notes", NOTES_MAX_CHARACTERS)).unwrap_or_default();
    let staff = errors.optional(slug(&given.staff_id, "staffId", StaffId::parse));
    let party_size = errors.optional(given.party_size.whole("partySize", 1, PARTY_MAX)).unwrap_or(1);
    let hold = errors.optional(slug(&given.hold_id, "holdId", HoldId::parse));
    let id = if is_clerk { errors.optional(slug(&given.id, "id", ReservationId::parse)) } else { None };
    let booking = definition.zip(slot).zip(customer).map(|((definition, slot), customer)| Booking {
        id: id.unwrap_or_else(|| ReservationId::from_uuid(identity::new_uuid())),
        number: drawn_number(),
        calendar_uid: format!("{}@frontdesk", identity::new_id()),
        fingerprint: fingerprint(body),
        definition,
        slot,
        staff,
        customer,
        notes,
        party_size,
        hold,
    });
    errors.finish(booking)
}

/// A number that nobody can guess; the calendar says whether it is free.
#[must_use]
pub fn drawn_number() -> ReservationNumber {
    ReservationNumber::from_bits(identity::secret_bits())
}

/// Reads a wish to have a slot kept.
///
/// # Errors
/// 422 with all that is wrong.
pub fn parse_hold(body: &HoldBody) -> Result<HoldWish, Problem> {
    let mut errors = Errors::default();
    let definition = definition(&body.definition_id, &mut errors);
    let slot = required_slot([&body.slot, &body.start_time, &body.end_time], &mut errors);
    let staff = errors.optional(slug(&body.staff_id, "staffId", StaffId::parse));
    let party_size = errors.optional(body.party_size.whole("partySize", 1, PARTY_MAX)).unwrap_or(1);
    let id = HoldId::from_uuid(identity::secret_uuid());
    let wish = definition.zip(slot).map(|(definition, slot)| HoldWish { id, definition, slot, staff, party_size });
    errors.finish(wish)
}

/// Reads a wish to be told; `zone_of` knows the business zone of a definition.
///
/// # Errors
/// 422 with all that is wrong.
pub fn parse_waitlist(
    body: &WaitlistBody,
    visitor: Visitor<'_>,
    zone_of: impl FnOnce(&DefinitionId) -> Tz,
) -> Result<WaitlistWish, Problem> {
    let mut errors = Errors::default();
    let definition = definition(&body.definition_id, &mut errors);
    let zone = definition.as_ref().map_or(Tz::UTC, zone_of);
    let from = errors.required("from", moment(&body.from, "from", zone, 0));
    let to = errors.required("to", moment(&body.to, "to", zone, 1));
    let customer = customer(&body.customer, visitor, &mut errors);
    let staff = errors.optional(slug(&body.staff_id, "staffId", StaffId::parse));
    let party_size = errors.optional(body.party_size.whole("partySize", 1, PARTY_MAX)).unwrap_or(1);
    let wish = definition.zip(from.zip(to)).zip(customer).map(|((definition, (from, to)), customer)| WaitlistWish {
        id: WaitlistId::from_uuid(identity::new_uuid()),
        secret: identity::secret_token(),
        definition,
        from,
        to,
        staff,
        party_size,
        customer,
    });
    errors.finish(wish)
}

/// The same for the same content, whatever its order and blanks.
fn fingerprint(body: &JsonBody) -> String {
    let digest = Sha256::digest(body.canonical().as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn definition(field: &Field, errors: &mut Errors) -> Option<DefinitionId> {
    errors.required("definitionId", slug(field, "definitionId", DefinitionId::parse))
}

/// A slot that has to be there: `slot`, else `startTime` and `endTime`.
pub(super) fn required_slot(fields: [&Field; 3], errors: &mut Errors) -> Option<Slot> {
    let [slot, start, end] = fields;
    if slot.value().is_none() && (start.value().is_some() || end.value().is_some()) {
        return span([(start, "startTime"), (end, "endTime")], errors);
    }
    let body: SlotBody = errors.required("slot", slot.object("slot"))?;
    span([(&body.start, "slot.start"), (&body.end, "slot.end")], errors)
}

fn span([start, end]: [(&Field, &str); 2], errors: &mut Errors) -> Option<Slot> {
    let mut instant = |(field, path): (&Field, &str)| errors.required(path, field.instant(path));
    let (from, to) = (instant(start), instant(end));
    let slot = from.zip(to).map(|(start, end)| Slot { start, end })?;
    if slot.end <= slot.start {
        errors.keep::<()>(Err(Invalid::new(end.1, format!("must lie after {}", start.1))));
    }
    Some(slot)
}

/// An instant, or the midnight before a day, or that many days after it.
fn moment(field: &Field, path: &str, zone: Tz, days_after: u64) -> Result<Option<DateTime<Utc>>, Invalid> {
    let Some(text) = field.text(path)? else { return Ok(None) };
    let Ok(day) = text.parse::<NaiveDate>() else { return field.instant(path) };
    let day = day.checked_add_days(chrono::Days::new(days_after));
    let too_far = || Invalid::new(path, "lies too far away");
    let midnight = start_of_day(zone, day.ok_or_else(too_far)?);
    crate::http::requests::instant(path, &midnight.to_rfc3339()).map(Some)
}

fn customer(field: &Field, visitor: Visitor<'_>, errors: &mut Errors) -> Option<Customer> {
    let body: BookingCustomerBody = errors.required("customer", field.object("customer"))?;
    let name = errors.required("customer.name", body.name.words("customer.name", 1, CUSTOMER_NAME_MAX_CHARACTERS));
    let email = errors.required("customer.email", address(&body.email, "customer.email", Email::parse));
    let phone = errors.optional(address(&body.phone, "customer.phone", Phone::parse));
    let locale = errors.optional(body.locale.words("customer.locale", 1, LOCALE_MAX_CHARACTERS));
    let timezone = errors.optional(zone(&body.timezone, "customer.timezone"));
    let (name, email) = name.zip(email)?;
    let contact_id = contact_id(visitor.org, Some(&email), None)?;
    let locale = locale.or_else(|| visitor.locale.map(ToOwned::to_owned));
    Some(Customer { name, email, phone, contact_id, locale, timezone })
}

/// An address; forms send an empty text for what was left out.
pub(super) fn address<T>(
    field: &Field,
    path: &str,
    parse: fn(&str) -> Result<T, Invalid>,
) -> Result<Option<T>, Invalid> {
    let text = field.text(path)?.filter(|text| !text.trim().is_empty());
    text.map(|text| parse(text).map_err(|error| error.at(path))).transpose()
}

/// A text of several lines.
pub(super) fn long_text(field: &Field, path: &str, max: usize) -> Result<Option<String>, Invalid> {
    field.text(path)?.map(|given| text(path, given, 0, max, true)).transpose()
}

fn zone(field: &Field, path: &str) -> Result<Option<Tz>, Invalid> {
    let unknown = |_| Invalid::new(path, "is no IANA time zone such as Europe/Berlin");
    field.text(path)?.map(|name| name.parse().map_err(unknown)).transpose()
}

#[cfg(test)]
#[path = "reservation_tests.rs"]
mod tests;
