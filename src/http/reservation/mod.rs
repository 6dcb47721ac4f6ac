//! Reservations: made and kept free by everybody, looked after by who proves them and by staff.

pub mod booking;
pub mod desk;
pub mod own;
pub mod records;
pub mod waitlist;

use std::sync::Arc;

use actix_web::HttpRequest;

use super::edge::Edge;
use super::problem::Problem;
use super::responses::reservation::Surroundings;
use crate::actors::{Calendar, Published};
use crate::domain::ids::OrgId;

/// What the bookings of an org are shown with.
struct Scene {
    published: Arc<Published<Calendar>>,
    org: OrgId,
    base_url: String,
}

impl Scene {
    /// As of now: after an answer it holds what that one rests on.
    fn of(edge: &Edge, request: &HttpRequest, org: &OrgId) -> Result<Self, Problem> {
        let published = edge.calendar(org)?;
        Ok(Self { published, org: org.clone(), base_url: edge.base_url(request) })
    }

    fn surroundings(&self) -> Surroundings<'_> {
        Surroundings { calendar: &self.published.state, org: &self.org, base_url: &self.base_url }
    }
}
