//! The routes of tickets and of what an org configures for them, and the things that they are tried on.

use serde_json::json;

use super::{ADMINS, ALL_STAFF, Access, CONFIGURATION, Neighbour, Route, route};
use crate::app::{TestApp, admin, agent};

/// A ticket of ours, with all that belongs to one.
pub struct DeskThings {
    pub ticket: String,
    pub ticket_number: String,
    pub file: String,
}

const OWN: Access = Access::StaffAndOwn;

/// Opens a ticket with a file, under a policy, with a canned response and a team beside it.
pub async fn furnish(app: &TestApp) -> DeskThings {
    let hours = json!({"id": "coverage-hours", "name": "Hours", "hours": {"mon": [["09:00", "17:00"]]}});
    let policy = json!({"id": "coverage-policy", "name": "Policy", "calendarId": "coverage-hours", "targets": {"low": {"resolution": 60}}});
    let canned = json!({"id": "coverage-canned", "title": "Canned", "body": "Hello"});
    let team = json!({"id": "coverage-team", "name": "Team"});
    for (path, body) in [
        ("/crm/business-calendars/create", hours),
        ("/crm/sla-policies/create", policy),
        ("/crm/tickets/canned-responses/create", canned),
        ("/crm/tickets/teams/create", team),
    ] {
        let made = app.post(path, &admin(), body).await;
        assert_eq!(made.status, 201, "{path}: {}", made.text);
    }
    let body = json!({"subject": "Zoe asks", "contact": {"email": "zoe@secret.example", "name": "Zoe Secret"}});
    let opened = app.post("/crm/tickets/create", &agent(), body).await;
    let text = |name: &str| opened.json[name].as_str().unwrap_or_else(|| panic!("{}", opened.text)).to_owned();
    let (ticket, ticket_number) = (text("id"), text("number"));
    let body = json!({"body": "See the file", "attachments": [{"name": "a.txt", "content": "aGk="}]});
    let said = app.post(&format!("/crm/tickets/reply/{ticket}"), &agent(), body).await;
    let file = said.json["attachments"][0]["id"].as_str().unwrap_or_else(|| panic!("{}", said.text)).to_owned();
    DeskThings { ticket, ticket_number, file }
}

pub fn routes() -> Vec<Route> {
    let mut routes = tickets();
    routes.extend(public());
    routes.extend(configuration());
    routes
}

fn tickets() -> Vec<Route> {
    use Neighbour::{NotFound, Nothing, OwnOrg};
    vec![
        route("GET /crm/tickets/get", OWN, Nothing),
        route("GET /crm/tickets/get/{ticket}", OWN, NotFound),
        route("GET /crm/tickets/messages/{ticket}", OWN, NotFound),
        route("GET /crm/tickets/attachments/{ticket}/{file}", OWN, NotFound),
        Route { body: Some(|_| json!({"body": "Hello"})), ..route("POST /crm/tickets/reply/{ticket}", OWN, NotFound) },
        Route { body: Some(|_| json!({"subject": "New"})), ..route("POST /crm/tickets/create-ticket", OWN, OwnOrg) },
        Route {
            body: Some(|_| json!({"subject": "New", "contact": {"email": "stranger@example.com"}})),
            ..route("POST /crm/tickets/create", ALL_STAFF, OwnOrg)
        },
        Route {
            body: Some(|things| json!({"id": things.desk.ticket, "subject": "Changed by a stranger"})),
            ..route("POST /crm/tickets/update", ALL_STAFF, NotFound)
        },
        Route {
            body: Some(|things| json!({"ids": [things.desk.ticket], "changes": {"subject": "Changed by a stranger"}})),
            ..route("POST /crm/tickets/bulk-update", ALL_STAFF, Nothing)
        },
        Route {
            body: Some(|things| json!({"into": things.desk.ticket})),
            ..route("POST /crm/tickets/merge/{ticket}", ALL_STAFF, NotFound)
        },
        route("DELETE /crm/tickets/delete/{ticket}", ALL_STAFF, NotFound),
        route("GET /crm/tickets/comments/{ticket}", ALL_STAFF, NotFound),
        Route {
            body: Some(|_| json!({"body": "Written by a stranger"})),
            ..route("POST /crm/tickets/comments/{ticket}", ALL_STAFF, NotFound)
        },
        Route {
            body: Some(|_| json!({"reason": "A stranger wants it"})),
            ..route("POST /crm/tickets/escalate/{ticket}", ALL_STAFF, NotFound)
        },
        Route { body: Some(|_| json!({})), ..route("POST /crm/tickets/calculate-sla/{ticket}", ALL_STAFF, NotFound) },
        route("GET /crm/tickets/sla-status/{ticket}", ALL_STAFF, NotFound),
        route("GET /crm/tickets/watch", ALL_STAFF, Nothing),
    ]
}

