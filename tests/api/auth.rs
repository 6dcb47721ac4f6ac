//! Who may: tokens that hold and tokens that do not, cookies, roles, and which org a request is about.

use frontdesk::clock::SystemClock;
use frontdesk::domain::ids::OrgId;
use frontdesk::store::{orgs, throwaway};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::app::{Answer, ORG, SECRET, TestApp, admin, id, staff, token};

const LIST: &str = "/crm/reservations/service-point/get";
const CREATE: &str = "/crm/reservations/service-point/create";
const CALL_NEXT: &str = "/crm/reservations/queue/call-next/desk";
const JOIN: &str = "/crm/reservations/queue/join";
const STATUS: &str = "/crm/reservations/queue/status/desk";
/// Key pairs for these tests only.
const RSA: &[u8] = include_bytes!("keys/rsa.pem");
const P256: &[u8] = include_bytes!("keys/p256.pem");
const ED25519: &[u8] = include_bytes!("keys/ed25519.pem");

async fn with_two_orgs() -> TestApp {
    let database = throwaway::database();
    let other = OrgId::parse("other").unwrap();
    orgs::add(&database, &other, "Other", chrono_tz::Asia::Tokyo, "JPY").await.unwrap();
    TestApp::start(database, SystemClock::shared(), &[]).await
}

fn claims() -> Value {
    json!({ "sub": "ann", "org": ORG, "role": "staff", "exp": chrono::Utc::now().timestamp() + 3_600 })
}

fn without(name: &str) -> String {
    let mut claims = claims();
    claims.as_object_mut().unwrap().remove(name);
    jsonwebtoken::encode(&Header::default(), &claims, &EncodingKey::from_secret(SECRET.as_bytes())).unwrap()
}

#[tokio::test]
async fn without_a_token_that_holds_nothing_is_done() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    let joined = app.join("desk", "Guest").await;
    let version = app.status("desk").await["version"].clone();
    let foreign = EncodingKey::from_secret(b"another secret that is long enough, thirty-two bytes");
    let foreign = jsonwebtoken::encode(&Header::default(), &claims(), &foreign).unwrap();
    let good = staff();
    let (head, rest) = good.split_once('.').unwrap();
    let (_, signature) = rest.split_once('.').unwrap();
    let promoted = admin().split('.').nth(1).unwrap().to_owned();
    let other_algorithm =
        jsonwebtoken::encode(&Header::new(Algorithm::HS512), &claims(), &EncodingKey::from_secret(SECRET.as_bytes()))
            .unwrap();
    let without_signature = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0";
    for bad in [
        "nonsense".to_owned(),
        foreign,
        format!("{head}.{promoted}.{signature}"),
        format!("{without_signature}.{promoted}."),
        format!("{without_signature}.{promoted}.{signature}"),
        other_algorithm,
        format!("{good}x"),
        without("sub"),
        without("exp"),
        without("org"),
        without("role"),
        token(json!({ "sub": "" })),
        token(json!({ "exp": "tomorrow" })),
        token(json!({ "nbf": chrono::Utc::now().timestamp() + 3_600 })),
    ] {
        let refused = app.get(LIST, &bad).await;
        refused.refused(401, "invalid_token");
        assert_eq!(refused.headers["www-authenticate"], "Bearer");
        app.post(CALL_NEXT, &bad, json!({})).await.refused(401, "invalid_token");
        app.get(STATUS, &bad).await.refused(401, "invalid_token");
        app.post(JOIN, &bad, json!({})).await.refused(401, "invalid_token");
    }
    let expired = token(json!({ "exp": chrono::Utc::now().timestamp() - 60 }));
    app.get(LIST, &expired).await.refused(401, "token_expired");
    for (header, code) in [("Basic YTpi", "invalid_token"), ("Bearer", "invalid_token"), ("Bearer ", "invalid_token")] {
        let request = app.request(Method::GET, LIST).header("authorization", header);
        app.send(request).await.refused(401, code);
    }
    let nobody = app.get(LIST, "").await;
    nobody.refused(401, "unauthenticated");
    assert_eq!(nobody.headers["www-authenticate"], "Bearer");
    assert_eq!(app.status("desk").await["version"], version);
    assert_eq!(app.own(&joined).await["state"], "waiting");
}

