//! No request makes a 500: thousands of requests, drawn from the OpenAPI document and then spoilt, against a running
//! server. `FUZZ_SEED` repeats a run, `FUZZ_REQUESTS` makes it longer.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::app::{ORG, TestApp, admin, staff, supervisor, token};
use crate::nasty;
use crate::support::dice::Dice;
use crate::support::wire::{Kept, call, exchange_once, write_request};

const REQUESTS: usize = 10_000;
/// Points to try things on; some are deleted on the way.
const POINTS: usize = 30;
/// Requests under way at the same time.
const AT_ONCE: usize = 8;
/// How often a request is sent again that was told to come back later, as a machine that builds meanwhile may say to anybody.
const COME_BACKS: usize = 5;
/// Longest request target, in bytes.
const TARGET_MAX_BYTES: usize = 48 << 10;
/// Whose tickets there are.
const CUSTOMER: &str = "alice@example.com";
/// How much of a request is shown when it fails.
const SHOWN_BYTES: usize = 400;
const OTHER_METHODS: &[&str] = &["PUT", "PATCH", "OPTIONS", "TRACE", "DELETE", "POST", "GET", "FROB"];
const OTHER_TARGETS: &[&str] = &[
    "/",
    "//",
    "/crm",
    "/crm/reservations/queue/status/..%2f..%2f",
    "/crm/reservations/queue/status/%00",
    "/crm/reservations/queue/status/%ff%fe",
    "/crm/reservations/queue/status/%zz",
    "/crm/reservations/service-point/get/",
    "/crm/../../etc/passwd",
    "/assets/..%2f..%2fCargo.toml",
    "/board/%00",
    "/join/%F0%9F%98%80",
    "/q/x?token=%00",
    "/openapi.json?x=%",
    "/docs/..%2f",
    "/metrics?%00=%00",
    "/?&&==&",
];

/// What is fuzzed and what is known of it.
pub struct Subject {
    /// Where it listens.
    pub address: SocketAddr,
    /// `/openapi.json`.
    pub document: Value,
    /// Tokens of all roles, an expired one, and nonsense.
    pub tokens: Vec<String>,
    /// Points that exist.
    pub points: Vec<String>,
    /// Entries that exist, each with its secret.
    pub entries: Vec<(String, String)>,
    /// Definitions that exist; the member of staff of each has the same id.
    pub definitions: Vec<String>,
    /// Tickets that exist, each with its secret, all of [`CUSTOMER`].
    pub tickets: Vec<(String, String)>,
}

/// Ids that exist, chosen for one request: a secret opens only its own entry.
struct Chosen {
    point: String,
    entry: String,
    secret: String,
    definition: String,
    ticket: String,
    ticket_secret: String,
}

impl Subject {
    fn choose(&self, dice: &mut Dice) -> Chosen {
        let (entry, secret) = dice.pick(&self.entries).clone();
        let definition = dice.pick(&self.definitions).clone();
        let (ticket, ticket_secret) = dice.pick(&self.tickets).clone();
        Chosen { point: dice.pick(&self.points).clone(), entry, secret, definition, ticket, ticket_secret }
    }
}

impl Chosen {
    /// What a parameter of this name, somewhere in this path, most likely means.
    fn meant_by(&self, path: &str, name: &str) -> &str {
        let is_of_tickets = path.contains("/tickets/");
        if name == "token" {
            if is_of_tickets { &self.ticket_secret } else { &self.secret }
        } else if name == "email" {
            CUSTOMER
        } else if is_of_tickets && !path.contains("/canned-responses") && !path.contains("/teams/") {
            &self.ticket
        } else if name.to_ascii_lowercase().contains("point") || path.contains("/service-point/") {
            &self.point
        } else if ["/definitions/", "/staff/", "/sla-policies/", "/business-calendars/", "/canned-responses", "/teams/"]
            .iter()
            .any(|part| path.contains(part))
        {
            &self.definition
        } else {
            &self.entry
        }
    }
}

/// One operation of the document.
struct Operation {
    method: String,
    path: String,
    query: Vec<String>,
    body: Option<Value>,
}

