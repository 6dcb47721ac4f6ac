//! How fast 30 days of slots are shown: Frontdesk against a bare handler that answers the very same bytes.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Instant;

use chrono::{Days, Utc};
use serde_json::{Value, json};

use crate::children::{Opponent, Player};
use crate::creates::define_booked;
use crate::house::{DEFINE, House, STAFF};
use crate::load::{CREATE, Measured, ORG, SLOTS};
use crate::plan::Plan;
use crate::support::cluster::Cluster;
use crate::support::dice::Dice;
use crate::support::wire::{Kept, call};
use crate::table::{Table, median};

const SHOWN: &str = "consultation";
const SHOWN_DAYS: u64 = 30;
const AIMED_RATIO: f64 = 0.25;
/// Bookings under way at once while the calendar is filled.
const FILLING_AT_ONCE: usize = 32;
/// Bookings a second, and their connections, while slots are shown from a calendar that changes.
const CHANGES_A_SECOND: usize = 50;
const CHANGING_CONNECTIONS: usize = 8;
/// Questions that are each asked once.
const UNKNOWN_QUESTIONS: usize = 20;
/// Seed of the bookings' times: the same in each run.
const SEED: u64 = 5_000;

pub async fn measure(cluster: &Cluster, scratch: &Path, plan: &Plan, table: &mut Table) {
    cluster.create_database("frontdesk_slots").await;
    let url = cluster.socket_url("frontdesk_slots");
    let house = House::open_at(&url, &scratch.join("slots"), 0).await;
    define_booked(&house).await;
    let question = define_shown(&house).await;
    fill(&house, &question, plan).await;

    let answer = ask(&house, &question).await;
    let (head, body) = (scratch.join("slots.head"), scratch.join("slots.body"));
    std::fs::write(&head, &answer.head).expect("a file");
    std::fs::write(&body, &answer.body).expect("a file");
    let files = [("head", head.display().to_string()), ("body", body.display().to_string())];
    let bare = Opponent::start("bare", &files).await;

    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..plan.rounds {
        ours.push(reads(house.address(), &question, plan));
        theirs.push(reads(bare.address, &question, plan));
    }
    compare(&ours, &theirs, plan, table);
    let mut changes = changes(house.address(), plan);
    let changing = reads(house.address(), &question, plan);
    let changed = Measured::read(&changes.hear());
    table.informs(
        format!("the same while the calendar books {:.0} a second: Frontdesk / bare handler", changed.a_second),
        format!(
            "{:.2} x ({:.0}/s; p50 {:.1} ms, p99 {:.1} ms)",
            changing.a_second / median(theirs.iter().map(|one| one.a_second)),
            changing.a_second,
            changing.p50_ms,
            changing.p99_ms
        ),
    );
    let worked_out = median(not_asked_before(&house, &question).await);
    table.informs("a question that nobody has asked before, alone, on a new connection", format!("{worked_out:.1} ms"));
    let offered = answer.json()["slots"].as_array().map_or(0, Vec::len);
    let (head, body) = (answer.head.len(), answer.body.len());
    table.note(format!("slots: {offered} offered, {head} bytes of head, {body} of body"));
}

/// Ten clerks, one of them an appointment, twenty starts a day: room for 6,000 in 30 days. The question for them.
async fn define_shown(house: &House) -> Value {
    let staff: Vec<String> = (0..STAFF).map(|number| format!("clerk{number}")).collect();
    let day = json!([["08:00", "18:00"]]);
    let terms = json!({
        "id": SHOWN, "name": "Consultation", "durationMinutes": 30, "requiredStaff": 1, "staffIds": staff,
        "timezone": "Europe/Berlin",
        "hours": {"mon": day, "tue": day, "wed": day, "thu": day, "fri": day, "sat": day, "sun": day},
    });
    house.make(DEFINE, &terms).await;
    // Not from tomorrow on: near midnight that would be another day when the last question is asked.
    let first = Utc::now().date_naive() + Days::new(2);
    json!({"definitionId": SHOWN, "from": first, "to": first + Days::new(SHOWN_DAYS - 1)})
}

async fn ask(house: &House, question: &Value) -> Kept {
    let answer = call(house.address(), "POST", SLOTS, &[("orgid", ORG)], Some(question)).await.expect("an answer");
    assert_eq!(answer.status, 200, "slots: {}", answer.text());
    answer
}