#[tokio::test]
async fn each_role_may_do_its_own_work_and_a_customer_none_of_it() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({ "capacity": 50 })).await;
    for (role, works) in [("agent", false), ("staff", true), ("supervisor", true), ("admin", true), ("customer", false)]
    {
        let bearer = token(json!({ "role": role }));
        for act in ["check-in", "call", "recall", "start", "return", "undo", "complete"] {
            let joined = app.join("desk", "Guest").await;
            let answer = app.post(&format!("/crm/reservations/queue/{act}/{}", id(&joined)), &bearer, json!({})).await;
            assert_eq!(answer.status != 403, works, "{role} {act}: {}", answer.text);
        }
        for act in ["call-next", "pause", "resume"] {
            let answer = app.post(&format!("/crm/reservations/queue/{act}/desk"), &bearer, json!({})).await;
            assert_eq!(answer.status.as_u16(), if works { 200 } else { 403 }, "{role} {act}: {}", answer.text);
        }
        let history = app.get("/crm/reservations/queue/history/desk", &bearer).await;
        assert_eq!(history.status.as_u16(), if role == "customer" { 403 } else { 200 }, "{role}");
        assert_eq!(app.get(STATUS, &bearer).await.status, 200, "{role}");
    }
    app.get(LIST, &token(json!({ "role": "emperor" }))).await.refused(403, "forbidden");
    app.get(LIST, &token(json!({ "role": "customer", "email": "a@example.com" }))).await.refused(403, "forbidden");
}

#[tokio::test]
async fn a_token_of_an_org_that_does_not_exist_is_refused() {
    let app = TestApp::spawn().await;
    for org in ["nowhere", "no slug", ""] {
        app.get(LIST, &token(json!({ "org": org, "role": "admin" }))).await.refused(403, "unknown_org");
    }
}

#[tokio::test]
async fn what_belongs_to_another_org_is_not_there() {
    let app = with_two_orgs().await;
    let stranger = token(json!({ "org": "other", "role": "admin" }));
    app.service_point("desk", json!({})).await;
    let body = json!({ "servicePointId": "desk", "customer": { "name": "Alice", "email": "alice@example.com" } });
    let joined = app.post(&format!("{JOIN}?org={ORG}"), "", body).await;
    assert_eq!(joined.status, 201, "{}", joined.text);
    let entry = id(&joined.json);
    let contact =
        app.act("check-in", entry, json!({})).await.ok()["customer"]["contactId"].as_str().unwrap().to_owned();
    assert_eq!(app.get(LIST, &stranger).await.ok()["total"], 0);
    for path in [
        format!("{LIST}/desk"),
        "/crm/reservations/queue/history/desk".to_owned(),
        "/crm/reservations/queue/watch?points=desk".to_owned(),
        "/crm/reservations/queue/status/desk".to_owned(),
        "/crm/reservations/queue/watch/desk".to_owned(),
        format!("/crm/reservations/queue/entry/{entry}?token={}", joined.json["token"].as_str().unwrap()),
        format!("/crm/activity/{contact}"),
    ] {
        assert_eq!(app.get(&path, &stranger).await.status, 404, "{path}");
    }
    for act in ["check-in", "call", "start", "complete", "no-show", "recall", "return", "undo", "leave", "postpone"] {
        let path = format!("/crm/reservations/queue/{act}/{entry}");
        app.post(&path, &stranger, json!({})).await.refused(404, "entry_not_found");
    }
    for act in ["call-next", "pause", "resume"] {
        let path = format!("/crm/reservations/queue/{act}/desk");
        app.post(&path, &stranger, json!({})).await.refused(404, "service_point_not_found");
    }
    let update = json!({ "id": "desk", "name": "Ours now" });
    app.post("/crm/reservations/service-point/update", &stranger, update).await.refused(404, "service_point_not_found");
    app.delete("/crm/reservations/service-point/delete/desk", &stranger).await.refused(404, "service_point_not_found");
    let own = app.post(CREATE, &stranger, json!({ "id": "desk", "name": "Theirs" })).await;
    assert_eq!((own.status.as_u16(), &own.json["timezone"]), (201, &json!("Asia/Tokyo")), "ids are an org's own");
    assert_eq!(app.get(&format!("{LIST}/desk"), &admin()).await.ok()["name"], "Point desk");
}

