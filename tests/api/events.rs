//! A reader of server-sent events, for tests of live streams.

use std::time::Duration;

use reqwest::{Method, RequestBuilder, Response};
use serde_json::Value;

use crate::app::TestApp;

/// How long an event may stay away before a test gives up.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long silence must last to count as such: several times the pause between two changes on a stream.
const SILENCE: Duration = Duration::from_millis(600);

/// One event of a stream.
#[derive(Debug)]
pub struct Event {
    pub name: String,
    pub id: Option<String>,
    pub data: Value,
    pub text: String,
}

/// An open stream.
pub struct Events {
    response: Response,
    buffer: String,
}

impl Events {
    /// Opens the stream at an address; with a token unless it is empty.
    pub async fn open(app: &TestApp, path: &str, token: &str) -> Self {
        let request = app.request(Method::GET, path);
        Self::of(if token.is_empty() { request } else { request.bearer_auth(token) }).await
    }

    /// Opens the stream for who has seen events up to an id.
    pub async fn resume(app: &TestApp, path: &str, token: &str, seen: &str) -> Self {
        let request = app.request(Method::GET, path).header("last-event-id", seen);
        Self::of(if token.is_empty() { request } else { request.bearer_auth(token) }).await
    }

    async fn of(request: RequestBuilder) -> Self {
        let response = request.header("accept", "text/event-stream").send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["cache-control"], "no-store");
        Self { response, buffer: String::new() }
    }

    /// The next event; `None` when the stream has ended.
    pub async fn next(&mut self) -> Option<Event> {
        tokio::time::timeout(PATIENCE, self.read()).await.expect("an event comes, or the stream ends")
    }

    /// The next event of this name; others on the way are passed over.
    pub async fn next_named(&mut self, name: &str) -> Event {
        loop {
            let event = self.next().await.unwrap_or_else(|| panic!("the stream ended before {name}"));
            if event.name == name {
                return event;
            }
        }
    }

    /// Whether nothing comes for a while.
    pub async fn is_silent(&mut self) -> bool {
        tokio::time::timeout(SILENCE, self.read()).await.is_err()
    }

    async fn read(&mut self) -> Option<Event> {
        loop {
            while let Some((block, rest)) = self.buffer.split_once("\n\n") {
                let event = Event::of(block);
                self.buffer = rest.to_owned();
                if event.is_some() {
                    return event;
                }
            }
            // A server that is gone cuts the stream.
            let chunk = self.response.chunk().await.ok().flatten()?;
            self.buffer.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }
}

impl Event {
    /// What stands between two blank lines, unless it is no event.
    fn of(block: &str) -> Option<Self> {
        let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        let data = serde_json::from_str(field("data")?).unwrap();
        let (name, id) = (field("event")?.to_owned(), field("id").map(str::to_owned));
        Some(Self { name, id, data, text: block.to_owned() })
    }
}
