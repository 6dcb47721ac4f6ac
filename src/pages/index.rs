//! `/`: all queues of a business, with the ways to each.

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use serde::Serialize;

use super::Pages;
use super::door::Door;
use super::templates::Page;
use super::visit::{PublishedPoint, Visit, address};
use crate::http::{Edge, Problem};

/// All queues.
#[derive(Debug, Serialize)]
pub struct IndexPage {
    business: String,
    org: String,
    queues: Vec<Queue>,
    /// Where appointments are booked, if the business has any.
    book_address: Option<String>,
}

#[derive(Debug, Serialize)]
struct Queue {
    id: String,
    name: String,
    location: String,
    door: Door,
    board_address: String,
    join_address: String,
}

impl Queue {
    fn new(at: &PublishedPoint, now: DateTime<Utc>) -> Self {
        let (org, point) = (&at.published.org, &at.point);
        Self {
            id: point.id.to_string(),
            name: point.name.clone(),
            location: point.location.clone(),
            door: Door::new(at, now),
            board_address: address::board(org, &point.id),
            join_address: address::join(org, &point.id),
        }
    }
}

/// `GET /`.
pub async fn show(request: HttpRequest, edge: web::Data<Edge>, pages: web::Data<Pages>) -> HttpResponse {
    pages.page(&request, page(&request, &edge).await)
}

async fn page(request: &HttpRequest, edge: &Edge) -> Result<IndexPage, Problem> {
    edge.check_rate(request)?;
    let business = Visit::of(request, edge).await?.business;
    let now = edge.now();
    let points = edge.directory.published_of(&business.org).into_iter().filter_map(PublishedPoint::new);
    let mut queues: Vec<Queue> = points.map(|at| Queue::new(&at, now)).collect();
    queues.sort_by(|one, other| (&one.name, &one.id).cmp(&(&other.name, &other.id)));
    let org = &business.org;
    let calendar = edge.directory.calendar(org);
    let has_services = calendar.is_some_and(|at| at.state.definitions().any(|definition| definition.terms.active));
    let book_address = has_services.then(|| address::book_list(org));
    Ok(IndexPage { org: org.to_string(), business: business.name, queues, book_address })
}

impl Page for IndexPage {
    const TEMPLATE: &'static str = "index.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let queue = |door: Door| Queue {
            id: "hamburg".to_owned(),
            name: "Hamburg Hauptbahnhof".to_owned(),
            location: "Wandelhalle, upper floor".to_owned(),
            door,
            board_address: "/board/hamburg?org=demo".to_owned(),
            join_address: "/join/hamburg?org=demo".to_owned(),
        };
        let index = |queues: Vec<Queue>| Self {
            business: "Harbour & Finch".to_owned(),
            org: "demo".to_owned(),
            book_address: (!queues.is_empty()).then(|| "/book?org=demo".to_owned()),
            queues,
        };
        vec![index(Vec::new()), index(Door::samples().map(queue).into())]
    }
}
