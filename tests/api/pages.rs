//! The pages that anybody may open: they work without script, and no page tells who a customer is.

use reqwest::Method;
use serde_json::json;

use crate::app::{Answer, TestApp, admin};

/// What no public page may hold.
const SECRETS: [&str; 3] = ["Quetzalcoatl", "5550199", "quetzal@"];

async fn page(app: &TestApp, path: &str) -> Answer {
    app.get(path, "").await
}

/// Sends a form as a browser without script does, and follows where it leads.
async fn send_form(app: &TestApp, path: &str, form: &str) -> Answer {
    let request = app.request(Method::POST, path).header("content-type", "application/x-www-form-urlencoded");
    app.send(request.body(form.to_owned())).await
}

/// The path with the query of an entry's own page.
fn own_page(joined: &serde_json::Value) -> String {
    let url = joined["statusUrl"].as_str().unwrap();
    url[url.find("/q/").unwrap()..].to_owned()
}

fn assert_no_secret(html: &str) {
    for secret in SECRETS {
        assert!(!html.contains(secret), "{secret} in\n{html}");
    }
}

#[tokio::test]
async fn every_page_comes_with_one_strict_policy_and_is_never_kept() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    for (path, status) in [
        ("/", 200),
        ("/?org=demo", 200),
        ("/board/desk?org=demo", 200),
        ("/join/desk", 200),
        ("/board/none", 404),
        ("/join/a%20b", 404),
        ("/q/none?token=x", 404),
        ("/?org=nobody", 404),
        ("/board/desk?org=a%20b", 404),
    ] {
        let answer = page(&app, path).await;
        assert_eq!(answer.status, status, "{path}");
        let policies: Vec<_> = answer.headers.get_all("content-security-policy").iter().collect();
        assert_eq!(policies.len(), 1, "{path}");
        assert!(policies[0].to_str().unwrap().contains("script-src 'self'"), "{path}");
        assert_eq!(answer.headers["cache-control"], "no-store", "{path}");
        assert_eq!(answer.headers["content-type"], "text/html; charset=utf-8", "{path}");
        assert!(answer.text.contains("<h1"), "{path}");
    }
}

#[tokio::test]
async fn what_a_page_asks_for_is_there() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    for path in ["/", "/board/desk", "/join/desk"] {
        let html = page(&app, path).await.text;
        for address in html.split('"').filter(|text| text.starts_with("/assets/")) {
            let file = page(&app, address).await;
            assert_eq!(file.status, 200, "{address}");
            assert!(file.headers.contains_key("etag"), "{address}");
        }
    }
}

#[tokio::test]
async fn one_joins_and_leaves_by_forms_alone() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({ "name": "Harbour <Front>" })).await;
    let form = page(&app, "/join/desk").await.text;
    assert!(form.contains("Harbour &lt;Front&gt;") && form.contains("id=\"join-now\""), "{form}");
    let once = form.split("name=\"once\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let sent = format!("once={once}&name=Quetzalcoatl+%F0%9F%A6%8A&party=2&service=&phone=%2B1+5550199&email=");
    let place = send_form(&app, "/join/desk", &sent).await;
    assert_eq!(place.status, 200, "{}", place.text);
    assert!(
        place.text.contains("data-state=\"waiting\"") && place.text.contains("data-number=\"1\""),
        "{}",
        place.text
    );
    assert_no_secret(&place.text);
    send_form(&app, "/join/desk", &sent).await;
    assert_eq!(app.status("desk").await["waitingCount"], 1, "the same form twice is one wish");
    let again = send_form(&app, "/join/desk", "name=Somebody&phone=0015550199").await;
    assert!(again.text.contains("in line already") && !again.text.contains("token"), "{}", again.text);
    assert_no_secret(&again.text);
    let action = place.text.split("action=\"").nth(1).unwrap().split('"').next().unwrap().replace("&#x2f;", "/");
    let action = action.replace("&amp;", "&");
    let left = send_form(&app, &action, "act=leave").await;
    assert_eq!(left.status, 200, "{}", left.text);
    assert!(left.text.contains("data-state=\"left\""), "{}", left.text);
    assert_eq!(app.status("desk").await["waitingCount"], 0);
}

