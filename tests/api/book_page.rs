//! The pages on which appointments are booked, moved and cancelled: forms and links alone are enough, looking changes
//! nothing, and no form books twice.

use frontdesk::domain::calendar::{Blocked, Confirm, Override, OverrideOpening};
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Answer, TestApp, admin, staff};
use crate::calendar::{EVENING, email, number, own_path};

/// What Zoe types, for the evening of the first day.
const ZOE: &str = "slot=2026-05-10T16:00:00Z&once=abc&name=Zo%C3%AB&email=zoe%40example.com&notes=Left+ear%0Afirst";

/// Sends a form as a browser without script does, and follows where it leads.
async fn send_form(app: &TestApp, path: &str, form: &str) -> Answer {
    let request = app.request(Method::POST, path).header("content-type", "application/x-www-form-urlencoded");
    app.send(request.body(form.to_owned())).await
}

async fn page(app: &TestApp, path: &str) -> Answer {
    app.get(path, "").await
}

async fn bookings(app: &TestApp) -> Vec<Value> {
    app.get("/crm/reservations/get", &staff()).await.ok()["data"].as_array().unwrap().clone()
}

fn manage(booking: &Value) -> String {
    let url = booking["manageUrl"].as_str().unwrap();
    url[url.find("/manage/").unwrap()..].to_owned()
}

/// `/manage/NUMBER/name?..`
fn below(own: &str, name: &str) -> String {
    own.replacen('?', &format!("/{name}?"), 1)
}

/// The page as a browser reads it.
fn plain(answer: &Answer) -> String {
    answer.text.replace("&#x2f;", "/").replace("&#x27;", "'").replace("&amp;", "&")
}

#[track_caller]
fn shows(answer: &Answer, status: u16, words: &[&str]) {
    assert_eq!(answer.status, status, "{}", answer.text);
    let read = plain(answer);
    for words in words {
        assert!(read.contains(words), "{words} in\n{read}");
    }
}

#[tokio::test]
async fn the_month_shows_what_is_free_what_is_full_and_what_is_closed() {
    let app = TestApp::with_manual_clock().await;
    app.define("cut", |terms| {
        terms.limits.per_day = Some(1);
        terms.overrides = vec![Override { date: "2026-05-14".parse().unwrap(), opening: OverrideOpening::Closed }];
        terms.horizon_days = 30;
    })
    .await;
    app.book("Alice", "2026-05-11T08:00:00Z").await;
    let month = page(&app, "/book/cut?org=demo").await;
    shows(&month, 200, &["The cut", "May 2026", "Sunday 10 May", "<s>11</s>", "14 May: closed", "Step 1 of 2"]);
    assert!(month.text.contains("Berlin time") && !month.text.contains("lice"), "{}", month.text);
    // 18:00 in Berlin, as a link that any browser can follow.
    assert!(month.text.contains("slot=2026-05-10T16:00:00Z") && month.text.contains("<strong>18:00</strong>"));
    assert!(month.text.contains("id=\"next\"") && !month.text.contains("id=\"previous\""));
    let end = page(&app, "/book/cut?org=demo&month=2026-06").await;
    shows(&end, 200, &["June 2026", "Monday 1 June", "id=\"previous\""]);
    assert!(!end.text.contains("id=\"next\""), "the horizon ends in June");
    let far = page(&app, "/book/cut?org=demo&month=2031-01&day=x&slot=y").await;
    shows(&far, 200, &["June 2026"]);
    let full = page(&app, "/book/cut?org=demo&day=2026-05-11").await;
    shows(&full, 200, &["Nothing is free on Monday 11 May.", "Next free: Tuesday 12 May"]);
}

#[tokio::test]
async fn a_month_without_anything_free_leads_to_the_next_that_has() {
    let app = TestApp::with_manual_clock().await;
    app.define("cut", |terms| terms.min_notice_minutes = 40 * 24 * 60).await;
    shows(&page(&app, "/book/cut").await, 200, &["June 2026"]);
    let may = page(&app, "/book/cut?month=2026-05").await;
    shows(&may, 200, &["May 2026", "Nothing is free in May.", "Next free: Friday 19 June"]);
    let (start, end) = ("2026-05-01T00:00:00Z".parse().unwrap(), "2027-05-01T00:00:00Z".parse().unwrap());
    app.define("never", |terms| terms.blocked = vec![Blocked { start, end }]).await;
    shows(&page(&app, "/book/never").await, 200, &["Nothing can be booked at the moment."]);
}

