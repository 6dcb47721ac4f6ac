//! The booking of comparison server (b): the rows that Frontdesk's create writes, in one sqlx transaction a request.
//!
//! Contact, reservation, spot, event, message and delivery, in the same tables under the same constraints. It is spared
//! what Frontdesk does beside: no hours, no notice, no limits, no look for a repeat, no composing of mails (message and
//! customer are copied from a booking that Frontdesk wrote before, so that as many bytes go into the rows).

use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use sqlx::postgres::PgPool;
use uuid::Uuid;

use crate::load::ORG;
use crate::transaction::CONTACT;

/// The first clerk who is free, in any order that is as good: the constraint decides between two at the same moment. Its index
/// has a hash of org and resource.
const SPOT: &str = "INSERT INTO reservation_spot (org_id, reservation_id, resource, span, session)
    SELECT $1, $2, 'staff:' || clerk, tstzrange($3, $4), $2 FROM unnest($5::text[]) AS clerk
    WHERE NOT EXISTS (SELECT FROM reservation_spot s
        WHERE s.org_id = $1 AND s.resource = 'staff:' || clerk AND s.span && tstzrange($3, $4)
            AND hashtextextended(s.resource, hashtextextended(s.org_id, 0))
                = hashtextextended('staff:' || clerk, hashtextextended($1, 0)))
    LIMIT 1 RETURNING substr(resource, 7)";
const RESERVATION: &str = "INSERT INTO reservation (org_id, id, number, calendar_uid, sequence, definition_id, starts_at,
    ends_at, buffer_before_minutes, buffer_after_minutes, staff_ids, email, contact_id, customer, notes, party_size,
    fingerprint, repeat_mails, planned_at, reminded, status, version, created_at, updated_at)
    VALUES ($1, $2, $3, $4, 0, $5, $6, $7, 0, 0, ARRAY[$8], $9, $10, $11, '', 1, $12, 0, $13, '[]', 'confirmed', 1, $13, $13)";
const EVENT: &str = "INSERT INTO event (org_id, lane_seq, index, at, kind, contact_id, data)
    VALUES ($1, nextval('bench_event_seq'), 0, $2, 'reservation.booked', $3, $4)";
const MESSAGE: &str = "WITH posted AS (
    INSERT INTO message (org_id, id, created_at, kind, channel, recipient, recipient_name, timezone, data, calendar,
        cause_kind, cause_id, thread_references, urgent, due_at, useful_until)
    VALUES ($1, $2, $3, $4, 'email', $5, $6, 'UTC', $7, $8, 'reservation', $9, '{}', false, $3, $10)
    RETURNING org_id, id, channel, due_at)
    INSERT INTO delivery (org_id, message_id, channel, state, attempts, next_attempt_at)
    SELECT org_id, id, channel, 'waiting', 0, due_at FROM posted";
/// What Frontdesk wrote for one booking.
const WRITTEN: &str = "SELECT r.customer, e.data AS event, m.kind, m.data AS message, m.calendar
    FROM reservation r JOIN event e ON e.org_id = r.org_id AND e.contact_id = r.contact_id
    JOIN message m ON m.org_id = r.org_id AND m.recipient = r.email LIMIT 1";

/// Documents of a booking, as Frontdesk writes them.
#[derive(Clone, Debug, Serialize, Deserialize, sqlx::FromRow)]
pub struct Template {
    customer: Value,
    event: Value,
    kind: String,
    message: Value,
    calendar: Option<Value>,
}

impl Template {
    /// Out of the database of a Frontdesk that has booked.
    pub async fn of(connection: &mut PgConnection) -> Self {
        sqlx::query_as(WRITTEN).fetch_one(connection).await.expect("a booking with its event and its mail")
    }

    /// Out of a file.
    pub fn read(path: &str) -> Self {
        serde_json::from_slice(&std::fs::read(path).expect("the template")).expect("a template")
    }
}

/// A wish as clients send it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Wish {
    definition_id: String,
    slot: Slot,
    customer: Person,
}

#[derive(Deserialize)]
struct Slot {
    start: DateTime<Utc>,
    end: DateTime<Utc>,
}

#[derive(Deserialize)]
struct Person {
    name: String,
    email: String,
}

/// Books.
pub async fn create(
    pool: web::Data<PgPool>,
    template: web::Data<Option<Template>>,
    wish: web::Json<Wish>,
) -> HttpResponse {
    let template = template.as_ref().as_ref().expect("--template=... is given where bookings are made");
    match store(&pool, template, &wish).await {
        Ok(answer) => HttpResponse::Created().json(answer),
        Err(sqlx::Error::RowNotFound) => HttpResponse::Conflict().finish(),
        Err(error) => {
            eprintln!("comparison server: {error}");
            HttpResponse::ServiceUnavailable().finish()
        }
    }
}

async fn store(pool: &PgPool, template: &Template, wish: &Wish) -> Result<Value, sqlx::Error> {
    let now = Utc::now();
    let (Slot { start, end }, Person { name, email }) = (&wish.slot, &wish.customer);
    let contact = Uuid::new_v5(&Uuid::NAMESPACE_URL, email.to_lowercase().as_bytes()).to_string();
    let id = Uuid::now_v7().to_string();
    let number = Uuid::new_v4().simple().to_string()[..12].to_uppercase();
    let clerks: Vec<String> = (0..crate::house::STAFF).map(|clerk| format!("clerk{clerk}")).collect();
    let fingerprint = format!("{:x}", Sha256::digest(format!("{}{start}{email}", wish.definition_id)));

    let mut transaction = pool.begin().await?;
    let person = sqlx::query(CONTACT).bind(ORG).bind(&contact).bind(name).bind(email).bind(now);
    person.execute(&mut *transaction).await?;
    let spot = sqlx::query_scalar(SPOT).bind(ORG).bind(&id).bind(start).bind(end).bind(&clerks);
    let clerk: String = spot.fetch_one(&mut *transaction).await?;
    let reservation = sqlx::query(RESERVATION).bind(ORG).bind(&id).bind(&number).bind(format!("{id}@frontdesk"));
    let reservation = reservation.bind(&wish.definition_id).bind(start).bind(end).bind(&clerk).bind(email);
    let reservation = reservation.bind(&contact).bind(&template.customer).bind(&fingerprint).bind(now);
    reservation.execute(&mut *transaction).await?;
    let event = sqlx::query(EVENT).bind(ORG).bind(now).bind(&contact).bind(&template.event);
    event.execute(&mut *transaction).await?;
    let message = sqlx::query(MESSAGE).bind(ORG).bind(Uuid::now_v7().to_string()).bind(now).bind(&template.kind);
    let message = message.bind(email).bind(name).bind(&template.message).bind(&template.calendar).bind(&id).bind(end);
    message.execute(&mut *transaction).await?;
    transaction.commit().await?;

    Ok(json!({
        "id": id, "reservationNumber": number, "name": number, "status": "confirmed",
        "definition": {"id": wish.definition_id, "name": wish.definition_id, "timezone": "UTC"},
        "slot": {"start": start, "end": end}, "staff": [{"id": clerk, "name": clerk}],
        "customer": {"name": name, "email": email, "contactId": contact}, "partySize": 1, "notes": "",
        "manageUrl": format!("/manage/{number}?org={ORG}&email={email}"), "createdAt": now, "updatedAt": now, "version": 1,
    }))
}
