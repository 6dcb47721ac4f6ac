//! Public keys of token issuers (JWKS, RFC 7517), from a file or a URL. Each key is pinned to the one algorithm that its
//! type allows: a token cannot choose how it is verified. The last good set stays when a refresh fails.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::Value;
use tokio::sync::Mutex;

use crate::clock::SharedClock;

/// A key that nobody knows makes us ask again at most this often, in seconds: strangers must not drive our requests.
pub const UNKNOWN_KEY_REFRESH_SECONDS: i64 = 60;
/// How often the set is fetched anew without a reason, in seconds.
pub const REFRESH_SECONDS: i64 = 15 * 60;
/// How long one fetch may take.
const FETCH_TIMEOUT: Duration = Duration::from_secs(5);
/// Largest key set that is read, in bytes.
const KEY_SET_MAX_BYTES: usize = 256 * 1024;
/// Most keys in a set.
const KEYS_MAX: usize = 100;
/// Shortest RSA modulus, in bytes (2,048 bits).
const RSA_MODULUS_MIN_BYTES: usize = 256;

/// Where keys come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JwksSource {
    /// A file.
    File(PathBuf),
    /// An address.
    Url(String),
}

/// Why a set of keys could not be had.
#[derive(Debug, thiserror::Error)]
pub enum JwksError {
    /// The file cannot be read.
    #[error("the key set file cannot be read: {0}")]
    File(#[from] std::io::Error),
    /// The address does not answer as it should.
    #[error("the key set cannot be fetched: {0}")]
    Fetch(#[from] reqwest::Error),
    /// Not a key set.
    #[error("the key set cannot be used: {0}")]
    Content(String),
}

/// A public key and the only algorithm that it is used with.
#[derive(Clone, Debug)]
pub struct PinnedKey {
    id: Option<String>,
    /// The algorithm.
    pub algorithm: Algorithm,
    /// The key.
    pub key: DecodingKey,
}

/// The usable keys of a set.
#[derive(Clone, Debug, Default)]
pub struct KeySet(Vec<Arc<PinnedKey>>);

impl KeySet {
    /// Reads a key set; keys that are not for us (encryption, other algorithms, secrets, weak ones) are left out.
    ///
    /// # Errors
    /// Not a key set, or no key in it can be used.
    pub fn parse(text: &[u8]) -> Result<Self, JwksError> {
        let content = |reason: &str| JwksError::Content(reason.to_owned());
        let document: Value = serde_json::from_slice(text).map_err(|error| JwksError::Content(error.to_string()))?;
        let keys = document.get("keys").and_then(Value::as_array).ok_or_else(|| content("there is no list `keys`"))?;
        let usable: Vec<_> = keys
            .iter()
            .take(KEYS_MAX)
            .filter_map(|key| serde_json::from_value::<Jwk>(key.clone()).ok())
            .filter_map(|jwk| pin(&jwk))
            .map(Arc::new)
            .collect();
        if usable.is_empty() {
            return Err(content("no key in it is RSA of at least 2048 bits, P-256 or Ed25519 for signatures"));
        }
        Ok(Self(usable))
    }

    /// The key for a token: by its id, else the only one of the algorithm.
    #[must_use]
    pub fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Option<Arc<PinnedKey>> {
        let mut fitting = self.0.iter().filter(|key| key.algorithm == algorithm);
        match id {
            Some(id) => fitting.find(|key| key.id.as_deref() == Some(id)).cloned(),
            None => fitting.next().filter(|_| fitting.next().is_none()).cloned(),
        }
    }
}

fn pin(jwk: &Jwk) -> Option<PinnedKey> {
    if matches!(jwk.common.public_key_use, Some(PublicKeyUse::Encryption | PublicKeyUse::Other(_))) {
        return None;
    }
    let (algorithm, name) = match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => (Algorithm::RS256, KeyAlgorithm::RS256),
        AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256 => {
            (Algorithm::ES256, KeyAlgorithm::ES256)
        }
        AlgorithmParameters::OctetKeyPair(key) if key.curve == EllipticCurve::Ed25519 => {
            (Algorithm::EdDSA, KeyAlgorithm::EdDSA)
        }
        _ => return None,
    };
    if jwk.common.key_algorithm.is_some_and(|said| said != name) {
        return None;
    }
    let key = DecodingKey::from_jwk(jwk).ok()?;
    if let jsonwebtoken::DecodingKeyKind::RsaModulusExponent { n, .. } = key.kind()
        && n.len() < RSA_MODULUS_MIN_BYTES
    {
        return None;
    }
    Some(PinnedKey { id: jwk.common.key_id.clone(), algorithm, key })
}

/// The keys of a source, kept fresh.
pub struct Jwks {
    source: JwksSource,
    client: reqwest::Client,
    clock: SharedClock,
    keys: ArcSwap<KeySet>,
    /// When the last attempt was made; who holds the lock is making one.
    attempt: Mutex<DateTime<Utc>>,
}

impl Jwks {
    /// Reads the keys for the first time.
    ///
    /// # Errors
    /// A file that cannot be used. An address that does not answer is tried again when the first token comes.
    pub async fn load(source: JwksSource, clock: SharedClock) -> Result<Self, JwksError> {
        // Refused only when there is a provider already, and then that one serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().timeout(FETCH_TIMEOUT).build()?;
        let now = clock.now();
        let jwks = Self { source, client, clock, keys: ArcSwap::default(), attempt: Mutex::new(now) };
        match jwks.read().await {
            Ok(keys) => jwks.keys.store(Arc::new(keys)),
            Err(error) if matches!(jwks.source, JwksSource::Url(_)) => {
                tracing::warn!(%error, "the key set could not be fetched; it will be tried again");
                *jwks.attempt.lock().await = now - TimeDelta::seconds(UNKNOWN_KEY_REFRESH_SECONDS);
            }
            Err(error) => return Err(error),
        }
        Ok(jwks)
    }

