//! Every route has its auth tested: without a token, with a bad one, in the wrong role, from another org. The list of
//! routes comes from the OpenAPI document; one that is not in the table below fails, so a new route cannot forget it.

mod desk;

use std::collections::BTreeMap;
use std::net::SocketAddr;

use frontdesk::domain::ids::OrgId;
use frontdesk::store::orgs;
use jsonwebtoken::{EncodingKey, Header};
use serde_json::{Value, json};

use crate::app::{ORG, TestApp, admin, supervisor, token};
use crate::calendar::{CREATE, slot};
use crate::outbox;
use crate::support::wire::{Kept, call};

const NEIGHBOUR: &str = "neighbour";

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Access {
    /// Anybody, for the whole server.
    Anybody,
    /// Anybody, for an org that must be named and known.
    Public,
    /// Who shows the entry's own token.
    OwnToken,
    /// Staff-side roles but those named here; customers never.
    Staff { refused: &'static [&'static str] },
    /// Everybody of the staff side; customers only for what is their own.
    StaffAndOwn,
}

/// What somebody of another org gets who asks for things of this one.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Neighbour {
    /// 404: the thing is addressed by its id.
    NotFound,
    /// 200 without anything of ours.
    Nothing,
    /// The route names nothing of ours: it works in their own org.
    OwnOrg,
}

/// A route, how to call it, and what is expected. `{point}`, `{entry}`, `{reservation}` and the like stand for things that exist.
struct Route {
    name: &'static str,
    query: &'static str,
    body: Option<fn(&Things) -> Value>,
    access: Access,
    neighbour: Neighbour,
}

/// Things that exist in our org.
struct Things {
    point: String,
    entry: String,
    entry_token: String,
    contact: String,
    message: String,
    template: String,
    definition: String,
    member: String,
    reservation: String,
    number: String,
    desk: desk::DeskThings,
}

/// Whose things they are, as an address in a path.
const EMAIL_IN_PATH: &str = "zoe%40secret.example";

const AGENTS: Access = Access::Staff { refused: &["agent"] };
/// Configuration is not for those at the counter.
const CONFIGURATION: Access = Access::Staff { refused: &["agent", "staff"] };
const ADMINS: Access = Access::Staff { refused: &["agent", "staff", "supervisor"] };
const ALL_STAFF: Access = Access::Staff { refused: &[] };

const fn route(name: &'static str, access: Access, neighbour: Neighbour) -> Route {
    Route { name, query: "", body: None, access, neighbour }
}

const fn act(name: &'static str) -> Route {
    Route { name, query: "", body: Some(|_| json!({})), access: AGENTS, neighbour: Neighbour::NotFound }
}

