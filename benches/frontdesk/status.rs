//! How fast a queue's status is read: Frontdesk against a bare handler that answers the very same bytes.

use std::net::SocketAddr;
use std::path::Path;

use crate::children::{Opponent, Player};
use crate::house::{House, status_target};
use crate::load::Measured;
use crate::plan::Plan;
use crate::table::{Table, median};

const POINT: &str = "counter";
/// Who waits there: a line as long as in a shop.
const WAITING: usize = 5;
const AIMED_RATIO: f64 = 0.8;

pub async fn measure(house: &House, scratch: &Path, plan: &Plan, table: &mut Table) {
    house.add_point(POINT).await;
    for guest in 0..WAITING {
        house.join(POINT, &format!("status{guest}@bench.example")).await;
    }
    let answer = house.status(POINT).await;
    let (head, body) = (scratch.join("status.head"), scratch.join("status.body"));
    std::fs::write(&head, &answer.head).expect("a file");
    std::fs::write(&body, &answer.body).expect("a file");
    let files = [("head", head.display().to_string()), ("body", body.display().to_string())];
    let bare = Opponent::start("bare", &files).await;

    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..plan.rounds {
        ours.push(reads(house.address(), plan));
        theirs.push(reads(bare.address, plan));
    }
    let rate = |side: &[Measured]| median(side.iter().map(|one| one.a_second));
    let ratio = rate(&ours) / rate(&theirs);
    table.aimed(
        format!("queue status at {} connections: Frontdesk / bare handler", plan.status_connections),
        format!("{ratio:.2} x ({:.0}/s against {:.0}/s)", rate(&ours), rate(&theirs)),
        ">= 0.8 x",
        ratio >= AIMED_RATIO,
    );
    let others: Vec<&str> =
        ours.iter().chain(&theirs).map(|one| one.others.as_str()).filter(|o| !o.is_empty()).collect();
    let (head, body) = (answer.head.len(), answer.body.len());
    table.note(format!("status answer: {head} bytes of head, {body} of body; other answers: {others:?}"));
}

fn reads(address: SocketAddr, plan: &Plan) -> Measured {
    let arguments = [
        ("load", "same".to_owned()),
        ("address", address.to_string()),
        ("connections", plan.status_connections.to_string()),
        ("target", status_target(POINT)),
        ("warm-up", plan.warm_up.as_millis().to_string()),
        ("time", plan.status_time.as_millis().to_string()),
    ];
    Measured::read(&Player::start("client", &arguments).hear())
}