#[tokio::test]
async fn what_is_not_offered_looks_like_what_there_is_not() {
    let app = TestApp::barber().await;
    app.define("old", |terms| terms.active = false).await;
    let unknown = page(&app, "/book/none?org=demo").await;
    shows(&unknown, 404, &["This can’t be booked", "/book?org=demo"]);
    assert_eq!(page(&app, "/book/old?org=demo").await.text, unknown.text);
    assert_eq!(send_form(&app, "/book/old?org=demo", ZOE).await.status, 404);
    let list = page(&app, "/book").await;
    shows(&list, 200, &["The cut", "30 min", "/book/cut?org=demo"]);
    assert!(!list.text.contains("The old"));
    shows(&page(&app, "/").await, 200, &["Book an appointment"]);
    let empty = TestApp::spawn().await;
    shows(&page(&empty, "/book").await, 200, &["Nothing can be booked yet"]);
    assert!(!page(&empty, "/").await.text.contains("Book an appointment"));
}

#[tokio::test]
async fn a_form_books_once_however_often_it_is_sent() {
    let app = TestApp::barber().await;
    let form = page(&app, &format!("/book/cut?slot={EVENING}")).await;
    shows(&form, 200, &["Sunday 10 May, 18:00–18:30", "id=\"book-now\"", "until it begins", "Step 2 of 2"]);
    assert!(!form.text.contains("id=\"party\""), "one at a time is one person");
    let booked = send_form(&app, "/book/cut", ZOE).await;
    shows(&booked, 200, &["You’re booked", "18:00–18:30", "zoe@example.com", "Left ear\nfirst", "Add to calendar"]);
    let again = send_form(&app, "/book/cut", ZOE).await;
    assert_eq!(again.text, booked.text, "the same form twice is one wish");
    let all = bookings(&app).await;
    assert_eq!(all.len(), 1);
    assert!(booked.text.contains(&number(&all[0])[..4]));
    let stranger = send_form(&app, "/book/cut", &ZOE.replace("abc", "xyz")).await;
    shows(&stranger, 200, &["You’ve booked this time already"]);
    assert!(!stranger.text.contains(number(&all[0])) && !plain(&stranger).contains("/manage/"), "{}", stranger.text);
    assert_eq!(bookings(&app).await.len(), 1);
}

#[tokio::test]
async fn a_form_that_is_wrong_comes_back_as_it_was_typed() {
    let app = TestApp::barber().await;
    let wrong = "slot=2026-05-10T16:00:00Z&name=&email=zoe%40&phone=%3Ccall%3E&notes=Hello%3C";
    let back = send_form(&app, "/book/cut", wrong).await;
    shows(
        &back,
        422,
        &["id=\"name-error\"", "id=\"email-error\"", "id=\"phone-error\"", "&lt;call&gt;", "Hello&lt;", "zoe@"],
    );
    assert_eq!(back.text.matches(" autofocus").count(), 1);
    shows(&send_form(&app, "/book/cut", "name=Zoe").await, 422, &["Please choose a time first."]);
    let huge = send_form(&app, "/book/cut", &format!("{ZOE}{}", "x".repeat(2_000_000))).await;
    assert!(huge.status.is_client_error() && huge.text.contains("<h1"), "{}", huge.status);
    assert_eq!(bookings(&app).await.len(), 0);
}

