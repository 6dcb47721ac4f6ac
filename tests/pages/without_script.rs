//! The same without scripts: forms post, pages show what is.

use serde_json::json;

use crate::app::TestApp;
use crate::browser::{Browser, Screen};

#[tokio::test(flavor = "multi_thread")]
async fn joining_and_one_s_place_work_without_script() {
    let app = TestApp::spawn().await;
    app.service_point("harbour", json!({ "name": "Harbour Front" })).await;
    let phone = Browser::with_script(Screen::Phone, false).await;
    phone.go(&format!("{}/join/harbour", app.base)).await;
    phone.click("#join-now").await;
    phone.find("#name-error").await;
    phone.fill("#name", "Ann").await;
    phone.fill("#phone", "abc").await;
    phone.click("#join-now").await;
    phone.find("#phone-error").await;
    let kept = phone.find("#name").await.prop("value").await.unwrap();
    assert_eq!(kept.as_deref(), Some("Ann"), "what was typed is kept");
    phone.find("#phone").await.clear().await.unwrap();
    phone.click("#join-now").await;
    phone.wait_for("#position", "1").await;
    let called = app.act("call-next", "harbour", json!({ "counter": "2" })).await;
    assert_eq!(called.status, 200);
    phone.page.refresh().await.unwrap();
    phone.wait_for("#counter", "2").await;
    phone.close().await;
}
