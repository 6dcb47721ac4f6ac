//! The room between two places runs out: those behind are spaced anew, and nobody's position changes by it.

use super::*;

/// Two who joined at one instant and keep letting each other pass halve the room before the third each time.
#[test]
fn letting_each_other_pass_goes_on_for_ever() {
    let mut desk = Desk::new();
    for name in ["a", "b", "c", "d"] {
        desk.join(name);
    }
    for round in 0..200 {
        let name = if round % 2 == 0 { "a" } else { "b" };
        desk.act(postpone(name, 1));
        let line = if round % 2 == 0 { ["b", "a", "c", "d"] } else { ["a", "b", "c", "d"] };
        assert_eq!(desk.line(), line, "round {round}");
    }
    let respaced = |event: &&Event| matches!(event, Event::EntryChanged { change: Change::Respaced, .. });
    let count = desk.log.iter().filter(respaced).count();
    assert!((1..=40).contains(&count), "{count}");
    desk.assert_rebuilds();
}

#[test]
fn the_order_holds_after_every_single_event() {
    let mut desk = Desk::new();
    for name in ["a", "b", "c", "d", "e"] {
        desk.join(name);
    }
    for round in 0..100 {
        let name = if round % 2 == 0 { "a" } else { "b" };
        let command = Command { by: clerk(), act: postpone(name, 1) };
        let before = desk.line();
        let events = decide(&desk.state, &command, desk.now).unwrap();
        let (last, respacings) = events.split_last().unwrap();
        for event in respacings {
            apply(&mut desk.state, event);
            assert_eq!(desk.line(), before, "round {round}");
        }
        apply(&mut desk.state, last);
        check_invariants(&desk.state).unwrap();
    }
}

/// With room for nobody in between, the number can still decide.
#[test]
fn places_at_the_ends_of_their_range_stay_in_order() {
    let mut desk = Desk::new();
    for name in ["a", "b", "c"] {
        desk.join(name);
    }
    for (name, order) in [("a", i64::MIN), ("b", i64::MAX - 1), ("c", i64::MAX)] {
        let mut entry = desk.entry(name).clone();
        entry.place.order = order;
        apply(
            &mut desk.state,
            &Event::EntryChanged { change: Change::Respaced, entry: Box::new(entry), at: desk.now, by: None },
        );
    }
    desk.act(postpone("a", 2));
    assert_eq!(desk.line(), ["b", "c", "a"]);
    desk.act(call("c"));
    desk.act(put_back("c", ReturnTo::Last));
    assert_eq!(desk.line(), ["b", "a", "c"]);
    let mut entry = desk.entry("b").clone();
    entry.place.order = i64::MIN;
    apply(
        &mut desk.state,
        &Event::EntryChanged { change: Change::Respaced, entry: Box::new(entry), at: desk.now, by: None },
    );
    desk.act(call("c"));
    desk.act(put_back("c", ReturnTo::First));
    assert_eq!(desk.line(), ["c", "b", "a"]);
}
