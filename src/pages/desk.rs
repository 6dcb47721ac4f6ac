//! `/desk`: the tickets of an org, what is due first on top. Served as they stand; the page's script follows the live
//! stream from there, and without one the page reloads itself.

pub mod acts;
pub mod clock;
mod forms;
mod level;
mod list;
mod row;
pub mod thread;
pub mod ticket;

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;

use super::Pages;
use super::console::{self, Console, Viewer};
use super::templates::Page;
use crate::http::{Edge, Problem, Query};
use list::Listing;

/// The list of tickets.
#[derive(Debug, Serialize)]
pub struct DeskPage {
    console: Console,
    listing: Listing,
}

/// `GET /desk`: the page, or the form to sign in.
pub async fn show(request: HttpRequest, edge: web::Data<Edge>, pages: web::Data<Pages>) -> HttpResponse {
    console::answer(&request, &pages, page(&request, &edge).await)
}

async fn page(request: &HttpRequest, edge: &Edge) -> Result<DeskPage, Problem> {
    let viewer = Viewer::of(request, edge).await?;
    let listing = Listing::read(edge, &viewer, &Query::of(request)?, None).await?;
    Ok(DeskPage { console: viewer.console(), listing })
}

/// "In progress" for `in-progress`.
#[must_use]
pub fn spoken(word: &str) -> String {
    let spaced = word.replace('-', " ");
    let mut characters = spaced.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

impl Page for DeskPage {
    const TEMPLATE: &'static str = "desk.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let page = |listing| Self { console: Console::sample(), listing };
        Listing::samples().into_iter().map(page).collect()
    }
}