#[tokio::test]
async fn who_comes_second_is_offered_the_three_nearest_and_keeps_what_was_typed() {
    let app = TestApp::barber().await;
    app.book("Alice", EVENING).await;
    let gone = page(&app, &format!("/book/cut?slot={EVENING}")).await;
    shows(&gone, 200, &["That time isn’t free any more", "Sunday 10 May"]);
    let refused = send_form(&app, "/book/cut", ZOE).await;
    shows(&refused, 409, &["Somebody else has just taken 18:00", "Sun 10 May, 17:30", "Sun 10 May, 18:30", "Left ear"]);
    assert_eq!(refused.text.matches("name=\"other\"").count(), 3);
    let other = send_form(&app, "/book/cut", &format!("{ZOE}&other=2026-05-10T16:30:00Z")).await;
    shows(
        &other,
        200,
        &["Sunday 10 May, 18:30–19:00", "value=\"2026-05-10T16:30:00Z\"", "Left ear", "zoe@example.com"],
    );
    assert_eq!(bookings(&app).await.len(), 1, "another time is only looked at");
    let booked = send_form(&app, "/book/cut", &ZOE.replace("16:00", "16:30")).await;
    shows(&booked, 200, &["You’re booked", "18:30–19:00"]);
}

/// Alice waits for the only time of the day, which becomes free: the link in the mail that offers it.
async fn offer(app: &TestApp) -> String {
    let week = json!({"sun": [["18:00", "18:30"]]});
    app.define("cut", |terms| terms.hours = Some(serde_json::from_value(week).unwrap())).await;
    let booked = app.book("Bob", EVENING).await;
    let customer = json!({"name": "Alice", "email": email("Alice")});
    let wish = json!({"definitionId": "cut", "from": "2026-05-10", "to": "2026-05-10", "customer": customer});
    assert_eq!(app.post("/crm/reservations/waitlist/join", "", wish).await.status, 201);
    app.delete(&own_path("cancel", "Bob", number(&booked)), "").await.ok();
    let outbox = app.get("/crm/notifications/outbox", &admin()).await.ok();
    let mut texts = outbox["data"].as_array().unwrap().iter().filter_map(|message| message["text"].as_str());
    let link = texts.find_map(|text| text.split_whitespace().find(|word| word.contains("&hold="))).unwrap();
    link[link.find("/book/").unwrap()..].to_owned()
}

#[tokio::test]
async fn the_link_of_an_offer_books_the_time_that_is_kept() {
    let app = TestApp::with_manual_clock().await;
    let link = offer(&app).await;
    shows(&page(&app, &format!("/book/cut?slot={EVENING}")).await, 200, &["That time isn’t free any more"]);
    let hold = link.split("hold=").nth(1).unwrap();
    let form = page(&app, &link).await;
    let field = format!("name=\"hold\" value=\"{hold}\"");
    let slot = format!("name=\"slot\" value=\"{EVENING}\"");
    shows(&form, 200, &["Sunday 10 May, 18:00–18:30", "Kept for you until 11:30.", "id=\"book-now\"", &field, &slot]);
    assert_eq!(send_form(&app, "/book/cut", ZOE).await.status, 409, "nobody else gets it");
    let wrong = send_form(&app, "/book/cut", &format!("slot={EVENING}&hold={hold}&name=")).await;
    shows(&wrong, 422, &["id=\"name-error\"", &field, "Kept for you until 11:30."]);
    let kept = format!("{ZOE}&hold={hold}");
    shows(&send_form(&app, "/book/cut", &kept).await, 200, &["You’re booked", "18:00–18:30"]);
    shows(&send_form(&app, "/book/cut", &kept).await, 200, &["You’re booked"]);
    assert_eq!(bookings(&app).await.iter().filter(|booking| booking["status"] == "confirmed").count(), 1);
    shows(&page(&app, &link).await, 200, &["no longer kept for you", "Choose a time first."]);
}

#[tokio::test]
async fn a_link_of_an_offer_that_is_over_says_so() {
    let app = TestApp::with_manual_clock().await;
    let link = offer(&app).await;
    app.define("other", |_| {}).await;
    let over = ["That time is no longer kept for you: please choose one that is free.", "Choose a time first."];
    shows(&page(&app, &link.replace("/cut", "/other")).await, 200, &over);
    for unknown in ["", "x", "%3Cb%3E"] {
        shows(&page(&app, &format!("/book/cut?hold={unknown}")).await, 200, &over);
    }
    app.advance("PT29M59S").await;
    shows(&page(&app, &link).await, 200, &["Kept for you until 11:30."]);
    app.advance("PT1S").await;
    shows(&page(&app, &link).await, 200, &over);
}

