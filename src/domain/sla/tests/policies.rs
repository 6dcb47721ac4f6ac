//! Policies: their stored form, what is refused with its path, and which one holds.

use super::*;
use crate::domain::ticket_priority::TicketPriority;

fn policy(id: &str, order: u32, when: Value) -> Value {
    json!({
        "id": id, "name": "Gold", "order": order, "when": when, "calendarId": "office",
        "targets": {"urgent": {"firstResponse": 900, "resolution": 14_400}, "low": {"resolution": 86_400}},
        "pauseOn": {"resolution": ["pending"]},
        "warnAtPercent": [80, 50, 80],
        "escalations": [
            {"metric": "resolution", "at": {"percent": 100}, "level": 1, "notify": ["assignee"]},
            {"metric": "resolution", "at": {"after": 1_800}, "level": 2, "notify": ["lead@example.com"], "assign": "lead"},
        ],
    })
}

fn read(value: Value) -> SlaPolicy {
    serde_json::from_value(value).unwrap()
}

#[test]
fn a_policy_survives_being_stored() {
    let one = read(policy("gold", 1, json!("'vip' in ticket.tags")));
    assert_eq!(one.draft().warn_at_percent, [50, 80]);
    let stored = serde_json::to_value(&one).unwrap();
    assert_eq!(read(stored), one);
    let calendar = Arc::new(plain("Etc/UTC", nine_to_five()));
    let terms = one.terms(TicketPriority::Urgent, Arc::clone(&calendar));
    assert_eq!(terms.targets, Targets { first_response: minutes(15), next_response: None, resolution: minutes(240) });
    assert!(terms.pauses(Metric::Resolution, TicketStatus::Pending));
    assert!(!terms.pauses(Metric::FirstResponse, TicketStatus::Pending));
    assert!(one.terms(TicketPriority::High, calendar).targets.is_empty());
}

#[test]
fn what_is_wrong_names_its_path() {
    let with = |pointer: &str, value: Value| {
        let mut policy = policy("gold", 1, json!(null));
        *policy.pointer_mut(pointer).unwrap() = value;
        serde_json::from_value::<SlaPolicy>(policy).unwrap_err().to_string()
    };
    for (pointer, value, said) in [
        ("/name", json!(" "), "name "),
        ("/order", json!(1_000_001), "order "),
        ("/targets/urgent/firstResponse", json!(0), "targets.urgent.firstResponse "),
        ("/targets/urgent/firstResponse", json!(400_000_000), "targets.urgent.firstResponse "),
        ("/targets", json!({}), "targets "),
        ("/targets", json!({"low": {}}), "targets "),
        ("/warnAtPercent", json!([50, 0]), "warnAtPercent[1] "),
        ("/warnAtPercent", json!([101]), "warnAtPercent[0] "),
        ("/warnAtPercent", json!([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]), "warnAtPercent "),
        ("/escalations/1/level", json!(0), "escalations[1].level "),
        ("/escalations/1/level", json!(101), "escalations[1].level "),
        ("/escalations/0/at", json!({"percent": 0}), "escalations[0].at.percent "),
        ("/escalations/0/at", json!({"before": 400_000_000}), "escalations[0].at.before "),
        ("/escalations/0/notify", json!(["a", ""]), "escalations[0].notify[1] "),
        ("/escalations/1/assign", json!(""), "escalations[1].assign "),
        ("/when", json!("ticket.prio == 1"), "ticket.prio"),
    ] {
        let error = with(pointer, value.clone());
        assert!(error.contains(said), "{pointer} {value}: {error}");
    }
    let chain = vec![json!({"metric": "resolution", "at": {"percent": 100}, "level": 1, "notify": []}); 65];
    assert!(with("/escalations", json!(chain)).starts_with("escalations has 65 items"));
}

#[test]
fn the_first_that_matches_holds_and_what_cannot_be_told_is_said() {
    let mut policies = [
        read(policy("b-all", 9, json!(null))),
        read(policy("odd", 1, json!("contact.name.startsWith('A')"))),
        read(policy("vip", 2, json!("'vip' in ticket.tags"))),
        read(policy("a-all", 9, json!(null))),
    ];
    policies.sort_by(|one, other| one.place().cmp(&other.place()));
    let found = |tags: &[String]| {
        let view = TicketView {
            number: "T-000001",
            priority: TicketPriority::Low,
            status: TicketStatus::Open,
            tags,
            channel: "web",
            subject: "",
            team: None,
            assignee_id: None,
            contact_id: None,
            contact_email: None,
            contact_name: None,
            contact_phone: None,
        };
        let (policy, untold) = first_match(&policies, &view);
        (policy.map(|policy| policy.id().to_string()), untold.len())
    };
    assert_eq!(found(&["vip".to_owned()]), (Some("vip".to_owned()), 1));
    // Ties go by id.
    assert_eq!(found(&[]), (Some("a-all".to_owned()), 1));
}
