//! `/crm/reservations/queue/history`: what a point did, in figures.

use serde_json::{Value, json};

use crate::app::{START, TestApp, id, own_path, staff, supervisor};

async fn history(app: &TestApp, query: &str) -> Value {
    app.get(&format!("/crm/reservations/queue/history/desk{query}"), &staff()).await.ok()
}

/// Eight visits within half an hour: waits of 2, 4, 6 and 30 minutes, three who gave up, and one who still waits.
async fn a_morning(app: &TestApp) {
    app.service_point("desk", json!({ "capacity": 10, "queue": { "waitLimitMinutes": 6, "graceMinutes": 0 } })).await;
    let mut joined = Vec::new();
    for number in 0..8 {
        joined.push(app.join("desk", &format!("Guest {number}")).await);
    }
    for (entry, step) in joined.iter().zip(["PT2M", "PT2M", "PT2M", "PT24M"]) {
        app.advance(step).await;
        app.act("start", id(entry), json!({})).await.ok();
    }
    for entry in &joined[..3] {
        app.advance("PT1M").await;
        app.act("complete", id(entry), json!({})).await.ok();
    }
    app.post(&own_path("leave", &joined[4]), "", json!({})).await.ok();
    app.post(&own_path("leave", &joined[5]), "", json!({})).await.ok();
    let path = format!("/crm/reservations/queue/no-show/{}", id(&joined[6]));
    app.post(&path, &supervisor(), json!({})).await.ok();
}

#[tokio::test]
async fn a_history_counts_visits_waits_services_and_who_gave_up() {
    let app = TestApp::with_manual_clock().await;
    a_morning(&app).await;
    let today = history(&app, "").await;
    assert_eq!(
        (&today["from"], &today["to"]),
        (&json!("2026-05-09T22:00:00Z"), &json!("2026-05-10T09:33:01Z")),
        "this second included"
    );
    assert_eq!((&today["joined"], &today["served"]), (&json!(8), &json!(3)));
    assert_eq!((&today["noShow"], &today["left"], &today["abandonedPercent"]), (&json!(1), &json!(2), &json!(37.5)));
    let figures = [("meanSeconds", 630), ("medianSeconds", 300), ("p90Seconds", 1_368), ("longestSeconds", 1_800)];
    for (figure, seconds) in figures {
        assert!((today["wait"][figure].as_f64().unwrap() - f64::from(seconds)).abs() < 0.001, "{figure}: {today}");
    }
    // Taken after 2, 4 and 6 minutes, finished after 31, 32 and 33.
    assert_eq!(today["service"], json!({ "meanSeconds": 1_680.0 }));
    let level = json!({ "waitLimitMinutes": 6, "reached": 4, "reachedInTime": 3, "onTimePercent": 75.0 });
    assert_eq!(today["serviceLevel"], level);
    assert_eq!(today["servicePointId"], "desk");
}

#[tokio::test]
async fn a_span_is_given_in_instants_or_local_days_and_counts_by_joining() {
    let app = TestApp::with_manual_clock().await;
    a_morning(&app).await;
    for (query, joined) in [
        ("?from=2026-05-10&to=2026-05-10", 8),
        ("?from=2026-05-09&to=2026-05-09", 0),
        ("?from=2026-05-11&to=2026-05-12", 0),
        ("?from=2026-05-10T09:00:00Z&to=2026-05-10T09:00:01Z", 8),
        ("?from=2026-05-10T08:00:00Z&to=2026-05-10T09:00:00Z", 0),
        ("?from=2026-05-10T09:00:01Z&to=2026-05-10T10:00:00Z", 0),
        ("?from=2026-05-10T11:00:00%2B02:00&to=2026-05-10T11:00:01%2B02:00", 8),
    ] {
        assert_eq!(history(&app, query).await["joined"], joined, "{query}");
    }
    let empty = history(&app, "?from=2026-05-09&to=2026-05-09").await;
    assert_eq!((&empty["abandonedPercent"], &empty["wait"]["meanSeconds"]), (&json!(null), &json!(null)));
    assert_eq!(
        (&empty["serviceLevel"]["onTimePercent"], &empty["service"]["meanSeconds"]),
        (&json!(null), &json!(null))
    );
}

#[tokio::test]
async fn spans_that_make_no_sense_and_points_that_are_not_there_are_refused() {
    let app = TestApp::with_manual_clock().await;
    app.service_point("desk", json!({})).await;
    for query in
        ["?from=yesterday", "?to=2026-13-01", "?from=2026-05-11&to=2026-05-09", "?from=2020-01-01", "?from=", "?from=1"]
    {
        let refused = app.get(&format!("/crm/reservations/queue/history/desk{query}"), &staff()).await;
        refused.refused(400, "invalid_query");
    }
    let nowhere = app.get("/crm/reservations/queue/history/nowhere", &staff()).await;
    nowhere.refused(404, "service_point_not_found");
}

#[tokio::test]
async fn quotes_are_compared_with_what_waits_really_were() {
    let app = TestApp::with_manual_clock().await;
    app.service_point("desk", json!({ "queue": { "averageServiceMinutes": 10 } })).await;
    app.join("desk", "First").await;
    let second = app.join("desk", "Second").await;
    assert_eq!(second["estimatedWaitMinutes"], 10);
    app.advance("PT4M").await;
    app.act("call", id(&second), json!({})).await.ok();
    let estimate = &history(&app, &format!("?from={START}")).await["estimate"];
    assert_eq!(estimate["quotedMinusActualMeanSeconds"], 360.0, "quoted 10 minutes, took 4");
}