/// What is sent.
struct Request {
    bytes: Vec<u8>,
    name: String,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_makes_a_500() {
    let dice = Dice::from_environment("FUZZ_SEED");
    let requests = std::env::var("FUZZ_REQUESTS").ok().and_then(|text| text.parse().ok()).unwrap_or(REQUESTS);
    let app = TestApp::spawn().await;
    let subject = subject(&app).await;
    let (complaints, statuses) = fuzz(Arc::new(subject), requests, &dice).await;
    println!("answers: {statuses:?}");
    assert!(complaints.is_empty(), "{} kinds of complaint:\n{}", complaints.len(), complaints.join("\n\n"));
    assert!(statuses.keys().any(|status| *status < 300), "nothing was accepted: the fuzz tries nothing deep");
    assert_eq!(app.get("/readyz", "").await.status, 200);
}

/// A server with points and entries, so that ids that exist can be drawn.
async fn subject(app: &TestApp) -> Subject {
    let points: Vec<String> = (0..POINTS).map(|point| format!("fuzz-{point}")).collect();
    let mut entries = Vec::new();
    for point in &points {
        app.service_point(point, json!({})).await;
        for guest in 0..3 {
            let joined = app.join(point, &format!("Guest {guest}")).await;
            let text = |name: &str| joined[name].as_str().expect("a text").to_owned();
            entries.push((text("id"), text("token")));
        }
    }
    let definitions = points.clone();
    for (id, point) in definitions.iter().zip(&points) {
        app.staff_member(id, json!({})).await;
        let more = json!({"requiredStaff": 1, "staffIds": [id], "servicePointId": point});
        app.definition(id, more).await;
    }
    let tickets = desk(app, &definitions).await;
    let expired = token(json!({"exp": 1_000_000_000}));
    let customer = token(json!({"role": "customer", "email": "alice@example.com"}));
    let elsewhere = token(json!({"org": "nowhere"}));
    let nonsense = ["".to_owned(), "x.y.z".to_owned(), "ey\u{7f}".to_owned(), "a".repeat(5_000)];
    let mut tokens = vec![admin(), admin(), supervisor(), staff(), customer, expired, elsewhere];
    tokens.extend(nonsense);
    let address = app.base.trim_start_matches("http://").trim_end_matches('/').parse().expect("an address");
    let document = call(address, "GET", "/openapi.json", &[], None).await.expect("an answer").json();
    Subject { address, document, tokens, points, entries, definitions, tickets }
}

/// Calendars, policies, canned responses and teams with these ids, and as many tickets.
async fn desk(app: &TestApp, ids: &[String]) -> Vec<(String, String)> {
    let hours = json!({"mon": [["09:00", "12:00"], ["13:00", "17:00"]], "fri": [["22:00", "06:00"]]});
    for (at, id) in ids.iter().enumerate() {
        let calendar = json!({"id": id, "name": id, "timezone": "Europe/Berlin", "hours": hours});
        let targets = json!({"normal": {"firstResponse": "PT1H", "nextResponse": "PT2H", "resolution": "P1D"}});
        let policy = json!({"id": id, "name": id, "calendarId": id, "targets": targets, "pauseOn": ["pending"]});
        let canned = json!({"id": id, "title": id, "body": "Dear {{ contact.name }}"});
        let team = json!({"id": id, "name": id, "assignment": "least-open", "members": [{"id": "mia"}, {"id": "ben"}]});
        let ticket = json!({"team": id, "id": format!("ticket-{at}"), "subject": id, "contact": {"email": CUSTOMER}});
        for (route, body) in [
            ("business-calendars/create", calendar),
            ("sla-policies/create", policy),
            ("tickets/canned-responses/create", canned),
            ("tickets/teams/create", team),
            ("tickets/create", ticket),
        ] {
            let made = app.post(&format!("/crm/{route}"), &admin(), body).await;
            assert_eq!(made.status, 201, "{route}: {}", made.text);
        }
    }
    let tickets = "SELECT id, token FROM ticket ORDER BY number";
    sqlx::query_as(tickets).fetch_all(&mut app.connection().await).await.expect("tickets")
}

/// Sends so many requests and tells what was wrong with the answers, one complaint of each kind.
pub async fn fuzz(subject: Arc<Subject>, requests: usize, dice: &Dice) -> (Vec<String>, BTreeMap<u16, usize>) {
    let operations = Arc::new(operations(&subject.document));
    assert!(operations.len() > 10, "the document describes hardly anything");
    let mut tasks = JoinSet::new();
    for task in 0..AT_ONCE {
        let (subject, operations, mut dice) = (subject.clone(), operations.clone(), dice.part(task as u64));
        tasks.spawn(async move {
            let mut complaints = BTreeMap::new();
            let mut statuses = BTreeMap::new();
            for _ in 0..requests / AT_ONCE {
                let request = draw(&mut dice, &subject, &operations);
                let answer = answer_in_the_end(subject.address, &request.bytes).await;
                if let Ok(answer) = &answer {
                    *statuses.entry(answer.status).or_insert(0) += 1;
                }
                let wrong = match answer {
                    Ok(answer) => complaint(&answer),
                    Err(error) => Some(format!("no answer: {error}")),
                };
                if let Some(wrong) = wrong {
                    let shown = String::from_utf8_lossy(&request.bytes[..request.bytes.len().min(SHOWN_BYTES)]);
                    let kind = wrong.chars().take(60).collect::<String>();
                    complaints.entry((request.name, kind)).or_insert_with(|| format!("{wrong}\n  for {shown:?}"));
                }
            }
            (complaints, statuses)
        });
    }
    let (mut complaints, mut statuses) = (BTreeMap::new(), BTreeMap::new());
    for (some, counts) in tasks.join_all().await {
        complaints.extend(some);
        for (status, count) in counts {
            *statuses.entry(status).or_insert(0) += count;
        }
    }
    (complaints.into_values().collect(), statuses)
}

/// What a client is answered who comes back when told to: a 503 that stays is a complaint as any other.
async fn answer_in_the_end(address: SocketAddr, request: &[u8]) -> io::Result<Kept> {
    let mut answer = exchange_once(address, request).await?;
    for _ in 0..COME_BACKS {
        let Some(seconds) = answer.header("retry-after").filter(|_| answer.status == 503) else { break };
        tokio::time::sleep(Duration::from_secs(seconds.parse().expect("a number of seconds"))).await;
        answer = exchange_once(address, request).await?;
    }
    Ok(answer)
}

/// What is wrong with an answer.
fn complaint(answer: &Kept) -> Option<String> {
    if answer.status >= 500 {
        return Some(format!("{} {}", answer.status, answer.text()));
    }
    if answer.status < 400 {
        return None;
    }
    let content_type = answer.header("content-type").unwrap_or_default();
    // Pages answer people: with a whole page that says what is wrong.
    if content_type.starts_with("text/html") && answer.text().starts_with("<!doctype html>") {
        return None;
    }
    if !content_type.starts_with("application/problem+json") {
        return Some(format!("{} as {content_type:?}: {}", answer.status, answer.text()));
    }
    let problem = answer.json();
    let texts = ["type", "title", "detail", "code", "message"];
    let missing: Vec<&str> = texts.into_iter().filter(|name| !problem[*name].is_string()).collect();
    if !missing.is_empty() || problem["status"] != answer.status || problem["message"] != problem["detail"] {
        return Some(format!("a problem that is not whole ({missing:?}): {}", answer.text()));
    }
    None
}

fn operations(document: &Value) -> Vec<Operation> {
    let mut found = Vec::new();
    for (path, methods) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten().filter(|(_, o)| o["responses"].is_object())
        {
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let query = parameters
                .filter(|parameter| parameter["in"] == "query")
                .filter_map(|parameter| parameter["name"].as_str().map(str::to_owned))
                .collect();
            let body = operation.pointer("/requestBody/content/application~1json/schema").cloned();
            found.push(Operation { method: method.to_ascii_uppercase(), path: path.clone(), query, body });
        }
    }
    found
}

