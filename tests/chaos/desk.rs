//! What the desk of a failure test is made of: hours around the clock, a promise that is soon broken, who is told, and who shares
//! the tickets.

use std::net::SocketAddr;

use serde_json::json;

use crate::stage::Stage;
use crate::support::frontdesk::Frontdesk;
use crate::support::wire::call;

/// The members of staff that tickets are given to. How the mail server treats `stalled` and `slow`, it says itself.
const AGENTS: [&str; 3] = ["mia", "stalled", "slow"];

/// Promises a first response within `target`, around the clock; broken, the chain has two levels, a second apart.
pub async fn promise(stage: &Stage, server: &Frontdesk, target: &str) {
    for agent in AGENTS {
        let member = json!({"id": agent, "name": agent, "email": format!("{agent}@chaos.example")});
        stage.configure(server, "/crm/staff/create", &member).await;
    }
    let day = json!([["00:00", "24:00"]]);
    let week = json!({"mon": day, "tue": day, "wed": day, "thu": day, "fri": day, "sat": day, "sun": day});
    let calendar = json!({"id": "always", "name": "Always", "timezone": "Etc/UTC", "hours": week});
    stage.configure(server, "/crm/business-calendars/create", &calendar).await;
    let policy = json!({
        "id": "rush", "name": "Rush", "calendarId": "always", "targets": {"normal": {"firstResponse": target}},
        "escalations": [
            {"metric": "firstResponse", "at": {"percent": 100}, "level": 1, "notify": ["assignee", "boss@chaos.example"]},
            {"metric": "firstResponse", "at": {"after": "PT1S"}, "level": 2, "notify": ["assignee"]},
        ],
    });
    stage.configure(server, "/crm/sla-policies/create", &policy).await;
}

/// Three who get in turn whatever nobody is named for: `first`, `second` and `third`.
pub async fn share_out(stage: &Stage, server: &Frontdesk) {
    let members = json!([{"id": "first"}, {"id": "second"}, {"id": "third"}]);
    let team =
        json!({"id": "all", "name": "All", "assignment": "round-robin", "takesUnassigned": true, "members": members});
    stage.configure(server, "/crm/tickets/teams/create", &team).await;
}

/// Opens a ticket that this one has, and gives its id.
pub async fn open_ticket(stage: &Stage, address: SocketAddr, subject: &str, agent: &str) -> String {
    let body =
        json!({"subject": subject, "assigneeId": agent, "contact": {"email": "alice@chaos.example", "name": "Alice"}});
    let headers = [("authorization", stage.bearers[0].as_str())];
    let made = call(address, "POST", "/crm/tickets/create", &headers, Some(&body)).await.expect("an answer");
    assert_eq!(made.status, 201, "{subject}: {}", made.text());
    made.json()["id"].as_str().expect("a ticket has an id").to_owned()
}
