//! Owners that fall: rebuilt from what is committed, without hurting others; out of service when they fall too often.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::app::{TestApp, id, staff};

/// How many calls of a neighbour are measured, without falls and with them.
const CALLS: usize = 400;
/// Between two of them.
const CALL_INTERVAL: Duration = Duration::from_millis(4);
/// How many owners fall meanwhile, each as often as it may without being put out of service.
const FALLING_OWNERS: usize = 20;
const FALLS_EACH: usize = 5;

async fn call_next(app: &TestApp, point: &str) -> crate::app::Answer {
    app.post(&format!("/crm/reservations/queue/call-next/{point}"), &staff(), json!({})).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_costs_its_caller_a_problem_and_nobody_anything_else() {
    let app = Arc::new(TestApp::spawn().await);
    app.service_point("falls-once", json!({})).await;
    app.service_point("neighbour", json!({})).await;
    let joined = app.join("falls-once", "Guest").await;
    fail::cfg("owner.handle.falls-once", "1*panic").unwrap();
    let fallen = call_next(&app, "falls-once").await;
    assert_eq!(fallen.status, 500, "{}", fallen.text);
    assert_eq!(fallen.headers["content-type"], "application/problem+json");
    assert_eq!(fallen.json["code"], "owner_fell");
    let called = call_next(&app, "falls-once").await;
    assert_eq!(called.status, 200, "{}", called.text);
    assert_eq!(called.json["id"], joined["id"], "what was committed is there");
    assert_eq!(called.json["counter"], json!(null));
    app.join("neighbour", "Somebody").await;
    assert_eq!(call_next(&app, "neighbour").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waited_behind_the_one_that_fell_is_served_by_the_next_life() {
    let app = Arc::new(TestApp::spawn().await);
    app.service_point("busy", json!({ "queue": { "maxWaiting": 500 } })).await;
    fail::cfg("owner.handle.busy", "5*off->1*panic->off").unwrap();
    let joins = (0..200).map(|person| {
        let app = Arc::clone(&app);
        tokio::spawn(
            async move { app.join_as("busy", json!({ "name": format!("Guest {person}") })).await.status.as_u16() },
        )
    });
    let mut answers = futures_util::future::try_join_all(joins).await.unwrap();
    answers.sort_unstable();
    assert_eq!(answers.split_off(199), [500], "only the one that was being handled is lost");
    assert_eq!(answers, [201; 199]);
    let status = app.status("busy").await;
    assert_eq!(status["waitingCount"], 199);
    fail::remove("owner.handle.busy");
}

#[tokio::test(flavor = "multi_thread")]
async fn six_panics_in_a_minute_put_an_owner_out_of_service_for_all_to_see() {
    let app = Arc::new(TestApp::spawn().await);
    app.service_point("falls-often", json!({})).await;
    app.service_point("neighbour", json!({})).await;
    app.join("falls-often", "Guest").await;
    fail::cfg("owner.handle.falls-often", "panic").unwrap();
    let mut fell = 0;
    loop {
        let answer = call_next(&app, "falls-often").await;
        match answer.status.as_u16() {
            500 => fell += 1,
            // Its fall is noticed a moment after its callers are told.
            503 if answer.json["code"] == "owner_out_of_service" => break,
            503 => tokio::time::sleep(Duration::from_millis(10)).await,
            other => panic!("{other}"),
        }
    }
    assert!(fell >= 6, "out of service after {fell} falls");
    fail::remove("owner.handle.falls-often");
    let failed = call_next(&app, "falls-often").await;
    assert_eq!(
        (failed.status.as_u16(), &failed.json["code"]),
        (503, &json!("owner_out_of_service")),
        "{}",
        failed.text
    );
    let ready = app.get("/readyz", "").await;
    assert_eq!(ready.status, 200, "one point's owner does not take the server down");
    assert!(ready.text.contains("falls-often"), "{}", ready.text);
    assert!(app.get("/metrics", "").await.text.contains("frontdesk_actors_failed 1"));
    let status = app.get("/crm/reservations/queue/status/falls-often", "").await;
    assert_eq!(status.json["waitingCount"], 1, "what is committed can still be seen");
    app.join("neighbour", "Somebody").await;
    assert_eq!(call_next(&app, "neighbour").await.status, 200);
}

/// Timings depend on the machine and decide nothing here: they are printed, and told in `benches/README.md`.
#[tokio::test(flavor = "multi_thread")]
async fn a_neighbour_is_answered_every_time_while_others_fall() {
    let app = Arc::new(TestApp::spawn().await);
    let points: Vec<String> = (0..FALLING_OWNERS).map(|number| format!("falls-beside-{number}")).collect();
    for point in &points {
        app.service_point(point, json!({})).await;
    }
    app.service_point("neighbour", json!({})).await;
    let joined = app.join("neighbour", "Somebody").await;
    app.act("call", id(&joined), json!({})).await.ok();

    let (mut calm, falls) = beside_others(&app, &points, id(&joined)).await;
    assert_eq!(falls, 0);
    for point in &points {
        fail::cfg(format!("owner.handle.{point}"), &format!("{FALLS_EACH}*panic")).unwrap();
    }
    let (mut shaken, falls) = beside_others(&app, &points, id(&joined)).await;
    assert!(falls >= FALLING_OWNERS, "only {falls} falls");
    println!("{CALLS} calls of a neighbour, without falls: {}", figures(&mut calm));
    println!("{CALLS} calls of a neighbour, beside {falls} falls: {}", figures(&mut shaken));
}

/// Calls of the neighbour at a steady pace, each of which has to succeed, while somebody asks the others without a
/// break; how long each took, and how many of the others fell.
async fn beside_others(app: &Arc<TestApp>, others: &[String], entry: &str) -> (Vec<Duration>, usize) {
    let enough = Arc::new(AtomicBool::new(false));
    let asking = tokio::spawn(ask_all(Arc::clone(app), others.to_vec(), Arc::clone(&enough)));
    let mut pace = tokio::time::interval(CALL_INTERVAL);
    let mut took = Vec::with_capacity(CALLS);
    for _ in 0..CALLS {
        pace.tick().await;
        let began = Instant::now();
        app.act("recall", entry, json!({})).await.ok();
        took.push(began.elapsed());
    }
    enough.store(true, Ordering::Relaxed);
    (took, asking.await.unwrap())
}

async fn ask_all(app: Arc<TestApp>, points: Vec<String>, enough: Arc<AtomicBool>) -> usize {
    let mut fell = 0;
    while !enough.load(Ordering::Relaxed) {
        for point in &points {
            fell += usize::from(call_next(&app, point).await.status == 500);
        }
    }
    fell
}

fn figures(took: &mut [Duration]) -> String {
    took.sort_unstable();
    let at = |percent: usize| took[(took.len() * percent / 100).min(took.len() - 1)].as_secs_f64() * 1e3;
    format!("p50 {:.1} ms, p99 {:.1} ms, slowest {:.1} ms", at(50), at(99), at(100))
}
