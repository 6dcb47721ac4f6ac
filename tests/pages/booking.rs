//! A customer books, moves and cancels an appointment: on a phone, at a desk, and without script.

use serde_json::json;

use crate::app::{TestApp, staff};
use crate::browser::{Browser, Screen};

/// A server at 11:00 in Berlin on Sunday 10 May 2026, with an eye test every half hour from 06:00 to 22:00.
async fn optician() -> TestApp {
    let app = TestApp::with_manual_clock().await;
    let day = json!([["06:00", "22:00"]]);
    let hours = json!({"mon": day, "tue": day, "wed": day, "thu": day, "fri": day, "sat": day, "sun": day});
    let more = json!({"name": "Eye test", "timezone": "Europe/Berlin", "hours": hours, "cancelBeforeMinutes": 60,
        "price": {"amount": "39.00", "currency": "EUR"}});
    app.definition("eye-test", more).await;
    app
}

async fn bookings(app: &TestApp) -> Vec<(String, String)> {
    let list = app.get("/crm/reservations/get", &staff()).await.ok();
    let word = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    list["data"].as_array().unwrap().iter().map(|one| (word(&one["status"]), word(&one["slot"]["start"]))).collect()
}

/// Chooses a time, fills in the form, and books with a double click.
async fn book(browser: &Browser, app: &TestApp, base_day: &str) {
    browser.go(&format!("{}/book/eye-test", app.base)).await;
    assert!(browser.fits_sideways().await, "the month fits");
    browser.click(&format!("a[href*=\"day={base_day}\"]")).await;
    browser.click(&format!("a.slot[data-instant=\"{base_day}T08:30:00Z\"]")).await;
    browser.wait_for("#details", "10:30–11:00").await;
    assert!(browser.fits_sideways().await, "the form fits");
    browser.fill("#name", "Íñigo Fernández-Castañeda").await;
    browser.fill("#email", "inigo@").await;
    browser.click("#book-now").await;
    browser.wait_for("#email-error", "name@example.com").await;
    browser.find("#email").await.clear().await.unwrap();
    browser.fill("#email", "inigo@correo.example").await;
    let twice = "const button = document.getElementById('book-now'); button.click(); button.click();";
    browser.page.execute(twice, vec![]).await.unwrap();
    browser.wait_for("h1", "You’re booked").await;
    browser.wait_for("main", "10:30–11:00").await;
    assert!(browser.fits_sideways().await, "the confirmation fits");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_books_by_phone_moves_and_cancels() {
    let app = optician().await;
    let phone = Browser::open(Screen::SmallPhone).await;
    book(&phone, &app, "2026-05-19").await;
    assert_eq!(
        bookings(&app).await,
        [("confirmed".to_owned(), "2026-05-19T08:30:00Z".to_owned())],
        "two clicks book once"
    );
    let own = phone.page.current_url().await.unwrap();
    phone.go(own.as_str()).await;
    phone.click("#change").await;
    phone.click("a[href*=\"day=2026-05-20\"]").await;
    phone.click("a.slot[data-instant=\"2026-05-20T09:00:00Z\"]").await;
    phone.wait_for("#details", "Wednesday 20 May, 11:00–11:30").await;
    assert!(phone.fits_sideways().await);
    phone.click("#move-now").await;
    phone.wait_for("h1", "Your booking is moved").await;
    assert_eq!(bookings(&app).await, [("confirmed".to_owned(), "2026-05-20T09:00:00Z".to_owned())]);
    phone.click("#cancel summary").await;
    phone.click("#cancel-now").await;
    phone.wait_for("h1", "This booking is cancelled").await;
    assert_eq!(bookings(&app).await[0].0, "cancelled");
    phone.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn at_a_desk_everything_is_on_one_page_and_what_was_typed_stays() {
    let app = optician().await;
    let desk = Browser::open(Screen::Desk).await;
    desk.go(&format!("{}/book/eye-test?day=2026-05-19&slot=2026-05-19T08:30:00Z", app.base)).await;
    desk.fill("#name", "Ann").await;
    desk.click("a.slot[data-instant=\"2026-05-19T10:00:00Z\"]").await;
    desk.wait_for("#details", "12:00–12:30").await;
    // The script that gives it back runs after the page is there.
    let mut kept = None;
    for _ in 0..100 {
        kept = desk.find("#name").await.prop("value").await.unwrap();
        if kept.as_deref() == Some("Ann") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(kept.as_deref(), Some("Ann"), "what was typed is kept while one looks at other times");
    desk.find("#name").await.clear().await.unwrap();
    book(&desk, &app, "2026-05-19").await;
    assert_eq!(bookings(&app).await.len(), 1);
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_elsewhere_sees_both_clocks() {
    let app = optician().await;
    let phone = Browser::living_in(Screen::Phone, "America/New_York").await;
    phone.go(&format!("{}/book/eye-test?day=2026-05-19", app.base)).await;
    phone.wait_for(".zone", "Berlin time, 6 h ahead of yours").await;
    phone.wait_for("a.slot[data-instant=\"2026-05-19T08:30:00Z\"]", "04:30 yours").await;
    phone.wait_for("a.slot[data-instant=\"2026-05-19T04:00:00Z\"]", "00:00 yours").await;
    phone.click("a.slot[data-instant=\"2026-05-19T08:30:00Z\"]").await;
    phone.wait_for(".chosen", "Berlin time. 04:30 yours.").await;
    phone.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn booking_works_without_script() {
    let app = optician().await;
    let phone = Browser::with_script(Screen::Phone, false).await;
    phone.go(&format!("{}/", app.base)).await;
    phone.click("#book").await;
    phone.click("[data-service=\"eye-test\"] a").await;
    phone.click("#next").await;
    phone.click("a[href*=\"day=2026-06-02\"]").await;
    phone.click("a.slot").await;
    phone.fill("#name", "Ann").await;
    phone.fill("#email", "ann@example.com").await;
    phone.click("#book-now").await;
    phone.wait_for("h1", "You’re booked").await;
    phone.click("#cancel summary").await;
    phone.click("#cancel-now").await;
    phone.wait_for("h1", "This booking is cancelled").await;
    phone.close().await;
}
