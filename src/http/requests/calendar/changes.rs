//! What is to become of a reservation: another slot, other details, a reason for calling it off.

use serde::Deserialize;
use utoipa::ToSchema;

use super::reservation::{SlotBody, address, long_text, required_slot};
use crate::domain::address::{Email, Phone};
use crate::domain::calendar::{
    CUSTOMER_NAME_MAX_CHARACTERS, NOTES_MAX_CHARACTERS, NewStatus, PARTY_MAX, REASON_MAX_CHARACTERS,
    ReservationChanges, Slot,
};
use crate::domain::contact::contact_id;
use crate::domain::ids::{OrgId, ReservationId, StaffId};
use crate::domain::invalid::Invalid;
use crate::http::problem::Problem;
use crate::http::requests::join::slug;
use crate::http::requests::{Errors, Field};

/// The slot to move to.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"slot": {"start": "2026-05-11T08:00:00Z", "end": "2026-05-11T08:30:00Z"}}))]
pub struct RescheduleBody {
    /// The new slot. Also as `startTime` and `endTime`.
    #[serde(default)]
    #[schema(value_type = SlotBody, required)]
    slot: Field,
    #[serde(default)]
    #[schema(ignore)]
    start_time: Field,
    #[serde(default)]
    #[schema(ignore)]
    end_time: Field,
    /// With whom from now on, where that matters.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    staff_id: Field,
}

/// What a member of staff changes; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"id": "0197b7b2-6a3c-7cc1-9d0e-2f6b1c6f0a11", "notes": "Comes by train", "status": "confirmed"}))]
pub struct ReservationUpdateBody {
    /// Which reservation.
    #[serde(default)]
    #[schema(value_type = String, required)]
    id: Field,
    /// Another slot, as a reschedule.
    #[serde(default)]
    #[schema(value_type = Option<SlotBody>)]
    slot: Field,
    /// The start of another slot, in place of `slot`.
    #[serde(default)]
    #[schema(value_type = Option<DateTime<Utc>>)]
    start_time: Field,
    /// The end of another slot, in place of `slot`.
    #[serde(default)]
    #[schema(value_type = Option<DateTime<Utc>>)]
    end_time: Field,
    /// Another member of staff.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    staff_id: Field,
    /// Another number of people.
    #[serde(default)]
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 100)]
    party_size: Field,
    /// Other notes; null clears them. Also as `note`.
    #[serde(default, alias = "note")]
    #[schema(value_type = Option<String>)]
    notes: Field,
    /// Other details of who comes.
    #[serde(default)]
    #[schema(value_type = Option<CustomerChangesBody>)]
    customer: Field,
    /// `confirmed`, `checked_in`, `completed`, `no_show` or `cancelled`.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "confirmed")]
    status: Field,
}

/// Other details of a customer; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct CustomerChangesBody {
    /// Another name.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    name: Field,
    /// Another address: from now on this one proves the reservation, with its number.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    email: Field,
    /// Another phone number; null clears it.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    phone: Field,
}

/// Why it is called off.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[schema(example = json!({"reason": "Ill"}))]
pub struct CancelBody {
    /// In words, at most 500 characters.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    reason: Field,
}

/// Reads where to move to, and with whom.
///
/// # Errors
/// 422 with all that is wrong.
pub fn parse_reschedule(body: &RescheduleBody) -> Result<(Slot, Option<StaffId>), Problem> {
    let mut errors = Errors::default();
    let slot = required_slot([&body.slot, &body.start_time, &body.end_time], &mut errors);
    let staff = errors.optional(slug(&body.staff_id, "staffId", StaffId::parse));
    errors.finish(slot.map(|slot| (slot, staff)))
}

/// Reads what to change about which reservation.
///
/// # Errors
/// 422 with all that is wrong.
pub fn parse_update(body: &ReservationUpdateBody, org: &OrgId) -> Result<(ReservationId, ReservationChanges), Problem> {
    let mut errors = Errors::default();
    let id = errors.required("id", slug(&body.id, "id", ReservationId::parse));
    let mut changes = ReservationChanges::default();
    let fields = [&body.slot, &body.start_time, &body.end_time];
    errors.keep(body.slot.not_null("slot").map(drop));
    if fields.iter().any(|field| field.value().is_some()) {
        changes.slot = required_slot(fields, &mut errors);
    }
    let staff = body.staff_id.not_null("staffId").and_then(|field| slug(field, "staffId", StaffId::parse));
    changes.staff_id = errors.optional(staff);
    let size = body.party_size.not_null("partySize").and_then(|field| field.whole("partySize", 1, PARTY_MAX));
    changes.party_size = errors.optional(size);
    changes.notes = match &body.notes {
        Field::Null => Some(String::new()),
        notes => errors.optional(long_text(notes, "notes", NOTES_MAX_CHARACTERS)),
    };
    changes.status = errors.optional(body.status.not_null("status").and_then(new_status));
    customer(&body.customer, org, &mut changes, &mut errors);
    errors.finish(id.map(|id| (id, changes)))
}