    /// The key for a token. One that is not known makes us ask the source again, if that has not been done lately.
    pub async fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Option<Arc<PinnedKey>> {
        let known = self.keys.load().find(id, algorithm);
        let wait = if known.is_some() { REFRESH_SECONDS } else { UNKNOWN_KEY_REFRESH_SECONDS };
        if self.refresh_when_older_than(wait, known.is_none()).await {
            return self.keys.load().find(id, algorithm);
        }
        known
    }

    /// Asks the source again if the last attempt is older; whether there is something new. Who has a key does not wait
    /// for an attempt that somebody else is making.
    async fn refresh_when_older_than(&self, seconds: i64, wait_for_others: bool) -> bool {
        let is_old = |last: DateTime<Utc>| self.clock.now() - last >= TimeDelta::seconds(seconds);
        let mut last = match self.attempt.try_lock() {
            Ok(last) => last,
            Err(_) if wait_for_others => self.attempt.lock().await,
            Err(_) => return false,
        };
        if !is_old(*last) {
            return wait_for_others;
        }
        *last = self.clock.now();
        match self.read().await {
            Ok(keys) => self.keys.store(Arc::new(keys)),
            Err(error) => tracing::warn!(%error, "the key set could not be refreshed; the last good one stays"),
        }
        true
    }

    async fn read(&self) -> Result<KeySet, JwksError> {
        match &self.source {
            JwksSource::File(path) => KeySet::parse(&tokio::fs::read(path).await?),
            JwksSource::Url(url) => {
                let mut answer = self.client.get(url).send().await?.error_for_status()?;
                let mut text = Vec::new();
                while let Some(chunk) = answer.chunk().await? {
                    if text.len() + chunk.len() > KEY_SET_MAX_BYTES {
                        return Err(JwksError::Content(format!("it has more than {KEY_SET_MAX_BYTES} bytes")));
                    }
                    text.extend_from_slice(&chunk);
                }
                KeySet::parse(&text)
            }
        }
    }
}

#[cfg(test)]
#[path = "jwks_tests.rs"]
mod tests;