fn draw(dice: &mut Dice, subject: &Subject, operations: &[Operation]) -> Request {
    let operation = dice.pick(operations);
    let chosen = subject.choose(dice);
    let stray = dice.chance(6);
    let method = if stray { (*dice.pick(OTHER_METHODS)).to_owned() } else { operation.method.clone() };
    let target = match dice.chance(if stray { 60 } else { 0 }) {
        true => (*dice.pick(OTHER_TARGETS)).to_owned(),
        false => target(dice, &chosen, operation),
    };
    let body = match &operation.body {
        _ if method == "GET" && dice.chance(95) => Vec::new(),
        _ if dice.chance(15) => nasty::raw_body(dice),
        Some(schema) => {
            let made = nasty::from_schema(
                dice,
                &subject.document,
                schema,
                &[chosen.point.clone(), chosen.entry.clone(), chosen.definition.clone(), chosen.ticket.clone()],
            );
            if dice.chance(10) { json!({"data": made}) } else { made }.to_string().into_bytes()
        }
        None => b"{}".to_vec(),
    };
    let headers = headers(dice, subject);
    let named: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let mut bytes = Vec::new();
    write_request(&mut bytes, &method, &target, &named, &body);
    Request { bytes, name: format!("{method} {}", operation.path) }
}

fn target(dice: &mut Dice, chosen: &Chosen, operation: &Operation) -> String {
    let mut target = String::new();
    for (index, piece) in operation.path.split(['{', '}']).enumerate() {
        // Every second piece is the name of a parameter.
        if index % 2 == 0 {
            target.push_str(piece);
        } else {
            // Were every delete meant, nothing would be left to try the rest on.
            let meant = if operation.method == "DELETE" && dice.chance(97) {
                "nothing"
            } else {
                chosen.meant_by(&operation.path, piece)
            };
            let value = drawn(dice, meant);
            target.push_str(&percent_encoded(&value));
        }
    }
    let mut query = Vec::new();
    for name in &operation.query {
        if dice.chance(if name == "token" { 90 } else { 40 }) {
            let value = drawn(dice, chosen.meant_by(&operation.path, name));
            query.push(format!("{name}={}", percent_encoded(&value)));
        }
    }
    match dice.below(30) {
        0 => query.push(format!("cursor={}", percent_encoded(&nasty::text(dice)))),
        1 => query.push(format!("pageSize={}", percent_encoded(&nasty::text(dice)))),
        2 => query.push(format!("org={}", percent_encoded(&nasty::text(dice)))),
        3 => query.push(format!("x={}", "y".repeat(8_000))),
        4 => query.push("a=%ff&b=%zz&=&&c".to_owned()),
        _ => {}
    }
    if query.is_empty() {
        return target;
    }
    // Beyond this the framework itself refuses the request line, before any of our code sees it.
    let mut whole = format!("{target}?{}", query.join("&"));
    whole.truncate(TARGET_MAX_BYTES);
    whole
}