fn routes() -> Vec<Route> {
    use Access::{Anybody, OwnToken, Public};
    use Neighbour::{NotFound, Nothing, OwnOrg};
    let mut routes = vec![
        route("GET /healthz", Anybody, OwnOrg),
        route("GET /readyz", Anybody, OwnOrg),
        route("GET /metrics", Anybody, OwnOrg),
        route("GET /crm/reservations/service-point/get", ALL_STAFF, Nothing),
        route("GET /crm/reservations/service-point/get/{point}", ALL_STAFF, NotFound),
        Route {
            body: Some(|_| json!({"id": "coverage-new", "name": "New", "capacity": 1})),
            ..route("POST /crm/reservations/service-point/create", CONFIGURATION, OwnOrg)
        },
        Route {
            body: Some(|things| json!({"id": things.point, "name": "Changed by a stranger"})),
            ..route("POST /crm/reservations/service-point/update", CONFIGURATION, NotFound)
        },
        route("DELETE /crm/reservations/service-point/delete/{point}", CONFIGURATION, NotFound),
        Route {
            body: Some(|things| json!({"servicePointId": things.point, "customer": {"name": "Stranger"}})),
            ..route("POST /crm/reservations/queue/join", Public, NotFound)
        },
        route("GET /crm/reservations/queue/status/{point}", Public, NotFound),
        route("GET /crm/reservations/queue/watch/{point}", Public, NotFound),
        route("GET /crm/reservations/queue/entry/{entry}", OwnToken, NotFound),
        Route { body: Some(|_| json!({})), ..route("POST /crm/reservations/queue/leave/{entry}", OwnToken, NotFound) },
        Route {
            body: Some(|_| json!({"places": 1})),
            ..route("POST /crm/reservations/queue/postpone/{entry}", OwnToken, NotFound)
        },
        route("GET /crm/reservations/queue/watch", AGENTS, Nothing),
        route("GET /crm/reservations/queue/history/{point}", ALL_STAFF, NotFound),
        Route {
            body: Some(|_| {
                json!({
                    "calendar": {"timezone": "Etc/UTC", "hours": {"mon": [["09:00", "17:00"]]}}, "targets": {"resolution": 60},
                    "history": [{"at": "2026-05-11T09:00:00Z", "type": "created"}]
                })
            }),
            ..route("POST /crm/sla/preview", ALL_STAFF, OwnOrg)
        },
        route("GET /crm/activity/{contact}", ALL_STAFF, NotFound),
        Route {
            body: Some(|things| json!({"servicePointId": things.point})),
            ..act("POST /crm/reservations/queue/transfer/{entry}")
        },
    ];
    routes.extend(bookable_time());
    routes.extend(
        [
            "POST /crm/reservations/queue/check-in/{entry}",
            "POST /crm/reservations/queue/start/{entry}",
            "POST /crm/reservations/queue/complete/{entry}",
            "POST /crm/reservations/queue/no-show/{entry}",
            "POST /crm/reservations/queue/call-next/{point}",
            "POST /crm/reservations/queue/call/{entry}",
            "POST /crm/reservations/queue/recall/{entry}",
            "POST /crm/reservations/queue/return/{entry}",
            "POST /crm/reservations/queue/undo/{entry}",
            "POST /crm/reservations/queue/pause/{point}",
            "POST /crm/reservations/queue/resume/{point}",
        ]
        .map(act),
    );
    routes.extend(reservation_routes());
    routes.extend(desk::routes());
    routes.extend(correspondence());
    routes
}

/// What goes out to people, and in which words.
fn correspondence() -> Vec<Route> {
    use Neighbour::{NotFound, Nothing, OwnOrg};
    vec![
        route("GET /crm/notifications/outbox", ADMINS, Nothing),
        Route { body: Some(|_| json!({})), ..route("POST /crm/notifications/replay/{message}", ADMINS, NotFound) },
        route("GET /crm/notifications/templates/get", CONFIGURATION, Nothing),
        route("GET /crm/notifications/templates/get/{template}", CONFIGURATION, NotFound),
        Route {
            body: Some(|_| json!({"kind": "queue.next", "channel": "sms", "text": "Next", "active": false})),
            ..route("POST /crm/notifications/templates/create", ADMINS, OwnOrg)
        },
        Route {
            body: Some(|things| json!({"id": things.template, "text": "Changed by a stranger"})),
            ..route("POST /crm/notifications/templates/update", ADMINS, NotFound)
        },
        route("DELETE /crm/notifications/templates/delete/{template}", ADMINS, NotFound),
    ]
}

/// Definitions, staff and slots.
fn bookable_time() -> Vec<Route> {
    use Access::Public;
    use Neighbour::{NotFound, Nothing, OwnOrg};
    vec![
        route("GET /crm/reservations/definitions", ALL_STAFF, Nothing),
        route("GET /crm/reservations/definitions/public", Public, Nothing),
        route("GET /crm/reservations/definitions/get/{definition}", ALL_STAFF, NotFound),
        Route {
            body: Some(|_| json!({"id": "coverage-new", "name": "New", "durationMinutes": 30})),
            ..route("POST /crm/reservations/definitions/create", ADMINS, OwnOrg)
        },
        Route {
            body: Some(|things| json!({"id": things.definition, "name": "Changed by a stranger"})),
            ..route("POST /crm/reservations/definitions/update", ADMINS, NotFound)
        },
        route("DELETE /crm/reservations/definitions/delete/{definition}", ADMINS, NotFound),
        Route {
            body: Some(|things| json!({"definitionId": things.definition, "date": "2026-05-10"})),
            ..route("POST /crm/reservations/slots", Public, NotFound)
        },
        route("GET /crm/staff/get", ADMINS, Nothing),
        route("GET /crm/staff/get/{member}", ADMINS, NotFound),
        Route {
            body: Some(|_| json!({"id": "coverage-new", "name": "New"})),
            ..route("POST /crm/staff/create", ADMINS, OwnOrg)
        },
        Route {
            body: Some(|things| json!({"id": things.member, "name": "Changed by a stranger"})),
            ..route("POST /crm/staff/update", ADMINS, NotFound)
        },
        route("DELETE /crm/staff/delete/{member}", ADMINS, NotFound),
    ]
}

