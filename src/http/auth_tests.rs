//! Tokens that hold and tokens that do not: forged, expired, confused about their algorithm, from the wrong issuer.

use jsonwebtoken::{EncodingKey, Header, encode};
use serde_json::{Value, json};

use super::*;
use crate::clock::SystemClock;
use crate::http::jwks::JwksSource;

const SECRET: &str = "0123456789abcdef0123456789abcdef";
/// A key pair for these tests only.
const ED25519_PRIVATE: &[u8] = b"-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n";
const ED25519_PUBLIC: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

fn claims() -> Value {
    json!({"sub": "ann", "org": "demo", "role": "staff", "exp": 4_000_000_000_u64})
}

fn signed(claims: &Value) -> String {
    encode(&Header::default(), claims, &EncodingKey::from_secret(SECRET.as_bytes())).unwrap()
}

fn with(name: &str, value: Value) -> Value {
    let mut changed = claims();
    changed[name] = value;
    changed
}

async fn verify(rules: TokenRules, token: &str) -> Result<Identity, Code> {
    Verifier::new(Some(SECRET), None, rules).verify(token).await.map_err(|problem| problem.code())
}

#[actix_web::test]
async fn a_good_token_says_who_it_is() {
    let identity = verify(TokenRules::default(), &signed(&claims())).await.unwrap();
    assert_eq!((identity.subject.as_str(), identity.org.as_str(), identity.role), ("ann", "demo", Role::Staff));
    assert_eq!(identity.expires_at.timestamp(), 4_000_000_000);
    let for_ever = verify(TokenRules::default(), &signed(&with("exp", json!(1e15)))).await.unwrap();
    assert!(for_ever.expires_at > identity.expires_at);
}

#[actix_web::test]
async fn what_does_not_hold_is_refused() {
    let none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJzdWIiOiJhIiwib3JnIjoiZGVtbyIsInJvbGUiOiJhZG1pbiIsImV4cCI6NDAwMDAwMDAwMH0.";
    let good = signed(&claims());
    let foreign =
        encode(&Header::default(), &claims(), &EncodingKey::from_secret(b"another secret, also long enough")).unwrap();
    let forged = {
        let other = signed(&with("role", json!("admin")));
        let (middle, signature) = (other.split('.').nth(1).unwrap(), good.rsplit('.').next().unwrap());
        format!("{}.{middle}.{signature}", good.split('.').next().unwrap())
    };
    for bad in ["", "a.b.c", "x", none, &foreign, &forged, &"x".repeat(20_000), &format!("{good}x")] {
        assert_eq!(verify(TokenRules::default(), bad).await, Err(Code::InvalidToken), "{bad}");
    }
    let expired = signed(&with("exp", json!(1_000_000_000)));
    assert_eq!(verify(TokenRules::default(), &expired).await, Err(Code::TokenExpired));
    for (name, value, code) in [
        ("exp", Value::Null, Code::InvalidToken),
        ("exp", json!("tomorrow"), Code::InvalidToken),
        ("sub", json!(""), Code::InvalidToken),
        ("sub", json!("a\u{0}b"), Code::InvalidToken),
        ("org", json!(7), Code::InvalidToken),
        ("org", json!("no such"), Code::UnknownOrg),
        ("role", json!("king"), Code::Forbidden),
        ("nbf", json!(3_999_999_999_u64), Code::InvalidToken),
    ] {
        let token = signed(&with(name, value.clone()));
        assert_eq!(verify(TokenRules::default(), &token).await, Err(code), "{name} {value}");
    }
}

#[actix_web::test]
async fn issuers_speak_for_their_own_orgs_only() {
    let issuers = [("https://id.example".to_owned(), vec!["demo".to_owned()])].into();
    let rules = TokenRules { issuer: Some("ours".into()), audience: Some("desk".into()), issuers };
    let token = |issuer: &str, org: &str, audience: &str| {
        signed(&json!({"sub": "a", "org": org, "role": "staff", "exp": 4e9, "iss": issuer, "aud": audience}))
    };
    let ask = |token: String| verify(rules.clone(), Box::leak(token.into_boxed_str()));
    assert!(ask(token("https://id.example", "demo", "desk")).await.is_ok());
    assert!(ask(token("ours", "anything", "desk")).await.is_ok());
    assert_eq!(ask(token("https://id.example", "other", "desk")).await, Err(Code::Forbidden));
    assert_eq!(ask(token("https://evil.example", "demo", "desk")).await, Err(Code::InvalidToken));
    assert_eq!(ask(token("ours", "demo", "elsewhere")).await, Err(Code::InvalidToken));
    assert_eq!(ask(signed(&claims())).await, Err(Code::InvalidToken));
}