/// What is meant, mostly.
fn drawn(dice: &mut Dice, meant: &str) -> String {
    if dice.chance(85) { meant.to_owned() } else { nasty::text(dice) }
}

fn headers(dice: &mut Dice, subject: &Subject) -> Vec<(&'static str, String)> {
    let mut headers = Vec::new();
    if dice.chance(85) {
        let token = if dice.chance(70) { &subject.tokens[0] } else { dice.pick(&subject.tokens) };
        headers.push(("authorization", visible(&format!("Bearer {token}"))));
    }
    headers.push(match dice.below(20) {
        0 => ("content-type", "text/plain".to_owned()),
        1 => ("content-type", visible(&nasty::text(dice))),
        2 => ("content-type", "application/json; charset=utf-16".to_owned()),
        _ => ("content-type", "application/json".to_owned()),
    });
    if dice.chance(15) {
        headers.push(("idempotency-key", visible(&nasty::text(dice))));
    }
    if dice.chance(15) {
        let odd = ["\"1\"", "W/\"1\"", "*", "\"", "1, 2", "\"99999999999999999999\"", "\"-1\""];
        headers.push((
            "if-match",
            if dice.chance(50) { (*dice.pick(&odd)).to_owned() } else { visible(&nasty::text(dice)) },
        ));
    }
    match dice.below(12) {
        0 => headers.push(("orgid", visible(&nasty::text(dice)))),
        1 => headers.push(("orgid", ORG.to_owned())),
        2 => headers.push(("last-event-id", visible(&nasty::text(dice)))),
        3 => headers.push(("accept", visible(&nasty::text(dice)))),
        4 => headers.push(("x-forwarded-for", visible(&nasty::text(dice)))),
        5 => headers.push(("if-none-match", visible(&nasty::text(dice)))),
        6 => headers.push(("origin", "https://elsewhere.example".to_owned())),
        7 => headers.push(("cookie", visible(&nasty::text(dice)))),
        _ => {}
    }
    headers
}

/// What a header may carry: a line break or a control character would be a broken request, not a nasty one.
fn visible(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(6_000).collect()
}

fn percent_encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes().take(12_000) {
        if byte.is_ascii_alphanumeric() || b"-_.~@".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}
