//! What clients are shown: views over the domain's types, in the words of the wire. Public views have no field that could
//! hold a name, a phone number or an e-mail address.

pub mod calendar;
pub mod card;
pub mod desk;
pub mod entry;
pub mod join;
pub mod outbox;
pub mod outlook;
pub mod report;
pub mod reservation;
pub mod service_point;
pub mod sla;
pub mod status;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::idempotency;
use super::problem::{Code, Problem};
use super::version::versioned;
use crate::domain::queue::{Answer, Estimate, Standing};

/// The time that the server lives in.
#[derive(Debug, Serialize, ToSchema)]
pub struct TestClockView {
    /// The time.
    pub now: DateTime<Utc>,
}

/// That something is gone.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeletedView {
    /// What.
    pub id: String,
    /// Always true.
    #[schema(example = true)]
    pub deleted: bool,
}

impl DeletedView {
    /// That what had this id is gone.
    pub fn of(id: &impl ToString) -> Self {
        Self { id: id.to_string(), deleted: true }
    }
}

/// A likely range of waits, in minutes.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct WaitRange {
    /// Lower end, in minutes.
    #[schema(example = 9)]
    pub min: u32,
    /// Upper end, in minutes.
    #[schema(example = 16)]
    pub max: u32,
}

impl From<Standing> for WaitRange {
    fn from(standing: Standing) -> Self {
        Self { min: standing.range_from_minutes, max: standing.range_to_minutes }
    }
}

impl From<Estimate> for WaitRange {
    fn from(estimate: Estimate) -> Self {
        Self { min: estimate.from_minutes, max: estimate.to_minutes }
    }
}

/// The answer to a clerk's act.
///
/// # Errors
/// 500 for an answer that no clerk's act can have.
pub fn to_clerk(answer: Answer, repeated: bool, now: DateTime<Utc>) -> Result<HttpResponse, Problem> {
    let mut response = idempotency::answer(StatusCode::OK, repeated);
    Ok(match answer {
        Answer::Point { point, created } => {
            versioned(point.version, created, repeated).json(service_point::ServicePointView::new(&point, now))
        }
        Answer::PointDeleted { id } => response.json(DeletedView::of(&id)),
        Answer::Entry { entry, standing } => response.json(entry::StaffEntry::new(&entry, standing, now)),
        Answer::Next { called, completed } => response.json(entry::NextView::new(called, completed, now)),
        Answer::Joined { .. } | Answer::AlreadyInLine { .. } | Answer::Done => {
            return Err(unexpected());
        }
    })
}

/// An owner that answers something else than it was asked is a mistake of ours.
#[must_use]
pub fn unexpected() -> Problem {
    Problem::new(Code::Internal, "The owner's answer does not fit the question.")
}
