//! When a live stream says something: on a change, but not too often; as a heartbeat; and when it ends.

use std::pin::Pin;
use std::time::Duration;

use actix_web::web::Bytes;
use chrono::{DateTime, Utc};
use serde::Serialize;
use tokio::sync::watch;
use tokio::time::{Sleep, sleep};

/// How often a stream says that it lives. A real event and not a comment, so that pages notice when it stays away.
pub const HEARTBEAT: Duration = Duration::from_secs(15);
/// Least time between two changes on one stream; what happens in between is shown by the second.
pub const FRAME_PAUSE: Duration = Duration::from_millis(150);
/// Estimates older than this are made anew with a heartbeat, in seconds.
pub const ESTIMATES_STALE_SECONDS: i64 = 60;

/// Why a stream wakes up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Something has changed.
    Changed,
    /// Time to say that it lives.
    Heartbeat,
    /// What it follows is no longer there.
    Lost,
    /// The server stops, or the token has expired.
    Ended,
}

/// The rhythm of one stream.
pub struct Pulse {
    stopping: watch::Receiver<bool>,
    expiry: Option<Pin<Box<Sleep>>>,
    heartbeat: Pin<Box<Sleep>>,
    pause: Option<Pin<Box<Sleep>>>,
}

impl Pulse {
    /// A rhythm that ends with the server, and after `lifetime`, where there is one.
    pub fn new(stopping: watch::Receiver<bool>, lifetime: Option<Duration>) -> Self {
        let expiry = lifetime.map(|lifetime| Box::pin(sleep(lifetime)));
        Self { stopping, expiry, heartbeat: Box::pin(sleep(HEARTBEAT)), pause: None }
    }

    /// Waits for the next turn. Ends come first: a stream must not outlive its right for being busy.
    pub async fn turn<T>(&mut self, changes: &mut watch::Receiver<T>) -> Turn {
        let Self { stopping, expiry, heartbeat, pause } = self;
        tokio::select! {
            biased;
            _ = stopping.wait_for(|is_stopping| *is_stopping) => Turn::Ended,
            () = elapsed(expiry) => Turn::Ended,
            () = heartbeat.as_mut() => {
                heartbeat.set(sleep(HEARTBEAT));
                Turn::Heartbeat
            }
            changed = paced(pause, changes) => match changed {
                Ok(()) => {
                    *pause = Some(Box::pin(sleep(FRAME_PAUSE)));
                    Turn::Changed
                }
                Err(_) => Turn::Lost,
            },
        }
    }
}

async fn elapsed(expiry: &mut Option<Pin<Box<Sleep>>>) {
    match expiry {
        Some(expiry) => expiry.as_mut().await,
        None => std::future::pending().await,
    }
}

async fn paced<T>(
    pause: &mut Option<Pin<Box<Sleep>>>,
    changes: &mut watch::Receiver<T>,
) -> Result<(), watch::error::RecvError> {
    if let Some(running) = pause {
        running.as_mut().await;
        *pause = None;
    }
    changes.changed().await
}

/// An event without an id.
pub fn event(name: &str, data: &impl Serialize) -> Bytes {
    let data = serde_json::to_string(data).unwrap_or_else(|_| "null".to_owned());
    Bytes::from(format!("event: {name}\ndata: {data}\n\n"))
}

/// The heartbeat.
pub fn heartbeat(as_of: DateTime<Utc>) -> Bytes {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Beat {
        as_of: DateTime<Utc>,
    }
    event("heartbeat", &Beat { as_of })
}

/// One event with an id to resume from.
pub fn event_with_id(name: &str, id: &str, data: &impl Serialize) -> Bytes {
    let data = serde_json::to_string(data).unwrap_or_default();
    Bytes::from(format!("event: {name}\nid: {id}\ndata: {data}\n\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn ends_come_first_and_changes_are_paced() {
        let (stop, stopping) = watch::channel(false);
        let (change, mut changes) = watch::channel(0);
        let mut pulse = Pulse::new(stopping, None);
        change.send_replace(1);
        assert_eq!(pulse.turn(&mut changes).await, Turn::Changed);
        change.send_replace(2);
        change.send_replace(3);
        let soon = tokio::time::timeout(FRAME_PAUSE / 3, pulse.turn(&mut changes)).await;
        assert!(soon.is_err(), "a second change must wait");
        assert_eq!(pulse.turn(&mut changes).await, Turn::Changed);
        assert_eq!(*changes.borrow_and_update(), 3);
        change.send_replace(4);
        stop.send_replace(true);
        assert_eq!(pulse.turn(&mut changes).await, Turn::Ended);
    }

    #[actix_web::test]
    async fn a_stream_ends_with_its_token_and_notices_a_loss() {
        let (_stop, stopping) = watch::channel(false);
        let (change, mut changes) = watch::channel(0);
        let mut expired = Pulse::new(stopping.clone(), Some(Duration::ZERO));
        assert_eq!(expired.turn(&mut changes).await, Turn::Ended);
        drop(change);
        assert_eq!(Pulse::new(stopping, None).turn(&mut changes).await, Turn::Lost);
    }

    #[test]
    fn an_event_is_one_block() {
        assert_eq!(event("gone", &["a\nb"]), "event: gone\ndata: [\"a\\nb\"]\n\n");
    }
}