#[tokio::test]
async fn a_public_request_names_its_org_by_header_or_query_or_there_is_only_one() {
    let app = with_two_orgs().await;
    app.service_point("desk", json!({ "name": "Ours" })).await;
    let theirs = token(json!({ "org": "other", "role": "admin" }));
    app.post(CREATE, &theirs, json!({ "id": "desk", "name": "Theirs" })).await;
    let ask = |path: &str, org: Option<&str>| {
        let request = app.request(Method::GET, path);
        app.send(match org {
            Some(org) => request.header("orgid", org),
            None => request,
        })
    };
    for (path, org, name) in [
        (STATUS.to_owned(), Some(ORG), "Ours"),
        (STATUS.to_owned(), Some("other"), "Theirs"),
        (format!("{STATUS}?org={ORG}"), None, "Ours"),
        (format!("{STATUS}?org=other"), None, "Theirs"),
    ] {
        assert_eq!(ask(&path, org).await.ok()["servicePoint"]["name"], name, "{path}");
    }
    ask(STATUS, None).await.refused(400, "org_required");
    for nowhere in ["nowhere", "no slug", ""] {
        ask(STATUS, Some(nowhere)).await.refused(404, "org_not_found");
    }
    ask(&format!("{STATUS}?org=nowhere"), None).await.refused(404, "org_not_found");
    let wish = json!({ "servicePointId": "desk", "customer": { "name": "Guest" } });
    app.post(JOIN, "", wish.clone()).await.refused(400, "org_required");
    app.post(&format!("{JOIN}?org=nowhere"), "", wish.clone()).await.refused(404, "org_not_found");
    assert_eq!(app.post(&format!("{JOIN}?org=other"), "", wish.clone()).await.json["number"], 1);
    assert_eq!(app.post(JOIN, &theirs, wish.clone()).await.json["number"], 2, "a token says which org");
    let mixed = app.request(Method::POST, JOIN).bearer_auth(&theirs).header("orgid", ORG).json(&wish);
    app.send(mixed).await.refused(403, "org_mismatch");
    let one = TestApp::spawn().await;
    one.service_point("desk", json!({})).await;
    one.get(STATUS, "").await.ok();
    one.get(&format!("{STATUS}?org=nowhere"), "").await.refused(404, "org_not_found");
}

#[tokio::test]
async fn a_cookie_counts_only_for_reading_or_from_our_own_pages() {
    let app = TestApp::spawn().await;
    app.service_point("desk", json!({})).await;
    app.join("desk", "Guest").await;
    let cookie = |method: Method, path: &str| -> RequestBuilder {
        app.request(method, path).header("cookie", format!("frontdesk_session={}", staff()))
    };
    app.send(cookie(Method::GET, LIST)).await.ok();
    app.send(app.request(Method::GET, LIST).header("cookie", "frontdesk_session="))
        .await
        .refused(401, "unauthenticated");
    app.send(app.request(Method::GET, LIST).header("cookie", "frontdesk_session=x"))
        .await
        .refused(401, "invalid_token");
    let (port, post) = (app.base.rsplit_once(':').unwrap().1.to_owned(), || cookie(Method::POST, CALL_NEXT));
    app.send(post()).await.refused(403, "cross_origin");
    for foreign in ["https://evil.example", &format!("http://evil.example:{port}"), "null", ""] {
        app.send(post().header("origin", foreign)).await.refused(403, "cross_origin");
    }
    app.send(post().header("sec-fetch-site", "cross-site")).await.refused(403, "cross_origin");
    app.send(post().header("origin", "https://evil.example").header("sec-fetch-site", "same-origin"))
        .await
        .refused(403, "cross_origin");
    assert_eq!(app.status("desk").await["waitingCount"], 1, "nothing of this was done");
    app.send(post().header("origin", &app.base)).await.ok();
    app.join("desk", "Guest").await;
    app.send(post().header("sec-fetch-site", "same-origin")).await.ok();
    let watch = cookie(Method::GET, "/crm/reservations/queue/watch").header("origin", "http://evil.example");
    app.send(watch).await.refused(403, "cross_origin");
}