fn reservation_routes() -> Vec<Route> {
    use Access::Public;
    use Neighbour::{NotFound, Nothing};
    let wish =
        |name| Route { body: Some(|_| slot_wish("Stranger", "stranger@example.com")), ..route(name, Public, NotFound) };
    vec![
        wish("POST /crm/reservations/create"),
        wish("POST /crm/reservations/hold"),
        wish("POST /crm/reservations/waitlist/join"),
        wish("POST /crm/reservations/reschedule/{email}/{number}"),
        route("GET /crm/reservations/by-email/{email}", Public, Nothing),
        route("GET /crm/reservations/by-email/{email}/{number}", Public, NotFound),
        route("DELETE /crm/reservations/cancel/{email}/{number}", Public, NotFound),
        route("GET /crm/reservations/get", AGENTS, Nothing),
        route("GET /crm/reservations/get/{reservation}", AGENTS, NotFound),
        Route {
            body: Some(|things| json!({"id": things.reservation, "notes": "Changed by a stranger"})),
            ..act("POST /crm/reservations/update")
        },
        route("DELETE /crm/reservations/delete/{reservation}", AGENTS, NotFound),
        act("POST /crm/reservations/send-reminder/{reservation}"),
    ]
}

/// A wish that fits all routes that take a slot.
fn slot_wish(name: &str, email: &str) -> Value {
    let day = chrono::Utc::now().date_naive() + chrono::Days::new(1);
    let (from, to) = (day.to_string(), (day + chrono::Days::new(1)).to_string());
    let customer = json!({"name": name, "email": email});
    json!({"definitionId": "coverage", "slot": slot(&format!("{day}T12:00:00Z")), "from": from, "to": to, "customer": customer})
}

/// Documented, but not there with a real clock.
const ONLY_WITH_A_MANUAL_CLOCK: &str = "/dev/";

#[tokio::test]
async fn every_route_is_guarded_as_the_contract_says() {
    let app = TestApp::spawn().await;
    let neighbour = OrgId::parse(NEIGHBOUR).expect("a slug");
    orgs::add(&app.database, &neighbour, "Next door", chrono_tz::UTC, "EUR").await.expect("a second org");
    let address: SocketAddr = app.base.trim_start_matches("http://").trim_end_matches('/').parse().expect("an address");
    let document = call(address, "GET", "/openapi.json", &[], None).await.expect("an answer").json();
    // A server hears of an org that was added meanwhile when somebody first asks for it.
    app.get("/crm/reservations/service-point/get", &token(json!({"role": "admin", "org": NEIGHBOUR}))).await.ok();
    let things = furnish(&app, address).await;
    let before = look(address, &things).await;

    let documented = documented(&document);
    let table: BTreeMap<String, Route> = routes().into_iter().map(|route| (anonymous(route.name), route)).collect();
    let mut complaints = Vec::new();
    for (name, is_secured) in &documented {
        match table.get(name) {
            None => complaints.push(format!("{name} has no auth coverage: add it to the table in coverage.rs")),
            Some(route) => {
                let wants_token = matches!(route.access, Access::Staff { .. } | Access::StaffAndOwn);
                if wants_token != *is_secured {
                    complaints.push(format!(
                        "{name}: the document says secured = {is_secured}, the table {:?}",
                        route.access
                    ));
                }
                Check { address, things: &things, route, complaints: &mut complaints }.run().await;
            }
        }
    }
    let unknown = table.keys().filter(|name| !documented.contains_key(*name));
    complaints.extend(unknown.map(|name| format!("{name} is in the table, but not in the document")));
    if look(address, &things).await != before {
        complaints.push("a refused request has changed something".to_owned());
    }
    assert!(complaints.is_empty(), "{} complaints:\n{}", complaints.len(), complaints.join("\n"));
}

