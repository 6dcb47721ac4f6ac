//! The pages of the desk over HTTP: who gets in, what a form does, and that nobody meets what is not theirs.

use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use serde_json::{Value, json};

use crate::app::{ORG, TestApp, agent, customer, staff};

/// What only the staff side may read.
const SECRET: &str = "She is a journalist";

/// A browser without script, on the server's own pages.
struct Browser<'a> {
    app: &'a TestApp,
    client: Client,
    token: String,
}

impl<'a> Browser<'a> {
    fn new(app: &'a TestApp, token: String) -> Self {
        Self { app, client: Client::builder().redirect(Policy::none()).build().unwrap(), token }
    }

    async fn page(&self, path: &str) -> (u16, String) {
        let request = self.client.get(format!("{}{path}", self.app.base));
        let answer = request.header("cookie", format!("frontdesk_session={}", self.token)).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    async fn send_from(&self, origin: &str, path: &str, body: &str) -> Response {
        let request = self.client.post(format!("{}{path}", self.app.base)).header("origin", origin);
        let request = request.header("cookie", format!("frontdesk_session={}", self.token));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        request.body(body.to_owned()).send().await.unwrap()
    }

    async fn send(&self, path: &str, body: &str) -> Response {
        self.send_from(&self.app.base, path, body).await
    }
}

fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

async fn printer(app: &TestApp) -> Value {
    let body = json!({ "subject": "The <printer> is on fire", "description": "PC LOAD LETTER",
        "contact": { "email": "alice@example.com", "name": "Alice" } });
    let made = app.post("/crm/tickets/create", &agent(), body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.json
}

/// The secret of a ticket's links.
fn secret(app: &TestApp, number: &str) -> String {
    use frontdesk::domain::desk::TicketKey;
    let org = frontdesk::domain::ids::OrgId::parse(ORG).unwrap();
    let desk = app.directory().desk(&org).unwrap();
    desk.state.ticket(&TicketKey::parse(number).unwrap()).unwrap().token.to_string()
}

async fn messages(app: &TestApp) -> usize {
    app.get("/crm/tickets/messages/T-1", &agent()).await.ok()["data"].as_array().unwrap().len()
}

#[tokio::test]
async fn every_page_comes_with_one_strict_policy_and_is_never_kept() {
    let app = TestApp::spawn().await;
    printer(&app).await;
    let browser = Browser::new(&app, agent());
    let token = secret(&app, "T-1");
    for (path, status) in [
        ("/desk".to_owned(), 200),
        ("/desk?status=nonsense&cursor=x".to_owned(), 200),
        ("/desk/T-000001?assignee=me".to_owned(), 200),
        ("/desk/T-000009".to_owned(), 404),
        ("/desk/a%20b".to_owned(), 404),
        ("/why/T-1".to_owned(), 200),
        ("/why/T-9".to_owned(), 404),
        (format!("/t/T-1?org=demo&token={token}"), 200),
        ("/t/T-1?org=demo&token=wrong".to_owned(), 404),
    ] {
        let request = browser.client.get(format!("{}{path}", app.base));
        let answer = request.header("cookie", format!("frontdesk_session={}", browser.token)).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{path}");
        let policies: Vec<_> = answer.headers().get_all("content-security-policy").iter().collect();
        assert_eq!(policies.len(), 1, "{path}");
        assert!(policies[0].to_str().unwrap().contains("script-src 'self'"), "{path}");
        assert_eq!(header(&answer, "cache-control"), "no-store", "{path}");
        let referrer = if path.starts_with("/t/") { "no-referrer" } else { "same-origin" };
        assert_eq!(header(&answer, "referrer-policy"), referrer, "{path}");
        let html = answer.text().await.unwrap();
        assert!(html.contains("<h1") && !html.contains("<printer>"), "{path}");
        for address in html.split('"').filter(|text| text.starts_with("/assets/")) {
            assert_eq!(app.get(address, "").await.status, 200, "{address}");
        }
    }
}

#[tokio::test]
async fn agents_sign_in_and_land_where_they_wanted_to_and_customers_do_not() {
    let app = TestApp::spawn().await;
    printer(&app).await;
    let nobody = Browser::new(&app, String::new());
    let (status, html) = nobody.page("/desk/T-000001").await;
    let html = html.replace("&#x2f;", "/");
    assert!(
        status == 200 && html.contains("name=\"to\" value=\"/desk/T-000001\"") && !html.contains("PC LOAD"),
        "{html}"
    );
    assert!(html.contains("frontdesk token --org ORG --role agent"), "{html}");
    let signed_in = nobody.send("/live/sign-in", &format!("to=/desk/T-000001&token={}", agent())).await;
    assert_eq!((signed_in.status().as_u16(), header(&signed_in, "location")), (303, "/desk/T-000001"));
    let elsewhere = nobody.send("/live/sign-in", &format!("to=//evil.example&token={}", staff())).await;
    assert_eq!(header(&elsewhere, "location"), "/live");
    let refused = nobody.send("/live/sign-in", &format!("to=/desk&token={}", customer("alice@example.com"))).await;
    assert_eq!((refused.status().as_u16(), header(&refused, "set-cookie")), (403, ""));
    for path in ["/desk", "/desk/T-1", "/why/T-1"] {
        let (status, html) = Browser::new(&app, customer("alice@example.com")).page(path).await;
        assert!(status == 403 && !html.contains("printer"), "{path}");
    }
    assert_eq!(Browser::new(&app, agent()).page("/desk?org=other").await.0, 403);
}

#[tokio::test]
async fn a_form_is_heard_once_and_from_our_own_pages_only() {
    let app = TestApp::spawn().await;
    printer(&app).await;
    let browser = Browser::new(&app, agent());
    let form = "act=reply&key=k1&reply=Off+and+on%3F&then=pending";
    for _ in 0..2 {
        let answer = browser.send("/desk/T-000001?assignee=me", form).await;
        let location = "/desk/T-000001?assignee=me&done=reply";
        assert_eq!((answer.status().as_u16(), header(&answer, "location")), (303, location));
    }
    assert_eq!(messages(&app).await, 1, "sent twice, said once");
    let foreign = browser.send_from("https://evil.example", "/desk/T-1", "act=reply&key=k2&reply=x").await;
    assert_eq!(foreign.status(), 403);
    let without = browser.send("/desk/T-1", "act=reply&reply=x").await;
    assert_eq!(without.status(), 400);
    let stranger = Browser::new(&app, customer("alice@example.com"));
    assert_eq!(stranger.send("/desk/T-1", "act=comment&key=k&comment=x").await.status(), 403);
    assert_eq!(messages(&app).await, 1);
}

#[tokio::test]
async fn what_is_wrong_comes_back_with_what_was_typed() {
    let app = TestApp::spawn().await;
    printer(&app).await;
    let browser = Browser::new(&app, agent());
    for (form, expected) in [
        ("act=reply&key=a&reply=+&comment=kept", vec!["id=\"reply-error\"", "kept"]),
        ("act=comment&key=b&comment=&reply=kept", vec!["id=\"comment-error\"", "kept"]),
        ("act=escalate&key=c&reason=&level=99", vec!["id=\"reason-error\"", "id=\"level-error\"", "value=\"99\""]),
        ("act=escalate&key=d&reason=kept&notify=no+address", vec!["kept", "id=\"notice\""]),
        ("act=canned&canned=&reply=kept", vec!["kept", "Choose a saved reply first."]),
    ] {
        let answer = browser.send("/desk/T-1", form).await;
        assert_eq!(answer.status(), 422, "{form}");
        let html = answer.text().await.unwrap();
        for expected in expected {
            assert!(html.contains(expected), "{form}: {expected} in\n{html}");
        }
    }
    assert_eq!(browser.send("/desk/T-1", "act=dance&key=x").await.status(), 400);
    let escalated = browser.send("/desk/T-1", "act=escalate&key=e&reason=twice&level=2&notify=").await;
    assert_eq!(escalated.status(), 303, "{}", escalated.text().await.unwrap());
    let again = browser.send("/desk/T-1", "act=escalate&key=f&reason=twice&level=2&notify=").await;
    assert!(again.text().await.unwrap().contains("Choose a higher one."));
    let change = "act=change&key=g&statusWas=open&status=pending&priorityWas=low&priority=high&assigneeWas=&assignee=";
    let moved = browser.send("/desk/T-1", change).await;
    assert!(moved.text().await.unwrap().contains("Somebody else has changed the priority"));
    let change =
        "act=change&key=h&statusWas=open&status=pending&priorityWas=low&priority=low&assigneeWas=&assignee=mia";
    assert_eq!(browser.send("/desk/T-1", change).await.status(), 303);
    let ticket = app.get("/crm/tickets/get/T-1", &agent()).await.ok();
    assert_eq!(
        (&ticket["status"], &ticket["priority"], &ticket["assigneeId"]),
        (&json!("pending"), &json!("normal"), &json!("mia"))
    );
}

#[tokio::test]
async fn a_customer_reads_the_conversation_answers_and_rates_and_never_meets_a_comment() {
    let app = TestApp::spawn().await;
    printer(&app).await;
    let token = secret(&app, "T-1");
    let own = format!("/t/T-000001?org=demo&token={token}");
    app.post("/crm/tickets/comments/T-1", &agent(), json!({ "body": SECRET })).await;
    app.post("/crm/tickets/reply/T-1", &agent(), json!({ "body": "Off and on?", "status": "pending" })).await;
    let phone = Browser::new(&app, String::new());
    let (status, html) = phone.page(&own).await;
    assert!(status == 200 && html.contains("Off and on?") && html.contains("Waiting for you"), "{html}");
    assert!(!html.contains(SECRET) && !html.contains("id=\"rating\""), "{html}");
    let wrong = phone.send(&own, "act=reply&key=a&reply=").await;
    assert!(wrong.status() == 422 && wrong.text().await.unwrap().contains("id=\"reply-error\""));
    for _ in 0..2 {
        let sent = phone.send(&own, "act=reply&key=b&reply=Still+burning").await;
        assert_eq!((sent.status().as_u16(), header(&sent, "location")), (303, format!("{own}&done=reply").as_str()));
    }
    assert_eq!(messages(&app).await, 2, "sent twice, said once");
    let early = phone.send(&own, "act=rate&key=c&score=5").await;
    assert_eq!(early.status(), 409);
    let unknown = phone.page("/t/T-000009?org=demo&token=x").await;
    for path in [format!("/t/T-000001?org=demo&token={token}x"), "/t/T-000001?org=demo".to_owned()] {
        let (status, html) = phone.page(&path).await;
        assert_eq!((status, &html), (404, &unknown.1), "a wrong secret looks like a request that never was");
        assert_eq!(phone.send(&path, "act=reply&key=d&reply=x").await.status(), 404);
    }
    app.post("/crm/tickets/update", &agent(), json!({ "id": "T-1", "status": "resolved" })).await.ok();
    assert!(phone.page(&own).await.1.contains("How good was the help?"));
    let wrong = phone.send(&own, "act=rate&key=e&score=6&words=kept").await;
    assert!(wrong.status() == 422 && wrong.text().await.unwrap().contains("id=\"score-error\""));
    assert_eq!(phone.send(&own, "act=rate&key=f&score=4&words=Quick").await.status(), 303);
    assert!(phone.page(&own).await.1.contains("You gave the help 4 of 5"));
    app.post("/crm/tickets/update", &agent(), json!({ "id": "T-1", "status": "closed" })).await.ok();
    let after = phone.send(&own, "act=reply&key=g&reply=Again").await;
    let next = header(&after, "location").to_owned();
    assert!(next.starts_with("/t/T-000002?org=demo&token="), "{next}");
    let (_, html) = phone.page(&next).await;
    assert!(html.contains("Again") && !html.contains(SECRET), "{html}");
    assert!(Browser::new(&app, agent()).page("/desk/T-000001").await.1.contains(SECRET));
}

#[tokio::test]
async fn a_customer_saves_the_files_of_the_own_conversation_by_the_secret_of_its_links() {
    let app = TestApp::spawn().await;
    printer(&app).await;
    printer(&app).await;
    let (token, other) = (secret(&app, "T-1"), secret(&app, "T-2"));
    let file = json!([{ "name": "sm\"oke.html", "contentType": "text/html", "content": "PGI+aGk8L2I+" }]);
    let reply = json!({ "body": "See the file", "attachments": file });
    app.post("/crm/tickets/reply/T-1", &agent(), reply.clone()).await;
    let others = app.post("/crm/tickets/reply/T-2", &agent(), reply).await.json["attachments"][0]["id"].clone();
    // A comment has no files, whatever is sent with it: there is none to be found by a secret.
    let comment = json!({ "body": SECRET, "attachments": file });
    let comment = app.post("/crm/tickets/comments/T-1", &agent(), comment).await;
    assert!(comment.status == 201 && !comment.text.contains("attachments"), "{}", comment.text);
    let html = Browser::new(&app, String::new()).page(&format!("/t/T-1?org=demo&token={token}")).await.1;
    let html = html.replace("&#x2f;", "/").replace("&amp;", "&");
    let links: Vec<&str> = html.split('"').filter(|part| part.starts_with("/crm/tickets/attachments/")).collect();
    assert_eq!(links.len(), 1, "{html}");
    let answer = app.request(reqwest::Method::GET, links[0]).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), header(&answer, "x-content-type-options")), (200, "nosniff"));
    assert!(header(&answer, "content-disposition").starts_with("attachment; filename="), "{answer:?}");
    assert!(header(&answer, "cache-control").contains("no-store"), "{answer:?}");
    assert_eq!(answer.text().await.unwrap(), "<b>hi</b>");

    let path = links[0].split('?').next().unwrap();
    let others = others.as_str().unwrap();
    for (wrong, code) in [
        (format!("{path}?org=demo&token={token}x"), "ticket_not_found"),
        (format!("{path}?org=demo&token="), "ticket_not_found"),
        (format!("{path}?org=demo&token={other}"), "ticket_not_found"),
        (format!("/crm/tickets/attachments/T-9/{others}?org=demo&token={token}"), "ticket_not_found"),
        (format!("/crm/tickets/attachments/T-1/{others}?org=demo&token={token}"), "attachment_not_found"),
        (format!("/crm/tickets/attachments/T-2/{others}?org=demo&token={token}"), "ticket_not_found"),
    ] {
        app.get(&wrong, "").await.refused(404, code);
    }
    app.get(path, "").await.refused(401, "unauthenticated");
    let moved = json!({ "id": "T-1", "status": "resolved" });
    app.post("/crm/tickets/update", &agent(), moved).await.ok();
    assert_eq!(app.get(links[0], "").await.status, 200);
    app.delete("/crm/tickets/delete/T-1", &agent()).await.ok();
    app.get(links[0], "").await.refused(404, "ticket_not_found");
}

