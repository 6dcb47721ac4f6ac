//! Carries visits from one owner to another: what the source has committed is received by the target, or goes back.
//! Every step is safe to repeat, so after a crash the whole way is simply gone again.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use super::arrivals::Arrival;
use super::directory::Directory;
use super::in_turn::{InTurn, Turn};
use super::request::{Answered, IdempotencyKey, Request, Unanswered};
use crate::domain::ids::OrgId;
use crate::domain::queue::{Handover, Rejection};
use crate::workflows::follow_up::FollowUp;
use crate::workflows::handover::{Errand, delivery, settle};

/// Pause before an owner that could not be asked is asked again.
const RETRY_PAUSE: Duration = Duration::from_millis(250);

/// What a hand-over is told from a request by, among the keys of its target.
const ROUTE: &str = "handover";

/// Carries whatever sets out until the process ends: hand-overs each on its own, the rest in turn.
pub(super) async fn carry(directory: Arc<Directory>, mut outgoing: mpsc::UnboundedReceiver<(OrgId, FollowUp)>) {
    let mut in_turn = InTurn::new(Arc::clone(&directory));
    while let Some((org, follow_up)) = outgoing.recv().await {
        directory.arrivals.travelling.send_modify(|count| *count += 1);
        let turn = match &follow_up {
            FollowUp::Deliver(handover) => {
                let (carrier, handover) = (Arc::clone(&directory), handover.clone());
                directory.runtime().spawn(async move {
                    let arrival = deliver(&carrier, &org, &handover).await;
                    carrier.arrivals.tell(&org, &handover.id, &arrival);
                    carrier.arrivals.travelling.send_modify(|count| *count -= 1);
                });
                continue;
            }
            FollowUp::Bring { arrival, .. } => Turn::Arrivals(arrival.point.clone()),
            FollowUp::Withdraw(withdrawal) | FollowUp::WithdrawIfDeleted { withdrawal, .. } => {
                Turn::Arrivals(withdrawal.point.clone())
            }
            FollowUp::Report(_) => Turn::Reports,
        };
        in_turn.carry(org, turn, follow_up);
    }
}

async fn deliver(directory: &Directory, org: &OrgId, handover: &Handover) -> Arrival {
    // A visit that went on to a third point must not be received again here, however late this is repeated.
    let once = IdempotencyKey { route: ROUTE, key: handover.id.to_string(), fingerprint: [0; 32] };
    let received = run(directory, org, delivery(handover), Some(once)).await.outcome;
    let settlement = settle(handover, received.as_ref().map(drop));
    if let Err(rejection) = run(directory, org, settlement.errand, None).await.outcome {
        tracing::error!(%org, handover = %handover.id, %rejection, "the source did not settle a hand-over");
    }
    match (received, settlement.refusal) {
        (Ok(answer), None) => Ok(answer),
        (Err(rejection), None) | (_, Some(rejection)) => Err(rejection),
    }
}

/// Asks until there is an answer: an owner that restarts, or a database that is away, comes back.
async fn run(directory: &Directory, org: &OrgId, errand: Errand, once: Option<IdempotencyKey>) -> Answered {
    loop {
        let (name, command) = (errand.point.clone(), errand.command.clone());
        match directory.ask(Request { org: org.clone(), name, command, idempotency: once.clone() }).await {
            Ok(answered) => return answered,
            // Nothing will change that before a restart: the visit must not wait for it.
            Err(Unanswered::OwnerFailed | Unanswered::Refused { .. }) => {
                return Answered { outcome: Err(Rejection::QueueClosed { opens_at: None }), repeated: false };
            }
            Err(reason) => tracing::debug!(%org, point = %errand.point, %reason, "a hand-over waits"),
        }
        tokio::time::sleep(RETRY_PAUSE).await;
    }
}
