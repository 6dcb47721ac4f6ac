//! `/book`: everything that can be booked at a business.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;

use super::Pages;
use super::bookable::Bookable;
use super::templates::Page;
use super::visit::{Visit, address};
use crate::http::{Edge, Problem};

/// All services.
#[derive(Debug, Serialize)]
pub struct BookListPage {
    business: String,
    services: Vec<Service>,
    index_address: String,
}

#[derive(Debug, Serialize)]
struct Service {
    id: String,
    name: String,
    description: String,
    facts: String,
    address: String,
}

/// `GET /book`.
pub async fn show(request: HttpRequest, edge: web::Data<Edge>, pages: web::Data<Pages>) -> HttpResponse {
    pages.page(&request, page(&request, &edge).await)
}

async fn page(request: &HttpRequest, edge: &Edge) -> Result<BookListPage, Problem> {
    edge.check_rate(request)?;
    let business = Visit::of(request, edge).await?.business;
    let org = &business.org;
    let calendar = edge.calendar(org)?;
    let bookable = calendar.state.definitions().filter_map(|each| Bookable::of(edge, org, each.id.as_str()).ok());
    let mut services: Vec<Service> = bookable
        .map(|bookable| Service {
            id: bookable.definition.id.to_string(),
            name: bookable.terms().name.clone(),
            description: bookable.terms().description.clone(),
            facts: bookable.facts(edge, org),
            address: address::book(org, &bookable.definition.id),
        })
        .collect();
    services.sort_by(|one, other| (&one.name, &one.id).cmp(&(&other.name, &other.id)));
    Ok(BookListPage { index_address: address::index(org), business: business.name, services })
}

impl Page for BookListPage {
    const TEMPLATE: &'static str = "book_list.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let service = Service {
            id: "cut".to_owned(),
            name: "Eye test".to_owned(),
            description: "Both eyes.".to_owned(),
            facts: "30 min, €25.00".to_owned(),
            address: "/book/cut?org=demo".to_owned(),
        };
        let list = |services| Self {
            business: "Harbour & Finch".to_owned(),
            services,
            index_address: "/?org=demo".to_owned(),
        };
        vec![list(Vec::new()), list(vec![service])]
    }
}