#[tokio::test]
async fn lists_are_narrowed_by_plain_addresses_and_paged() {
    let app = TestApp::spawn().await;
    for _ in 0..3 {
        printer(&app).await;
    }
    app.post("/crm/tickets/update", &agent(), json!({ "id": "T-2", "status": "resolved", "assigneeId": "mia" }))
        .await
        .ok();
    let browser = Browser::new(&app, agent());
    let numbers = async |query: &str| {
        let html = browser.page(&format!("/desk{query}")).await.1;
        let parts = html.split("class=\"ticket-number\">").skip(1);
        let mut found: Vec<String> = parts.map(|part| part.split('<').next().unwrap().to_owned()).collect();
        found.sort();
        (found, html)
    };
    assert_eq!(numbers("").await.0, ["T-000001", "T-000003"]);
    assert_eq!(numbers("?status=any&assignee=me").await.0, ["T-000002"]);
    assert_eq!(numbers("?status=resolved").await.0, ["T-000002"]);
    assert_eq!(numbers("?text=fire&assignee=none").await.0, ["T-000001", "T-000003"]);
    assert_eq!(numbers("?breached=true").await.0, Vec::<String>::new());
    assert!(numbers("?status=nonsense").await.1.contains("id=\"wrong-filter\""));
    let (first, html) = numbers("?pageSize=1").await;
    let next = html
        .split("id=\"next-page\" href=\"/desk")
        .nth(1)
        .or_else(|| html.split("id=\"next-page\" href=\"&#x2f;desk").nth(1));
    let next = next.unwrap().split('"').next().unwrap().replace("&amp;", "&");
    let second = numbers(&format!("{next}&pageSize=1")).await.0;
    assert!(first.len() == 1 && second.len() == 1 && first != second, "{first:?} {second:?}");
}