#[actix_web::test]
async fn a_public_key_is_never_a_secret() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.json");
    let key = json!({"kty": "OKP", "crv": "Ed25519", "kid": "k", "x": ED25519_PUBLIC});
    std::fs::write(&path, json!({ "keys": [key] }).to_string()).unwrap();
    let keys = || async { Jwks::load(JwksSource::File(path.clone()), SystemClock::shared()).await.unwrap() };
    let only_keys = Verifier::new(None, Some(keys().await), TokenRules::default());

    let mut header = Header::new(Algorithm::EdDSA);
    header.kid = Some("k".into());
    let token = encode(&header, &claims(), &EncodingKey::from_ed_pem(ED25519_PRIVATE).unwrap()).unwrap();
    assert!(only_keys.verify(&token).await.is_ok());

    let mut confused = Header::new(Algorithm::HS256);
    confused.kid = Some("k".into());
    for secret in [ED25519_PUBLIC.as_bytes(), &json!(ED25519_PUBLIC).to_string().into_bytes()] {
        let token = encode(&confused, &claims(), &EncodingKey::from_secret(secret)).unwrap();
        assert_eq!(only_keys.verify(&token).await.unwrap_err().code(), Code::InvalidToken);
        let both = Verifier::new(Some(SECRET), Some(keys().await), TokenRules::default());
        assert_eq!(both.verify(&token).await.unwrap_err().code(), Code::InvalidToken);
    }
    header.kid = Some("unknown".into());
    let unknown = encode(&header, &claims(), &EncodingKey::from_ed_pem(ED25519_PRIVATE).unwrap()).unwrap();
    assert_eq!(only_keys.verify(&unknown).await.unwrap_err().code(), Code::InvalidToken);
}

#[actix_web::test]
async fn each_published_key_serves_its_own_algorithm() {
    use jsonwebtoken::jwk::Jwk;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.json");
    let rsa = EncodingKey::from_rsa_pem(include_bytes!("test_keys/rs256.pem")).unwrap();
    let ec = EncodingKey::from_ec_pem(include_bytes!("test_keys/es256.pem")).unwrap();
    let mut keys = Vec::new();
    for (kid, key, algorithm) in [("r", &rsa, Algorithm::RS256), ("e", &ec, Algorithm::ES256)] {
        let mut jwk = Jwk::from_encoding_key(key, algorithm).unwrap();
        jwk.common.key_id = Some(kid.to_owned());
        keys.push(jwk);
    }
    std::fs::write(&path, json!({ "keys": keys }).to_string()).unwrap();
    let jwks = Jwks::load(JwksSource::File(path), SystemClock::shared()).await.unwrap();
    let verifier = Verifier::new(Some(SECRET), Some(jwks), TokenRules::default());

    let token = |kid: &str, algorithm: Algorithm, key: &EncodingKey| {
        let mut header = Header::new(algorithm);
        header.kid = Some(kid.to_owned());
        encode(&header, &claims(), key).unwrap()
    };
    assert!(verifier.verify(&token("r", Algorithm::RS256, &rsa)).await.is_ok());
    assert!(verifier.verify(&token("e", Algorithm::ES256, &ec)).await.is_ok());
    for wrong in [
        token("e", Algorithm::RS256, &rsa),
        token("r", Algorithm::ES256, &ec),
        token("r", Algorithm::RS512, &rsa),
        token("r", Algorithm::PS256, &rsa),
    ] {
        assert_eq!(verifier.verify(&wrong).await.unwrap_err().code(), Code::InvalidToken);
    }
}