/// Books seats of the days that are shown, at random.
async fn fill(house: &House, question: &Value, plan: &Plan) {
    let empty = ask(house, question).await.json();
    let slots = empty["slots"].as_array().expect("slots");
    let mut seats: Vec<&Value> = slots.iter().flat_map(|slot| std::iter::repeat_n(slot, STAFF)).collect();
    assert!(seats.len() > plan.bookings, "there is room: {} seats", seats.len());
    let mut dice = Dice::new(SEED);
    let mut tasks = tokio::task::JoinSet::new();
    for guest in 0..plan.bookings {
        let seat = seats.swap_remove(dice.below(seats.len()));
        let customer = json!({"name": "Guest", "email": format!("slots{guest}@bench.example")});
        let slot = json!({"start": seat["start"], "end": seat["end"]});
        let wish = json!({"definitionId": SHOWN, "slot": slot, "customer": customer});
        if tasks.len() >= FILLING_AT_ONCE
            && let Some(done) = tasks.join_next().await
        {
            done.expect("a booking");
        }
        let address = house.address();
        tasks.spawn(async move {
            let made = call(address, "POST", CREATE, &[("orgid", ORG)], Some(&wish)).await.expect("an answer");
            assert_eq!(made.status, 201, "a booking: {}", made.text());
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.expect("a booking");
    }
}

/// How long it takes to work an answer out, in milliseconds: the same days, from other moments before they open.
async fn not_asked_before(house: &House, question: &Value) -> Vec<f64> {
    let mut took = Vec::new();
    for second in 0..UNKNOWN_QUESTIONS {
        let mut other = question.clone();
        let first = question["from"].as_str().expect("a date");
        other["from"] = json!(format!("{first}T00:00:{second:02}Z"));
        let began = Instant::now();
        ask(house, &other).await;
        took.push(began.elapsed().as_secs_f64() * 1_000.0);
    }
    took
}

fn compare(ours: &[Measured], theirs: &[Measured], plan: &Plan, table: &mut Table) {
    let rate = |side: &[Measured]| median(side.iter().map(|one| one.a_second));
    let p50 = |side: &[Measured]| median(side.iter().map(|one| one.p50_ms));
    let p99 = |side: &[Measured]| median(side.iter().map(|one| one.p99_ms));
    let ratio = rate(ours) / rate(theirs);
    table.aimed(
        format!(
            "{SHOWN_DAYS} days of slots, {STAFF} staff, {} bookings, at {} connections: Frontdesk / bare handler",
            plan.bookings, plan.status_connections
        ),
        format!("{ratio:.2} x ({:.0}/s against {:.0}/s)", rate(ours), rate(theirs)),
        ">= 0.25 x",
        ratio >= AIMED_RATIO,
    );
    table.informs(
        "their latency, p50 and p99",
        format!("{:.1} and {:.1} ms against {:.1} and {:.1} ms", p50(ours), p99(ours), p50(theirs), p99(theirs)),
    );
    let others: Vec<&str> =
        ours.iter().chain(theirs).map(|one| one.others.as_str()).filter(|text| !text.is_empty()).collect();
    if !others.is_empty() {
        table.note(format!("slots: other answers: {others:?}"));
    }
}

fn reads(address: SocketAddr, question: &Value, plan: &Plan) -> Measured {
    let arguments = [
        ("load", "same".to_owned()),
        ("address", address.to_string()),
        ("connections", plan.status_connections.to_string()),
        ("target", SLOTS.to_owned()),
        ("body", question.to_string()),
        ("warm-up", plan.warm_up.as_millis().to_string()),
        ("time", plan.status_time.as_millis().to_string()),
    ];
    Measured::read(&Player::start("client", &arguments).hear())
}

/// Bookings of the other definition, in the same calendar: what is shown has to be worked out anew after each.
fn changes(address: SocketAddr, plan: &Plan) -> Player {
    let arguments = [
        ("load", "creates".to_owned()),
        ("address", address.to_string()),
        ("connections", CHANGING_CONNECTIONS.to_string()),
        ("rate", CHANGES_A_SECOND.to_string()),
        ("from", "0".to_owned()),
        ("run", "changes".to_owned()),
        ("warm-up", plan.warm_up.as_millis().to_string()),
        ("time", plan.status_time.as_millis().to_string()),
    ];
    Player::start("client", &arguments)
}