fn public() -> Vec<Route> {
    use Access::Public;
    use Neighbour::{NotFound, Nothing, OwnOrg};
    vec![
        route("GET /crm/tickets/get-by-email/{email}", Public, Nothing),
        route("GET /crm/tickets/get-by-email/{email}/{ticketNumber}", Public, NotFound),
        Route {
            query: "token=wrong",
            body: Some(|_| json!({"score": 1})),
            ..route("POST /crm/tickets/rate/{email}/{ticketNumber}", Public, NotFound)
        },
        Route {
            body: Some(|_| json!({"subject": "New", "text": "Hello"})),
            ..route("POST /crm/tickets/email/create/{email}", Public, OwnOrg)
        },
    ]
}

fn configuration() -> Vec<Route> {
    use Neighbour::{NotFound, Nothing, OwnOrg};
    vec![
        route("GET /crm/tickets/canned-responses", ALL_STAFF, Nothing),
        route("GET /crm/tickets/canned-responses/get/{canned}", ALL_STAFF, NotFound),
        Route {
            body: Some(|_| json!({"title": "New", "body": "Hello"})),
            ..route("POST /crm/tickets/canned-responses/create", CONFIGURATION, OwnOrg)
        },
        Route {
            body: Some(|_| json!({"id": "coverage-canned", "title": "Changed by a stranger"})),
            ..route("POST /crm/tickets/canned-responses/update", CONFIGURATION, NotFound)
        },
        route("DELETE /crm/tickets/canned-responses/delete/{canned}", CONFIGURATION, NotFound),
        route("GET /crm/tickets/teams/get", ALL_STAFF, Nothing),
        route("GET /crm/tickets/teams/get/{team}", ALL_STAFF, NotFound),
        Route { body: Some(|_| json!({"name": "New"})), ..route("POST /crm/tickets/teams/create", ADMINS, OwnOrg) },
        Route {
            body: Some(|_| json!({"id": "coverage-team", "name": "Changed by a stranger"})),
            ..route("POST /crm/tickets/teams/update", ADMINS, NotFound)
        },
        route("DELETE /crm/tickets/teams/delete/{team}", ADMINS, NotFound),
        route("GET /crm/sla-policies/get", ADMINS, Nothing),
        route("GET /crm/sla-policies/get/{policy}", ADMINS, NotFound),
        Route {
            body: Some(
                |_| json!({"name": "New", "calendarId": "coverage-hours", "targets": {"low": {"resolution": 60}}}),
            ),
            ..route("POST /crm/sla-policies/create", ADMINS, OwnOrg)
        },
        Route {
            body: Some(|_| json!({"id": "coverage-policy", "name": "Changed by a stranger"})),
            ..route("POST /crm/sla-policies/update", ADMINS, NotFound)
        },
        route("DELETE /crm/sla-policies/delete/{policy}", ADMINS, NotFound),
        route("GET /crm/business-calendars/get", ADMINS, Nothing),
        route("GET /crm/business-calendars/get/{hours}", ADMINS, NotFound),
        Route {
            body: Some(|_| json!({"name": "New", "hours": {"mon": [["09:00", "17:00"]]}})),
            ..route("POST /crm/business-calendars/create", ADMINS, OwnOrg)
        },
        Route {
            body: Some(|_| json!({"id": "coverage-hours", "name": "Changed by a stranger"})),
            ..route("POST /crm/business-calendars/update", ADMINS, NotFound)
        },
        route("DELETE /crm/business-calendars/delete/{hours}", ADMINS, NotFound),
    ]
}