#[tokio::test]
async fn a_form_that_is_wrong_comes_back_as_it_was_typed() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    let back = send_form(&app, "/join/desk", "name=&phone=%3Ccall+me%3E&party=2").await;
    assert_eq!(back.status, 422);
    for expected in
        ["id=\"name-error\"", "id=\"phone-error\"", "&lt;call me&gt;", "aria-invalid=\"true\"", " autofocus"]
    {
        assert!(back.text.contains(expected), "{expected} in\n{}", back.text);
    }
    assert_eq!(back.text.matches(" autofocus").count(), 1);
    let long = send_form(&app, "/join/desk", &format!("name={}", "x".repeat(10_000))).await;
    assert_eq!(long.status, 422);
    let huge = send_form(&app, "/join/desk", &format!("name={}", "x".repeat(2_000_000))).await;
    assert!(huge.status.is_client_error() && huge.text.contains("<h1"), "{}", huge.status);
    assert_eq!(app.status("desk").await["waitingCount"], 0);
}

#[tokio::test]
async fn a_closed_door_says_why_and_when_it_opens() {
    let app = TestApp::with_manual_clock().await;
    app.service_point("desk", json!({ "queue": { "maxWaiting": 1 }, "timezone": "Europe/Berlin" })).await;
    app.act("pause", "desk", json!({ "minutes": 30 })).await.ok();
    let paused = page(&app, "/join/desk").await.text;
    assert!(paused.contains("data-state=\"paused\"") && paused.contains("at 11:30"), "{paused}");
    assert!(!paused.contains("id=\"join-now\""), "{paused}");
    let refused = send_form(&app, "/join/desk", "name=Late").await;
    assert_eq!(refused.status, 409);
    assert!(
        refused.text.contains("data-state=\"paused\"") && refused.text.contains("value=\"Late\""),
        "{}",
        refused.text
    );
    assert!(page(&app, "/board/desk").await.text.contains("at 11:30"));
    app.act("resume", "desk", json!({})).await.ok();
    app.join("desk", "First").await;
    assert!(page(&app, "/join/desk").await.text.contains("data-state=\"full\""));
    assert!(page(&app, "/board/desk").await.text.contains("data-state=\"full\""));
}

#[tokio::test]
async fn a_place_is_shown_to_who_holds_its_token_in_every_state() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    let customer = json!({ "name": "Quetzalcoatl", "phone": "+1 5550199", "email": "quetzal@example.com" });
    let joined = app.join_as("desk", customer).await.json;
    let own = own_page(&joined);
    let wrong = own.replace(joined["token"].as_str().unwrap(), "0123456789abcdef0123456789abcdef");
    for path in [wrong.as_str(), &format!("/q/{}", joined["id"].as_str().unwrap())] {
        let unknown = page(&app, path).await;
        assert_eq!(unknown.status, 404);
        assert!(unknown.text.contains("id=\"way-on\"") && !unknown.text.contains("data-number"), "{}", unknown.text);
        assert_eq!(send_form(&app, path, "act=leave").await.status, 404);
    }
    app.join("desk", "Behind").await;
    let passed = send_form(&app, &own, "act=postpone&places=1").await.text;
    assert!(passed.contains("2<sup>nd</sup>"), "{passed}");
    let mut seen = vec![passed];
    app.call_next("desk").await;
    app.call_next("desk").await;
    let called = page(&app, &own).await.text;
    assert!(called.contains("data-state=\"called\"") && called.contains("id=\"grace\""), "{called}");
    seen.push(called);
    for (act, state) in [("start", "serving"), ("complete", "served")] {
        let path = format!("/crm/reservations/queue/{act}/{}", joined["id"].as_str().unwrap());
        app.post(&path, &admin(), json!({})).await.ok();
        let html = page(&app, &own).await.text;
        assert!(html.contains(&format!("data-state=\"{state}\"")), "{html}");
        seen.push(html);
    }
    let late = send_form(&app, &own, "act=leave").await;
    assert!(late.status == 200 && late.text.contains("data-state=\"served\""), "what is over stays as it is");
    for path in ["/", "/board/desk", "/join/desk"] {
        seen.push(page(&app, path).await.text);
    }
    seen.iter().for_each(|html| assert_no_secret(html));
}

#[tokio::test]
async fn a_display_names_no_customer_while_the_line_moves() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    for digit in 0..9 {
        let customer = json!({ "name": "Quetzalcoatl", "phone": format!("5550199{digit}") });
        assert_eq!(app.join_as("desk", customer).await.status, 201);
    }
    for _ in 0..2 {
        app.call_next("desk").await;
    }
    for path in ["/board/desk", "/", "/join/desk"] {
        assert_no_secret(&page(&app, path).await.text);
    }
    let board = page(&app, "/board/desk").await.text;
    assert!(board.contains("id=\"called-number\" data-digits=\"1\">2<") && board.contains("and 2 more"), "{board}");
}
