//! Text messages, posted to the gateway that the operator names: `{id, to, text}` with a Bearer token.

use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};
use serde_json::json;
use url::Url;

use crate::config::Secret;
use crate::domain::address::Phone;
use crate::domain::ids::MessageId;
use crate::domain::message::Attempted;

/// How long the gateway may take.
const TIMEOUT: Duration = Duration::from_secs(20);

/// The gateway.
pub(super) struct SmsGateway {
    client: Client,
    url: Url,
    token: Option<Secret>,
}

impl SmsGateway {
    /// A gateway that is connected to on first use.
    pub(super) fn open(url: Url, token: Option<Secret>) -> Result<Self, reqwest::Error> {
        let client = Client::builder().redirect(Policy::none()).timeout(TIMEOUT).build()?;
        Ok(Self { client, url, token })
    }

    /// Tries to hand a text message over.
    pub(super) async fn send(&self, id: &MessageId, to: &Phone, text: &str) -> Attempted {
        let body = json!({ "id": id, "to": to.folded(), "text": text });
        let mut request = self.client.post(self.url.clone()).header("idempotency-key", id.as_str()).json(&body);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token.reveal());
        }
        match request.send().await.map(|response| response.status()) {
            Ok(status) if status.is_success() => Attempted::Accepted,
            // The gateway has understood, and wants no message to this number.
            Ok(status @ (StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY)) => {
                Attempted::Refused(format!("the gateway answered {status}"))
            }
            Ok(status) => Attempted::Failed(format!("the gateway answered {status}")),
            // Without its address: it may hold a key.
            Err(error) => Attempted::Failed(format!("the gateway was not reached: {}", error.without_url())),
        }
    }
}
