//! A server of one's own for a test: in this process, on a free port, on a database that is thrown away.

use std::sync::{Arc, Once};
use std::thread::JoinHandle;

use chrono::{DateTime, Utc};
use frontdesk::actors::Directory;
use frontdesk::app::Application;
use frontdesk::clock::{ManualClock, SharedClock, SystemClock};
use frontdesk::config::{Environment, Inputs, Settings};
use frontdesk::domain::ids::OrgId;
use frontdesk::store::{orgs, throwaway};
use jsonwebtoken::{EncodingKey, Header};
use reqwest::header::HeaderMap;
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use tokio::sync::oneshot;

/// What the tests' servers check tokens with.
pub const SECRET: &str = "a secret for tests that is long enough, thirty-two bytes and more";
/// The org of every test.
pub const ORG: &str = "demo";
/// When manual clocks start: a Sunday morning, 11:00 in Berlin.
pub const START: &str = "2026-05-10T09:00:00Z";

/// A running server.
pub struct TestApp {
    pub base: String,
    pub database: PgConnectOptions,
    client: Client,
    directory: Option<Arc<Directory>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// What the server answered.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub json: Value,
    pub text: String,
}

impl Answer {
    /// Holds the answer to the shape of a refusal: that status and code, and all members that a problem has.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) -> &Value {
        assert_eq!((self.status.as_u16(), self.json["code"].as_str()), (status, Some(code)), "{}", self.text);
        assert_eq!(self.headers["content-type"], "application/problem+json");
        assert_eq!(self.json["status"], status);
        for member in ["type", "title", "detail", "message", "instance"] {
            assert!(self.json[member].as_str().is_some_and(|text| !text.is_empty()), "{member}: {}", self.text);
        }
        assert_eq!(self.json["message"], self.json["detail"]);
        &self.json
    }

    /// Holds the answer to a refusal of values, and gives their paths.
    #[track_caller]
    pub fn invalid_paths(&self) -> Vec<&str> {
        let errors = self.refused(422, "invalid")["errors"].as_array();
        let errors = errors.unwrap_or_else(|| panic!("no errors: {}", self.text));
        for error in errors {
            assert!(error["detail"].as_str().is_some_and(|text| !text.is_empty()), "{}", self.text);
        }
        errors.iter().map(|error| error["path"].as_str().unwrap_or_else(|| panic!("no path: {}", self.text))).collect()
    }

    /// The body of an answer of 200.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text);
        self.json
    }
}

impl TestApp {
    /// A server that goes by the real clock.
    pub async fn spawn() -> Self {
        Self::start(throwaway::database(), SystemClock::shared(), &[]).await
    }

    /// A server whose clock stands at [`START`] until it is moved.
    pub async fn with_manual_clock() -> Self {
        let start: DateTime<Utc> = START.parse().unwrap();
        Self::start(throwaway::database(), Arc::new(ManualClock::starting_at(start)), &[]).await
    }

    /// A server with settings of its own, given as environment variables.
    pub async fn with_settings(settings: &[(&str, &str)]) -> Self {
        Self::start(throwaway::database(), SystemClock::shared(), settings).await
    }

    /// A server on a certain database.
    pub async fn start(database: PgConnectOptions, clock: SharedClock, settings: &[(&str, &str)]) -> Self {
        static CRYPTOGRAPHY: Once = Once::new();
        CRYPTOGRAPHY.call_once(|| {
            // Refused when the server in this process was quicker.
            let _ = rustls::crypto::ring::default_provider().install_default();
        });
        let mut environment = vec![
            ("FRONTDESK_LISTEN", "127.0.0.1:0"),
            ("FRONTDESK_JWT_SECRET", SECRET),
            ("FRONTDESK_PUBLIC_RATE", "0"),
            ("FRONTDESK_WORKERS", "2"),
        ];
        environment.retain(|(name, _)| !settings.iter().any(|(set, _)| set == name));
        environment.extend_from_slice(settings);
        let inputs = Inputs { environment: Environment::of(&environment), ..Inputs::default() };
        let settings = Settings::load(&inputs).unwrap().settings;
        let org = OrgId::parse(ORG).unwrap();
        orgs::add(&database, &org, "Harbour & Finch", chrono_tz::Europe::Berlin, "EUR").await.unwrap();
        let (stop, stopped) = oneshot::channel();
        let (started, address) = oneshot::channel();
        let options = database.clone();
        let thread = std::thread::spawn(move || {
            actix_rt::System::new().block_on(async move {
                let app = Application::build_on(options, settings, clock).await.unwrap();
                let _ = started.send((app.base_url().to_owned(), Arc::clone(app.directory())));
                app.run_until_stopped(async { drop(stopped.await) }).await.unwrap();
            });
        });
        let (base, directory) = address.await.unwrap();
        Self {
            base,
            database,
            client: Client::new(),
            directory: Some(directory),
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    /// Stops the server in order and starts another one on the same database, as a restart would.
    pub async fn restart(mut self, clock: SharedClock) -> Self {
        let database = self.database.clone();
        self.stop();
        drop(self);
        Self::start(database, clock, &[]).await
    }

    /// The owners, for what has no route.
    pub fn directory(&self) -> &Arc<Directory> {
        self.directory.as_ref().unwrap()
    }

    fn stop(&mut self) {
        drop(self.directory.take());
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // Its panic, if any, has been printed; a test that is failing already must not panic again.
            let _ = thread.join();
        }
    }

    /// A request to this server.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base))
    }

