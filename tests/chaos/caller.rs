//! A customer or clerk with a kept-alive connection, who tells apart what was answered, what was surely not done, and
//! what nobody knows.

use std::net::SocketAddr;

use serde_json::Value;

use crate::stage::ORG;
use crate::support::wire::{Connection, EXCHANGE_LIMIT, Kept, write_request};

/// One who calls; lives on when the server does not.
#[derive(Default)]
pub struct Caller {
    /// `Bearer ...` of a clerk; a customer has none.
    bearer: Option<String>,
    connection: Option<Connection>,
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Question {
    pub method: &'static str,
    pub target: String,
    pub body: Value,
    pub key: Option<String>,
}

/// What became of it.
pub enum Heard {
    Answered(Kept),
    /// Not done: to be tried again.
    NotAccepted,
    /// Done or not: a repeat will tell.
    Unknown,
}

impl Caller {
    pub fn clerk(bearer: &str) -> Self {
        Self { bearer: Some(bearer.to_owned()), connection: None }
    }

    /// Asks once.
    pub async fn ask(&mut self, address: SocketAddr, question: &Question) -> Heard {
        let body = question.body.to_string();
        let mut headers = vec![("content-type", "application/json"), ("orgid", ORG)];
        headers.extend(self.bearer.as_deref().map(|bearer| ("authorization", bearer)));
        headers.extend(question.key.as_deref().map(|key| ("idempotency-key", key)));
        let mut request = Vec::new();
        write_request(&mut request, question.method, &question.target, &headers, body.as_bytes());
        let connection = &mut self.connection;
        let exchange = async {
            if connection.is_none() {
                *connection = Some(Connection::open(address).await?);
            }
            let open = connection.as_mut().expect("just opened");
            let answer = open.exchange(&request).await?;
            std::io::Result::Ok(Kept { status: answer.status, head: answer.head.to_vec(), body: answer.body.to_vec() })
        };
        match tokio::time::timeout(EXCHANGE_LIMIT, exchange).await {
            Ok(Ok(answer)) if answer.status == 503 => {
                assert!(answer.header("retry-after").is_some(), "503 without Retry-After: {}", answer.text());
                if answer.json()["code"] == "outcome_unknown" { Heard::Unknown } else { Heard::NotAccepted }
            }
            Ok(Ok(answer)) => Heard::Answered(answer),
            Ok(Err(_)) | Err(_) => {
                self.connection = None;
                Heard::Unknown
            }
        }
    }

    /// The server that this connection led to is gone.
    pub fn hang_up(&mut self) {
        self.connection = None;
    }
}
