//! Put back into the line, or letting others pass.

use proptest::prelude::*;

use super::*;

#[test]
fn a_called_person_goes_back_first_last_or_where_they_were() {
    for (to, line) in [
        (ReturnTo::First, ["b", "a", "c", "d"]),
        (ReturnTo::Last, ["a", "c", "d", "b"]),
        (ReturnTo::Kept, ["a", "b", "c", "d"]),
    ] {
        let mut desk = Desk::new();
        desk.join_all(&["a", "b", "c", "d"]);
        let place = desk.entry("b").place;
        desk.act(call("b"));
        desk.act(put_back("b", to));
        assert_eq!(desk.line(), line, "{to:?}");
        assert_eq!(desk.entry("b").place == place, to == ReturnTo::Kept);
        desk.repeat(put_back("b", to));
        desk.assert_rebuilds();
    }
}

#[test]
fn first_is_in_front_of_every_priority_and_last_behind_every_one() {
    let mut desk = Desk::new();
    for (name, priority) in [("a", "normal"), ("b", "normal"), ("u", "urgent"), ("l", "low")] {
        let mut join = wish(name);
        join.priority = Some(priority.to_owned());
        desk.act(Act::Join(Box::new(join)));
        desk.seconds(1);
    }
    desk.act(call("a"));
    desk.act(put_back("a", ReturnTo::First));
    assert_eq!(desk.line(), ["a", "u", "b", "l"]);
    desk.act(call("b"));
    desk.act(put_back("b", ReturnTo::Last));
    assert_eq!(desk.line(), ["a", "u", "l", "b"]);
}

#[test]
fn who_stands_there_already_keeps_the_place() {
    let mut desk = Desk::new();
    desk.join_all(&["a", "b"]);
    for (name, to) in [("a", ReturnTo::First), ("b", ReturnTo::Last)] {
        let place = desk.entry(name).place;
        desk.act(call(name));
        desk.act(put_back(name, to));
        assert_eq!(desk.entry(name).place, place);
    }
    let mut alone = Desk::new();
    alone.join("a");
    alone.act(start("a"));
    alone.act(put_back("a", ReturnTo::Last));
    assert_eq!(alone.line(), ["a"]);
}

#[test]
fn only_who_was_called_or_served_is_put_back() {
    let mut desk = Desk::new();
    desk.join_all(&["a", "b"]);
    assert_eq!(desk.refused(put_back("a", ReturnTo::First)), "wrong_state");
    desk.act(start("a"));
    desk.act(complete("a"));
    assert_eq!(desk.refused(put_back("a", ReturnTo::First)), "wrong_state");
    // A postponement is not a return: asking for one now is no repeat.
    desk.act(call("b"));
    desk.act(put_back("b", ReturnTo::Kept));
    desk.join("c");
    desk.act(postpone("b", 1));
    assert_eq!(desk.refused(put_back("b", ReturnTo::Kept)), "wrong_state");
}

#[test]
fn exactly_as_many_pass_as_were_let() {
    let names = ["a", "b", "c", "d"];
    for (places, line) in [
        (1, ["b", "a", "c", "d"]),
        (2, ["b", "c", "a", "d"]),
        (3, ["b", "c", "d", "a"]),
        (4, ["b", "c", "d", "a"]),
        (u32::MAX, ["b", "c", "d", "a"]),
    ] {
        let mut desk = Desk::new();
        desk.join_all(&names);
        desk.ask(bearer("a"), postpone("a", places)).unwrap();
        assert_eq!(desk.line(), line, "{places}");
        assert_eq!(desk.entry("a").let_pass, places.min(3));
    }
}

#[test]
fn with_nobody_behind_nothing_changes() {
    let mut desk = Desk::new();
    desk.join_all(&["a", "b"]);
    assert!(matches!(desk.repeat(postpone("b", 3)), Answer::Entry { standing: Some(_), .. }));
    assert_eq!(desk.refused(postpone("b", 0)), "invalid");
    desk.act(call("b"));
    assert_eq!(desk.refused(postpone("b", 1)), "wrong_state");
}

#[test]
fn letting_pass_across_priorities_takes_the_neighbours_rank() {
    let mut desk = Desk::new();
    for (name, priority) in [("u", "urgent"), ("a", "normal"), ("b", "normal"), ("l", "low")] {
        let mut join = wish(name);
        join.priority = Some(priority.to_owned());
        desk.act(Act::Join(Box::new(join)));
        desk.seconds(1);
    }
    desk.act(postpone("u", 2));
    assert_eq!(desk.line(), ["a", "b", "u", "l"]);
    desk.act(postpone("a", 3));
    assert_eq!(desk.line(), ["b", "u", "l", "a"]);
    assert_eq!(desk.entry("a").priority.as_deref(), Some("normal"));
    let mut join = wish("n");
    join.priority = Some("urgent".to_owned());
    desk.act(Act::Join(Box::new(join)));
    assert_eq!(desk.line(), ["n", "b", "u", "l", "a"]);
}

proptest! {
    /// Letting n pass moves a person by exactly min(n, how many are behind), whatever has happened to the line before.
    #[test]
    fn letting_pass_is_exact(
        level in any::<bool>(),
        moves in prop::collection::vec((0usize..6, 1u32..8), 1..120),
    ) {
        let names = ["a", "b", "c", "d", "e", "f"];
        let mut desk = Desk::new();
        for name in names {
            desk.join(name);
            desk.seconds(if level { 0 } else { 1 });
        }
        let mut line: Vec<String> = names.map(str::to_owned).to_vec();
        for (who, places) in moves {
            let name = line.remove(who);
            let index = (who + places as usize).min(line.len());
            line.insert(index, name.clone());
            desk.act(postpone(&name, places));
            prop_assert_eq!(desk.line(), line.clone());
        }
        desk.assert_rebuilds();
    }
}
