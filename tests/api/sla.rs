//! `/crm/sla/preview`: clocks worked out of what is sent, each case with its arithmetic; and what is refused, with its path.

use serde_json::{Value, json};

use crate::app::{TestApp, customer, members, staff, token};

const PREVIEW: &str = "/crm/sla/preview";

/// Monday to Friday, nine to five.
fn office(zone: &str) -> Value {
    let day = json!([["09:00", "17:00"]]);
    json!({ "timezone": zone, "hours": { "mon": day, "tue": day, "wed": day, "thu": day, "fri": day } })
}

/// Entries written as `2026-05-11T09:00:00Z agent_reply` or `.. status pending`.
fn history(entries: &[&str]) -> Value {
    let entry = |text: &&str| {
        let mut words = text.split(' ');
        let mut entry = json!({ "at": words.next().unwrap(), "type": words.next().unwrap() });
        if let Some(to) = words.next() {
            entry["to"] = to.into();
        }
        entry
    };
    entries.iter().map(entry).collect()
}

async fn previewed(app: &TestApp, body: Value) -> Value {
    app.post(PREVIEW, &staff(), body).await.ok()
}

#[tokio::test]
async fn a_ticket_that_does_not_exist_is_worked_out_to_the_second() {
    let app = TestApp::spawn().await;
    // Berlin in May: open 07:00Z to 15:00Z. Friday 14:30Z + 60 min = Monday 07:30Z; resolution 180 min: 30 min on Friday,
    // pending from Monday 07:10Z (40 min) to 09:00Z: 140 min left: 11:20Z.
    let body = json!({
        "calendar": office("Europe/Berlin"),
        "targets": { "firstResponse": 60, "nextResponse": "PT2H", "resolution": 180 },
        "pauseOn": ["pending"],
        "warnAtPercent": [50],
        "escalations": [
            { "metric": "resolution", "at": { "before": "PT1H" }, "level": 1, "notify": ["assignee"] },
            { "metric": "resolution", "at": { "percent": 100 }, "level": 2 },
            { "metric": "resolution", "at": { "after": 240 }, "level": 3 },
        ],
        "history": history(&[
            "2026-05-15T14:30:00Z created",
            "2026-05-18T07:05:00Z agent_reply",
            "2026-05-18T07:10:00Z status pending",
            "2026-05-18T08:00:00Z customer_message",
            "2026-05-18T09:00:00Z status open",
        ]),
        "now": "2026-05-18T09:30:00Z",
    });
    let answer = previewed(&app, body.clone()).await;
    assert_eq!(
        answer,
        json!({
            "asOf": "2026-05-18T09:30:00Z",
            "clocks": [
                {
                    "metric": "firstResponse", "cycle": 1, "state": "met", "targetSeconds": 3_600,
                    "startedAt": "2026-05-15T14:30:00Z", "dueAt": "2026-05-18T07:30:00Z", "metAt": "2026-05-18T07:05:00Z",
                    "elapsedSeconds": 2_100, "remainingSeconds": 1_500, "percent": 58,
                },
                {
                    "metric": "nextResponse", "cycle": 1, "state": "running", "targetSeconds": 7_200,
                    "startedAt": "2026-05-18T08:00:00Z", "dueAt": "2026-05-18T11:00:00Z",
                    "elapsedSeconds": 1_800, "remainingSeconds": 5_400, "percent": 25,
                },
                {
                    "metric": "resolution", "cycle": 1, "state": "running", "targetSeconds": 10_800,
                    "startedAt": "2026-05-15T14:30:00Z", "dueAt": "2026-05-18T11:20:00Z",
                    "elapsedSeconds": 4_200, "remainingSeconds": 6_600, "percent": 38,
                },
            ],
            "nextDueAt": "2026-05-18T11:00:00Z",
            "warnings": [
                // Half of 60 min, on Friday's closing time.
                { "at": "2026-05-15T15:00:00Z", "percent": 50, "metric": "firstResponse", "cycle": 1 },
                // Half of 180 min: 50 min after 09:00Z.
                { "at": "2026-05-18T09:50:00Z", "percent": 50, "metric": "resolution", "cycle": 1 },
                { "at": "2026-05-18T10:00:00Z", "percent": 50, "metric": "nextResponse", "cycle": 1 },
            ],
            "escalations": [
                { "level": 1, "at": "2026-05-18T10:20:00Z", "metric": "resolution", "cycle": 1, "reached": false },
                { "level": 2, "at": "2026-05-18T11:20:00Z", "metric": "resolution", "cycle": 1, "reached": false },
                // 4 h after 11:20Z: 3 h 40 min until 15:00Z, 20 min on Tuesday.
                { "level": 3, "at": "2026-05-19T07:20:00Z", "metric": "resolution", "cycle": 1, "reached": false },
            ],
        })
    );
    assert_eq!(previewed(&app, json!({ "data": body })).await, answer);
}

