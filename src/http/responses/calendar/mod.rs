//! Bookable time, as its staff configures it and as anybody may see it.

pub mod definition;
mod parts;
pub mod slots;
pub mod staff;
pub mod template;

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use serde::Serialize;

use super::{DeletedView, unexpected};
use crate::domain::calendar::Answer;
use crate::http::idempotency::IDEMPOTENCY_REPLAYED;
use crate::http::problem::Problem;
use crate::http::version::entity_tag;
use definition::DefinitionView;
use staff::StaffView;
use template::TemplateView;

/// The answer to who configures definitions and staff.
///
/// # Errors
/// 500 for an answer that no such act can have.
pub fn configured(answer: &Answer, repeated: bool) -> Result<HttpResponse, Problem> {
    let (created, version, body) = match answer {
        Answer::Definition { definition, created } => {
            (*created, Some(definition.version), json(&DefinitionView::new(definition))?)
        }
        Answer::Staff { staff, created } => (*created, Some(staff.version), json(&StaffView::new(staff))?),
        Answer::Template { template, created } => {
            (*created, Some(template.version), json(&TemplateView::new(template))?)
        }
        Answer::TemplateDeleted { id } => (false, None, json(&DeletedView::of(id))?),
        Answer::DefinitionDeleted { id } => (false, None, json(&DeletedView::of(id))?),
        Answer::StaffDeleted { id } => (false, None, json(&DeletedView::of(id))?),
        Answer::Held { .. }
        | Answer::Booked { .. }
        | Answer::BookedBefore { .. }
        | Answer::Reservation { .. }
        | Answer::ReservationDeleted { .. }
        | Answer::Waiting { .. }
        | Answer::Done => return Err(unexpected()),
    };
    let mut response = HttpResponse::build(if created { StatusCode::CREATED } else { StatusCode::OK });
    if repeated {
        response.insert_header((IDEMPOTENCY_REPLAYED, "true"));
    }
    if let Some(version) = version {
        response.insert_header((header::ETAG, entity_tag(version)));
    }
    Ok(response.content_type(header::ContentType::json()).body(body))
}

fn json(view: &impl Serialize) -> Result<String, Problem> {
    serde_json::to_string(view).map_err(|_| unexpected())
}
