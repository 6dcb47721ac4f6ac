//! Many at once: nobody is called twice, no number is given twice.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::json;

use crate::app::{TestApp, token};

#[tokio::test(flavor = "multi_thread")]
async fn fifty_clerks_call_a_thousand_entries_each_exactly_once() {
    let app = Arc::new(TestApp::spawn().await);
    app.service_point("hall", json!({ "capacity": 50, "queue": { "maxWaiting": 1000 } })).await;
    let joins = (0..20).map(|_| {
        let app = Arc::clone(&app);
        tokio::spawn(async move {
            for _ in 0..50 {
                app.join("hall", "Guest").await;
            }
        })
    });
    futures_util::future::try_join_all(joins).await.unwrap();
    let clerks = (0..50).map(|clerk| {
        let app = Arc::clone(&app);
        tokio::spawn(async move {
            let token = token(json!({ "sub": format!("clerk-{clerk}") }));
            let mut called = Vec::new();
            loop {
                let path = "/crm/reservations/queue/call-next/hall";
                let next = app.post(path, &token, json!({ "counter": clerk.to_string() })).await;
                match next.status.as_u16() {
                    200 => called.push(next.json["number"].as_u64().unwrap()),
                    409 => return (called, next.json["code"].as_str().unwrap().to_owned()),
                    other => panic!("{other}: {}", next.text),
                }
            }
        })
    });
    let mut all = Vec::new();
    for (called, reason) in futures_util::future::try_join_all(clerks).await.unwrap() {
        assert_eq!(reason, "nobody_waiting");
        all.extend(called);
    }
    assert_eq!(all.len(), 1_000, "each was called once");
    assert_eq!(all.into_iter().collect::<BTreeSet<_>>(), (1..=1_000).collect(), "and everybody was called");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_people_join_at_once_and_get_the_numbers_from_1_to_200() {
    let app = Arc::new(TestApp::spawn().await);
    app.service_point("hall", json!({ "queue": { "maxWaiting": 500 } })).await;
    let joins = (0..200).map(|person| {
        let app = Arc::clone(&app);
        tokio::spawn(async move { app.join("hall", &format!("Guest {person}")).await["number"].as_u64().unwrap() })
    });
    let numbers = futures_util::future::try_join_all(joins).await.unwrap();
    assert_eq!(numbers.into_iter().collect::<BTreeSet<_>>(), (1..=200).collect());
    let status = app.get("/crm/reservations/queue/status/hall", "").await.json;
    assert_eq!(status["waitingCount"], 200);
    let shown: Vec<_> =
        status["waiting"].as_array().unwrap().iter().map(|entry| entry["number"].as_u64().unwrap()).collect();
    assert_eq!(shown, (1..=200).collect::<Vec<_>>());
}
