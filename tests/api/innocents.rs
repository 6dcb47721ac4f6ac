//! What one client does wrong must not cost another one anything, and must not be taken for success later.

use std::sync::Arc;

use frontdesk::actors::{Calendar, Request};
use frontdesk::clock::SystemClock;
use frontdesk::domain::address::Email;
use frontdesk::domain::calendar::{
    Act, Answer as Meaning, Booking, Command, Customer, Rejection, ReservationNumber, Slot,
};
use frontdesk::domain::contact::contact_id;
use frontdesk::domain::ids::{DefinitionId, OrgId, ReservationId};
use frontdesk::domain::owner::TheCalendar;
use frontdesk::domain::party::Party;
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::Executor;

use crate::app::{Answer, ORG, TestApp, id, staff};
use crate::calendar::{CREATE, EVENING, number, wish as booking, with};

const JOIN: &str = "/crm/reservations/queue/join";

async fn keyed(app: &TestApp, path: &str, key: &str, body: &Value) -> Answer {
    let request = app.request(Method::POST, path).bearer_auth(staff()).header("idempotency-key", key);
    app.send(request.json(body)).await
}

fn wish(point: &str, name: &str) -> Value {
    json!({ "servicePointId": point, "customer": { "name": name } })
}

#[tokio::test(flavor = "multi_thread")]
async fn one_key_sent_to_two_points_at_once_costs_nobody_else_a_place() {
    let app = Arc::new(TestApp::spawn().await);
    for point in ["left", "right"] {
        app.service_point(point, json!({ "queue": { "maxWaiting": 1000 } })).await;
    }
    let attacks = (0..40).map(|attack| {
        let app = Arc::clone(&app);
        tokio::spawn(async move {
            let (key, left, right) = (format!("pair-{attack}"), wish("left", "Mallory"), wish("right", "Mallory"));
            let (one, other) = tokio::join!(keyed(&app, JOIN, &key, &left), keyed(&app, JOIN, &key, &right));
            for answer in [one, other] {
                assert!(matches!(answer.status.as_u16(), 201 | 422), "{}", answer.text);
            }
        })
    });
    let innocents = (0..80).map(|_| {
        let app = Arc::clone(&app);
        tokio::spawn(async move {
            app.join("left", "Innocent").await;
        })
    });
    futures_util::future::try_join_all(attacks.chain(innocents).collect::<Vec<_>>()).await.unwrap();
}

#[tokio::test]
async fn an_id_that_a_visit_elsewhere_has_is_refused_before_it_reaches_the_owner() {
    let app = TestApp::spawn().await;
    app.service_point("left", json!({})).await;
    app.service_point("right", json!({})).await;
    let with_id = |point: &str| {
        let mut body = wish(point, "Guest");
        body["id"] = json!("fixed");
        body
    };
    assert_eq!(app.post(JOIN, &staff(), with_id("left")).await.status, 201);
    let taken = app.post(JOIN, &staff(), with_id("right")).await;
    assert_eq!((taken.status.as_u16(), &taken.json["code"]), (409, &json!("already_exists")), "{}", taken.text);
}

#[tokio::test]
async fn a_key_is_free_again_after_its_day() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    assert_eq!(keyed(&app, JOIN, "visit-1", &wish("desk", "Ann")).await.status, 201);
    app.connection().await.execute("DELETE FROM idempotency").await.unwrap();
    let app = app.restart(SystemClock::shared()).await;
    let again = keyed(&app, JOIN, "visit-1", &wish("desk", "Bo")).await;
    assert_eq!((again.status.as_u16(), &again.json["number"]), (201, &json!(2)), "{}", again.text);
}

#[tokio::test]
async fn a_refused_transfer_repeated_under_its_key_is_not_taken_for_one_that_worked() {
    let app = TestApp::spawn().await;
    app.service_point("here", json!({})).await;
    app.service_point("full", json!({ "queue": { "maxWaiting": 1 } })).await;
    app.join("full", "Bo").await;
    let entry = app.join("here", "Ann").await["id"].as_str().unwrap().to_owned();
    let path = format!("/crm/reservations/queue/transfer/{entry}");
    for _ in 0..2 {
        let refused = keyed(&app, &path, "move-1", &json!({ "servicePointId": "full" })).await;
        assert_eq!((refused.status.as_u16(), &refused.json["code"]), (409, &json!("transfer_refused")));
    }
}

