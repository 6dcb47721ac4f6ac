//! Key sets: which keys are taken, how each is pinned, when a set is asked for again and what survives a bad one.

use jsonwebtoken::Algorithm;
use serde_json::{Value, json};

use super::*;
use crate::clock::{Clock as _, ManualClock};

fn rsa(kid: &str) -> Value {
    json!({"kty": "RSA", "kid": kid, "use": "sig", "e": "AQAB", "n": base64_of(256)})
}

fn base64_of(bytes: usize) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(vec![0xc3; bytes])
}

fn ed(kid: &str) -> Value {
    json!({"kty": "OKP", "crv": "Ed25519", "kid": kid, "x": base64_of(32)})
}

fn set(keys: &[Value]) -> Vec<u8> {
    json!({ "keys": keys }).to_string().into_bytes()
}

#[test]
fn each_key_is_pinned_to_its_algorithm() {
    let keys = KeySet::parse(&set(&[rsa("r"), ed("e")])).unwrap();
    assert!(keys.find(Some("r"), Algorithm::RS256).is_some());
    assert!(keys.find(Some("e"), Algorithm::EdDSA).is_some());
    assert!(keys.find(Some("r"), Algorithm::EdDSA).is_none());
    assert!(keys.find(Some("r"), Algorithm::HS256).is_none());
    assert!(keys.find(Some("x"), Algorithm::RS256).is_none());
    assert!(keys.find(None, Algorithm::RS256).is_some());
    let two = KeySet::parse(&set(&[rsa("a"), rsa("b")])).unwrap();
    assert!(two.find(None, Algorithm::RS256).is_none());
}

#[test]
fn keys_that_are_not_for_us_are_left_out() {
    let secret = json!({"kty": "oct", "kid": "s", "k": base64_of(32)});
    let weak = json!({"kty": "RSA", "kid": "w", "e": "AQAB", "n": base64_of(128)});
    let for_encryption = json!({"kty": "RSA", "kid": "c", "use": "enc", "e": "AQAB", "n": base64_of(256)});
    let other_algorithm = json!({"kty": "RSA", "kid": "o", "alg": "RS512", "e": "AQAB", "n": base64_of(256)});
    let odd = json!({"kty": "??"});
    let keys = [secret, weak, for_encryption, other_algorithm, odd];
    assert!(KeySet::parse(&set(&keys)).is_err());
    let with_good: Vec<Value> = keys.into_iter().chain([rsa("r")]).collect();
    assert_eq!(KeySet::parse(&set(&with_good)).unwrap().0.len(), 1);
    for not_a_set in [&b"x"[..], b"{}", b"[]", b"{\"keys\": 1}"] {
        assert!(KeySet::parse(not_a_set).is_err());
    }
}

#[tokio::test]
async fn an_unknown_key_asks_again_once_a_minute_and_the_last_good_set_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.json");
    std::fs::write(&path, set(&[ed("old")])).unwrap();
    let clock = Arc::new(ManualClock::starting_at("2026-05-10T09:00:00Z".parse().unwrap()));
    let jwks = Jwks::load(JwksSource::File(path.clone()), clock.clone()).await.unwrap();
    assert!(jwks.find(Some("old"), Algorithm::EdDSA).await.is_some());

    std::fs::write(&path, set(&[ed("new")])).unwrap();
    assert!(jwks.find(Some("new"), Algorithm::EdDSA).await.is_none(), "asked too early");
    clock.set(clock.now() + TimeDelta::seconds(UNKNOWN_KEY_REFRESH_SECONDS)).unwrap();
    assert!(jwks.find(Some("new"), Algorithm::EdDSA).await.is_some());

    std::fs::write(&path, "broken").unwrap();
    clock.set(clock.now() + TimeDelta::seconds(REFRESH_SECONDS)).unwrap();
    assert!(jwks.find(Some("new"), Algorithm::EdDSA).await.is_some());
    assert!(Jwks::load(JwksSource::File(path), clock).await.is_err());
}
