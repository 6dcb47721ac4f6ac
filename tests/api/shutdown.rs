//! An orderly stop: what was acknowledged is there after the restart, with the same positions and versions.

use std::sync::Arc;

use frontdesk::clock::{ManualClock, SystemClock};
use serde_json::{Value, json};

use crate::app::{START, TestApp, id};

#[tokio::test]
async fn everything_is_after_a_restart_as_it_was_before() {
    let app = TestApp::with_manual_clock().await;
    app.service_point("desk", json!({ "capacity": 2, "hours": { "sun": [["09:00", "24:00"]] } })).await;
    app.service_point("paused", json!({})).await;
    let mut joined = Vec::new();
    for number in 0..6 {
        joined.push(app.join("desk", &format!("Guest {number}")).await);
    }
    app.act("check-in", id(&joined[3]), json!({})).await.ok();
    app.act("start", id(&joined[0]), json!({ "counter": "1" })).await.ok();
    app.act("start", id(&joined[1]), json!({ "counter": "2" })).await.ok();
    app.act("complete", id(&joined[1]), json!({})).await.ok();
    app.act("call", id(&joined[2]), json!({})).await.ok();
    app.act("call", id(&joined[5]), json!({})).await.ok();
    app.act("return", id(&joined[5]), json!({ "to": "first" })).await.ok();
    app.act("pause", "paused", json!({ "minutes": 5 })).await.ok();
    let before = seen(&app, &joined).await;
    let app = app.restart(Arc::new(ManualClock::starting_at(START.parse().unwrap()))).await;
    assert_eq!(seen(&app, &joined).await, before);
    app.act("undo", id(&joined[5]), json!({})).await.ok();
    assert_eq!(app.own(&joined[5]).await["state"], "called", "an act can still be taken back");
    assert_eq!(app.join("desk", "Next").await["number"], 7);
    app.advance("PT5M").await;
    app.join("paused", "After the pause").await;
}

async fn seen(app: &TestApp, joined: &[Value]) -> Vec<Value> {
    let mut seen = vec![app.status("desk").await, app.status("paused").await];
    seen.push(app.get("/crm/reservations/service-point/get", &crate::app::admin()).await.ok());
    for entry in joined {
        seen.push(app.own(entry).await);
    }
    seen
}

#[tokio::test(flavor = "multi_thread")]
async fn joins_that_were_acknowledged_right_before_the_stop_are_there_after_the_restart() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({ "queue": { "maxWaiting": 10_000 } })).await;
    let client = reqwest::Client::new();
    let (acknowledged, mut first) = tokio::sync::mpsc::unbounded_channel();
    let joins: Vec<_> = (0..8)
        .map(|guest| {
            let (client, acknowledged) = (client.clone(), acknowledged.clone());
            let url = format!("{}/crm/reservations/queue/join", app.base);
            tokio::spawn(async move {
                let body = json!({ "servicePointId": "desk", "customer": { "name": format!("Guest {guest}") } });
                // Until the server is gone.
                while let Ok(answer) = client.post(&url).json(&body).send().await {
                    if answer.status() != 201 {
                        break;
                    }
                    let Ok(joined) = answer.json::<Value>().await else { break };
                    acknowledged.send(joined).unwrap();
                }
            })
        })
        .collect();
    drop(acknowledged);
    let mut joined = Vec::new();
    for _ in 0..50 {
        joined.push(first.recv().await.unwrap());
    }
    let app = app.restart(SystemClock::shared()).await;
    for task in joins {
        task.await.unwrap();
    }
    while let Some(entry) = first.recv().await {
        joined.push(entry);
    }
    let status = app.status("desk").await;
    let waiting = status["waiting"].as_array().unwrap();
    assert!(waiting.len() >= joined.len(), "{} of {}", waiting.len(), joined.len());
    for entry in joined.iter().rev().take(100) {
        let own = app.own(entry).await;
        assert_eq!((&own["number"], &own["position"]), (&entry["number"], &entry["position"]));
    }
    let numbers: Vec<_> = waiting.iter().map(|entry| entry["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>(), "no gap, no repeat");
}
