//! The calendar entry that goes with a mail: what a calendar program needs to put it in, to move it and to take it out.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::address::Email;

/// What the calendar program is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// Put it in, or move it.
    Request,
    /// Take it out.
    Cancel,
}

/// One version of a calendar entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Invitation {
    /// What to do.
    pub method: Method,
    /// Names the entry through all its versions.
    pub uid: String,
    /// Rises with each version.
    pub sequence: u32,
    /// When this version was made.
    pub stamp: DateTime<Utc>,
    /// When it begins.
    pub start: DateTime<Utc>,
    /// When it ends.
    pub end: DateTime<Utc>,
    /// In a few words.
    pub summary: String,
    /// In more words; may be empty.
    pub description: String,
    /// Where.
    pub location: Option<String>,
    /// The page that shows it.
    pub url: Option<String>,
    /// Name of who invites.
    pub organizer_name: String,
    /// Who is invited.
    pub attendee: Email,
    /// Their name.
    pub attendee_name: String,
}

impl Invitation {
    /// An example with everything that makes calendar files hard: long lines, commas, semicolons, line breaks, other
    /// scripts.
    ///
    /// # Panics
    /// Never: its own address is one.
    #[cfg(any(test, feature = "failpoints"))]
    #[must_use]
    #[expect(clippy::unwrap_used, reason = "an example for tests")]
    pub fn sample(method: Method, sequence: u32) -> Self {
        let start = DateTime::from_timestamp(1_778_581_800, 0).unwrap();
        Self {
            method,
            uid: "0198c7c2-7b1e-7c7e-9f43-3c1f6f0f2d11@frontdesk".to_owned(),
            sequence,
            stamp: start - chrono::TimeDelta::days(3),
            start,
            end: start + chrono::TimeDelta::minutes(30),
            summary: "Eye test at Harbour & Finch; bring glasses, old ones too".to_owned(),
            description: format!("{}\nC:\\notes; 你好, {}", "Straße 👩🏽‍🚀 ".repeat(20), "x".repeat(200)),
            location: Some("Kai 12, by the ferry".to_owned()),
            url: Some("https://desk.example/r/K7QD2M9X?email=zoe%40example.com".to_owned()),
            organizer_name: "Harbour & Finch: \"by the sea\"; Hamburg".to_owned(),
            attendee: Email::parse("zoe@example.com").unwrap(),
            attendee_name: "Zoë, Ní Bhraonáin".to_owned(),
        }
    }
}
