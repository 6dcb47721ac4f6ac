//! `/crm/reservations/by-email`: an address alone shows times; the number shows the rest; a wrong one shows nothing.

use std::collections::BTreeSet;

use frontdesk::domain::calendar::ReservationNumber;
use frontdesk::domain::ids::OrgId;
use serde_json::json;

use crate::app::{ORG, TestApp, customer, members, staff};
use crate::calendar::{CREATE, EVENING, UPDATE, email, number, own_path, wish, with};

const LATER: &str = "2026-05-10T17:00:00Z";

#[tokio::test]
async fn an_address_alone_shows_status_and_times_and_nothing_that_cancels_or_identifies() {
    let app = TestApp::barber().await;
    let first = app.post(CREATE, "", with(wish("Alice", EVENING), "notes", json!("Private"))).await.json;
    app.book("Alice", LATER).await;
    app.book("Bob", "2026-05-10T18:00:00Z").await;
    let answer = app.get("/crm/reservations/by-email/ALICE@example.com", "").await;
    let listed = answer.json.clone();
    assert_eq!((listed["total"].as_u64(), listed["hasNext"].as_bool()), (Some(2), Some(false)), "{}", answer.text);
    let masked = &listed["data"][1];
    assert_eq!(members(masked), ["reservationNumber", "slot", "status"]);
    assert_eq!((&masked["slot"], &masked["status"]), (&first["slot"], &json!("confirmed")));
    assert_eq!(masked["reservationNumber"], format!("******{}", &number(&first)[6..]));
    for secret in [number(&first), "manage", "Alice", "Private", first["id"].as_str().unwrap()] {
        assert!(!answer.text.contains(secret), "{secret}: {}", answer.text);
    }
    let nobody = app.get("/crm/reservations/by-email/nobody@example.com", "").await.ok();
    assert_eq!((&nobody["total"], &nobody["data"]), (&json!(0), &json!([])));
}

#[tokio::test]
async fn the_number_shows_the_whole_record_however_it_is_typed() {
    let app = TestApp::barber().await;
    let booked = app.book("Alice", EVENING).await;
    let secret = number(&booked);
    let (front, back) = secret.split_at(4);
    for typed in [secret.to_owned(), secret.to_lowercase(), format!("{front}-{back}")] {
        assert_eq!(app.get(&own_path("by-email", "Alice", &typed), "").await.ok(), booked, "{typed}");
    }
    let answer = app.get(&own_path("by-email", "Alice", secret), "").await;
    assert_eq!(
        (&answer.headers["etag"], &answer.headers["cache-control"]),
        (&"\"1\"".parse().unwrap(), &"no-store".parse().unwrap())
    );
}

#[tokio::test]
async fn a_wrong_number_is_the_same_404_whether_anybody_has_that_address() {
    let app = TestApp::barber().await;
    let alice = app.book("Alice", EVENING).await;
    app.book("Bob", LATER).await;
    let mut shown = Vec::new();
    for (name, tried) in [
        ("Alice", "00000000"),
        ("Nobody", "00000000"),
        ("Bob", number(&alice)),
        ("Nobody", number(&alice)),
        ("Alice", "nonsense"),
        ("Alice", "******ZB"),
    ] {
        let answer = app.get(&own_path("by-email", name, tried), "").await;
        answer.refused(404, "reservation_not_found");
        let mut body = answer.json;
        body["instance"] = json!(null);
        let headers: BTreeSet<_> = answer.headers.keys().map(ToString::to_string).collect();
        shown.push((body, headers));
    }
    assert!(shown.windows(2).all(|pair| pair[0] == pair[1]), "{shown:#?}");
    app.get("/crm/reservations/by-email/no-address/00000000", "").await.refused(404, "reservation_not_found");
}

