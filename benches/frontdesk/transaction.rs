//! Comparison server (b): the same join, done as most would do it, with one sqlx transaction a request.
//!
//! It writes the rows that Frontdesk's join writes (point, contact, entry, event, and the idempotency row when a key
//! was sent) and is spared what Frontdesk does beside: no check for a person who waits already, no position, no hours.
//! The contact comes first and the point's row last but two, so that its lock, the narrow place, is held briefly.

use std::str::FromStr as _;
use std::sync::Arc;

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use uuid::Uuid;

use crate::booking::{self, Template};
use crate::children::Arguments;
use crate::load::{CREATE, JOIN, ORG, TICKET_CREATE, TICKET_UPDATE};
use crate::ticket_rival::{self, TicketTemplate};

/// Order of events; Frontdesk's come out of its lanes.
pub const EVENT_SEQUENCE: &str = "CREATE SEQUENCE bench_event_seq";

pub const CONTACT: &str = "INSERT INTO contact (org_id, id, name, email, phone, created_at)
    VALUES ($1, $2, $3, $4, NULL, $5) ON CONFLICT DO NOTHING";
const POINT: &str = "UPDATE service_point SET last_number = last_number + 1, queue_version = queue_version + 1,
    today = jsonb_set(today, '{joined}', to_jsonb(coalesce((today->>'joined')::int, 0) + 1))
    WHERE org_id = $1 AND id = $2 AND deleted_at IS NULL AND admission = 'open' RETURNING last_number, day, average_service_minutes";
const ENTRY: &str = "INSERT INTO queue_entry (org_id, id, point_id, day, number, token, customer_name, customer_email,
    contact_id, party_size, joined_at, place_rank, place_effective_at, place_order, quoted_wait_minutes, let_pass,
    state, calls, automatic, version)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10, 2, $10, $11, $12, 0, 'waiting', 0, false, 1)";
const EVENT: &str = "INSERT INTO event (org_id, lane_seq, index, at, kind, point_id, entry_id, contact_id, data)
    VALUES ($1, nextval('bench_event_seq'), 0, $2, 'queue.joined', $3, $4, $5, $6)";
const KEY: &str = "INSERT INTO idempotency (org_id, route, key, fingerprint, owner_id, answer, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wish {
    service_point_id: String,
    customer: Person,
}

#[derive(Deserialize)]
struct Person {
    name: String,
    email: String,
}

/// Runs in the role `transaction`.
pub fn serve(arguments: &Arguments) {
    let port: u16 = arguments.need("port").parse().expect("a port");
    let size = arguments.number("pool") as u32;
    let url = arguments.need("url").to_owned();
    let template = web::Data::new(arguments.get("template").map(Template::read));
    let tickets = web::Data::new(arguments.get("tickets").map(TicketTemplate::read));
    let server = async move {
        let options = PgConnectOptions::from_str(&url).expect("a database URL");
        let pool = PgPoolOptions::new().min_connections(size).max_connections(size).test_before_acquire(false);
        let pool = pool.connect_with(options).await.expect("the database answers");
        let app = move || {
            let app = App::new().app_data(web::Data::new(pool.clone()));
            let app = app.app_data(template.clone()).app_data(tickets.clone());
            let app = app.route(JOIN, web::post().to(join)).route(CREATE, web::post().to(booking::create));
            app.route(TICKET_CREATE, web::post().to(ticket_rival::create))
                .route(TICKET_UPDATE, web::post().to(ticket_rival::update))
        };
        HttpServer::new(app).bind(("127.0.0.1", port)).expect("the port is free").run().await
    };
    actix_web::rt::System::new().block_on(server).expect("the server runs");
}

async fn join(pool: web::Data<PgPool>, wish: web::Json<Wish>, request: HttpRequest) -> HttpResponse {
    let key = request.headers().get("idempotency-key").and_then(|key| key.to_str().ok()).map(str::to_owned);
    match store(&pool, &wish, key).await {
        Ok(answer) => HttpResponse::Created().json(answer),
        Err(sqlx::Error::RowNotFound) => HttpResponse::Conflict().finish(),
        Err(error) => {
            eprintln!("comparison server: {error}");
            HttpResponse::ServiceUnavailable().finish()
        }
    }
}

async fn store(pool: &PgPool, wish: &Wish, key: Option<String>) -> Result<Arc<serde_json::Value>, sqlx::Error> {
    let now: DateTime<Utc> = Utc::now();
    let point = &wish.service_point_id;
    let contact = Uuid::new_v5(&Uuid::NAMESPACE_URL, wish.customer.email.to_lowercase().as_bytes()).to_string();
    let (id, token) = (Uuid::now_v7().to_string(), Uuid::new_v4().simple().to_string());
    let mut transaction = pool.begin().await?;
    sqlx::query(CONTACT)
        .bind(ORG)
        .bind(&contact)
        .bind(&wish.customer.name)
        .bind(&wish.customer.email)
        .bind(now)
        .execute(&mut *transaction)
        .await?;
    let (number, day, minutes): (i32, NaiveDate, i32) =
        sqlx::query_as(POINT).bind(ORG).bind(point).fetch_one(&mut *transaction).await?;
    let quoted = number.saturating_mul(minutes);
    sqlx::query(ENTRY)
        .bind(ORG)
        .bind(&id)
        .bind(point)
        .bind(day)
        .bind(number)
        .bind(&token)
        .bind(&wish.customer.name)
        .bind(&wish.customer.email)
        .bind(&contact)
        .bind(now)
        .bind(i64::from(number) << 32)
        .bind(quoted)
        .execute(&mut *transaction)
        .await?;
    sqlx::query(EVENT)
        .bind(ORG)
        .bind(now)
        .bind(point)
        .bind(&id)
        .bind(&contact)
        .bind(json!({"number": number}))
        .execute(&mut *transaction)
        .await?;
    let answer = Arc::new(json!({
        "id": id, "number": number, "position": number, "peopleAhead": number - 1, "estimatedWaitMinutes": quoted,
        "estimatedWaitRange": [quoted, quoted], "statusUrl": format!("/q/{id}?token={token}"), "token": token,
    }));
    if let Some(key) = key {
        let fingerprint = Sha256::digest(format!("{point}\n{}", wish.customer.email));
        sqlx::query(KEY)
            .bind(ORG)
            .bind(JOIN)
            .bind(key)
            .bind(fingerprint.to_vec())
            .bind(point)
            .bind(&*answer)
            .bind(now)
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await?;
    Ok(answer)
}
