//! Taking a slot: for good, or for the minutes that filling in a form takes.

use actix_web::{HttpRequest, HttpResponse, web};

use super::Scene;
use crate::actors::IdempotencyKey;
use crate::domain::calendar::{Act, Answer, Booking, Rejection};
use crate::domain::ids::OrgId;
use crate::domain::party::Party;
use crate::http::body::RawBody;
use crate::http::edge::Edge;
use crate::http::idempotency;
use crate::http::problem::Problem;
use crate::http::requests::calendar::locale;
use crate::http::requests::calendar::reservation::{
    BookingBody, HoldBody, Visitor, drawn_number, parse_booking, parse_hold,
};
use crate::http::responses::reservation::{AlreadyBooked, HoldView, ReservationView, booked, held};
use crate::http::responses::unexpected;

/// How often a number is drawn for one booking, in draws. Of 2^40 numbers even a million bookings take one in a million.
const NUMBER_DRAWS_MAX: usize = 5;

/// Books a slot.
///
/// Public; customers who are signed in book for themselves only. With a staff-side token the caller's `id` counts. The same
/// body within 60 s is answered with the first record; any other repeat for the same person and start changes nothing and
/// only hears that there is such a booking (staff: the record as it is), and its confirmation is sent again to the address
/// that it was booked with.
#[utoipa::path(post, path = "/crm/reservations/create", tag = "reservations", request_body = BookingBody,
    responses(
        (status = 201, description = "Booked.", body = ReservationView<'static>,
            headers(("ETag" = String, description = "The version, for `If-Match`."))),
        (status = 200, description = "Booked before: the first record to a repeat of the key or of the very same body, \
            and to staff; else no more than that it is so.", body = AlreadyBooked<'static>),
        (status = 404, description = "`definition_not_found`."),
        (status = 409, description = "`slot_taken` and `slot_not_offered` with `reasons` and the nearest free slots as \
            `alternatives`; `already_exists`: the id is taken.",
            example = json!({"code": "slot_taken", "status": 409, "title": "Somebody else has this time",
                "detail": "This time is taken.", "alternatives": [{"start": "2026-05-10T14:30:00Z",
                "end": "2026-05-10T15:00:00Z", "spotsAvailable": 1, "staffIds": ["ann"]}]})),
    ), security((), ("bearer" = [])))]
pub async fn create(request: HttpRequest, edge: web::Data<Edge>, body: RawBody) -> Result<HttpResponse, Problem> {
    let caller = edge.caller(&request).await?;
    let (body, by, is_clerk) = (body.json()?, caller.party(), caller.clerk.is_some());
    // The browser of a clerk does not speak the customer's language.
    let locale = locale::preferred(request.headers()).filter(|_| !is_clerk);
    let visitor = Visitor { org: &caller.org, locale: locale.as_deref() };
    let booking = parse_booking(&body, visitor, is_clerk)?;
    caller.only_as(&booking.customer.email)?;
    let key = idempotency::key(&request, &by, &body)?;
    let (outcome, repeated) = book(&edge, &caller.org, by, booking, key).await?;
    booked(&outcome?, repeated, Scene::of(&edge, &request, &caller.org)?.surroundings())
}

/// Keeps a slot for some minutes, so that nobody takes it while a form is filled in.
///
/// Public. Send its id as `holdId` when booking.
#[utoipa::path(post, path = "/crm/reservations/hold", tag = "reservations", request_body = HoldBody,
    responses(
        (status = 201, description = "Kept for 5 minutes.", body = HoldView<'static>),
        (status = 404, description = "`definition_not_found`."),
        (status = 409, description = "`slot_taken` and `slot_not_offered` with `alternatives`; `too_many_holds` with \
            `retryAt`."),
        (status = 429, description = "`too_many_requests`: many are kept for this address already."),
    ), security((), ("bearer" = [])))]
pub async fn hold(request: HttpRequest, edge: web::Data<Edge>, body: RawBody) -> Result<HttpResponse, Problem> {
    let caller = edge.caller(&request).await?;
    let (body, by) = (body.json()?, caller.party());
    let wish = parse_hold(&body.read()?)?;
    if caller.clerk.is_none() {
        edge.check_holds(&request)?;
    }
    let key = idempotency::key(&request, &by, &body)?;
    let (answer, repeated) = edge.ask_calendar(&caller.org, by, Act::Hold(Box::new(wish)), key).await?;
    let Answer::Held { hold } = answer else { return Err(unexpected()) };
    Ok(held(&hold, repeated))
}

/// Books, and gives the calendar's refusal as it is, for who can do something about it. A number that is taken is drawn anew.
///
/// # Errors
/// 503 when there is no room or no answer.
pub async fn book(
    edge: &Edge,
    org: &OrgId,
    by: Party,
    booking: Booking,
    key: Option<IdempotencyKey>,
) -> Result<(Result<Answer, Rejection>, bool), Problem> {
    until_a_number_is_free(booking, async |booking| {
        edge.calendar_says(org, by.clone(), Act::Create(Box::new(booking)), key.clone()).await
    })
    .await
}

/// Asks with another number each time until one is free. Refusals are not kept under a key, so the key may stay.
async fn until_a_number_is_free(
    mut booking: Booking,
    ask: impl AsyncFn(Booking) -> Result<(Result<Answer, Rejection>, bool), Problem>,
) -> Result<(Result<Answer, Rejection>, bool), Problem> {
    for _ in 1..NUMBER_DRAWS_MAX {
        match ask(booking.clone()).await? {
            (Err(Rejection::NumberTaken), _) => booking.number = drawn_number(),
            (outcome, repeated) => return Ok((outcome, repeated)),
        }
    }
    ask(booking).await
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::collections::BTreeSet;

    use super::*;
    use crate::domain::calendar::tests::wish;
    use crate::http::problem::Code;

    /// Asks a calendar in which the first `taken` numbers are taken; gives the outcome and the numbers.
    async fn drawn(taken: usize) -> (Result<(), Code>, BTreeSet<String>) {
        let asked = RefCell::new(Vec::new());
        let outcome = until_a_number_is_free(wish("alice", "2026-05-11T08:00:00Z"), async |booking| {
            asked.borrow_mut().push(booking.number.as_str().to_owned());
            let is_taken = asked.borrow().len() <= taken;
            Ok((if is_taken { Err(Rejection::NumberTaken) } else { Ok(Answer::Done) }, false))
        })
        .await;
        let asked = asked.into_inner();
        let numbers: BTreeSet<_> = asked.iter().cloned().collect();
        assert_eq!(numbers.len(), asked.len(), "each draw is another one");
        let outcome = outcome.and_then(|(outcome, _)| Ok(outcome?));
        (outcome.map(drop).map_err(|problem| problem.code()), numbers)
    }

    #[tokio::test]
    async fn another_number_is_drawn_until_one_is_free_but_not_for_ever() {
        assert_eq!(drawn(0).await.1.len(), 1);
        let (outcome, numbers) = drawn(NUMBER_DRAWS_MAX - 1).await;
        assert_eq!((outcome, numbers.len()), (Ok(()), NUMBER_DRAWS_MAX));
        let (outcome, numbers) = drawn(NUMBER_DRAWS_MAX).await;
        assert_eq!((outcome, numbers.len()), (Err(Code::Overload), NUMBER_DRAWS_MAX));
    }
}
