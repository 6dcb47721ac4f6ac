//! What has ended is remembered for a while, then looked up.

use super::*;

fn with_past(act: Act, entry: &Entry) -> Act {
    let past = Some(Box::new(entry.clone()));
    match act {
        Act::Complete { entry, .. } => Act::Complete { entry, past },
        Act::Start { entry, counter, .. } => Act::Start { entry, counter, past },
        Act::Leave { entry, .. } => Act::Leave { entry, past },
        other => other,
    }
}

fn forgotten() -> (Desk, Entry) {
    let mut desk = Desk::new();
    desk.join("a");
    desk.act(start("a"));
    desk.act(complete("a"));
    let entry = desk.entry("a").clone();
    desk.minutes(ENDED_MEMORY_MINUTES);
    desk.join("b");
    assert!(desk.state.entry(&id("a")).is_some(), "the last moment still counts");
    desk.seconds(1);
    desk.join("c");
    assert_eq!(desk.state.entry(&id("a")), None);
    desk.assert_rebuilds();
    (desk, entry)
}

#[test]
fn a_forgotten_visit_still_answers_a_repeat_from_history() {
    let (mut desk, entry) = forgotten();
    assert_eq!(desk.refused(complete("a")), "entry_not_found");
    let Answer::Entry { entry: told, standing: None } = desk.repeat(with_past(complete("a"), &entry)) else { panic!() };
    assert_eq!(*told, entry);
    assert_eq!(desk.refused(with_past(start("a"), &entry)), "wrong_state");
    assert_eq!(desk.ask(bearer("b"), with_past(leave("a"), &entry)).unwrap_err().code(), "entry_not_found");
    assert_eq!(desk.ask(bearer("a"), with_past(leave("a"), &entry)).unwrap_err().code(), "wrong_state");
}

#[test]
fn history_counts_only_for_what_ended_here() {
    let (mut desk, entry) = forgotten();
    let elsewhere = Entry { point_id: PointId::parse("p2").unwrap(), ..entry.clone() };
    let open = Entry { status: Status::Waiting, ..entry.clone() };
    let another = Entry { id: id("z"), ..entry };
    for past in [elsewhere, open, another] {
        assert_eq!(desk.refused(with_past(complete("a"), &past)), "entry_not_found");
    }
}

#[test]
fn one_event_forgets_a_handful_and_the_rest_follows() {
    let mut desk = Desk::new();
    let names: Vec<String> = (0..20).map(|number| format!("n{number}")).collect();
    for name in &names {
        desk.join(name);
        desk.act(leave(name));
    }
    desk.minutes(20);
    let count = |desk: &Desk| desk.state.entries().count();
    desk.join("a");
    assert_eq!(count(&desk), 20 - FORGOTTEN_PER_EVENT_MAX + 1);
    desk.act(call("a"));
    desk.act(start("a"));
    assert_eq!(count(&desk), 1);
    desk.assert_rebuilds();
}
