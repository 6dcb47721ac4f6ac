//! The test clock: moves time by hand, where the server was started with a clock that can be, and from this machine only.

use actix_web::{HttpRequest, HttpResponse, web};

use super::body::RawBody;
use super::edge::Edge;
use super::problem::{Code, Problem};
use super::requests::clock::{self, ClockBody};
use super::responses::TestClockView;

/// Shows the time that the server lives in.
#[utoipa::path(get, path = "/dev/clock", tag = "operations", responses((status = 200, body = TestClockView)))]
pub async fn now(request: HttpRequest, edge: web::Data<Edge>) -> Result<HttpResponse, Problem> {
    only_this_machine(&request)?;
    Ok(HttpResponse::Ok().json(TestClockView { now: edge.now() }))
}

/// Moves the time that the server lives in.
///
/// `advance` steps through every due instant in order, each until all is quiet; `set` is one jump, like a downtime.
/// Exists only when the server was started with a manual clock.
#[utoipa::path(post, path = "/dev/clock", tag = "operations", request_body = ClockBody, responses(
    (status = 200, description = "It stands there now.", body = TestClockView),
    (status = 409, description = "`clock_backwards`: time does not run backwards."),
))]
pub async fn set(request: HttpRequest, edge: web::Data<Edge>, body: RawBody) -> Result<HttpResponse, Problem> {
    only_this_machine(&request)?;
    let (target, step) = clock::parse(&body.json()?.read()?, edge.now())?;
    let now = edge.directory.move_clock(target, step).await?;
    Ok(HttpResponse::Ok().json(TestClockView { now }))
}

/// A proxy on this machine would make the whole world look local; what it forwards does not count.
fn only_this_machine(request: &HttpRequest) -> Result<(), Problem> {
    let is_local = request.peer_addr().is_some_and(|peer| peer.ip().to_canonical().is_loopback());
    let is_forwarded = ["forwarded", "x-forwarded-for"].iter().any(|name| request.headers().contains_key(*name));
    if is_local && !is_forwarded { Ok(()) } else { Err(Problem::of(Code::NotLoopback)) }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn only_a_local_peer_may_move_time() {
        let from = |peer: &str| TestRequest::post().peer_addr(peer.parse().unwrap());
        assert!(only_this_machine(&from("127.0.0.1:1").to_http_request()).is_ok());
        assert!(only_this_machine(&from("[::1]:1").to_http_request()).is_ok());
        assert!(only_this_machine(&from("192.0.2.1:1").to_http_request()).is_err());
        let proxied = from("127.0.0.1:1").insert_header(("x-forwarded-for", "127.0.0.1")).to_http_request();
        assert!(only_this_machine(&proxied).is_err());
    }
}
