//! What is told about a booking: whole to staff and to who proves it, status and times to everybody else.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, HttpResponseBuilder};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::address::{Email, Phone};
use crate::domain::calendar::{Answer, CalendarState, CancelledBy, Hold, Reservation, Slot, Status, WaitlistEntry};
use crate::domain::ids::{ContactId, DefinitionId, HoldId, OrgId, PointId, ReservationId, StaffId, WaitlistId};
use crate::http::idempotency;
use crate::http::problem::Problem;
use crate::http::version::entity_tag;
use crate::workflows::notification::manage_address;

/// What a booking is shown with: the names of what it refers to, and where its links lead.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'a> {
    /// The org's calendar.
    pub calendar: &'a CalendarState,
    /// The org.
    pub org: &'a OrgId,
    /// How the client reaches this server.
    pub base_url: &'a str,
}

/// A booking, for staff and for who proves it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReservationView<'a> {
    /// Its id.
    #[schema(value_type = String, example = "0197b7b2-6a3c-7cc1-9d0e-2f6b1c6f0a11")]
    id: &'a ReservationId,
    /// The number that proves it, together with the address.
    #[schema(example = "7K3QX9ZB")]
    reservation_number: &'a str,
    /// The number once more.
    #[schema(example = "7K3QX9ZB")]
    name: &'a str,
    /// `pending`, `confirmed`, `checked_in`, `completed`, `no_show` or `cancelled`.
    #[schema(example = "confirmed")]
    status: &'static str,
    /// What was booked.
    definition: BookedDefinition<'a>,
    /// When.
    slot: BookedSlot,
    /// Who serves.
    staff: Vec<ServingStaff<'a>>,
    /// Where, if that is a service point.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    service_point_id: Option<&'a PointId>,
    /// Who comes.
    customer: BookedCustomer<'a>,
    /// How many people come together.
    #[schema(example = 1)]
    party_size: u32,
    /// What the customer wants to be known; may be empty.
    #[schema(example = "First-time client")]
    notes: &'a str,
    /// The page on which the customer sees, moves and cancels it.
    manage_url: String,
    /// The video room, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    meeting_link: Option<String>,
    /// How it was called off.
    #[serde(skip_serializing_if = "Option::is_none")]
    cancellation: Option<CancellationView<'a>>,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// When it was last changed.
    updated_at: DateTime<Utc>,
    /// Grows by 1 with each change.
    version: u64,
}

/// What was booked.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BookedDefinition<'a> {
    /// Its id.
    #[schema(value_type = String, example = "def-haircut-30")]
    id: &'a DefinitionId,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Haircut")]
    name: Option<&'a str>,
    /// The business zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "Europe/Berlin")]
    timezone: Option<Tz>,
}

/// A booked span of time, half-open.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct BookedSlot {
    /// When it begins.
    #[schema(example = "2026-05-10T14:00:00Z")]
    start: DateTime<Utc>,
    /// When it is over.
    #[schema(example = "2026-05-10T14:30:00Z")]
    end: DateTime<Utc>,
}

/// A member of staff who serves.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServingStaff<'a> {
    /// Their id.
    #[schema(value_type = String)]
    id: &'a StaffId,
    /// Their name.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
}

/// Who comes.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BookedCustomer<'a> {
    /// Name as given.
    #[schema(example = "Alice")]
    name: &'a str,
    /// E-mail address.
    #[schema(value_type = String, example = "alice@example.com")]
    email: &'a Email,
    /// Phone number, where given.
    #[schema(value_type = Option<String>)]
    phone: Option<&'a Phone>,
    /// The contact that follows from the address.
    #[schema(value_type = String)]
    contact_id: &'a ContactId,
    /// The language to write in, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    locale: Option<&'a str>,
    /// The customer's own zone, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    timezone: Option<Tz>,
}

/// How a booking was called off.
#[derive(Debug, Serialize, ToSchema)]
pub struct CancellationView<'a> {
    /// When.
    at: DateTime<Utc>,
    /// `customer` or `staff`.
    #[schema(example = "customer")]
    by: &'static str,
    /// Why, where that was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

/// A booking as everybody may see it who knows the address.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MaskedReservation {
    /// The number with all but two characters hidden.
    #[schema(example = "******ZB")]
    reservation_number: String,
    /// As in the whole record.
    #[schema(example = "confirmed")]
    status: &'static str,
    /// When.
    slot: BookedSlot,
}

/// What is said to a repeat that may come from anybody: there is such a booking, and its mail goes out once more.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AlreadyBooked<'a> {
    /// What was booked.
    #[schema(value_type = String)]
    definition_id: &'a DefinitionId,
    /// When.
    slot: BookedSlot,
    /// As in the whole record.
    #[schema(example = "confirmed")]
    status: &'static str,
    /// Always true.
    already_booked: bool,
}

/// That a booking is gone.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeletedReservation {
    /// Which.
    #[schema(value_type = String)]
    id: ReservationId,
    /// Always true.
    #[schema(example = true)]
    deleted: bool,
}

/// A slot that is kept.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HoldView<'a> {
    /// What to send as `holdId` when booking.
    #[schema(value_type = String)]
    id: &'a HoldId,
    /// The same.
    #[schema(value_type = String)]
    hold_id: &'a HoldId,
    /// What is kept.
    #[schema(value_type = String)]
    definition_id: &'a DefinitionId,
    /// When.
    slot: BookedSlot,
    /// Who would serve.
    #[schema(value_type = Vec<String>)]
    staff_ids: &'a [StaffId],
    /// For how many people.
    party_size: u32,
    /// Until when it is kept, without that very moment.
    expires_at: DateTime<Utc>,
}

