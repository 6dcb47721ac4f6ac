//! Tickets of comparison server (b): the rows that Frontdesk's create and update write, in one sqlx transaction a request.
//!
//! Contact, ticket, words, event, message and delivery, in the same tables. Numbers have no gaps, so one row of an org counts
//! them; it is locked as late as can be. What Frontdesk does beside is spared: no policy is matched, no clock computed, nothing
//! is looked at before it is changed, and the documents are copied from a ticket that Frontdesk wrote before.

use actix_web::{HttpResponse, web};
use chrono::Utc;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::postgres::PgPool;
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use crate::load::ORG;
use crate::transaction::CONTACT;

/// Numbers of tickets; Frontdesk's come out of its desk.
pub const NUMBERS: &str = "CREATE TABLE bench_ticket_number (org_id text PRIMARY KEY, number bigint NOT NULL)";
pub const FIRST_NUMBER: &str = "INSERT INTO bench_ticket_number VALUES ($1, 0)";

const WORDS: &str = "INSERT INTO ticket_words (org_id, id, words)
    VALUES ($1, $2, to_tsvector('simple', $3 || ' ' || $4 || ' ' || $5 || ' ' || $6
        || ' ' || translate(split_part($6, '@', 1), '._+-', '    ') || ' ' || split_part($6, '@', 2)))";
const MESSAGE: &str = "WITH posted AS (
    INSERT INTO message (org_id, id, created_at, kind, channel, recipient, recipient_name, data, cause_kind, cause_id,
        thread_references, urgent, due_at, useful_until)
    VALUES ($1, $2, $3, $4, 'email', $5, $6, $7, 'ticket', $8, '{}', false, $3, $3 + interval '5 days')
    RETURNING org_id, id, channel, due_at)
    INSERT INTO delivery (org_id, message_id, channel, state, attempts, next_attempt_at)
    SELECT org_id, id, channel, 'waiting', 0, due_at FROM posted";
const NUMBER: &str = "UPDATE bench_ticket_number SET number = number + 1 WHERE org_id = $1 RETURNING number";
const TICKET: &str = "INSERT INTO ticket (org_id, id, number, subject, description, contact_id, requester_email, requester_name,
    status, priority, tags, channel, policy_id, clocks, due_at, breached, escalation_level, token, version, created_at, updated_at)
    SELECT $1, $2, $3, $4, $5, $6, $7, $8, 'open', 1, $9, 'api', t.policy_id, t.clocks, t.due_at, false, 0, $10, 1, $11, $11
    FROM jsonb_populate_record(null::ticket, $12) AS t";
const EVENT: &str = "INSERT INTO event (org_id, lane_seq, index, at, kind, contact_id, ticket_id, by_subject, data)
    VALUES ($1, nextval('bench_event_seq'), 0, $2, $3, $4, $5, 'admin', $6)";
const UPDATE: &str =
    "UPDATE ticket SET priority = $3, clocks = t.clocks, due_at = t.due_at, version = ticket.version + 1,
    updated_at = $4 FROM jsonb_populate_record(null::ticket, $5) AS t
    WHERE ticket.org_id = $1 AND ticket.id = $2
    RETURNING ticket.number, ticket.subject, ticket.description, ticket.contact_id, ticket.version";
/// What Frontdesk wrote for one ticket that was changed once at least.
const WRITTEN: &str =
    "SELECT to_jsonb(t) AS ticket, made.data AS created, done.data AS updated, m.kind, m.data AS message
    FROM ticket t JOIN event made ON made.org_id = t.org_id AND made.ticket_id = t.id AND made.kind = 'ticket.created'
    JOIN event done ON done.org_id = t.org_id AND done.ticket_id = t.id AND done.kind = 'ticket.updated'
    JOIN message m ON m.org_id = t.org_id AND m.recipient = t.requester_email LIMIT 1";

/// Documents of a ticket, as Frontdesk writes them.
#[derive(Clone, Debug, Serialize, Deserialize, sqlx::FromRow)]
pub struct TicketTemplate {
    ticket: Value,
    created: Value,
    updated: Value,
    kind: String,
    message: Value,
}

impl TicketTemplate {
    /// Out of the database of a Frontdesk that has opened and changed tickets.
    pub async fn of(connection: &mut PgConnection) -> Self {
        sqlx::query_as(WRITTEN).fetch_one(connection).await.expect("a ticket with its events and its mail")
    }

    /// Out of a file.
    pub fn read(path: &str) -> Self {
        serde_json::from_slice(&std::fs::read(path).expect("the template")).expect("a template")
    }
}

/// A ticket as clients send it.
#[derive(Deserialize)]
pub struct Wish {
    id: String,
    subject: String,
    description: String,
    contact: Person,
    tags: Vec<String>,
}

