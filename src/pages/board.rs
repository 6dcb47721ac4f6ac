//! `/board/{point}`: the display on the wall. Numbers only; read from across a room.

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use serde::Serialize;

use super::door::Door;
use super::templates::Page;
use super::visit::{PublishedPoint, Visit, address};
use super::{Pages, words};
use crate::domain::queue::Entry;
use crate::http::{Edge, Problem};

/// Most rows of "Now serving".
const ROWS_MAX: usize = 6;
/// Rows that fit at full height.
const ROWS_TALL_MAX: usize = 4;
/// How many of the next numbers are shown.
const NEXT_MAX: usize = 5;
/// How many when one of them has three digits.
const NEXT_WIDE_MAX: usize = 4;
/// Digits and more that make a wait wide: "1 h 20 min".
const WAIT_WIDE_CHARACTERS: usize = 7;

/// The display.
#[derive(Debug, Serialize)]
pub struct BoardPage {
    point_name: String,
    timezone: &'static str,
    called: Option<Called>,
    rows: Vec<Row>,
    rows_more: usize,
    rows_are_dense: bool,
    next: Vec<u32>,
    next_more: usize,
    door: Door,
    wait_is_wide: bool,
    is_over: bool,
    max_waiting: u32,
    clock: String,
    day: String,
    as_of: String,
    watch_address: String,
    join_address: String,
    qr: String,
}

/// The newest call.
#[derive(Debug, Serialize)]
struct Called {
    number: u32,
    digits: usize,
    counter: Option<Counter>,
}

/// Where to go.
#[derive(Debug, Serialize)]
struct Counter {
    name: String,
    is_number: bool,
}

/// Somebody at a counter, or on the way to it.
#[derive(Debug, Serialize)]
struct Row {
    number: u32,
    counter: String,
    is_called: bool,
}

impl Row {
    fn new(entry: &Entry, is_called: bool) -> Self {
        let counter = entry.status.counter().map(words::counter).unwrap_or_default();
        Self { number: entry.number, counter, is_called }
    }
}

/// `GET /board/{point}`.
pub async fn show(request: HttpRequest, edge: web::Data<Edge>, pages: web::Data<Pages>) -> HttpResponse {
    pages.page(&request, page(&request, &edge).await)
}

async fn page(request: &HttpRequest, edge: &Edge) -> Result<BoardPage, Problem> {
    edge.check_rate(request)?;
    let visit = Visit::of(request, edge).await?;
    let at = visit.point(request, edge)?;
    Ok(BoardPage::new(&at, edge.now(), &edge.base_url(request)))
}

impl BoardPage {
    fn new(at: &PublishedPoint, now: DateTime<Utc>, base_url: &str) -> Self {
        let (state, point) = (&at.published.state, &at.point);
        let org = &at.published.org;
        let door = Door::new(at, now);
        let newest = state.called().last().map(|entry| Called {
            number: entry.number,
            digits: entry.number.to_string().len(),
            counter: entry
                .status
                .counter()
                .map(|name| Counter { name: name.to_owned(), is_number: words::is_counter_number(name) }),
        });
        let older = state.called().take(state.called_count().saturating_sub(1)).map(|entry| Row::new(entry, true));
        let mut rows: Vec<Row> = older.collect();
        rows.reverse();
        let mut served: Vec<Row> = state.serving().map(|entry| Row::new(entry, false)).collect();
        served.reverse();
        rows.extend(served);
        let rows_more = rows.len().saturating_sub(ROWS_MAX);
        rows.truncate(ROWS_MAX);
        let mut next: Vec<u32> = state.waiting().take(NEXT_MAX).map(|entry| entry.number).collect();
        if next.iter().any(|number| *number >= 100) {
            next.truncate(NEXT_WIDE_MAX);
        }
        let is_over = door.state == "closed" && newest.is_none() && rows.is_empty() && next.is_empty();
        let join_address = address::join(org, &point.id);
        Self {
            point_name: point.name.clone(),
            timezone: point.timezone.name(),
            called: newest,
            rows_are_dense: rows.len() > ROWS_TALL_MAX,
            rows,
            rows_more,
            next_more: state.waiting_count() - next.len(),
            next,
            wait_is_wide: door.wait.chars().count() > WAIT_WIDE_CHARACTERS,
            door,
            is_over,
            max_waiting: point.queue.max_waiting,
            clock: words::clock(point.timezone, now),
            day: words::day(point.timezone, now),
            as_of: words::instant(now),
            watch_address: address::watch(org, &point.id),
            qr: qr(&format!("{base_url}{join_address}")),
            join_address,
        }
    }
}

/// A QR code as a picture; empty for an address that does not fit into one.
fn qr(text: &str) -> String {
    let Ok(code) = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::M) else { return String::new() };
    let picture =
        code.render::<svg::Color<'_>>().dark_color(svg::Color("#080d0c")).light_color(svg::Color("#fff")).build();
    picture.find("<svg").map(|start| picture[start..].to_owned()).unwrap_or_default()
}

impl Page for BoardPage {
    const TEMPLATE: &'static str = "board.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let board = |door: Door, number: Option<u32>, counter: Option<&str>, others: usize| Self {
            point_name: "Hamburg Hauptbahnhof".to_owned(),
            timezone: "Europe/Berlin",
            called: number.map(|number| Called {
                number,
                digits: number.to_string().len(),
                counter: counter
                    .map(|name| Counter { name: name.to_owned(), is_number: words::is_counter_number(name) }),
            }),
            rows: (0..others)
                .map(|row| Row { number: 42, counter: words::counter("5"), is_called: row == 0 })
                .collect(),
            rows_more: others / 6,
            rows_are_dense: others > ROWS_TALL_MAX,
            next: (44..).take(others.min(NEXT_MAX)).collect(),
            next_more: others,
            wait_is_wide: others > 0,
            is_over: door.state == "closed",
            door,
            max_waiting: 100,
            clock: "10:42".to_owned(),
            day: "Tuesday 12 May".to_owned(),
            as_of: "2026-05-12T08:42:00.000Z".to_owned(),
            watch_address: "/crm/reservations/queue/watch/hamburg?org=demo".to_owned(),
            join_address: "/join/hamburg?org=demo".to_owned(),
            qr: qr("https://desk.example/join/hamburg?org=demo"),
        };
        let [open, full, paused, closed] = Door::samples();
        vec![
            board(open.clone(), Some(43), Some("2"), 4),
            board(open.clone(), Some(143), Some("Window A"), 6),
            board(open.clone(), Some(1_043), None, 0),
            board(open, None, None, 0),
            board(full, None, None, 3),
            board(paused, Some(43), None, 1),
            board(closed, None, None, 0),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_a_picture_alone() {
        let code = qr("https://desk.example/join/hamburg?org=demo");
        assert!(code.starts_with("<svg") && code.ends_with("</svg>"), "{code}");
        assert_eq!(qr(&"x".repeat(5_000)), "");
    }
}