/// All operations of the document, parameters without their names, and whether each is secured.
fn documented(document: &Value) -> BTreeMap<String, bool> {
    let mut found = BTreeMap::new();
    for (path, methods) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten().filter(|(_, o)| o["responses"].is_object())
        {
            let security = operation.get("security").or(document.get("security"));
            let is_secured = security
                .and_then(Value::as_array)
                .is_some_and(|ways| !ways.is_empty() && ways.iter().all(|way| *way != json!({})));
            if !path.starts_with(ONLY_WITH_A_MANUAL_CLOCK) {
                found.insert(anonymous(&format!("{} {path}", method.to_ascii_uppercase())), is_secured);
            }
        }
    }
    assert!(found.len() > 10, "the document describes hardly anything");
    found
}

/// `/get/{point}` and `/get/{id}` are the same address.
fn anonymous(name: &str) -> String {
    name.split(['{', '}']).enumerate().map(|(index, piece)| if index % 2 == 0 { piece } else { "*" }).collect()
}

/// A point, an entry whose customer is a contact, and a definition with a member of staff.
async fn furnish(app: &TestApp, address: SocketAddr) -> Things {
    app.service_point("coverage", json!({})).await;
    let wish = json!({"servicePointId": "coverage", "customer": {"name": "Zoe Secret", "email": "zoe@secret.example"}});
    let headers = [("orgid", ORG)];
    let joined = call(address, "POST", "/crm/reservations/queue/join", &headers, Some(&wish)).await.expect("an answer");
    assert_eq!(joined.status, 201, "{}", joined.text());
    let joined = joined.json();
    let entry = joined["id"].as_str().expect("an id").to_owned();
    let called = app.post(&format!("/crm/reservations/queue/call/{entry}"), &supervisor(), json!({})).await;
    let contact = called.json["customer"]["contactId"].as_str().unwrap_or_else(|| panic!("{}", called.text)).to_owned();
    let entry_token = joined["token"].as_str().expect("a token").to_owned();
    app.staff_member("coverage-member", json!({})).await;
    app.definition("coverage-definition", json!({"requiredStaff": 1, "staffIds": ["coverage-member"]})).await;
    let (definition, member) = ("coverage-definition".to_owned(), "coverage-member".to_owned());
    let message = outbox::post(app, outbox::draft("zoe@secret.example")).await;
    let template = json!({"id": "coverage-template", "kind": "queue.next", "channel": "sms", "text": "Next"});
    let made = app.post("/crm/notifications/templates/create", &admin(), template).await;
    assert_eq!(made.status, 201, "{}", made.text);
    app.define("coverage", |_| {}).await;
    let booked = app.post(CREATE, &supervisor(), slot_wish("Zoe Secret", "zoe@secret.example")).await;
    let text = |name: &str| booked.json[name].as_str().unwrap_or_else(|| panic!("{}", booked.text)).to_owned();
    let (reservation, number) = (text("id"), text("reservationNumber"));
    Things {
        point: "coverage".to_owned(),
        entry,
        entry_token,
        contact,
        message,
        template: "coverage-template".to_owned(),
        definition,
        member,
        reservation,
        number,
        desk: desk::furnish(app).await,
    }
}

