//! Tickets as people work on them: an agent at the desk, the customer on a phone, with and without script.

use serde_json::{Value, json};

use crate::app::{TestApp, admin, agent};
use crate::browser::{Browser, Screen};

/// What only the staff side may read.
const SECRET: &str = "She is a journalist, be quick";

async fn sign_in(app: &TestApp, browser: &Browser, path: &str) {
    browser.go(&format!("{}{path}", app.base)).await;
    browser.fill("#token", &agent()).await;
    browser.click("#sign-in button").await;
    browser.find("#number, #tickets, #nothing").await;
}

async fn open(app: &TestApp, subject: &str, more: Value) -> Value {
    let mut body = json!({ "subject": subject, "description": "Left and right are swapped.",
        "contact": { "email": "amelie@courrier.example", "name": "Amélie Rousseau" } });
    body.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
    let made = app.post("/crm/tickets/create", &agent(), body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.json
}

/// Berlin's shop hours, and a policy for everything.
async fn promises(app: &TestApp) {
    let day = json!([["06:00", "22:00"]]);
    let hours = json!({"mon": day, "tue": day, "wed": day, "thu": day, "fri": day, "sat": day, "sun": day});
    let calendar = json!({ "id": "shop", "name": "Shop hours", "timezone": "Europe/Berlin", "hours": hours });
    let made = app.post("/crm/business-calendars/create", &admin(), calendar).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let targets = json!({ "firstResponse": "PT1H", "nextResponse": "PT1H", "resolution": "PT8H" });
    let policy = json!({ "id": "retail", "name": "Retail standard", "order": 1, "calendarId": "shop",
        "targets": { "low": targets, "normal": targets, "high": targets, "urgent": targets },
        "pauseOn": ["pending"], "warnAtPercent": [50, 80] });
    let made = app.post("/crm/sla-policies/create", &admin(), policy).await;
    assert_eq!(made.status, 201, "{}", made.text);
}

/// The address of the customer's own page, which mails carry.
async fn own_address(app: &TestApp, number: &str) -> String {
    use frontdesk::domain::desk::TicketKey;
    let org = frontdesk::domain::ids::OrgId::parse(crate::app::ORG).unwrap();
    let desk = app.directory().desk(&org).unwrap();
    let ticket = desk.state.ticket(&TicketKey::parse(number).unwrap()).unwrap().clone();
    format!("{}/t/{number}?org={}&token={}", app.base, crate::app::ORG, ticket.token)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_appears_by_itself_is_answered_noted_escalated_and_explained() {
    let app = TestApp::with_manual_clock().await;
    promises(&app).await;
    open(&app, "Invoice without our name", json!({})).await;
    let desk = Browser::open(Screen::Desk).await;
    sign_in(&app, &desk, "/desk").await;
    desk.wait_for("#tickets", "Invoice without our name").await;
    desk.wait_for("#live-word", "Live").await;
    desk.mark().await;
    open(&app, "Wrong lenses in both pairs", json!({ "priority": "high" })).await;
    desk.wait_for("#tickets", "Wrong lenses in both pairs").await;
    desk.wait_for("[data-version=\"1\"] .clock", " left").await;
    assert!(desk.is_same_page().await, "it came without a reload");

    desk.click("[href^=\"/desk/T-000002\"]").await;
    desk.wait_for("#number", "T-000002").await;
    desk.wait_for("#thread", "unanswered").await;
    desk.wait_for("#live-word", "Live").await;
    desk.click("#send-reply").await;
    desk.wait_for("#reply-error", "Write the reply first.").await;
    desk.fill("#reply", "We make both pairs again.").await;
    desk.click("#send-reply").await;
    desk.wait_for("#done", "Reply sent.").await;
    desk.wait_for("#thread", "We make both pairs again.").await;
    desk.wait_for("[data-metric=\"firstResponse\"]", "Met").await;
    desk.click("[for=\"write-comment\"]").await;
    desk.fill("#comment", SECRET).await;
    desk.click("#add-comment").await;
    desk.wait_for(".said-comment", SECRET).await;
    desk.wait_for(".said-comment", "Internal, Amélie can’t see this").await;
    desk.click("#escalate summary").await;
    desk.fill("#reason", "She called twice").await;
    desk.click("#escalate-now").await;
    desk.wait_for("#escalation-level", "Level 1").await;
    desk.click("#why").await;
    desk.wait_for("h1", "Resolution is due").await;
    desk.wait_for("#facts", "The clock starts: 8 h allowed.").await;
    desk.find(".story .bar-ahead").await;
    assert!(desk.fits_sideways().await);

    let phone = Browser::open(Screen::SmallPhone).await;
    phone.go(&own_address(&app, "T-000002").await).await;
    phone.wait_for("#conversation", "We make both pairs again.").await;
    assert!(!phone.source().await.contains(SECRET), "a customer never reads a comment");
    assert!(phone.fits_sideways().await);
    phone.fill("#reply", "Thank you!").await;
    phone.click("#send").await;
    phone.wait_for("#conversation", "Thank you!").await;
    let moved = json!({ "id": "T-000002", "status": "resolved" });
    app.post("/crm/tickets/update", &agent(), moved).await.ok();
    phone.go(&own_address(&app, "T-000002").await).await;
    phone.click("[name=\"score\"][value=\"4\"]").await;
    phone.click("#rate").await;
    phone.wait_for("#rating-title", "You gave the help 4 of 5").await;
    for browser in [desk, phone] {
        browser.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_go_with_a_reply_and_with_an_answer_with_and_without_script() {
    let app = TestApp::with_manual_clock().await;
    open(&app, "Which size?", json!({})).await;
    let files = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: usize| {
        let path = files.path().join(name);
        std::fs::write(&path, "7".repeat(bytes)).unwrap();
        path.display().to_string()
    };
    let huge = file("huge.bin", 5 * 1024 * 1024 + 1);
    let desk = Browser::open(Screen::Desk).await;
    sign_in(&app, &desk, "/desk/T-000001").await;
    desk.wait_for("#live-word", "Live").await;
    desk.wait_for("[for=\"files\"]", "up to 10, 5 MB each, 10 MB together").await;
    desk.fill("#files", &huge).await;
    desk.wait_for("#files-error", "huge.bin is larger than 5 MB.").await;
    desk.fill("#files", &format!("{}\n{}", file("sizes.txt", 3), file("prices.txt", 4))).await;
    assert_eq!(desk.text("#files-error").await, "");
    desk.click("#send-reply").await;
    desk.wait_for("#done", "Reply sent.").await;
    desk.wait_for("#thread", "prices.txt").await;

    let phone = Browser::with_script(Screen::SmallPhone, false).await;
    phone.go(&own_address(&app, "T-000001").await).await;
    phone.wait_for("#conversation", "sizes.txt").await;
    phone.fill("#reply", "Mine is attached").await;
    phone.fill("#files", &huge).await;
    phone.click("#send").await;
    phone.wait_for("#files-error", "huge.bin is larger than 5 MB.").await;
    assert!(phone.fits_sideways().await);
    phone.fill("#files", &file("slip.txt", 5)).await;
    phone.click("#send").await;
    phone.wait_for("#done", "Your message has reached us.").await;
    phone.wait_for("#conversation", "slip.txt").await;
    desk.wait_for("#thread", "Mine is attached").await;
    desk.mark().await;
    app.post("/crm/tickets/comments/T-1", &agent(), json!({ "body": SECRET })).await;
    desk.wait_for(".said-comment", SECRET).await;
    assert!(desk.is_same_page().await, "a colleague's comment comes by itself");
    let said = app.get("/crm/tickets/messages/T-1", &agent()).await.ok();
    let mut read = Vec::new();
    for message in said["data"].as_array().unwrap() {
        for file in message["attachments"].as_array().unwrap() {
            let bytes = app.get(file["url"].as_str().unwrap(), &agent()).await.text;
            read.push((file["name"].as_str().unwrap().to_owned(), file["contentType"].clone(), bytes));
        }
    }
    let text = |name: &str, bytes: &str| (name.to_owned(), json!("text/plain"), bytes.to_owned());
    assert_eq!(read, [text("sizes.txt", "777"), text("prices.txt", "7777"), text("slip.txt", "77777")]);
    for browser in [desk, phone] {
        browser.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_works_without_script_and_fits_a_small_phone() {
    let app = TestApp::with_manual_clock().await;
    promises(&app).await;
    open(&app, "Gift card refused at Lisboa, Alvalade, on the second floor of the shopping centre", json!({})).await;
    let canned =
        json!({ "id": "card", "title": "Card", "body": "Dear {{ contact.name }}, about {{ ticket.number }}:" });
    app.post("/crm/tickets/canned-responses/create", &admin(), canned).await;
    let phone = Browser::with_script(Screen::SmallPhone, false).await;
    sign_in(&app, &phone, "/desk/T-000001").await;
    phone.wait_for("#number", "T-000001").await;
    assert!(phone.fits_sideways().await, "one ticket");
    phone.click("#canned [value=\"card\"]").await;
    phone.click("#use-canned").await;
    phone.wait_for("#reply", "Dear Amélie").await;
    let filled = phone.find("#reply").await.prop("value").await.unwrap().unwrap();
    assert_eq!(filled, "Dear Amélie Rousseau, about T-000001:");
    phone.click("#then [value=\"pending\"]").await;
    phone.click("#send-reply").await;
    phone.wait_for("#done", "Reply sent.").await;
    phone.wait_for(".level", "Paused").await;
    phone.click("#priority [value=\"urgent\"]").await;
    phone.click("#save").await;
    phone.wait_for("#done", "Saved.").await;
    phone.go(&format!("{}/desk", app.base)).await;
    phone.wait_for("#tickets", "Paused, 8 h left").await;
    phone.wait_for("#tickets", "Urgent").await;
    assert!(phone.fits_sideways().await, "the list");
    phone.go(&format!("{}/desk?status=resolved", app.base)).await;
    phone.wait_for("#nothing", "Nothing fits these filters.").await;
    phone.go(&format!("{}/why/T-000001", app.base)).await;
    phone.wait_for("#facts", "Paused").await;
    assert!(phone.fits_sideways().await, "why");
    phone.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_script_says_of_a_due_moment_what_the_server_says() {
    let app = TestApp::with_manual_clock().await;
    promises(&app).await;
    open(&app, "Frames for a four-year-old?", json!({})).await;
    let desk = Browser::open(Screen::Desk).await;
    sign_in(&app, &desk, "/desk").await;
    let words = "
        const [now, done] = arguments;
        const row = document.querySelector('[data-due]');
        import('/assets/desk/clocks.js').then(({ until }) => {
            const { tone, words } = until(Date.parse(row.dataset.due), Number(row.dataset.target), 'Europe/Berlin', Date.parse(now));
            done([`clock clock-${tone}`, words]);
        });";
    let mut said = Vec::new();
    let moments = ["09:00:10", "09:48:00", "09:55:30", "10:20:00", "12:00:00", "21:59:59"]
        .map(|time| format!("2026-05-10T{time}Z"));
    let moments: Vec<String> =
        moments.into_iter().chain(["2026-05-11T09:00:00Z".to_owned(), "2026-05-30T09:00:00Z".to_owned()]).collect();
    for moment in &moments {
        said.push(desk.page.execute_async(words, vec![json!(moment)]).await.unwrap());
    }
    desk.close().await;
    let without = Browser::with_script(Screen::Desk, false).await;
    app.set_clock(&moments[0]).await.ok();
    sign_in(&app, &without, "/desk").await;
    for (moment, script) in moments.iter().zip(said) {
        app.set_clock(moment).await.ok();
        without.go(&format!("{}/desk", app.base)).await;
        let clock = without.find(".ticket-row .clock").await;
        let class = clock.attr("class").await.unwrap().unwrap();
        assert_eq!(script, json!([class, clock.text().await.unwrap()]), "at {moment}");
    }
    without.close().await;
}
