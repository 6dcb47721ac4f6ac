//! The supervisor's page: its script says what the server says, and all of it can be read by everybody.

use fantoccini::Client;
use serde_json::{Value, json};

use crate::app::{TestApp, supervisor};
use crate::browser::{Browser, Screen};

/// What the script says of a location, so many minutes after its stream spoke last: `[standing, words, heading]`.
const SAID_LATER: &str = "
    const [point, minutes, done] = arguments;
    Promise.all([import('/assets/live/cards.js'), import('/assets/live/standing.js')]).then(([{ cards }, says]) => {
        const now = Date.parse(cards.get(point).asOf) + minutes * 60000;
        const { key, words } = says.standing(cards.get(point), now);
        done([key, words, says.headline([...cards.values()], now), says.sums([...cards.values()])]);
    });";

/// Where each plot begins and where it has its `now`.
const PLOTS: &str = "
    return [...document.querySelectorAll('.plot')].map((plot) => {
        const texts = [...plot.querySelectorAll('text')];
        return [plot.querySelector('.plot-now-word').getAttribute('x'), texts[0].textContent];
    });";

async fn sign_in(app: &TestApp, screen: Screen) -> Browser {
    let desk = Browser::open(screen).await;
    desk.go(&format!("{}/live", app.base)).await;
    desk.fill("#token", &supervisor()).await;
    desk.click("#sign-in button").await;
    desk.find("#cards").await;
    desk.wait_for("#live-word", "Live").await;
    desk
}

async fn said_later(page: &Client, point: &str, minutes: i64) -> Value {
    page.execute_async(SAID_LATER, vec![json!(point), json!(minutes)]).await.unwrap()
}

/// What the server says at its present time: the same four, read from the page as it is without script.
async fn said_by_server(app: &TestApp, point: &str) -> Value {
    let page =
        app.request(reqwest::Method::GET, "/live").header("cookie", format!("frontdesk_session={}", supervisor()));
    let html = app.send(page).await.text;
    let between = |text: &str, from: &str, to: &str| {
        let rest = text.split_once(from).unwrap_or_else(|| panic!("no {from} in {text}")).1;
        rest.split_once(to).unwrap().0.to_owned()
    };
    let end = html.find(&format!("data-point=\"{point}\"")).unwrap();
    let start = html[..end].rfind("<li ").unwrap();
    let card = &html[start..];
    let words = between(card, "data-slot=\"words\">", "<");
    let heading = [between(&html, "id=\"headline\">", "<"), between(&html, "id=\"sums\">", "<")];
    json!([between(card, "data-standing=\"", "\""), words, heading[0], heading[1]])
}

#[tokio::test(flavor = "multi_thread")]
async fn the_script_says_what_the_server_will_say_as_time_goes_on() {
    let app = TestApp::with_manual_clock().await;
    for point in ["harbour", "island"] {
        app.service_point(point, json!({ "name": point })).await;
    }
    app.join("harbour", "Ann").await;
    app.act("pause", "island", json!({ "minutes": 18 })).await.ok();
    let desk = sign_in(&app, Screen::Desk).await;
    let mut later = Vec::new();
    let mut minutes = 0;
    for step in [0, 15, 1, 3, 1, 1, 60] {
        minutes += step;
        for point in ["harbour", "island"] {
            later.push((minutes, step, point, said_later(&desk.page, point, minutes).await));
        }
    }
    desk.close().await;
    for (minutes, step, point, script) in later {
        if point == "harbour" && step > 0 {
            app.advance(&format!("PT{step}M")).await;
        }
        assert_eq!(script, said_by_server(&app, point).await, "{point} after {minutes} minutes");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_plots_share_their_hours() {
    let app = TestApp::with_manual_clock().await;
    for (point, zone) in [("harbour", "Europe/Berlin"), ("island", "Europe/Lisbon"), ("delta", "Asia/Kolkata")] {
        app.service_point(point, json!({ "timezone": zone })).await;
    }
    // Seen two hours before the others' plots would begin.
    let early = app.join("harbour", "Ann").await;
    app.act("start", early["id"].as_str().unwrap(), json!({})).await.ok();
    app.advance("PT4H").await;
    let desk = sign_in(&app, Screen::Desk).await;
    let plots = desk.page.execute(PLOTS, vec![]).await.unwrap();
    let places: Vec<_> = plots.as_array().unwrap().iter().map(|plot| plot[0].clone()).collect();
    assert!(places.len() == 3 && places.iter().all(|place| *place == places[0]), "{plots}");
    let mut begins: Vec<_> = plots.as_array().unwrap().iter().map(|plot| plot[1].as_str().unwrap()).collect();
    begins.sort_unstable();
    assert_eq!(begins, ["10", "11", "14:30"], "each in the hours of its own zone");
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_fits_at_a_zoom_of_200_percent_and_on_a_small_phone() {
    let app = TestApp::spawn().await;
    app.service_point("harbour", json!({ "name": "Dublin, St Stephen’s Green Shopping Centre, Level 2" })).await;
    for name in ["Sigríður Þorvaldsdóttir", "Bo"] {
        app.join("harbour", name).await;
    }
    for screen in [Screen::DeskZoomed, Screen::SmallPhone] {
        let desk = sign_in(&app, screen).await;
        assert!(desk.fits_sideways().await, "all locations");
        desk.click(".place-open").await;
        desk.wait_for("#waiting", "Sigríður").await;
        assert!(desk.fits_sideways().await, "one location");
        desk.close().await;
    }
}