/// What must stay as it is.
async fn look(address: SocketAddr, things: &Things) -> Vec<Value> {
    let bearer = format!("Bearer {}", admin());
    let mut versions = Vec::new();
    for path in [
        format!("/crm/reservations/service-point/get/{}", things.point),
        format!("/crm/reservations/definitions/get/{}", things.definition),
        format!("/crm/staff/get/{}", things.member),
        format!("/crm/notifications/templates/get/{}", things.template),
    ] {
        let shown = call(address, "GET", &path, &[("authorization", &bearer)], None).await.expect("an answer").json();
        versions.push(shown["version"].clone());
    }
    let entry = format!("/crm/reservations/queue/entry/{}?org={ORG}&token={}", things.entry, things.entry_token);
    let entry = call(address, "GET", &entry, &[], None).await.expect("an answer").json();
    versions.push(entry["version"].clone());
    let reservation = format!("/crm/reservations/get/{}", things.reservation);
    let reservation = call(address, "GET", &reservation, &[("authorization", &bearer)], None).await.expect("an answer");
    versions.push(reservation.json()["version"].clone());
    for path in [
        format!("/crm/tickets/get/{}", things.desk.ticket),
        "/crm/tickets/canned-responses/get/coverage-canned".to_owned(),
        "/crm/tickets/teams/get/coverage-team".to_owned(),
        "/crm/sla-policies/get/coverage-policy".to_owned(),
        "/crm/business-calendars/get/coverage-hours".to_owned(),
    ] {
        let shown = call(address, "GET", &path, &[("authorization", &bearer)], None).await.expect("an answer").json();
        assert!(shown["version"].is_number(), "{path}: {shown}");
        versions.push(shown["version"].clone());
    }
    versions
}

/// The checks of one route.
struct Check<'a> {
    address: SocketAddr,
    things: &'a Things,
    route: &'a Route,
    complaints: &'a mut Vec<String>,
}

