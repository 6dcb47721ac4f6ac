//! What no honest client sends to the desk: each is a clear problem with all its members, and nothing is changed. What is
//! only unusual is kept and shown as it was given.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Answer, TestApp, admin, agent, token};

const EMAIL_ROUTE: &str = "/crm/tickets/email/create/alice@example.com";
/// The addresses that take a body.
const ADDRESSES: [&str; 21] = [
    "/crm/tickets/create",
    "/crm/tickets/update",
    "/crm/tickets/reply/T-1",
    "/crm/tickets/comments/T-1",
    "/crm/tickets/escalate/T-1",
    "/crm/tickets/merge/T-1",
    "/crm/tickets/calculate-sla/T-1",
    "/crm/tickets/bulk-update",
    "/crm/tickets/canned-responses/create",
    "/crm/tickets/canned-responses/update",
    "/crm/tickets/teams/create",
    "/crm/tickets/teams/update",
    "/crm/tickets/create-ticket",
    "/crm/sla-policies/create",
    "/crm/sla-policies/update",
    "/crm/business-calendars/create",
    "/crm/business-calendars/update",
    "/crm/sla/preview",
    "/crm/sla-policies/create?org=demo",
    "/crm/tickets/create?pageSize=x",
    EMAIL_ROUTE,
];

struct Scene {
    app: TestApp,
    before: Vec<Value>,
}

impl Scene {
    async fn set() -> Self {
        let app = TestApp::spawn().await;
        let day = json!([["09:00", "17:00"]]);
        let calendar =
            json!({"id": "office", "name": "Office", "timezone": "Etc/UTC", "hours": {"mon": day, "tue": day}});
        let policy =
            json!({"id": "gold", "name": "Gold", "calendarId": "office", "targets": {"normal": {"resolution": "P1D"}}});
        let canned = json!({"id": "hello", "title": "Hello", "body": "Dear {{ contact.name }}"});
        let team = json!({"id": "repair", "name": "Repair", "assignment": "round-robin", "members": [{"id": "mia"}]});
        let ticket = json!({"subject": "Printer", "contact": {"email": "alice@example.com"}});
        for (route, body) in [
            ("business-calendars/create", calendar),
            ("sla-policies/create", policy),
            ("tickets/canned-responses/create", canned),
            ("tickets/teams/create", team),
            ("tickets/create", ticket),
        ] {
            let made = app.post(&format!("/crm/{route}"), &admin(), body).await;
            assert_eq!(made.status, 201, "{route}: {}", made.text);
        }
        let before = look(&app).await;
        Self { app, before }
    }

    async fn raw(&self, path: &str, body: impl Into<reqwest::Body>) -> Answer {
        let bearer = token(json!({"role": "admin", "email": "ada@example.com"}));
        let request = self.app.request(Method::POST, path).header("content-type", "application/json").body(body);
        self.app.send(request.bearer_auth(bearer)).await
    }

    async fn nothing_has_changed(&self) {
        assert_eq!(look(&self.app).await, self.before);
    }
}

/// Everything of the desk as an admin sees it, but for the clocks that run.
async fn look(app: &TestApp) -> Vec<Value> {
    let mut seen = Vec::new();
    for path in [
        "tickets/get",
        "tickets/messages/T-1",
        "tickets/comments/T-1",
        "tickets/canned-responses",
        "tickets/teams/get",
        "sla-policies/get",
        "business-calendars/get",
    ] {
        let mut list = app.get(&format!("/crm/{path}"), &admin()).await.ok();
        for row in list["data"].as_array_mut().unwrap() {
            row.as_object_mut().unwrap().remove("sla");
        }
        seen.push(list);
    }
    seen
}

