//! What who joins a line is told.

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;

use super::WaitRange;
use crate::domain::ids::{EntryId, OrgId, PointId};
use crate::domain::queue::{Answer, Entry, Standing};
use crate::http::idempotency;
use crate::http::problem::Problem;

/// A place in a line.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct JoinedView<'a> {
    /// The entry's id.
    #[schema(value_type = String, example = "0197b7b2-6a3c-7cc1-9d0e-2f6b1c6f0a11")]
    id: &'a EntryId,
    /// Ticket number of the day: restarts at 1 at local midnight.
    #[schema(example = 44)]
    number: u32,
    /// Position in the line from 1; null for who is in line already and no longer waits.
    #[schema(example = 3)]
    position: Option<u32>,
    /// How many wait in front.
    #[schema(example = 2)]
    people_ahead: Option<u32>,
    /// Estimated wait, in minutes.
    #[schema(example = 12)]
    estimated_wait_minutes: Option<u32>,
    /// Likely range of the wait.
    estimated_wait_range: Option<WaitRange>,
    /// The customer's own page. Not there for who is in line already.
    #[serde(skip_serializing_if = "Option::is_none")]
    status_url: Option<String>,
    /// The entry's own token. Not there for who is in line already.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<&'a str>,
    /// The entry's state.
    #[schema(example = "waiting")]
    state: &'static str,
    /// The service point.
    #[schema(value_type = String, example = "counter")]
    service_point_id: &'a PointId,
    /// True when the same person was in that line already: this is the entry there.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    already_in_line: bool,
}

impl<'a> JoinedView<'a> {
    fn new(entry: &'a Entry, standing: Option<Standing>) -> Self {
        Self {
            id: &entry.id,
            number: entry.number,
            position: standing.map(|standing| standing.position),
            people_ahead: standing.map(|standing| standing.people_ahead),
            estimated_wait_minutes: standing.map(|standing| standing.estimated_wait_minutes),
            estimated_wait_range: standing.map(WaitRange::from),
            status_url: None,
            token: None,
            state: entry.status.word(),
            service_point_id: &entry.point_id,
            already_in_line: false,
        }
    }
}

/// The answer to a join; `base_url` leads to this server.
///
/// # Errors
/// 500 for an answer that no join can have.
pub fn respond(answer: &Answer, repeated: bool, org: &OrgId, base_url: &str) -> Result<HttpResponse, Problem> {
    let (status, view) = match answer {
        Answer::Joined { entry, standing } => {
            let mut view = JoinedView::new(entry, Some(*standing));
            view.status_url = Some(format!("{base_url}/q/{}?org={org}&token={}", entry.id, entry.token));
            view.token = Some(&entry.token);
            (StatusCode::CREATED, view)
        }
        Answer::AlreadyInLine { entry, standing } => {
            let view = JoinedView { already_in_line: true, ..JoinedView::new(entry, *standing) };
            (StatusCode::OK, view)
        }
        _ => return Err(super::unexpected()),
    };
    let mut response = idempotency::answer(status, repeated);
    // It may hold a secret.
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    Ok(response.json(view))
}