impl Check<'_> {
    async fn run(&mut self) {
        match self.route.access {
            Access::Anybody => self.expect("without a token", &[], "", &[200, 503]).await,
            Access::Public => self.public().await,
            Access::OwnToken => self.own_token().await,
            Access::Staff { refused } => self.staff(refused, &["customer"]).await,
            Access::StaffAndOwn => {
                self.staff(&[], &[]).await;
                self.another_customer().await;
            }
        }
    }

    async fn public(&mut self) {
        self.expect("without an org, where there are two", &[], "", &[400]).await;
        self.expect("with an unknown org", &[], "org=no-such-org", &[404]).await;
        let elsewhere = match self.route.neighbour {
            Neighbour::Nothing => 200,
            Neighbour::NotFound => 404,
            Neighbour::OwnOrg => return,
        };
        self.expect("with another org", &[], &format!("org={NEIGHBOUR}"), &[elsewhere]).await;
    }

    async fn own_token(&mut self) {
        let ours = format!("org={ORG}");
        let token = self.things.entry_token.clone();
        self.expect("without the entry's token", &[], &ours, &[400, 401, 404]).await;
        self.expect("with a wrong token", &[], &format!("{ours}&token=wrong"), &[404]).await;
        self.expect("from another org", &[], &format!("org={NEIGHBOUR}&token={token}"), &[404]).await;
    }

    async fn another_customer(&mut self) {
        let bearer = format!("Bearer {}", token(json!({"role": "customer", "email": "mallory@example.com"})));
        let headers = [("authorization", bearer.as_str())];
        match self.route.neighbour {
            Neighbour::NotFound => self.expect("as another customer", &headers, "", &[404]).await,
            Neighbour::Nothing => self.expect("as another customer", &headers, "", &[200]).await,
            Neighbour::OwnOrg => {}
        }
        let nameless = format!("Bearer {}", token(json!({"role": "customer"})));
        self.expect("as a customer without an address", &[("authorization", &nameless)], "", &[403]).await;
    }

    async fn staff(&mut self, refused: &[&str], outsiders: &[&str]) {
        self.expect("without a token", &[], "", &[401]).await;
        for (what, token) in bad_tokens() {
            let bearer = format!("Bearer {token}");
            self.expect(what, &[("authorization", &bearer)], "", &[401]).await;
        }
        for role in refused.iter().chain(outsiders).chain(&["emperor"]) {
            let token = token(json!({"role": role, "email": "zoe@secret.example"}));
            let bearer = format!("Bearer {token}");
            self.expect(&format!("as {role}"), &[("authorization", &bearer)], "", &[403]).await;
        }
        let foreign = token(json!({"role": "admin", "org": NEIGHBOUR}));
        let bearer = format!("Bearer {foreign}");
        let headers = [("authorization", bearer.as_str())];
        match self.route.neighbour {
            Neighbour::NotFound => self.expect("from another org", &headers, "", &[404]).await,
            Neighbour::Nothing => self.expect("from another org", &headers, "", &[200]).await,
            Neighbour::OwnOrg => {}
        }
    }

    async fn expect(&mut self, what: &str, headers: &[(&str, &str)], query: &str, statuses: &[u16]) {
        let answer = self.send(headers, query).await;
        let name = self.route.name;
        if !statuses.contains(&answer.status) {
            self.complaints.push(format!(
                "{name} {what}: {} instead of {statuses:?}: {}",
                answer.status,
                answer.text()
            ));
        }
        let text = answer.text();
        if answer.status == 200 && text.contains("coverage") {
            self.complaints.push(format!("{name} {what} tells about our org: {text}"));
        }
        if text.contains("Zoe") || text.contains("zoe@") || self.tells_a_secret(&text) {
            self.complaints.push(format!("{name} {what} tells about our customer: {text}"));
        }
        let is_problem = answer.header("content-type").is_some_and(|kind| kind.starts_with("application/problem+json"));
        if answer.status >= 400 && answer.status != 503 && !is_problem {
            self.complaints.push(format!("{name} {what}: a refusal that is no problem document: {text}"));
        }
    }

    /// The address of the request itself is no secret to who sent it.
    fn tells_a_secret(&self, text: &str) -> bool {
        let Things { entry_token, number, .. } = self.things;
        text.contains(entry_token) || (text.contains(number) && !self.route.name.contains("{number}"))
    }

    async fn send(&self, headers: &[(&str, &str)], query: &str) -> Kept {
        let (method, path) = self.route.name.split_once(' ').expect("a method and a path");
        let path = path
            .replace("{point}", &self.things.point)
            .replace("{entry}", &self.things.entry)
            .replace("{contact}", &self.things.contact)
            .replace("{message}", &self.things.message)
            .replace("{template}", &self.things.template)
            .replace("{definition}", &self.things.definition)
            .replace("{member}", &self.things.member)
            .replace("{reservation}", &self.things.reservation)
            .replace("{number}", &self.things.number)
            .replace("{ticket}", &self.things.desk.ticket)
            .replace("{ticketNumber}", &self.things.desk.ticket_number)
            .replace("{file}", &self.things.desk.file)
            .replace("{canned}", "coverage-canned")
            .replace("{team}", "coverage-team")
            .replace("{policy}", "coverage-policy")
            .replace("{hours}", "coverage-hours")
            .replace("{email}", EMAIL_IN_PATH);
        let query: Vec<&str> = [self.route.query, query].into_iter().filter(|part| !part.is_empty()).collect();
        let target = if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) };
        let body = self.route.body.map(|body| body(self.things));
        call(self.address, method, &target, headers, body.as_ref()).await.expect("an answer")
    }
}

/// Tokens that must not open anything.
fn bad_tokens() -> Vec<(&'static str, String)> {
    let claims = json!({"sub": "ada", "org": ORG, "role": "admin", "exp": chrono::Utc::now().timestamp() + 3_600});
    let stranger = EncodingKey::from_secret(b"another secret that is long enough, thirty-two bytes and more");
    let forged = jsonwebtoken::encode(&Header::default(), &claims, &stranger).expect("a token");
    let (head, rest) = forged.split_once('.').expect("three parts");
    // {"alg":"none","typ":"JWT"}
    let unsigned = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{}.", rest.split('.').next().unwrap_or_default());
    let eternal = json!({"sub": "ada", "org": ORG, "role": "admin"});
    let eternal =
        jsonwebtoken::encode(&Header::default(), &eternal, &EncodingKey::from_secret(crate::app::SECRET.as_bytes()));
    vec![
        ("with nonsense for a token", format!("{head}.x.y")),
        ("with an expired token", token(json!({"role": "admin", "exp": chrono::Utc::now().timestamp() - 3_600}))),
        ("with a token of another signer", forged),
        ("with an unsigned token", unsigned),
        ("with a token without an end", eternal.expect("a token")),
    ]
}
