//! Two hundred clients want one slot at the same moment: as many as fit get it, all others hear what is still free.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::app::{Answer, TestApp, staff};
use crate::calendar::{CREATE, EVENING, number, wish};

const CLIENTS: usize = 200;

async fn race(capacity: u32) {
    let app = Arc::new(TestApp::with_manual_clock().await);
    app.define("cut", |terms| terms.capacity = Some(capacity)).await;
    let clients = (0..CLIENTS).map(|client| {
        let app = Arc::clone(&app);
        tokio::spawn(async move { app.post(CREATE, "", wish(&format!("Guest{client}"), EVENING)).await })
    });
    let answers = futures_util::future::try_join_all(clients).await.unwrap();
    let (won, lost): (Vec<Answer>, Vec<Answer>) = answers.into_iter().partition(|answer| answer.status == 201);
    assert_eq!(won.len(), usize::try_from(capacity).unwrap());
    for answer in &lost {
        let problem = answer.refused(409, "slot_taken");
        let nearest = problem["alternatives"].as_array().unwrap();
        assert_eq!(nearest.len(), 3, "{}", answer.text);
        assert!(nearest.iter().all(|free| free["start"] != EVENING && free["spotsAvailable"].as_u64() > Some(0)));
    }
    let numbers: BTreeSet<_> = won.iter().map(|answer| number(&answer.json)).collect();
    let listed = app.get("/crm/reservations/get?definitionId=cut", &staff()).await.ok();
    let shown: BTreeSet<_> = listed["data"].as_array().unwrap().iter().map(number).collect();
    assert_eq!((listed["total"].as_u64(), shown), (Some(capacity.into()), numbers));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_two_hundred_gets_the_only_place() {
    race(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn three_of_two_hundred_get_three_places() {
    race(3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_of_two_hundred_get_ten_places() {
    race(10).await;
}