/// Who waits for a slot.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WaitlistView<'a> {
    /// Its id. Not there for who was on the list already.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    id: Option<&'a WaitlistId>,
    /// What is waited for.
    #[schema(value_type = String)]
    definition_id: &'a DefinitionId,
    /// Slots that start then or later will do.
    from: DateTime<Utc>,
    /// Slots that start before then will do.
    to: DateTime<Utc>,
    /// True when the same person was on the list for the same time already.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    already_waiting: bool,
}

impl From<Slot> for BookedSlot {
    fn from(slot: Slot) -> Self {
        Self { start: slot.start, end: slot.end }
    }
}

impl<'a> ReservationView<'a> {
    /// The whole record.
    #[must_use]
    pub fn new(reservation: &'a Reservation, around: Surroundings<'a>) -> Self {
        let terms = around.calendar.definition_of(&reservation.definition_id).map(|definition| &definition.terms);
        let name_of = |id| around.calendar.staff_of(id).map(|staff| staff.terms.name.as_str());
        let customer = &reservation.customer;
        Self {
            id: &reservation.id,
            reservation_number: reservation.number.as_str(),
            name: reservation.number.as_str(),
            status: reservation.status.word(),
            definition: BookedDefinition {
                id: &reservation.definition_id,
                name: terms.map(|terms| terms.name.as_str()),
                timezone: terms.map(|terms| terms.timezone),
            },
            slot: reservation.slot.into(),
            staff: reservation.staff_ids.iter().map(|id| ServingStaff { id, name: name_of(id) }).collect(),
            service_point_id: reservation.point_id.as_ref(),
            customer: BookedCustomer {
                name: &customer.name,
                email: &customer.email,
                phone: customer.phone.as_ref(),
                contact_id: &customer.contact_id,
                locale: customer.locale.as_deref(),
                timezone: customer.timezone,
            },
            party_size: reservation.party_size,
            notes: &reservation.notes,
            manage_url: format!(
                "{}{}",
                around.base_url,
                manage_address(around.org, &reservation.number, &customer.email)
            ),
            meeting_link: None,
            cancellation: cancellation(&reservation.status),
            created_at: reservation.created_at,
            updated_at: reservation.updated_at,
            version: reservation.version,
        }
    }

    /// The whole record as an answer; it holds a secret, so nothing on the way may keep it.
    pub fn respond(&self, mut response: HttpResponseBuilder) -> HttpResponse {
        response.insert_header((header::ETAG, entity_tag(self.version)));
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        response.json(self)
    }
}

impl From<&Reservation> for MaskedReservation {
    fn from(reservation: &Reservation) -> Self {
        Self {
            reservation_number: reservation.number.masked(),
            status: reservation.status.word(),
            slot: reservation.slot.into(),
        }
    }
}

fn cancellation(status: &Status) -> Option<CancellationView<'_>> {
    let Status::Cancelled { at, by, reason } = status else { return None };
    let by = match by {
        CancelledBy::Customer => "customer",
        CancelledBy::Staff => "staff",
    };
    Some(CancellationView { at: *at, by, reason: reason.as_deref() })
}

/// The answer to a wish to book. Only a new booking is 201: what was there before is 200, whoever repeats it how.
///
/// # Errors
/// 500 for an answer that no wish to book can have.
pub fn booked(answer: &Answer, repeated: bool, around: Surroundings<'_>) -> Result<HttpResponse, Problem> {
    match answer {
        Answer::Booked { reservation, created } => {
            let is_new = *created && !repeated;
            let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
            Ok(ReservationView::new(reservation, around).respond(marked(status, repeated)))
        }
        Answer::BookedBefore { reservation } => Ok(marked(StatusCode::OK, repeated).json(AlreadyBooked {
            definition_id: &reservation.definition_id,
            slot: reservation.slot.into(),
            status: reservation.status.word(),
            already_booked: true,
        })),
        _ => Err(super::unexpected()),
    }
}

/// The answer to an act about one booking, to who may see it whole.
///
/// # Errors
/// 500 for an answer that no such act can have.
pub fn changed(answer: Answer, repeated: bool, around: Surroundings<'_>) -> Result<HttpResponse, Problem> {
    match answer {
        Answer::Reservation { reservation } => {
            Ok(ReservationView::new(&reservation, around).respond(marked(StatusCode::OK, repeated)))
        }
        Answer::ReservationDeleted { id } => {
            Ok(marked(StatusCode::OK, repeated).json(DeletedReservation { id, deleted: true }))
        }
        _ => Err(super::unexpected()),
    }
}

/// The answer to a wish to have a slot kept.
pub fn held(hold: &Hold, repeated: bool) -> HttpResponse {
    marked(StatusCode::CREATED, repeated).json(HoldView {
        id: &hold.id,
        hold_id: &hold.id,
        definition_id: &hold.definition_id,
        slot: hold.slot.into(),
        staff_ids: &hold.staff_ids,
        party_size: hold.party_size,
        expires_at: hold.expires_at,
    })
}

/// The answer to who wants to wait; who was on the list already learns no more than they have said.
pub fn waiting(entry: &WaitlistEntry, created: bool, repeated: bool) -> HttpResponse {
    let status = if created { StatusCode::CREATED } else { StatusCode::OK };
    marked(status, repeated).json(WaitlistView {
        id: created.then_some(&entry.id),
        definition_id: &entry.definition_id,
        from: entry.from,
        to: entry.to,
        already_waiting: !created,
    })
}

fn marked(status: StatusCode, repeated: bool) -> HttpResponseBuilder {
    let mut response = idempotency::answer(status, repeated);
    // It may hold a secret.
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    response
}