/// A server on which Anna is booked in the evening by what the calendar does not know of.
async fn with_a_hidden_booking() -> TestApp {
    let app = TestApp::with_manual_clock().await;
    let anna = app.employ("anna").await;
    app.define("cut", |terms| (terms.required_staff, terms.staff_ids) = (1, vec![anna])).await;
    app.define("open", |terms| terms.capacity = Some(1_000)).await;
    let hidden = "INSERT INTO reservation_spot (org_id, reservation_id, resource, span, session) VALUES
        ('demo', 'hidden', 'staff:anna', tstzrange('2026-05-10T16:00Z', '2026-05-10T16:30Z'), 'hidden')";
    assert_eq!(app.connection().await.execute(hidden).await.unwrap().rows_affected(), 1);
    app
}

#[tokio::test]
async fn a_time_that_only_the_database_knows_to_be_taken_is_taken_and_others_are_named() {
    let app = with_a_hidden_booking().await;
    let refused = app.post(CREATE, "", booking("Alice", EVENING)).await;
    let alternatives = refused.refused(409, "slot_taken")["alternatives"].as_array().unwrap();
    assert_eq!(alternatives.len(), 3, "{}", refused.text);
    assert!(alternatives.iter().all(|free| free["start"] != EVENING), "{}", refused.text);
    let booked = app.post(CREATE, "", booking("Alice", alternatives[0]["start"].as_str().unwrap())).await;
    assert_eq!(booked.status, 201, "{}", booked.text);
    let moved = json!({ "id": id(&booked.json), "slot": booking("", EVENING)["slot"] });
    app.post("/crm/reservations/update", &staff(), moved).await.refused(409, "slot_taken");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_database_refuses_one_costs_others_of_the_same_owner_nothing() {
    let app = Arc::new(with_a_hidden_booking().await);
    let guests = (0..120).map(|guest| {
        let app = Arc::clone(&app);
        tokio::spawn(async move {
            let wish = booking(&format!("Guest{guest}"), EVENING);
            // Two, so that who waits behind both meets the third life of the owner.
            let is_refused = guest % 60 == 7;
            let wish = if is_refused { wish } else { with(wish, "definitionId", json!("open")) };
            let answer = app.post(CREATE, "", wish).await;
            match is_refused {
                true => drop(answer.refused(409, "slot_taken")),
                false => assert_eq!(answer.status, 201, "{}", answer.text),
            }
        })
    });
    futures_util::future::try_join_all(guests.collect::<Vec<_>>()).await.unwrap();
}

#[tokio::test]
async fn a_number_of_one_that_was_deleted_is_not_given_again() {
    let app = TestApp::barber().await;
    let deleted = app.book("Alice", EVENING).await;
    app.delete(&format!("/crm/reservations/delete/{}", id(&deleted)), &staff()).await.ok();
    let email = Email::parse("bob@example.com").unwrap();
    let org = OrgId::parse(ORG).unwrap();
    let start: chrono::DateTime<chrono::Utc> = EVENING.parse().unwrap();
    let book = async |number: ReservationNumber| {
        let booking = Booking {
            id: ReservationId::parse("bob").unwrap(),
            number,
            calendar_uid: "bob@frontdesk".to_owned(),
            fingerprint: "bob".to_owned(),
            definition: DefinitionId::parse("cut").unwrap(),
            slot: Slot { start, end: start + chrono::TimeDelta::minutes(30) },
            staff: None,
            customer: Customer {
                name: "Bob".to_owned(),
                contact_id: contact_id(&org, Some(&email), None).unwrap(),
                email: email.clone(),
                phone: None,
                locale: None,
                timezone: None,
            },
            notes: String::new(),
            party_size: 1,
            hold: None,
        };
        let act = Act::Create(Box::new(booking));
        let command = Command { by: Party::Public, act, points: app.directory().terms(&org) };
        let request: Request<Calendar> = Request { org: org.clone(), name: TheCalendar, command, idempotency: None };
        app.directory().ask(request).await.unwrap().outcome
    };
    assert_eq!(book(ReservationNumber::parse(number(&deleted)).unwrap()).await, Err(Rejection::NumberTaken));
    assert!(matches!(book(ReservationNumber::from_bits(7)).await, Ok(Meaning::Booked { created: true, .. })));
}