#[tokio::test]
async fn several_come_together_where_there_is_room() {
    let app = TestApp::with_manual_clock().await;
    app.define("class", |terms| (terms.capacity, terms.confirm) = (Some(4), Confirm::Pending)).await;
    let form = page(&app, &format!("/book/class?slot={EVENING}")).await;
    shows(&form, 200, &["id=\"party\"", "max=\"4\"", "Ask for this time"]);
    let booked = send_form(&app, "/book/class", &format!("{ZOE}&party=3")).await;
    shows(&booked, 200, &["We have your request", "3 people"]);
    shows(&send_form(&app, "/book/class", &format!("{ZOE}&party=3")).await, 200, &["We have your request"]);
    shows(&page(&app, &format!("/book/class?slot={EVENING}")).await, 200, &["Sunday 10 May, 18:00–18:30"]);
    let bob = ZOE.replace("zoe", "bob");
    shows(&send_form(&app, "/book/class", &format!("{bob}&party=5")).await, 422, &["id=\"party-error\""]);
    shows(&send_form(&app, "/book/class", &format!("{bob}&party=2")).await, 409, &["There is no room for 2 at 18:00"]);
    assert_eq!(bookings(&app).await.len(), 1);
}

#[tokio::test]
async fn a_booking_is_seen_moved_and_cancelled_by_who_proves_it() {
    let app = TestApp::barber().await;
    let booking = app.book("Alice", EVENING).await;
    let own = manage(&booking);
    shows(&page(&app, &own).await, 200, &["Your booking", "18:00–18:30", "data-status=\"confirmed\"", "Change time"]);
    let change = page(&app, &below(&own, "change")).await;
    shows(&change, 200, &["Choose another time", "now on Sunday 10 May, 18:00–18:30", "id=\"times\""]);
    let chosen = page(&app, &format!("{}&slot=2026-05-11T08:00:00Z", below(&own, "change"))).await;
    shows(&chosen, 200, &["Monday 11 May, 10:00–10:30", "id=\"move-now\"", "name=\"version\" value=\"1\""]);
    assert_eq!(bookings(&app).await[0]["version"], 1, "looking changes nothing");

    let form = "act=move&slot=2026-05-11T08:00:00Z&version=1";
    let moved = send_form(&app, &own, form).await;
    shows(&moved, 200, &["Your booking is moved", "Monday 11 May", "10:00–10:30"]);
    assert_eq!(send_form(&app, &own, form).await.text, moved.text, "the same form twice is one move");
    let late = send_form(&app, &own, "act=move&slot=2026-05-11T09:00:00Z&version=1").await;
    shows(&late, 200, &["It has been changed meanwhile", "10:00–10:30"]);
    app.book("Bob", "2026-05-11T09:00:00Z").await;
    let taken = send_form(&app, &own, "act=move&slot=2026-05-11T09:00:00Z&version=2").await;
    shows(&taken, 409, &["Your booking is as it was", "Mon 11 May, 10:30"]);

    for cancel in ["act=cancel&version=2", "act=cancel&version=2"] {
        let cancelled = send_form(&app, &own, cancel).await;
        shows(&cancelled, 200, &["This booking is cancelled", "You cancelled it", "data-status=\"cancelled\""]);
        assert!(!cancelled.text.contains("id=\"cancel\"") && !cancelled.text.contains("id=\"calendar\""));
    }
    shows(&page(&app, &below(&own, "change")).await, 200, &["It can’t be moved any more"]);
    let moved = send_form(&app, &own, "act=move&slot=2026-05-11T10:00:00Z&version=3").await;
    shows(&moved, 409, &["That isn’t possible any more"]);
    assert_eq!(send_form(&app, &own, "act=delete").await.status, 400);
}