#[tokio::test]
async fn tokens_of_a_key_set_are_held_to_the_algorithm_of_their_key() {
    let keys = [
        ("r", Algorithm::RS256, EncodingKey::from_rsa_pem(RSA).unwrap()),
        ("p", Algorithm::ES256, EncodingKey::from_ec_pem(P256).unwrap()),
        ("e", Algorithm::EdDSA, EncodingKey::from_ed_pem(ED25519).unwrap()),
    ];
    let public: Vec<Value> = keys.iter().map(|(id, algorithm, key)| public_key(id, *algorithm, key)).collect();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.json");
    std::fs::write(&path, json!({ "keys": &public[..] }).to_string()).unwrap();
    let app = TestApp::with_settings(&[("FRONTDESK_JWKS", path.to_str().unwrap())]).await;
    let list = async |id: Option<&str>, algorithm: Algorithm, key: &EncodingKey| -> Answer {
        let header = Header { kid: id.map(str::to_owned), ..Header::new(algorithm) };
        app.get(LIST, &jsonwebtoken::encode(&header, &claims(), key).unwrap()).await
    };
    for (id, algorithm, key) in &keys {
        list(Some(id), *algorithm, key).await.ok();
        list(None, *algorithm, key).await.ok();
        list(Some("unknown"), *algorithm, key).await.refused(401, "invalid_token");
    }
    list(Some("e"), Algorithm::RS256, &keys[0].2).await.refused(401, "invalid_token");
    list(Some("r"), Algorithm::RS512, &keys[0].2).await.refused(401, "invalid_token");
    for key in &public {
        // What everybody can read must not serve as a secret.
        for secret in [key.to_string(), key["n"].as_str().or(key["x"].as_str()).unwrap().to_owned()] {
            let secret = EncodingKey::from_secret(secret.as_bytes());
            list(key["kid"].as_str(), Algorithm::HS256, &secret).await.refused(401, "invalid_token");
        }
    }
    app.get(LIST, &staff()).await.ok();
}

fn public_key(id: &str, algorithm: Algorithm, key: &EncodingKey) -> Value {
    let mut jwk = Jwk::from_encoding_key(key, algorithm).unwrap();
    jwk.common.key_id = Some(id.to_owned());
    serde_json::to_value(jwk).unwrap()
}

#[tokio::test]
async fn an_issuer_and_an_audience_are_held_to_when_they_are_set() {
    let rules = [("FRONTDESK_JWT_ISSUER", "https://id.example"), ("FRONTDESK_JWT_AUDIENCE", "frontdesk")];
    let app = TestApp::with_settings(&rules).await;
    let good = json!({ "iss": "https://id.example", "aud": "frontdesk" });
    app.get(LIST, &token(good)).await.ok();
    for bad in [
        json!({}),
        json!({ "iss": "https://id.example" }),
        json!({ "aud": "frontdesk" }),
        json!({ "iss": "https://evil.example", "aud": "frontdesk" }),
        json!({ "iss": "https://id.example", "aud": "other" }),
    ] {
        app.get(LIST, &token(bad)).await.refused(401, "invalid_token");
    }
}

#[tokio::test]
async fn public_requests_are_counted_by_address_and_told_when_to_come_back() {
    let app = TestApp::with_settings(&[("FRONTDESK_PUBLIC_RATE", "5")]).await;
    app.service_point("desk", json!({})).await;
    for _ in 0..5 {
        app.get(STATUS, "").await.ok();
    }
    let refused = app.get(STATUS, "").await;
    refused.refused(429, "too_many_requests");
    assert!(refused.headers["retry-after"].to_str().unwrap().parse::<u32>().unwrap() >= 1);
    let elsewhere = app.request(Method::GET, STATUS).header("x-forwarded-for", "203.0.113.9");
    app.send(elsewhere).await.refused(429, "too_many_requests");
    app.get(LIST, &staff()).await.ok();
    app.get("/healthz", "").await.ok();
}