/// Reads why it is called off.
///
/// # Errors
/// 422.
pub fn parse_cancel(body: &CancelBody) -> Result<Option<String>, Problem> {
    let mut errors = Errors::default();
    let reason = errors.optional(long_text(&body.reason, "reason", REASON_MAX_CHARACTERS));
    errors.finish(Some(reason))
}

fn customer(field: &Field, org: &OrgId, changes: &mut ReservationChanges, errors: &mut Errors) {
    let body = field.not_null("customer").and_then(|field| field.object::<CustomerChangesBody>("customer"));
    let Some(body) = errors.optional(body) else { return };
    let words = |field: &Field| field.words("customer.name", 1, CUSTOMER_NAME_MAX_CHARACTERS);
    changes.name = errors.optional(body.name.not_null("customer.name").and_then(words));
    let email = body.email.not_null("customer.email");
    let email = errors.optional(email.and_then(|field| address(field, "customer.email", Email::parse)));
    changes.email = email.and_then(|email| Some((email.clone(), contact_id(org, Some(&email), None)?)));
    if body.phone.is_sent() {
        changes.phone = errors.keep(address(&body.phone, "customer.phone", Phone::parse));
    }
}

fn new_status(field: &Field) -> Result<Option<NewStatus>, Invalid> {
    Ok(Some(match field.text("status")? {
        None => return Ok(None),
        Some("confirmed") => NewStatus::Confirmed,
        Some("checked_in") => NewStatus::CheckedIn,
        Some("completed") => NewStatus::Completed,
        Some("no_show") => NewStatus::NoShow,
        Some("cancelled") => NewStatus::Cancelled,
        Some(_) => {
            let detail = "must be confirmed, checked_in, completed, no_show or cancelled";
            return Err(Invalid::new("status", detail));
        }
    }))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn update(body: Value) -> Result<ReservationChanges, String> {
        let body = serde_json::from_value(body).unwrap();
        let parsed = parse_update(&body, &OrgId::parse("demo").unwrap());
        parsed.map(|(_, changes)| changes).map_err(|problem| problem.detail().to_owned())
    }

    #[test]
    fn what_is_left_out_stays_and_null_clears_what_can_be_empty() {
        assert_eq!(update(json!({"id": "r"})).unwrap(), ReservationChanges::default());
        let cleared = update(json!({"id": "r", "notes": null, "customer": {"phone": null}})).unwrap();
        assert_eq!((cleared.notes.as_deref(), cleared.phone), (Some(""), Some(None)));
        for field in ["slot", "staffId", "partySize", "status", "customer"] {
            assert!(update(json!({"id": "r", field: null})).unwrap_err().starts_with(field), "{field}");
        }
    }

    #[test]
    fn a_status_that_only_comes_by_itself_cannot_be_set() {
        assert_eq!(update(json!({"id": "r", "status": "no_show"})).unwrap().status, Some(NewStatus::NoShow));
        assert!(update(json!({"id": "r", "status": "pending"})).is_err());
        assert!(update(json!({"id": "r", "slot": {"start": "2026-05-11T08:00:00Z"}})).is_err());
        assert!(update(json!({"id": "r", "startTime": "2026-05-11T08:00:00Z"})).is_err());
    }

    #[test]
    fn a_reason_is_held_to_its_length() {
        let read = |length: usize| {
            let body = serde_json::from_value(json!({"reason": "x".repeat(length)})).unwrap();
            parse_cancel(&body).map(|reason| reason.unwrap().len())
        };
        assert_eq!(read(REASON_MAX_CHARACTERS).unwrap(), REASON_MAX_CHARACTERS);
        assert!(read(REASON_MAX_CHARACTERS + 1).is_err());
        assert_eq!(parse_cancel(&CancelBody::default()).unwrap(), None);
    }
}