#[tokio::test]
async fn who_comes_too_late_is_told_until_when_it_was_possible() {
    let app = TestApp::with_manual_clock().await;
    app.define("cut", |terms| terms.cancel_before_minutes = 120).await;
    let own = manage(&app.book("Alice", EVENING).await);
    shows(&page(&app, &own).await, 200, &["You can change or cancel until Sun 10 May, 16:00."]);
    app.advance("PT5H").await;
    shows(&page(&app, &own).await, 200, &["id=\"cancel\"", "id=\"change\""]);
    app.advance("PT1S").await;
    let late = page(&app, &own).await;
    shows(&late, 200, &["too late to change or cancel here: that was possible until Sun 10 May, 16:00"]);
    assert!(!late.text.contains("id=\"cancel\"") && !late.text.contains("id=\"change\""));
    shows(&page(&app, &below(&own, "change")).await, 200, &["id=\"too-late\""]);
    shows(&send_form(&app, &own, "act=cancel&version=1").await, 409, &["too late to cancel"]);
    let moved = send_form(&app, &own, "act=move&slot=2026-05-11T08:00:00Z&version=1").await;
    shows(&moved, 409, &["too late to change"]);
    assert_eq!(bookings(&app).await[0]["status"], "confirmed");
}

#[tokio::test]
async fn whatever_of_the_proof_is_wrong_the_answer_is_the_same() {
    let app = TestApp::barber().await;
    let booking = app.book("Alice", EVENING).await;
    app.book("Bob", "2026-05-10T17:00:00Z").await;
    let (own, secret) = (manage(&booking), number(&booking).to_owned());
    let wrong: Vec<String> = [
        own.replace("alice", "bob"),
        own.replace("alice", "nobody"),
        own.replace(&secret, "00000000"),
        own.replace(&secret, "not-a-number"),
        own.split('&').next().unwrap().to_owned(),
    ]
    .into();
    let unknown = page(&app, "/manage/ZZZZZZZZ?org=demo&email=nobody%40example.com").await;
    shows(&unknown, 404, &["We can’t find this booking"]);
    for path in wrong {
        for path in [path.clone(), below(&path, "change"), below(&path, "appointment.ics")] {
            let answer = page(&app, &path).await;
            assert_eq!((answer.status.as_u16(), &answer.text), (404, &unknown.text), "{path}");
        }
        let answer = send_form(&app, &path, "act=cancel&version=1").await;
        assert_eq!(answer.text, unknown.text, "{path}");
    }
    assert!(bookings(&app).await.iter().all(|booking| booking["status"] == "confirmed"));
}

#[tokio::test]
async fn the_calendar_file_is_the_entry_of_the_mails() {
    let app = TestApp::barber().await;
    let booking = app.book("Alice", EVENING).await;
    let file = page(&app, &below(&manage(&booking), "appointment.ics")).await;
    shows(&file, 200, &["BEGIN:VCALENDAR", "METHOD:PUBLISH", "DTSTART:20260510T160000Z", "SUMMARY:The cut"]);
    assert_eq!(file.headers["content-type"], "text/calendar; charset=utf-8; method=PUBLISH");
    assert!(file.headers["content-disposition"].to_str().unwrap().contains("appointment.ics"));
    assert_eq!(file.headers["cache-control"], "no-store");
    let calendar = calcard::icalendar::ICalendar::parse(&file.text);
    assert!(calendar.is_ok(), "{}", file.text);
}

#[tokio::test]
async fn trying_numbers_is_slowed_down() {
    let app = TestApp::with_settings(&[("FRONTDESK_PUBLIC_RATE", "5")]).await;
    let mut statuses = Vec::new();
    for _ in 0..12 {
        statuses.push(page(&app, "/manage/ZZZZZZZZ?org=demo&email=a%40example.com").await.status.as_u16());
    }
    assert_eq!((statuses[0], statuses[11]), (404, 429), "{statuses:?}");
}

#[tokio::test]
async fn booking_pages_come_with_the_strict_policy_and_are_never_kept() {
    let app = TestApp::barber().await;
    let own = manage(&app.book("Alice", EVENING).await);
    for path in ["/book".to_owned(), "/book/cut".to_owned(), own.clone(), below(&own, "change")] {
        let answer = page(&app, &path).await;
        assert_eq!(answer.headers["cache-control"], "no-store", "{path}");
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("script-src 'self'") && policy.contains("form-action 'self'"), "{path}");
    }
}
