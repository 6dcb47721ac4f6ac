//! Bookable time, as its staff configures it and as anybody may see it.

pub mod definition;
mod parts;
pub mod slots;
pub mod staff;
pub mod template;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::{DeletedView, unexpected};
use crate::domain::calendar::Answer;
use crate::http::idempotency;
use crate::http::problem::Problem;
use crate::http::version::versioned;
use definition::DefinitionView;
use staff::StaffView;
use template::TemplateView;

/// The answer to who configures definitions and staff.
///
/// # Errors
/// 500 for an answer that no such act can have.
pub fn configured(answer: &Answer, repeated: bool) -> Result<HttpResponse, Problem> {
    let shown = |version, created| versioned(version, created, repeated);
    let mut deleted = idempotency::answer(StatusCode::OK, repeated);
    Ok(match answer {
        Answer::Definition { definition, created } => {
            shown(definition.version, *created).json(DefinitionView::new(definition))
        }
        Answer::Staff { staff, created } => shown(staff.version, *created).json(StaffView::new(staff)),
        Answer::Template { template, created } => shown(template.version, *created).json(TemplateView::new(template)),
        Answer::TemplateDeleted { id } => deleted.json(DeletedView::of(id)),
        Answer::DefinitionDeleted { id } => deleted.json(DeletedView::of(id)),
        Answer::StaffDeleted { id } => deleted.json(DeletedView::of(id)),
        Answer::Held { .. }
        | Answer::Booked { .. }
        | Answer::BookedBefore { .. }
        | Answer::Reservation { .. }
        | Answer::ReservationDeleted { .. }
        | Answer::Waiting { .. }
        | Answer::Done => return Err(unexpected()),
    })
}
