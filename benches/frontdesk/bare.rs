//! Comparison server (a): actix-web with one handler that answers constant bytes. No middleware, no state, nothing to
//! decide: as fast as the framework can be on this machine.

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::web::{self, Bytes};
use actix_web::{App, HttpResponse, HttpServer};

use crate::children::Arguments;
use crate::load::SLOTS;

/// Headers that the framework writes by itself.
const WRITTEN_BY_THE_FRAMEWORK: [&str; 4] = ["date", "content-length", "transfer-encoding", "connection"];

/// Runs in the role `bare`: answers every GET of a status, and every question for slots, with the head and body
/// found in two files.
pub fn serve(arguments: &Arguments) {
    let head = std::fs::read_to_string(arguments.need("head")).expect("the head of the answer");
    let body = Bytes::from(std::fs::read(arguments.need("body")).expect("the body of the answer"));
    let headers: Vec<(HeaderName, HeaderValue)> = head
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim()))
        .filter(|(name, _)| !WRITTEN_BY_THE_FRAMEWORK.contains(&name.as_str()))
        .map(|(name, value)| (name.parse().expect("a header's name"), value.parse().expect("a header's value")))
        .collect();
    let port: u16 = arguments.need("port").parse().expect("a port");
    let server = async move {
        let app = move || {
            let (headers, body) = (headers.clone(), body.clone());
            let answer = move || {
                let mut response = HttpResponse::with_body(StatusCode::OK, body.clone());
                for (name, value) in &headers {
                    response.headers_mut().append(name.clone(), value.clone());
                }
                std::future::ready(response)
            };
            // A question that is not read to its end costs the connection.
            let read_and_answer = {
                let answer = answer.clone();
                move |_question: Bytes| answer()
            };
            App::new()
                .route("/crm/reservations/queue/status/{point}", web::get().to(answer.clone()))
                .route(SLOTS, web::post().to(read_and_answer))
        };
        HttpServer::new(app).bind(("127.0.0.1", port)).expect("the port is free").run().await
    };
    actix_web::rt::System::new().block_on(server).expect("the server runs");
}