#[tokio::test]
async fn a_body_that_is_no_json_or_no_object_is_refused_and_so_is_one_of_the_wrong_types() {
    let scene = Scene::set().await;
    let deep = format!("{}1{}", "{\"data\":".repeat(5_000), "}".repeat(5_000));
    for path in ADDRESSES {
        for body in ["{", "nonsense", "{\"a\": 1} trailing", "{'a': 1}", "name=Alice&x=1", r#"{"a": "\ud83d"}"#, &deep]
        {
            scene.raw(path, body.to_owned()).await.refused(400, "malformed_json");
        }
        for body in ["[]", "1", "\"text\"", "null"] {
            scene.raw(path, body).await.refused(422, "invalid");
        }
    }
    scene.nothing_has_changed().await;
}

#[tokio::test]
async fn every_field_of_every_body_says_its_path_when_it_is_of_the_wrong_type() {
    let scene = Scene::set().await;
    let wrong = [json!([[[]]]), json!({"a": {"b": 1}}), json!(-1.5e300), json!("a\u{0}b"), json!(true)];
    let fields: [(&str, &[&str]); 16] = [
        (
            "/crm/tickets/create",
            &["id", "subject", "description", "contact", "priority", "assigneeId", "team", "tags", "channel"],
        ),
        (
            "/crm/tickets/update",
            &["id", "subject", "description", "status", "priority", "assigneeId", "tags", "addTags"],
        ),
        ("/crm/tickets/reply/T-1", &["body", "cannedId", "attachments", "status"]),
        ("/crm/tickets/comments/T-1", &["body", "mentions"]),
        ("/crm/tickets/escalate/T-1", &["level", "reason", "assigneeId", "notify"]),
        ("/crm/tickets/merge/T-1", &["into"]),
        ("/crm/tickets/calculate-sla/T-1", &["dryRun", "priority", "policyId", "calendarId", "at"]),
        ("/crm/tickets/bulk-update", &["ids", "filter", "changes", "comment"]),
        ("/crm/tickets/canned-responses/create", &["id", "title", "body", "category", "active"]),
        ("/crm/tickets/teams/create", &["id", "name", "assignment", "members", "takesUnassigned"]),
        ("/crm/tickets/teams/update", &["id", "name", "assignment", "members", "takesUnassigned"]),
        (
            "/crm/sla-policies/create",
            &["name", "order", "when", "calendarId", "targets", "pauseOn", "warnAtPercent", "escalations"],
        ),
        ("/crm/business-calendars/create", &["name", "timezone", "hours", "holidays", "overrides"]),
        ("/crm/sla/preview", &["calendar", "targets", "pauseOn", "escalations", "history", "now"]),
        ("/crm/tickets/create-ticket", &["subject", "description", "name", "priority", "tags"]),
        (
            EMAIL_ROUTE,
            &["from", "fromName", "subject", "text", "html", "messageId", "inReplyTo", "references", "attachments"],
        ),
    ];
    let mut complaints = Vec::new();
    for (path, names) in fields {
        for name in names {
            for value in &wrong {
                let is_right = (value.is_boolean() && ["active", "dryRun", "takesUnassigned"].contains(name))
                    // Unknown fields are no mistake.
                    || (value.is_object() && ["changes", "pauseOn", "targets"].contains(name))
                    // What a mail holds is cleaned, not refused.
                    || (path == EMAIL_ROUTE && value.is_string() && *name != "attachments" && *name != "from");
                if is_right {
                    continue;
                }
                let mut body = json!({"title": "A title", "body": "A body"});
                body.as_object_mut().unwrap().retain(|_, _| path.contains("/canned-responses/"));
                body[*name] = value.clone();
                let refused = scene.raw(path, body.to_string()).await;
                let errors = refused.json["errors"].as_array().cloned().unwrap_or_default();
                let is_named = errors.iter().any(|error| error["path"].as_str().is_some_and(|at| at.starts_with(name)));
                if refused.status != 422 || !is_named {
                    complaints.push(format!("{path} {name} = {value}: {}", refused.text));
                }
            }
        }
    }
    assert!(complaints.is_empty(), "{} complaints:\n{}", complaints.len(), complaints.join("\n"));
    scene.nothing_has_changed().await;
}

#[tokio::test]
async fn large_bodies_long_texts_and_bad_names_are_refused() {
    let scene = Scene::set().await;
    let large = json!({"subject": "x".repeat(18 * 1024 * 1024)}).to_string();
    for path in ["/crm/tickets/create", "/crm/sla-policies/create", "/crm/sla/preview", EMAIL_ROUTE] {
        scene.raw(path, large.clone()).await.refused(413, "body_too_large");
    }
    let long = "x".repeat(10_000);
    for (path, name) in [
        ("/crm/tickets/create", "subject"),
        ("/crm/tickets/create", "assigneeId"),
        ("/crm/tickets/create", "id"),
        ("/crm/tickets/escalate/T-1", "reason"),
        ("/crm/tickets/merge/T-1", "into"),
        ("/crm/sla-policies/create", "name"),
        ("/crm/sla-policies/create", "when"),
        ("/crm/business-calendars/create", "timezone"),
        ("/crm/tickets/canned-responses/create", "title"),
        ("/crm/tickets/teams/create", "name"),
        ("/crm/tickets/teams/create", "assignment"),
    ] {
        let refused = scene.raw(path, json!({name: long}).to_string()).await;
        assert!(refused.invalid_paths().contains(&name), "{path} {name}: {}", refused.text);
        assert!(refused.text.len() < 4_000, "what was wrong is not sent back whole");
    }
    for name in [
        "T-99999999999999999999",
        "T-18446744073709551616",
        "T-0",
        "T--1",
        "%00",
        "%ff",
        "..%2f",
        "👩🏽‍🚀",
        &"x".repeat(500),
    ] {
        for (method, path) in [
            (Method::GET, "get"),
            (Method::GET, "messages"),
            (Method::GET, "comments"),
            (Method::GET, "sla-status"),
            (Method::DELETE, "delete"),
        ] {
            let request = scene.app.request(method, &format!("/crm/tickets/{path}/{name}")).bearer_auth(agent());
            let answer = scene.app.send(request).await;
            assert_eq!(answer.status, 404, "{path}/{name}: {}", answer.text);
        }
        let into = json!({"into": name});
        let answer = scene.app.post("/crm/tickets/merge/T-1", &agent(), into).await;
        assert!(answer.status == 404 || answer.status == 422, "{name}: {}", answer.text);
    }
    scene.nothing_has_changed().await;
}

#[tokio::test]
async fn lists_refuse_what_they_do_not_understand() {
    let scene = Scene::set().await;
    let first = json!({"subject": "Second", "contact": {"email": "bob@example.com"}});
    scene.app.post("/crm/tickets/create", &agent(), first).await;
    let page = scene.app.get("/crm/tickets/get?pageSize=1&sort=-priority", &agent()).await.ok();
    let cursor = page["nextCursor"].as_str().unwrap();
    for sort in ["createdAt", "-createdAt", "dueAt", "-updatedAt"] {
        let path = format!("/crm/tickets/get?pageSize=1&sort={sort}&cursor={cursor}");
        scene.app.get(&path, &agent()).await.refused(400, "invalid_cursor");
    }
    for query in [
        "status=burning",
        "priority=9",
        "breached=perhaps",
        "dueBefore=yesterday",
        "dueBefore=9999-01-01T00:00:00Z",
        "channel=pigeon",
        "sort=subject",
        "pageSize=0",
        "pageSize=201",
        "pageSize=-1",
        "pageSize=99999999999999999999",
    ] {
        let refused = scene.app.get(&format!("/crm/tickets/get?{query}"), &agent()).await;
        assert!([400, 422].contains(&refused.status.as_u16()), "{query}: {} {}", refused.status, refused.text);
    }
    for text in
        ["'; DROP TABLE ticket; --", "%", "\\", "\"", "a & | ! b", "(((", ":*", "x".repeat(2_000).as_str(), "<->"]
    {
        let query: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("text", text).finish();
        let listed = scene.app.get(&format!("/crm/tickets/get?{query}"), &agent()).await;
        assert!(listed.status == 200 || listed.status == 400, "{text}: {}", listed.text);
        let query = query.replace("text=", "tag=");
        assert!(scene.app.get(&format!("/crm/tickets/get?{query}"), &agent()).await.status.as_u16() < 500, "{text}");
    }
    for filter in
        [json!({}), json!({"status": "'"}), json!({"x": "y"}), json!({"pageSize": "1"}), json!({"text": 1}), json!([1])]
    {
        let bulk = json!({"filter": filter, "changes": {"addTags": ["a"]}});
        let answer = scene.app.post("/crm/tickets/bulk-update", &agent(), bulk).await;
        assert!(answer.status.is_client_error(), "{filter} changes the lot: {} {}", answer.status, answer.text);
    }
}

#[tokio::test]
async fn null_is_as_good_as_nothing_said() {
    let scene = Scene::set().await;
    for (path, body, missing) in [
        ("/crm/tickets/reply/T-1", json!({"body": null, "cannedId": null}), "body"),
        ("/crm/tickets/reply/T-1", json!({"body": "", "cannedId": null}), "body"),
        ("/crm/tickets/bulk-update", json!({"ids": null, "changes": {"addTags": ["a"]}}), "ids"),
        ("/crm/tickets/bulk-update", json!({"ids": null, "filter": null, "changes": {"addTags": ["a"]}}), "ids"),
        ("/crm/tickets/comments/T-1", json!({"body": null}), "body"),
        ("/crm/tickets/merge/T-1", json!({"into": null}), "into"),
        ("/crm/tickets/escalate/T-1", json!({"reason": null}), "reason"),
    ] {
        assert_eq!(scene.app.post(path, &agent(), body).await.invalid_paths(), [missing], "{path}");
    }
    scene.nothing_has_changed().await;
}

#[tokio::test]
async fn words_in_any_script_are_kept_and_ten_thousand_characters_are_no_trouble() {
    let app = TestApp::spawn().await;
    let long = "ß".repeat(10_000);
    for (at, words) in [
        "Zoë 👩🏽‍🚀🏳️‍🌈",
        "مريم بنت عمران",
        "שרה כהן",
        "李小龍",
        "<b>&amp; {{ ticket.number }} {% x %}",
        "\u{202e}gnirts\u{202c}",
    ]
    .into_iter()
    .enumerate()
    {
        let body = json!({"subject": words, "description": format!("{words}\n{long}"), "tags": [words],
            "contact": {"email": "alice@example.com", "name": words}});
        let made = app.post("/crm/tickets/create", &agent(), body).await;
        assert_eq!(
            (made.status.as_u16(), &made.json["subject"], &made.json["tags"]),
            (201, &json!(words), &json!([words])),
            "{}",
            made.text
        );
        let number = at + 1;
        let said = app
            .post(&format!("/crm/tickets/reply/T-{number}"), &agent(), json!({"body": format!("{words} {long}")}))
            .await;
        assert_eq!((said.status.as_u16(), &said.json["body"]), (201, &json!(format!("{words} {long}"))));
        let noted = app.post(&format!("/crm/tickets/comments/T-{number}"), &agent(), json!({"body": words})).await;
        assert_eq!((noted.status.as_u16(), &noted.json["body"]), (201, &json!(words)));
        let shown = app.get(&format!("/crm/tickets/get/T-{number}"), &agent()).await.ok();
        assert_eq!(
            (&shown["contact"]["name"], &shown["description"]),
            (&json!(words), &json!(format!("{words}\n{long}")))
        );
    }
}
