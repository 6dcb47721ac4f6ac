//! The service point itself: made, changed, deleted, paused, resumed.

use super::*;
use crate::domain::invalid::Invalid;

fn update(changes: PointChanges) -> Act {
    Act::Update { changes: Box::new(changes), expected_version: None }
}

#[test]
fn a_point_is_made_once() {
    let mut desk = Desk::new();
    let create = || Act::Create { draft: Box::new(draft("p1")) };
    assert_eq!(desk.refused(create()), "already_exists");
    let point = desk.state.point().unwrap();
    assert_eq!((point.version, point.created_at, point.name.as_str()), (1, desk.now, "Counter"));
    for by in [Party::Public, bearer("a")] {
        assert_eq!(Desk::empty().ask(by, create()).unwrap_err(), Rejection::PointNotFound);
    }
}

#[test]
fn drafts_are_held_to_their_limits() {
    let path = |change: fn(&mut PointDraft)| {
        let mut draft = draft("p1");
        change(&mut draft);
        match Desk::empty().ask(clerk(), Act::Create { draft: Box::new(draft) }) {
            Err(Rejection::Invalid(Invalid { path, .. })) => path,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(path(|draft| draft.capacity = 0), "capacity");
    assert_eq!(path(|draft| draft.capacity = CAPACITY_MAX + 1), "capacity");
    assert_eq!(path(|draft| draft.name = "  ".to_owned()), "name");
    assert_eq!(path(|draft| draft.location = "l".repeat(LOCATION_MAX_CHARACTERS + 1)), "location");
    assert_eq!(path(|draft| draft.location = "Ground floor\nleft".to_owned()), "location");
    assert_eq!(path(|draft| draft.queue.max_waiting = 0), "queue.maxWaiting");
    assert_eq!(path(|draft| draft.queue.max_waiting = WAITING_MAX + 1), "queue.maxWaiting");
    assert_eq!(path(|draft| draft.queue.average_service_minutes = 0), "queue.averageServiceMinutes");
    assert_eq!(path(|draft| draft.queue.grace_minutes = MINUTES_MAX + 1), "queue.graceMinutes");
    assert_eq!(path(|draft| draft.queue.wait_limit_minutes = MINUTES_MAX + 1), "queue.waitLimitMinutes");
    assert_eq!(path(|draft| draft.queue.priorities = vec!["a".to_owned(); 2]), "queue.priorities[1]");
    assert_eq!(path(|draft| draft.queue.priorities = vec![String::new()]), "queue.priorities[0]");
    let eleven = |draft: &mut PointDraft| draft.queue.priorities = (0..11).map(|n| n.to_string()).collect();
    assert_eq!(path(eleven), "queue.priorities");
    Desk::with(|draft| {
        draft.capacity = CAPACITY_MAX;
        draft.queue.max_waiting = WAITING_MAX;
        draft.queue.grace_minutes = 0;
        draft.queue.priorities = Vec::new();
    });
}

#[test]
fn an_update_changes_what_it_names_and_nothing_else() {
    let mut desk = Desk::new();
    desk.minutes(1);
    let before = ServicePoint::clone(desk.state.point().unwrap());
    let changes = PointChanges { capacity: Some(3), grace_minutes: Some(7), ..PointChanges::default() };
    let Answer::Point { point, created: false } = desk.act(update(changes.clone())) else { panic!() };
    let mut expected = ServicePoint { capacity: 3, version: 2, updated_at: desk.now, ..before };
    expected.queue.grace_minutes = 7;
    assert_eq!(*point, expected);
    desk.repeat(update(changes));
    desk.repeat(update(PointChanges::default()));
    assert_eq!(desk.refused(update(PointChanges { capacity: Some(0), ..PointChanges::default() })), "invalid");
}

#[test]
fn hours_are_set_kept_and_cleared() {
    let mut desk = Desk::new();
    let hours = serde_json::from_value(serde_json::json!({"mon": [["09:00", "17:00"]]})).unwrap();
    desk.act(update(PointChanges { hours: Some(Some(hours)), ..PointChanges::default() }));
    desk.act(update(PointChanges { name: Some("B".to_owned()), ..PointChanges::default() }));
    assert!(desk.state.point().unwrap().hours.is_some());
    desk.act(update(PointChanges { hours: Some(None), ..PointChanges::default() }));
    assert_eq!(desk.state.point().unwrap().hours, None);
    let left_out: PointChanges = serde_json::from_str("{}").unwrap();
    let null: PointChanges = serde_json::from_str("{\"hours\": null}").unwrap();
    assert_eq!((left_out.hours, null.hours), (None, Some(None)));
}

#[test]
fn a_stale_version_changes_nothing() {
    let mut desk = Desk::new();
    let name = |name: &str, expected_version| Act::Update {
        changes: Box::new(PointChanges { name: Some(name.to_owned()), ..PointChanges::default() }),
        expected_version,
    };
    desk.act(name("B", Some(1)));
    assert_eq!(desk.ask(clerk(), name("C", Some(1))).unwrap_err(), Rejection::VersionMismatch { actual: 2 });
    assert_eq!(desk.refused(Act::Delete { expected_version: Some(1) }), "version_mismatch");
    desk.act(Act::Delete { expected_version: Some(2) });
}

#[test]
fn a_deleted_point_cancels_who_is_there_and_is_gone() {
    let mut desk = Desk::new();
    desk.join_all(&["a", "b", "c", "d"]);
    desk.act(start("a"));
    desk.act(complete("a"));
    desk.act(start("b"));
    desk.act(call("c"));
    let Answer::PointDeleted { id: deleted } = desk.act(Act::Delete { expected_version: None }) else { panic!() };
    assert_eq!(deleted.as_str(), "p1");
    assert_eq!(["a", "b", "c", "d"].map(|name| desk.word(name)), ["served", "cancelled", "cancelled", "cancelled"]);
    assert_eq!(desk.refused(Act::Delete { expected_version: None }), "service_point_not_found");
    assert_eq!(desk.refused(start("d")), "wrong_state");
    assert_eq!(desk.refused(call_next()), "service_point_not_found");
    assert_eq!(desk.state.admittance(desk.now), Admittance::Closed { opens_at: None });
    desk.assert_rebuilds();
}

#[test]
fn a_point_made_anew_on_the_same_day_gives_no_number_twice() {
    let mut desk = Desk::new();
    desk.join_all(&["a", "b"]);
    desk.act(Act::Delete { expected_version: None });
    desk.act(Act::Create { draft: Box::new(draft("p1")) });
    desk.join("c");
    assert_eq!((desk.entry("c").number, desk.state.point().unwrap().version), (3, 1));
}

#[test]
fn pausing_and_resuming_are_repeated_without_effect() {
    let mut desk = Desk::new();
    desk.repeat(Act::Resume);
    desk.act(Act::Pause { until: None });
    desk.repeat(Act::Pause { until: None });
    let until = desk.now + TimeDelta::minutes(5);
    desk.act(Act::Pause { until: Some(until) });
    desk.repeat(Act::Pause { until: Some(until) });
    let Admission::Paused { by, until: known, .. } = &desk.state.point().unwrap().admission else { panic!() };
    assert_eq!((by.as_deref(), *known), (Some("clerk"), Some(until)));
    desk.act(Act::Resume);
    assert_eq!(desk.state.admittance(desk.now), Admittance::Open);
    assert_eq!(desk.refused(Act::Pause { until: Some(desk.now) }), "invalid");
}

#[test]
fn a_closed_point_is_opened_by_resume_and_not_paused() {
    let mut desk = Desk::new();
    let status = |status| update(PointChanges { status: Some(status), ..PointChanges::default() });
    desk.act(status(PointStatus::Closed));
    assert_eq!(desk.refused(Act::Pause { until: None }), "queue_closed");
    desk.act(Act::Resume);
    desk.act(Act::Pause { until: None });
    let paused = desk.state.point().unwrap().admission.clone();
    desk.minutes(1);
    desk.repeat(status(PointStatus::Paused));
    assert_eq!(desk.state.point().unwrap().admission, paused);
}

#[test]
fn a_clerks_word_comes_before_the_hours() {
    let hours = serde_json::json!({"tue": [["10:00", "12:00"]]});
    let mut desk = Desk::with(|draft| draft.hours = Some(serde_json::from_value(hours).unwrap()));
    desk.act(Act::Pause { until: None });
    assert_eq!(desk.state.admittance(desk.now), Admittance::Paused { until: None });
    desk.act(Act::Resume);
    assert_eq!(desk.state.admittance(desk.now).word(), "closed");
}

#[test]
fn those_who_wait_keep_their_place_when_priorities_change() {
    let mut desk = Desk::new();
    let mut join = wish("u");
    join.priority = Some("urgent".to_owned());
    desk.act(Act::Join(Box::new(join)));
    desk.act(update(PointChanges {
        priorities: Some(vec!["vip".to_owned(), "normal".to_owned()]),
        ..PointChanges::default()
    }));
    assert_eq!(desk.entry("u").place.rank, 0);
    desk.join("a");
    assert_eq!(desk.entry("a").place.rank, 1);
}