#[derive(Deserialize)]
struct Person {
    name: String,
    email: String,
}

/// A change as clients send it.
#[derive(Deserialize)]
pub struct Change {
    id: String,
    priority: String,
}

/// Opens a ticket.
pub async fn create(
    pool: web::Data<PgPool>,
    template: web::Data<Option<TicketTemplate>>,
    wish: web::Json<Wish>,
) -> HttpResponse {
    let template = template.as_ref().as_ref().expect("--tickets=... is given where tickets are opened");
    match open(&pool, template, &wish).await {
        Ok(answer) => HttpResponse::Created().json(answer),
        Err(error) => unavailable(&error),
    }
}

/// Changes a ticket.
pub async fn update(
    pool: web::Data<PgPool>,
    template: web::Data<Option<TicketTemplate>>,
    change: web::Json<Change>,
) -> HttpResponse {
    let template = template.as_ref().as_ref().expect("--tickets=... is given where tickets are changed");
    match store(&pool, template, &change).await {
        Ok(answer) => HttpResponse::Ok().json(answer),
        Err(sqlx::Error::RowNotFound) => HttpResponse::NotFound().finish(),
        Err(error) => unavailable(&error),
    }
}

fn unavailable(error: &sqlx::Error) -> HttpResponse {
    eprintln!("comparison server: {error}");
    HttpResponse::ServiceUnavailable().finish()
}

async fn open(pool: &PgPool, template: &TicketTemplate, wish: &Wish) -> Result<Value, sqlx::Error> {
    let now = Utc::now();
    let Person { name, email } = &wish.contact;
    let contact = Uuid::new_v5(&Uuid::NAMESPACE_URL, email.to_lowercase().as_bytes()).to_string();
    let token = Uuid::new_v4().simple().to_string();
    let mut transaction = pool.begin().await?;
    let person = sqlx::query(CONTACT).bind(ORG).bind(&contact).bind(name).bind(email).bind(now);
    person.execute(&mut *transaction).await?;
    let words = sqlx::query(WORDS).bind(ORG).bind(&wish.id).bind(&wish.subject).bind(&wish.description);
    words.bind(name).bind(email).execute(&mut *transaction).await?;
    let message = sqlx::query(MESSAGE).bind(ORG).bind(Uuid::now_v7().to_string()).bind(now).bind(&template.kind);
    let message = message.bind(email).bind(name).bind(&template.message).bind(&wish.id);
    message.execute(&mut *transaction).await?;
    let number: i64 = sqlx::query_scalar(NUMBER).bind(ORG).fetch_one(&mut *transaction).await?;
    let ticket = sqlx::query(TICKET).bind(ORG).bind(&wish.id).bind(number).bind(&wish.subject).bind(&wish.description);
    let ticket =
        ticket.bind(&contact).bind(email).bind(name).bind(&wish.tags).bind(&token).bind(now).bind(&template.ticket);
    ticket.execute(&mut *transaction).await?;
    let event = sqlx::query(EVENT).bind(ORG).bind(now).bind("ticket.created").bind(&contact).bind(&wish.id);
    event.bind(&template.created).execute(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(json!({
        "id": wish.id, "number": format!("T-{number:06}"), "subject": wish.subject, "description": wish.description,
        "contact": {"id": contact, "email": email, "name": name}, "status": "open", "priority": "normal", "tags": wish.tags,
        "channel": "api", "sla": template.ticket["clocks"], "createdAt": now, "updatedAt": now, "version": 1,
    }))
}

async fn store(pool: &PgPool, template: &TicketTemplate, change: &Change) -> Result<Value, sqlx::Error> {
    let now = Utc::now();
    let rank: i16 = match change.priority.as_str() {
        "low" => 0,
        "normal" => 1,
        "high" => 2,
        _ => 3,
    };
    let mut transaction = pool.begin().await?;
    let update = sqlx::query(UPDATE).bind(ORG).bind(&change.id).bind(rank).bind(now).bind(&template.ticket);
    let row = update.fetch_one(&mut *transaction).await?;
    let contact: String = row.try_get("contact_id")?;
    let event = sqlx::query(EVENT).bind(ORG).bind(now).bind("ticket.updated").bind(&contact).bind(&change.id);
    event.bind(&template.updated).execute(&mut *transaction).await?;
    transaction.commit().await?;
    let (number, version): (i64, i64) = (row.try_get("number")?, row.try_get("version")?);
    let (subject, description): (String, String) = (row.try_get("subject")?, row.try_get("description")?);
    Ok(json!({
        "id": change.id, "number": format!("T-{number:06}"), "subject": subject, "description": description,
        "contact": {"id": contact}, "status": "open", "priority": change.priority, "channel": "api",
        "sla": template.ticket["clocks"], "updatedAt": now, "version": version,
    }))
}
