//! Messages to programs: a signed request, after the Standard Webhooks specification (its `v1` signatures). The receiver
//! proves with the shared secret that it is ours, with the time that it is not an old one sent again, and knows a repeat
//! by its id.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac as _};
use ipnet::IpNet;
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode, header};
use serde_json::json;
use sha2::Sha256;
use url::Url;

use super::public_address::{Unreachable, resolve};
use crate::clock::{Clock as _, SystemClock};
use crate::config::Secret;
use crate::domain::ids::OrgId;
use crate::domain::message::{Attempted, HookUrl, Message};

/// How long a receiver may take.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Sends signed requests.
pub(super) struct Webhooks {
    secret: Secret,
    allowed: Vec<IpNet>,
}

impl Webhooks {
    /// Signs with `secret`; goes to private addresses only within `allowed`.
    pub(super) fn new(secret: Secret, allowed: Vec<IpNet>) -> Self {
        Self { secret, allowed }
    }

    /// Tries to tell a program, once. What it answers beyond its status is not read.
    pub(super) async fn send(&self, org: &OrgId, message: &Message, url: &HookUrl) -> Attempted {
        let Ok(url) = Url::parse(url.as_str()) else {
            return Attempted::Refused("the address is no URL".to_owned());
        };
        let addresses = match resolve(&url, &self.allowed).await {
            Ok(addresses) => addresses,
            Err(Unreachable::Unresolved(reason)) => {
                return Attempted::Failed(format!("its host is not found: {reason}"));
            }
            Err(Unreachable::Private) => {
                return Attempted::Refused("its host has no public address; see webhook_networks".to_owned());
            }
        };
        // Pinned to what was just judged, straight there, and nowhere else after.
        let client = Client::builder()
            .resolve_to_addrs(url.host_str().unwrap_or_default(), &addresses)
            .no_proxy()
            .redirect(Policy::none())
            .timeout(TIMEOUT)
            .build();
        let client = match client {
            Ok(client) => client,
            Err(error) => return Attempted::Failed(error.without_url().to_string()),
        };
        let (id, body) = (message.id().as_str(), body(org, message));
        let timestamp = SystemClock.now().timestamp();
        let request = client
            .post(url)
            .header(header::CONTENT_TYPE, "application/json")
            .header("idempotency-key", id)
            .header("webhook-id", id)
            .header("webhook-timestamp", timestamp)
            .header("webhook-signature", signature(self.secret.reveal().as_bytes(), id, timestamp, &body))
            .body(body);
        match request.send().await.map(|response| response.status()) {
            Ok(status) if status.is_success() => Attempted::Accepted,
            Ok(StatusCode::GONE) => Attempted::Refused("the receiver answered 410 Gone".to_owned()),
            Ok(status) => Attempted::Failed(format!("the receiver answered {status}")),
            Err(error) => Attempted::Failed(format!("the receiver was not reached: {}", error.without_url())),
        }
    }
}

fn body(org: &OrgId, message: &Message) -> String {
    json!({
        "id": message.id(),
        "type": message.kind.word(),
        "timestamp": message.created_at,
        "org": org,
        "cause": { "kind": message.cause.kind, "id": message.cause.id },
        "data": message.context,
    })
    .to_string()
}

/// `v1,` and the HMAC-SHA256 of `id.timestamp.body` in base64.
fn signature(key: &[u8], id: &str, timestamp: i64, body: &str) -> String {
    // HMAC takes keys of any length.
    let Ok(mut hmac) = Hmac::<Sha256>::new_from_slice(key) else { return String::new() };
    hmac.update(format!("{id}.{timestamp}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(hmac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_the_one_of_the_specification() {
        // The example of the Standard Webhooks libraries, whose key is base64 after `whsec_`.
        let key = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed = signature(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, "{\"test\": 2432232314}");
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
