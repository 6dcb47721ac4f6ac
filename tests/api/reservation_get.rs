//! `/crm/reservations/get`: one booking, and lists of them, for staff.

use serde_json::{Value, json};

use crate::app::{TestApp, customer, id, staff, token};
use crate::calendar::{CREATE, email, number, own_path, wish, with};

const LIST: &str = "/crm/reservations/get";

/// The names of who has booked, in the order of the list.
fn names(list: &Value) -> Vec<&str> {
    list["data"].as_array().unwrap().iter().map(|row| row["customer"]["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn one_is_found_by_its_id_and_by_its_number() {
    let app = TestApp::barber().await;
    let booked = app.book("Alice", "2026-05-10T16:00:00Z").await;
    for key in [id(&booked), number(&booked)] {
        let path = format!("{LIST}/{key}");
        let answer = app.get(&path, &staff()).await;
        assert_eq!((&answer.json, answer.headers["etag"].to_str().unwrap()), (&booked, "\"1\""), "{}", answer.text);
        let known = app.request(reqwest::Method::GET, &path).bearer_auth(staff()).header("if-none-match", "\"1\"");
        assert_eq!(app.send(known).await.status, 304);
    }
    for missing in ["other", "00000000", "a%20b", "%FF"] {
        app.get(&format!("{LIST}/{missing}"), &staff()).await.refused(404, "reservation_not_found");
    }
    for (token, status, code) in [
        (String::new(), 401, "unauthenticated"),
        (customer(&email("Alice")), 403, "forbidden"),
        (token(json!({"role": "agent"})), 403, "forbidden"),
    ] {
        app.get(&format!("{LIST}/{}", id(&booked)), &token).await.refused(status, code);
        app.get(LIST, &token).await.refused(status, code);
    }
}

#[tokio::test]
async fn a_list_goes_by_start_and_is_narrowed_by_each_filter() {
    let app = TestApp::barber().await;
    let ann = app.employ("ann").await;
    app.define("colour", |terms| (terms.required_staff, terms.staff_ids) = (1, vec![ann])).await;
    app.book("Cem", "2026-05-11T09:00:00Z").await;
    let bob = app.book("Bob", "2026-05-10T17:00:00Z").await;
    app.post(CREATE, "", with(wish("Alice", "2026-05-10T16:00:00Z"), "definitionId", json!("colour"))).await;
    app.delete(&own_path("cancel", "Bob", number(&bob)), "").await.ok();
    for (query, expected) in [
        ("", &["Alice", "Bob", "Cem"][..]),
        ("?status=cancelled", &["Bob"]),
        ("?status=confirmed", &["Alice", "Cem"]),
        ("?definitionId=cut", &["Bob", "Cem"]),
        ("?staffId=ann", &["Alice"]),
        ("?email=CEM@example.com", &["Cem"]),
        ("?from=2026-05-11", &["Cem"]),
        ("?to=2026-05-10", &["Alice", "Bob"]),
        ("?from=2026-05-10T16:30:00Z&to=2026-05-11T09:00:00Z", &["Bob"]),
        ("?definitionId=cut&status=no_show", &[]),
    ] {
        let list = app.get(&format!("{LIST}{query}"), &staff()).await.ok();
        assert_eq!(names(&list), expected, "{query}");
        assert_eq!(list["total"], expected.len(), "{query}");
    }
    for bad in ["status=x", "from=x", "definitionId=a%20b", "email=x", "pageSize=0", "staffId=%00"] {
        app.get(&format!("{LIST}?{bad}"), &staff()).await.refused(400, "invalid_query");
    }
}

#[tokio::test]
async fn pages_neither_repeat_nor_leave_out_a_row_that_stays() {
    let app = TestApp::with_manual_clock().await;
    app.define("cut", |terms| terms.capacity = Some(10)).await;
    let mut booked = Vec::new();
    for guest in 0..5 {
        booked.push(app.book(&format!("Guest{guest}"), "2026-05-10T16:00:00Z").await);
    }
    let first = app.get(&format!("{LIST}?pageSize=2"), &staff()).await.ok();
    assert_eq!((first["total"].as_u64(), first["hasNext"].as_bool()), (Some(5), Some(true)));
    app.delete(&format!("/crm/reservations/delete/{}", id(&first["data"][0])), &staff()).await.ok();
    let mut seen: Vec<_> = names(&first).into_iter().map(ToOwned::to_owned).collect();
    let mut cursor = first["nextCursor"].as_str().map(ToOwned::to_owned);
    while let Some(next) = cursor {
        let page = app.get(&format!("{LIST}?pageSize=2&cursor={next}"), &staff()).await.ok();
        seen.extend(names(&page).into_iter().map(ToOwned::to_owned));
        cursor = page["nextCursor"].as_str().map(ToOwned::to_owned);
    }
    assert_eq!(seen, ["Guest0", "Guest1", "Guest2", "Guest3", "Guest4"], "ids rise with time");
    app.get(&format!("{LIST}?cursor=Mjp4"), &staff()).await.refused(400, "invalid_cursor");
}
