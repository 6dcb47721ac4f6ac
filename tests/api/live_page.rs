//! The supervisor's page over HTTP: who gets in and how long, and what the page does where no script runs.

use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response};
use serde_json::json;

use crate::app::{TestApp, admin, staff, supervisor, token};

/// A browser without script, on the server's own pages.
struct Browser<'a> {
    app: &'a TestApp,
    client: Client,
}

impl<'a> Browser<'a> {
    fn new(app: &'a TestApp) -> Self {
        Self { app, client: Client::builder().redirect(Policy::none()).build().unwrap() }
    }

    fn form(&self, path: &str, body: String) -> RequestBuilder {
        let request = self.client.post(format!("{}{path}", self.app.base)).header("origin", &self.app.base);
        request.header("content-type", "application/x-www-form-urlencoded").body(body)
    }

    async fn sign_in(&self, token: &str) -> Response {
        self.form("/live/sign-in", format!("token={token}")).send().await.unwrap()
    }

    /// The page as who bears this token sees it, with its status.
    async fn page(&self, path: &str, token: &str) -> (u16, String) {
        let request = self.client.get(format!("{}{path}", self.app.base));
        let answer = request.header("cookie", format!("frontdesk_session={token}")).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }
}

fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn a_token_opens_the_page_for_as_long_as_it_holds() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({ "name": "Harbour <Front>" })).await;
    let browser = Browser::new(&app);
    let token = supervisor();
    let answer = browser.sign_in(&token).await;
    assert_eq!((answer.status().as_u16(), header(&answer, "location")), (303, "/live"));
    let cookie = header(&answer, "set-cookie");
    assert!(cookie.starts_with(&format!("frontdesk_session={token};")), "{cookie}");
    for part in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }
    assert!(!cookie.contains("Secure"), "plain http could not send it back: {cookie}");
    let lasts: u32 = cookie.split("Max-Age=").nth(1).unwrap().split(';').next().unwrap().parse().unwrap();
    assert!((3_500..=3_600).contains(&lasts), "{cookie}");
    let (status, html) = browser.page("/live?org=demo", &token).await;
    assert_eq!(status, 200);
    assert!(html.contains("Harbour &lt;Front&gt;") && html.contains("id=\"cards\""), "{html}");
    let answer = browser.form("/live/sign-out", String::new()).send().await.unwrap();
    assert!(header(&answer, "set-cookie").contains("Max-Age=0"));
}

#[tokio::test]
async fn a_token_that_does_not_fit_brings_the_form_back_with_one_sentence() {
    let app = TestApp::spawn().await;
    let browser = Browser::new(&app);
    for (given, status, words) in [
        ("nonsense".to_owned(), 401, "This token is not valid."),
        (String::new(), 401, "Paste a token first."),
        (token(json!({ "exp": 1 })), 401, "This token has expired."),
        (token(json!({ "role": "agent" })), 403, "This token may not watch queues."),
        (token(json!({ "org": "elsewhere" })), 403, "This token is for an org that does not exist here."),
    ] {
        let answer = browser.sign_in(&given).await;
        assert_eq!(answer.status(), status, "{words}");
        assert_eq!(header(&answer, "set-cookie"), "", "{words}");
        let html = answer.text().await.unwrap();
        assert!(html.contains(words) && html.contains("id=\"sign-in\""), "{words} in\n{html}");
    }
    let (status, html) = browser.page("/live?org=other", &staff()).await;
    assert!(status == 403 && html.contains("another org"), "{html}");
    let plain = app.get("/live", "").await;
    assert!(plain.status == 200 && plain.text.contains("id=\"sign-in\"") && !plain.text.contains("role=\"alert\""));
}

#[tokio::test]
async fn no_other_site_signs_anybody_in_or_out() {
    let app = TestApp::spawn().await;
    let browser = Browser::new(&app);
    for path in ["/live/sign-in", "/live/sign-out", "/live/call-next/desk"] {
        let request =
            browser.form(path, format!("token={}", admin())).header("cookie", format!("frontdesk_session={}", admin()));
        let mut request = request.build().unwrap();
        request.headers_mut().insert("origin", "https://evil.example".parse().unwrap());
        let answer = browser.client.execute(request).await.unwrap();
        assert_eq!(header(&answer, "set-cookie"), "", "{path}");
        if path.contains("call") {
            assert_eq!(header(&answer, "location"), "/live?refused=cross_origin");
        }
    }
}

#[tokio::test]
async fn without_script_the_next_one_is_called_by_a_form() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    app.join("desk", "Alice").await;
    app.join("desk", "Bob").await;
    let (browser, token) = (Browser::new(&app), staff());
    let (_, html) = browser.page("/live", &token).await;
    assert!(html.contains("action=\"/live/call-next/desk\"") && html.contains("Call next: 1"), "{html}");
    let call = |body: String| {
        browser.form("/live/call-next/desk", body).header("cookie", format!("frontdesk_session={token}")).send()
    };
    let filled_in = |html: &str| {
        let key = html.split_once("name=\"key\" value=\"").unwrap().1;
        format!("key={}", key.split_once('"').unwrap().0)
    };
    let (first, second) = tokio::join!(call(filled_in(&html)), call(filled_in(&html)));
    for answer in [first.unwrap(), second.unwrap(), call(filled_in(&html)).await.unwrap()] {
        assert_eq!((answer.status().as_u16(), header(&answer, "location")), (303, "/live"));
    }
    let called = || async { app.status("desk").await["called"].as_array().unwrap().len() };
    assert_eq!(called().await, 1, "a form that is sent twice calls one");
    for without in ["", "key=", "key=a%20b"] {
        let answer = call(without.to_owned()).await.unwrap();
        assert_eq!(header(&answer, "location"), "/live?refused=invalid_idempotency_key", "{without}");
    }
    let (_, html) = browser.page("/live", &token).await;
    let last = filled_in(&html);
    call(last.clone()).await.unwrap();
    assert_eq!(called().await, 2, "the page that follows calls the next one");
    let answer = call(last + "-of-another-page").await.unwrap();
    assert_eq!(header(&answer, "location"), "/live?refused=nobody_waiting");
    let (_, html) = browser.page("/live?refused=nobody_waiting", &token).await;
    assert!(html.contains("Nobody is waiting."), "{html}");
    let (_, html) = browser.page("/live?refused=%3Cb%3E", &token).await;
    assert!(!html.contains("class=\"refused"), "only our own codes are shown");
}

#[tokio::test]
async fn an_org_without_locations_is_told_how_to_begin() {
    let app = TestApp::spawn().await;
    let (status, html) = Browser::new(&app).page("/live", &staff()).await;
    assert!(status == 200 && html.contains("Nothing to watch yet"), "{html}");
    assert!(html.contains("/crm/reservations/service-point/create"), "{html}");
}