#[tokio::test]
async fn what_was_passed_is_reached_and_what_stands_still_is_not_known() {
    let app = TestApp::spawn().await;
    let always = json!({ "timezone": "Asia/Kathmandu", "hours": (["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
        .map(|day| (day.to_owned(), json!([["00:00", "24:00"]])))).into_iter().collect::<serde_json::Map<_, _>>() });
    let body = json!({
        "calendar": always, "targets": { "resolution": "PT2H" }, "pauseOn": { "resolution": ["pending"] },
        "escalations": [
            { "metric": "resolution", "at": { "percent": 100 }, "level": 1 },
            { "metric": "resolution", "at": { "after": "PT2H" }, "level": 2 },
        ],
        // In any order: due at 11:00; paused from 12:00 on.
        "history": history(&["2026-05-11T12:00:00Z status pending", "2026-05-11T09:00:00Z created"]),
        "now": "2026-05-12T00:00:00Z",
    });
    let answer = previewed(&app, body.clone()).await;
    let clock = &answer["clocks"][0];
    assert_eq!((&clock["state"], &clock["breachedAt"]), (&json!("breached"), &json!("2026-05-11T11:00:00Z")));
    assert_eq!((&clock["elapsedSeconds"], &clock["remainingSeconds"]), (&json!(10_800), &json!(0)));
    assert_eq!(answer["nextDueAt"], Value::Null);
    let reached =
        json!([{ "level": 1, "at": "2026-05-11T11:00:00Z", "metric": "resolution", "cycle": 1, "reached": true }]);
    assert_eq!(answer["escalations"], reached);
    // As of half past nine, noon has not happened.
    let mut earlier = body;
    earlier["now"] = "2026-05-11T09:30:00Z".into();
    let answer = previewed(&app, earlier).await;
    assert_eq!(answer["clocks"][0]["dueAt"], "2026-05-11T11:00:00Z");
    assert_eq!(answer["escalations"][1]["at"], "2026-05-11T13:00:00Z");
}

#[tokio::test]
async fn a_trace_is_given_to_who_asks_for_it() {
    let app = TestApp::spawn().await;
    let body = json!({
        "calendar": office("America/Sao_Paulo"), "targets": { "resolution": 60 }, "trace": true,
        // Thursday 2018-11-01 16:30 (-3) + 60 min: Friday the 2nd 09:30 (-3) = 12:30Z.
        "history": history(&["2018-11-01T19:30:00Z created"]), "now": "2018-11-02T12:10:00Z",
    });
    let answer = previewed(&app, body).await;
    assert_eq!(
        answer["trace"],
        json!([
            { "at": "2018-11-01T19:30:00Z", "metric": "resolution", "cycle": 1, "what": "started", "targetSeconds": 3_600 },
            { "at": "2018-11-01T19:30:00Z", "metric": "resolution", "cycle": 1, "what": "due", "dueAt": "2018-11-02T12:30:00Z" },
            { "at": "2018-11-01T19:30:00Z", "metric": "resolution", "cycle": 1, "what": "counted",
              "to": "2018-11-01T20:00:00Z", "seconds": 1_800, "elapsedSeconds": 1_800 },
            { "at": "2018-11-02T12:00:00Z", "metric": "resolution", "cycle": 1, "what": "counted",
              "to": "2018-11-02T12:10:00Z", "seconds": 600, "elapsedSeconds": 2_400 },
        ])
    );
    assert!(!members(&previewed(&app, minimal()).await).contains(&"trace"));
}

/// The least that can be tried.
fn minimal() -> Value {
    json!({
        "calendar": office("Etc/UTC"), "targets": { "resolution": 60 },
        "history": history(&["2026-05-11T09:00:00Z created"]), "now": "2026-05-11T09:30:00Z",
    })
}

#[tokio::test]
async fn what_is_wrong_names_its_path() {
    let app = TestApp::spawn().await;
    for (pointer, value, path) in [
        ("/calendar", json!(null), "calendar"),
        ("/calendar/timezone", json!("Berlin"), "calendar.timezone"),
        ("/calendar/timezone", json!(null), "calendar.timezone"),
        ("/calendar/hours", json!({}), "calendar.hours"),
        ("/calendar/hours", json!({ "monday": [] }), "calendar.hours.monday"),
        ("/calendar/hours/mon", json!([["09:00", "12:00"], ["9", "12:00"]]), "calendar.hours.mon[1][0]"),
        ("/calendar/holidays", json!(["12-25", "25.12."]), "calendar.holidays[1]"),
        ("/calendar/overrides", json!([{ "date": "2026-12-24" }]), "calendar.overrides[0].hours"),
        ("/calendar/overrides", json!([{ "date": "12-24", "hours": [] }]), "calendar.overrides[0].date"),
        (
            "/calendar/overrides",
            json!(vec![json!({ "date": "2026-12-24", "hours": [] }); 2]),
            "calendar.overrides[1].date",
        ),
        ("/targets", json!({}), "targets"),
        ("/targets/resolution", json!("2 hours"), "targets.resolution"),
        ("/targets/firstResponse", json!(0), "targets.firstResponse"),
        ("/pauseOn", json!("pending"), "pauseOn"),
        ("/pauseOn", json!(["waiting"]), "pauseOn[0]"),
        ("/pauseOn", json!({ "resolution": ["waiting"] }), "pauseOn.resolution[0]"),
        ("/pauseOn", json!({ "resoluton": ["pending"] }), "pauseOn"),
        ("/targets", json!({ "resoluton": "PT1H" }), "targets"),
        ("/warnAtPercent", json!([50, 101]), "warnAtPercent[1]"),
        ("/escalations", json!([{ "at": { "percent": 100 }, "level": 1 }]), "escalations[0].metric"),
        ("/escalations", json!([{ "metric": "resolution", "at": {}, "level": 1 }]), "escalations[0].at"),
        (
            "/escalations",
            json!([{ "metric": "resolution", "at": { "before": "x" }, "level": 1 }]),
            "escalations[0].at.before",
        ),
        (
            "/escalations",
            json!([{ "metric": "resolution", "at": { "percent": 100 }, "level": 0 }]),
            "escalations[0].level",
        ),
        ("/history", json!([]), "history"),
        ("/history", history(&["2026-05-11T09:00:00Z agent_reply"]), "history"),
        ("/history", history(&["2026-05-11T09:00:00Z created", "2026-05-11T09:10:00Z created"]), "history[1].type"),
        ("/history", history(&["2026-05-11T09:00:00Z created", "2026-05-11T08:10:00Z agent_reply"]), "history[1].at"),
        ("/history", history(&["2026-05-11T09:00:00Z created", "2026-05-11T09:10:00Z call"]), "history[1].type"),
        ("/history", history(&["2026-05-11T09:00:00Z created", "2026-05-11T09:10:00Z status gone"]), "history[1].to"),
        ("/history", history(&["2026-05-11T09:00:00Z created", "2026-05-11T09:10:00Z status"]), "history[1].to"),
        ("/history/0/at", json!("2026-05-11T09:00"), "history[0].at"),
        ("/history/0/at", json!("1899-05-11T09:00:00Z"), "history[0].at"),
        ("/now", json!("2200-01-01T00:00:00Z"), "now"),
        ("/trace", json!("yes"), "trace"),
    ] {
        let mut body = minimal();
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        match body.pointer_mut(pointer) {
            Some(place) => *place = value,
            None => body.pointer_mut(parent).unwrap()[field] = value,
        }
        let refused = app.post(PREVIEW, &staff(), body.clone()).await;
        assert_eq!(refused.invalid_paths(), [path], "{body}: {}", refused.text);
    }
    let closed = history(&[
        "2026-05-11T09:00:00Z created",
        "2026-05-11T09:10:00Z status closed",
        "2026-05-11T09:20:00Z status open",
    ]);
    let mut body = minimal();
    body["history"] = closed;
    assert_eq!(app.post(PREVIEW, &staff(), body).await.invalid_paths(), ["history[2].to"]);
}

#[tokio::test]
async fn it_is_for_everybody_who_works_here_and_for_no_customer() {
    let app = TestApp::spawn().await;
    for role in ["agent", "staff", "supervisor", "admin"] {
        app.post(PREVIEW, &token(json!({ "role": role })), minimal()).await.ok();
    }
    app.post(PREVIEW, &customer("zoe@example.com"), minimal()).await.refused(403, "forbidden");
    assert_eq!(app.post(PREVIEW, "", minimal()).await.status, 401);
}

#[tokio::test]
async fn centuries_are_worked_out_in_no_time() {
    let app = TestApp::spawn().await;
    // As many spans a day as can be, from the first year to the last: 12 half hours a day less one holiday a year.
    let spans: Value = (0..12).map(|hour| json!([format!("{hour:02}:00"), format!("{hour:02}:30")])).collect();
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].map(|day| (day.to_owned(), spans.clone()));
    let body = json!({
        "calendar": { "timezone": "Etc/UTC", "hours": days.into_iter().collect::<serde_json::Map<_, _>>(), "holidays": ["01-01"] },
        "targets": { "resolution": "PT1H" }, "trace": true,
        "history": history(&["1900-01-01T00:00:00Z created"]), "now": "2199-12-31T23:59:59Z",
    });
    let started = std::time::Instant::now();
    let answer = previewed(&app, body).await;
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    assert_eq!(answer["clocks"][0]["breachedAt"], "1900-01-02T01:30:00Z");
    // 109,573 days less 300 holidays, 6 h each.
    assert_eq!(answer["clocks"][0]["elapsedSeconds"], 109_273_u64 * 6 * 3_600);
    let trace = answer["trace"].as_array().unwrap();
    assert_eq!((trace.len(), &trace[trace.len() - 1]["what"]), (5_001, &json!("cut")));
}
