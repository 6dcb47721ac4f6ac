//! A customer joins by phone, the display shows it, the supervisor calls: three browsers, no reload.

use serde_json::json;

use crate::app::{TestApp, supervisor};
use crate::browser::{Browser, Screen};

async fn sign_in(app: &TestApp) -> Browser {
    let desk = Browser::open(Screen::Desk).await;
    desk.go(&format!("{}/live", app.base)).await;
    desk.fill("#token", &supervisor()).await;
    desk.click("#sign-in button").await;
    desk.find("#cards").await;
    desk
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_joins_by_phone_sees_the_board_change_and_is_called_by_the_supervisor() {
    let app = TestApp::spawn().await;
    app.service_point("harbour", json!({ "name": "Harbour Front" })).await;
    let display = Browser::open(Screen::Display).await;
    display.go(&format!("{}/board/harbour", app.base)).await;
    display.wait_for("#next-none", "Nobody is waiting").await;
    display.mark().await;

    let phone = Browser::open(Screen::Phone).await;
    phone.go(&format!("{}/join/harbour", app.base)).await;
    phone.fill("#name", "Sigríður Þorvaldsdóttir").await;
    phone.click("#join-now").await;
    phone.wait_for("#position", "1").await;
    phone.wait_for("#number", "1").await;
    phone.mark().await;
    display.wait_for("#next", "1").await;
    assert!(display.is_same_page().await, "the display was not reloaded");

    let desk = sign_in(&app).await;
    desk.wait_for("#panel-name", "Harbour Front").await;
    desk.wait_for("#waiting", "Sigríður").await;
    desk.wait_for("#call-next", "Call next: 1").await;
    desk.fill("#to-counter", "4").await;
    desk.click("#call-next").await;
    display.wait_for("#called-number", "1").await;
    display.wait_for("#called-counter", "4").await;
    assert!(display.is_same_page().await);
    phone.wait_for("#turn", "your turn").await;
    desk.wait_for("#counters", "Sigríður").await;
    for public in [&display, &phone] {
        assert!(!public.source().await.contains("Sigríður"), "no name on a public page");
    }
    for browser in [display, phone, desk] {
        browser.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_lets_others_pass_and_leaves() {
    let app = TestApp::spawn().await;
    app.service_point("harbour", json!({ "name": "Harbour Front" })).await;
    let phone = Browser::open(Screen::SmallPhone).await;
    phone.go(&format!("{}/join/harbour", app.base)).await;
    assert!(phone.fits_sideways().await, "the form fits a small phone");
    phone.fill("#name", "Ann").await;
    phone.click("#join-now").await;
    phone.wait_for("#position", "1").await;
    for name in ["Bo", "Cy", "Di"] {
        app.join("harbour", name).await;
    }
    phone.click("#postpone-now").await;
    phone.wait_for("#position", "3").await;
    assert!(phone.fits_sideways().await, "the own place fits a small phone");
    app.act("call-next", "harbour", json!({})).await;
    phone.wait_for("#position", "2").await;
    phone.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_point_says_so_everywhere_and_takes_people_again() {
    let app = TestApp::spawn().await;
    app.service_point("harbour", json!({ "name": "Harbour Front" })).await;
    let phone = Browser::open(Screen::Phone).await;
    app.act("pause", "harbour", json!({})).await;
    phone.go(&format!("{}/join/harbour", app.base)).await;
    phone.wait_for("main", "Nobody can join for the moment").await;
    let desk = sign_in(&app).await;
    desk.wait_for("#panel-state", "aused").await;
    desk.wait_for("#pause", "Resume").await;
    desk.click("#pause").await;
    desk.wait_for("#pause", "Pause").await;
    phone.go(&format!("{}/join/harbour", app.base)).await;
    phone.find("#join-now").await;
    for browser in [phone, desk] {
        browser.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_token_and_a_wrong_link_are_told_in_a_sentence() {
    let app = TestApp::spawn().await;
    app.service_point("harbour", json!({ "name": "Harbour Front" })).await;
    let desk = Browser::open(Screen::Desk).await;
    desk.go(&format!("{}/live", app.base)).await;
    desk.fill("#token", "nonsense").await;
    desk.click("#sign-in button").await;
    desk.find("#token-wrong").await;
    let joined = app.join("harbour", "Ann").await;
    desk.go(&format!("{}/q/{}?token=wrong", app.base, joined["id"].as_str().unwrap())).await;
    assert!(!desk.source().await.contains("Ann"));
    desk.find("main a").await;
    desk.close().await;
}