#[tokio::test]
async fn an_address_may_hold_what_addresses_may_hold() {
    let app = TestApp::barber().await;
    let mut body = wish("Alice", EVENING);
    body["customer"]["email"] = json!("a+b%c/d@example.com");
    let booked = app.post(CREATE, "", body).await.json;
    for address in ["a+b%25c%2Fd@example.com", "a%2Bb%25c%2fd%40example.com"] {
        let path = format!("/crm/reservations/by-email/{address}/{}", number(&booked));
        assert_eq!(app.get(&path, "").await.ok(), booked, "{address}");
        assert_eq!(app.get(&format!("/crm/reservations/by-email/{address}"), "").await.ok()["total"], 1);
    }
    assert!(booked["manageUrl"].as_str().unwrap().ends_with("&email=a%2Bb%25c%2Fd%40example.com"), "{booked}");
}

#[tokio::test]
async fn who_is_signed_in_sees_their_own_bookings_whole_and_no_others() {
    let app = TestApp::barber().await;
    let (alice, bob) = (app.book("Alice", EVENING).await, app.book("Bob", LATER).await);
    let path = |name: &str| format!("/crm/reservations/by-email/{}", email(name));
    let own = app.get(&path("Alice"), &customer("Alice@EXAMPLE.com")).await.ok();
    assert_eq!(own["data"], json!([alice]));
    app.get(&path("Bob"), &customer(&email("Alice"))).await.refused(403, "forbidden");
    let foreign = own_path("by-email", "Bob", number(&bob));
    app.get(&foreign, &customer(&email("Alice"))).await.refused(403, "forbidden");
    assert_eq!(app.get(&path("Bob"), &staff()).await.ok()["data"], json!([bob]));
}

#[tokio::test]
async fn both_count_against_the_rate_of_an_address() {
    let app = TestApp::with_settings(&[("FRONTDESK_PUBLIC_RATE", "3")]).await;
    let wrong = own_path("by-email", "Alice", "00000000");
    for path in [wrong.as_str(), "/crm/reservations/by-email/alice@example.com", &wrong] {
        assert_ne!(app.get(path, "").await.status, 429);
    }
    for path in ["/crm/reservations/by-email/alice@example.com", &wrong] {
        let refused = app.get(path, "").await;
        refused.refused(429, "too_many_requests");
        assert!(refused.headers.contains_key("retry-after"));
    }
    app.delete(&own_path("cancel", "Alice", "00000000"), "").await.refused(429, "too_many_requests");
}

#[tokio::test]
async fn what_memory_has_let_go_of_is_found_in_the_rows() {
    let app = TestApp::barber().await;
    let booked = app.book("Alice", EVENING).await;
    assert_eq!(app.set_clock("2026-06-10T09:00:00Z").await.status, 200);
    // Something happens, so that the calendar forgets what is long over.
    app.book("Bob", "2026-06-10T16:00:00Z").await;
    let published = app.directory().calendar(&OrgId::parse(ORG).unwrap()).unwrap();
    assert_eq!(published.state.by_number(&ReservationNumber::parse(number(&booked)).unwrap()), None);
    assert_eq!(app.own_record("Alice", &booked).await, booked);
    assert_eq!(app.get("/crm/reservations/by-email/alice@example.com", "").await.ok()["total"], 1);
    let id = booked["id"].as_str().unwrap();
    assert_eq!(app.get(&format!("/crm/reservations/get/{id}"), &staff()).await.ok(), booked);
    let noted = app.post(UPDATE, &staff(), json!({"id": id, "notes": "Was late", "status": "completed"})).await.ok();
    assert_eq!((&noted["notes"], &noted["status"]), (&json!("Was late"), &json!("completed")));
    let reused = with(wish("Cem", "2026-06-10T17:00:00Z"), "id", json!(id));
    app.post(CREATE, &staff(), reused).await.refused(409, "already_exists");
    app.delete(&format!("/crm/reservations/delete/{id}"), &staff()).await.ok();
    app.get(&own_path("by-email", "Alice", number(&booked)), "").await.refused(404, "reservation_not_found");
}