    /// Sends a request and reads the answer whole.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.unwrap();
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        Answer { status, headers, json, text }
    }

    pub async fn get(&self, path: &str, token: &str) -> Answer {
        self.send(bearing(self.request(Method::GET, path), token)).await
    }

    pub async fn post(&self, path: &str, token: &str, body: Value) -> Answer {
        self.send(bearing(self.request(Method::POST, path), token).json(&body)).await
    }

    pub async fn delete(&self, path: &str, token: &str) -> Answer {
        self.send(bearing(self.request(Method::DELETE, path), token)).await
    }

    /// A service point with what the body says, beside an id and a name.
    pub async fn service_point(&self, id: &str, more: Value) -> Value {
        let mut body = json!({ "id": id, "name": format!("Point {id}"), "capacity": 3 });
        body.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
        let made = self.post("/crm/reservations/service-point/create", &admin(), body).await;
        assert_eq!(made.status, 201, "{}", made.text);
        made.json
    }

    /// Somebody without an address joins; gives the answer of 201.
    pub async fn join(&self, point: &str, name: &str) -> Value {
        let body = json!({ "servicePointId": point, "customer": { "name": name } });
        let joined = self.post("/crm/reservations/queue/join", "", body).await;
        assert_eq!(joined.status, 201, "{}", joined.text);
        joined.json
    }

    /// A definition with what the body says, beside an id, a name and half an hour.
    pub async fn definition(&self, id: &str, more: Value) -> Value {
        let mut body = json!({ "id": id, "name": format!("Service {id}"), "durationMinutes": 30 });
        body.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
        let made = self.post("/crm/reservations/definitions/create", &admin(), body).await;
        assert_eq!(made.status, 201, "{}", made.text);
        made.json
    }

    /// A member of staff with what the body says, beside an id and a name.
    pub async fn staff_member(&self, id: &str, more: Value) -> Value {
        let mut body = json!({ "id": id, "name": format!("Member {id}") });
        body.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
        let made = self.post("/crm/staff/create", &admin(), body).await;
        assert_eq!(made.status, 201, "{}", made.text);
        made.json
    }

    /// What anybody is offered.
    pub async fn slots(&self, question: Value) -> Value {
        self.post("/crm/reservations/slots", "", question).await.ok()
    }

    /// Somebody joins who can be found again by an address.
    pub async fn join_as(&self, point: &str, customer: Value) -> Answer {
        let body = json!({ "servicePointId": point, "customer": customer });
        self.post("/crm/reservations/queue/join", "", body).await
    }

    /// What anybody may see of a queue.
    pub async fn status(&self, point: &str) -> Value {
        self.get(&format!("/crm/reservations/queue/status/{point}"), "").await.ok()
    }

    /// Calls the next one, as a member of staff.
    pub async fn call_next(&self, point: &str) -> Answer {
        self.act("call-next", point, json!({})).await
    }

    /// What somebody who has joined sees of their own place.
    pub async fn own(&self, joined: &Value) -> Value {
        self.get(&own_path("entry", joined), "").await.ok()
    }

    /// An act of the counter's: `act("start", id, json!({}))`, by a member of staff.
    pub async fn act(&self, act: &str, id: &str, body: Value) -> Answer {
        self.post(&format!("/crm/reservations/queue/{act}/{id}"), &staff(), body).await
    }

    /// Moves the manual clock through everything that is due.
    pub async fn advance(&self, duration: &str) -> Answer {
        let moved = self.post("/dev/clock", "", json!({ "advance": duration })).await;
        assert_eq!(moved.status, 200, "{}", moved.text);
        moved
    }

    /// Moves the manual clock in one jump, as a downtime would.
    pub async fn set_clock(&self, instant: &str) -> Answer {
        self.post("/dev/clock", "", json!({ "set": instant })).await
    }

    /// A connection to the server's database.
    pub async fn connection(&self) -> PgConnection {
        use sqlx::ConnectOptions;
        self.database.connect().await.unwrap()
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.stop();
    }
}

fn bearing(request: RequestBuilder, token: &str) -> RequestBuilder {
    if token.is_empty() { request } else { request.bearer_auth(token) }
}

/// The address of something that a customer does about their own entry: `entry`, `leave` or `postpone`.
pub fn own_path(act: &str, joined: &Value) -> String {
    let (id, token) = (joined["id"].as_str().unwrap(), joined["token"].as_str().unwrap());
    format!("/crm/reservations/queue/{act}/{id}?token={token}")
}

/// The id in an answer.
pub fn id(answer: &Value) -> &str {
    answer["id"].as_str().unwrap()
}

/// The members of an object, sorted.
pub fn members(object: &Value) -> Vec<&str> {
    let mut names: Vec<_> = object.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

/// A token with these claims; `exp` is an hour from now unless given.
pub fn token(claims: Value) -> String {
    let mut all = json!({ "sub": "someone", "org": ORG, "role": "staff", "exp": Utc::now().timestamp() + 3_600 });
    all.as_object_mut().unwrap().extend(claims.as_object().cloned().unwrap_or_default());
    jsonwebtoken::encode(&Header::default(), &all, &EncodingKey::from_secret(SECRET.as_bytes())).unwrap()
}

pub fn admin() -> String {
    token(json!({ "sub": "ada", "role": "admin" }))
}

/// A token of the customer with this address.
pub fn customer(email: &str) -> String {
    token(json!({ "sub": email, "role": "customer", "email": email }))
}

pub fn agent() -> String {
    token(json!({ "sub": "mia", "role": "agent" }))
}

pub fn supervisor() -> String {
    token(json!({ "sub": "sol", "role": "supervisor" }))
}

pub fn staff() -> String {
    token(json!({ "sub": "stan", "role": "staff" }))
}
