//! Teams share out what comes to them: one after the other, or to who has the least; and never against what somebody said.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::domain::ids::TeamId;

fn team_id(name: &str) -> TeamId {
    TeamId::parse(name).unwrap()
}

/// Members by name; one in brackets is not active.
pub fn members(names: &[&str]) -> Vec<TeamMember> {
    let member = |name: &&str| TeamMember { id: name.trim_matches(['(', ')']).into(), active: !name.starts_with('(') };
    names.iter().map(member).collect()
}

pub fn create_team(name: &str, rule: Assignment, of: &[&str], takes_unassigned: bool) -> Act {
    let terms = Box::new(TeamTerms::new(name, rule, &members(of), takes_unassigned).unwrap());
    Act::CreateTeam { id: team_id(name), terms }
}

pub fn update_team(name: &str, changes: TeamChanges) -> Act {
    Act::UpdateTeam { id: team_id(name), changes: Box::new(changes), expected_version: None }
}

fn relist(names: &[&str]) -> TeamChanges {
    TeamChanges { members: Some(members(names)), ..TeamChanges::default() }
}

fn to_team(name: &str) -> TicketChanges {
    TicketChanges { team: Some(Some(name.to_owned())), ..TicketChanges::default() }
}

/// A house with the team `repair`.
fn sharing(rule: Assignment, names: &[&str]) -> House {
    let mut house = House::with(|_| {});
    house.act(create_team("repair", rule, names, false));
    house
}

impl House {
    fn assignee(&self, name: &str) -> &str {
        self.ticket(name).assignee_id.as_deref().unwrap_or("nobody")
    }

    /// Opens tickets of the team, and says who got them.
    fn open_for(&mut self, team: &str, names: &[&str]) -> Vec<String> {
        let mut open = |name: &&str| {
            self.create(name, |draft| draft.team = Some(team.to_owned()));
            self.assignee(name).to_owned()
        };
        names.iter().map(&mut open).collect()
    }
}

#[test]
fn turns_go_round_in_the_order_of_the_list_and_pass_over_who_is_not_active() {
    let mut house = sharing(Assignment::RoundRobin, &["zoe", "(ann)", "ben", "mia"]);
    assert_eq!(house.open_for("repair", &["a", "b", "c", "d"]), ["zoe", "ben", "mia", "zoe"]);
    house.act(update_team("repair", relist(&["zoe", "ann", "(ben)", "mia"])));
    assert_eq!(house.open_for("repair", &["e", "f", "g"]), ["ann", "mia", "zoe"]);
    // Opened and assigned are one change.
    assert_eq!((house.ticket("g").version, house.log.len()), (1, 2 + 1 + 7 + 1));
    let assigned = house.last_change().assigned().unwrap();
    assert_eq!((assigned.team.as_str(), assigned.rule, &*assigned.to), ("repair", Assignment::RoundRobin, "zoe"));
    let (kind, data) = fact_of(&house.state, house.log.last().unwrap());
    let expected = json!({"team": "repair", "rule": "round-robin", "to": "zoe"});
    assert_eq!((kind, &data["assigned"]), ("ticket.created", &expected));
}

#[test]
fn who_was_next_stays_next_when_the_list_is_another_one() {
    let after = |names: &[&str], list: &[&str]| {
        let mut house = sharing(Assignment::RoundRobin, &["a", "b", "c", "d"]);
        house.open_for("repair", names);
        house.act(update_team("repair", relist(list)));
        house.open_for("repair", &["next"]).remove(0)
    };
    // The last turn was that of b; then of d, the last one of the list.
    assert_eq!(after(&["1", "2"], &["a", "b", "c", "d"]), "c");
    assert_eq!(after(&["1", "2"], &["a", "c", "d"]), "c");
    assert_eq!(after(&["1", "2"], &["c", "d"]), "c");
    assert_eq!(after(&["1", "2"], &["d", "c", "new", "a"]), "d");
    assert_eq!(after(&["1", "2"], &["new", "other"]), "new");
    assert_eq!(after(&["1", "2", "3", "4"], &["new", "b", "c"]), "new");
    assert_eq!(after(&["1", "2"], &[]), "nobody");
    assert_eq!(after(&[], &["b", "a"]), "b");
}

#[test]
fn who_has_the_least_gets_the_next_and_equals_take_turns() {
    let mut house = House::with(|_| {});
    // Those of other teams, and of none, count as well; also from before anybody counted.
    house.create("old", |draft| draft.assignee_id = Some("ann".to_owned()));
    house.create("done", |draft| draft.assignee_id = Some("mia".to_owned()));
    house.set_status("done", TicketStatus::Resolved);
    house.act(create_team("repair", Assignment::LeastOpen, &["ann", "ben", "mia"], false));
    assert_eq!(house.open_for("repair", &["a", "b", "c", "d"]), ["ben", "mia", "ann", "ben"]);
    // ann 2, ben 2, mia 1; the last turn was that of ben.
    house.set_status("a", TicketStatus::Resolved);
    assert_eq!(house.open_for("repair", &["e"]), ["mia"]);
    house.set_status("d", TicketStatus::Pending);
    assert_eq!(house.open_for("repair", &["f"]), ["ben"]);
    house.act(delete("old"));
    house.act(merge("c", "f"));
    assert_eq!(house.open_for("repair", &["g", "h"]), ["ann", "ann"]);
    house.set_status("a", TicketStatus::Open);
    assert_eq!(house.open_for("repair", &["i", "j"]), ["mia", "ann"]);
    let off = TeamChanges { assignment: Some(Assignment::Off), ..TeamChanges::default() };
    house.act(update_team("repair", off));
    assert_eq!(house.open_for("repair", &["k"]), ["nobody"]);
}

#[test]
fn who_is_named_is_not_overridden_and_who_was_taken_off_is_not_replaced() {
    let mut house = sharing(Assignment::RoundRobin, &["ann", "ben"]);
    house.act(create_team("office", Assignment::RoundRobin, &["mia", "ben", "(zoe)"], false));
    house.create("a", |draft| (draft.team, draft.assignee_id) = (Some("repair".to_owned()), Some("boss".to_owned())));
    assert_eq!(house.assignee("a"), "boss");
    assert_eq!(house.open_for("repair", &["b"]), ["ann"]);
    house.update("b", TicketChanges { assignee_id: Some(None), ..TicketChanges::default() });
    assert_eq!(house.assignee("b"), "nobody");
    house.update("b", TicketChanges { assignee_id: Some(None), ..to_team("office") });
    assert_eq!(house.assignee("b"), "nobody");
    house.update("b", TicketChanges { assignee_id: Some(Some("boss".to_owned())), ..to_team("repair") });
    assert_eq!(house.assignee("b"), "boss");
    // The team that it has already is no other one.
    house.repeat(update("b", to_team("repair")));
    assert_eq!(house.open_for("repair", &["c"]), ["ben"]);
}

#[test]
fn a_ticket_that_comes_to_another_team_goes_to_a_member_of_it() {
    let mut house = sharing(Assignment::RoundRobin, &["ann", "ben"]);
    house.act(create_team("office", Assignment::LeastOpen, &["mia", "ben", "(ann)"], false));
    assert_eq!(house.open_for("repair", &["a", "b"]), ["ann", "ben"]);
    house.create("c", |_| {});
    let before = house.ticket("a").version;
    ["a", "b", "c"].iter().for_each(|name| drop(house.update(name, to_team("office"))));
    // ann is not active there; ben is, and keeps it; mia and ben have one each then, and it is the turn of ben.
    assert_eq!(["a", "b", "c"].map(|name| house.assignee(name)), ["mia", "ben", "ben"]);
    assert_eq!(house.ticket("a").version, before + 1);
    let Change::Updated { assignee_before, assigned, .. } = house.last_change() else { panic!() };
    assert_eq!((assignee_before, &*assigned.as_ref().unwrap().to), (&Some(None), "ben"));
    let (_, data) = fact_of(&house.state, house.log.last().unwrap());
    assert_eq!((&data["assigneeChanged"], &data["assigned"]["rule"]), (&json!(true), &json!("least-open")));
    // A text that is no team's id, or none, leaves all as it is.
    house.update("a", to_team("Somewhere else"));
    house.update("b", TicketChanges { team: Some(None), ..TicketChanges::default() });
    assert_eq!(["a", "b"].map(|name| house.assignee(name)), ["mia", "ben"]);
}

#[test]
fn many_that_come_to_a_team_at_once_are_shared_out() {
    for (rule, expected) in [
        (Assignment::RoundRobin, ["ann", "ben", "mia", "ann", "ben"]),
        // ann has two of before.
        (Assignment::LeastOpen, ["ben", "mia", "ben", "mia", "ann"]),
    ] {
        let mut house = sharing(rule, &["ann", "ben", "mia"]);
        ["x", "y"].iter().for_each(|name| house.create(name, |draft| draft.assignee_id = Some("ann".to_owned())));
        let names = ["a", "b", "c", "d", "e"];
        names.iter().for_each(|name| house.create(name, |_| {}));
        let tickets = names.iter().chain(&["a"]).map(|name| key(name)).collect();
        let act = Act::BulkUpdate { tickets, changes: Box::new(to_team("repair")), comment: None };
        let Answer::Bulk { results } = house.act(act.clone()) else { panic!() };
        let got = results.iter().map(|one| one.outcome.as_ref().unwrap().assignee_id.clone().unwrap());
        assert_eq!(got.take(5).collect::<Vec<_>>(), expected.map(Arc::from));
        house.repeat(act);
    }
}

#[test]
fn without_a_rule_or_anybody_active_a_ticket_stays_as_it_is() {
    let mut house = sharing(Assignment::default(), &["ann", "ben"]);
    assert_eq!(house.open_for("repair", &["a"]), ["nobody"]);
    house.act(create_team("away", Assignment::RoundRobin, &["(ann)", "(ben)"], false));
    assert_eq!(house.open_for("away", &["b"]), ["nobody"]);
    house.create("c", |draft| draft.assignee_id = Some("mia".to_owned()));
    house.update("c", to_team("away"));
    assert_eq!((house.assignee("c"), house.ticket("c").team.as_deref()), ("mia", Some("away")));
    house.act(Act::DeleteTeam { id: team_id("away"), expected_version: None });
    house.act(create_team("back", Assignment::RoundRobin, &["ann"], false));
    house.act(Act::DeleteTeam { id: team_id("back"), expected_version: None });
    assert_eq!(house.open_for("back", &["d"]), ["nobody"]);
}

#[test]
fn a_member_of_staff_who_does_not_work_at_present_gets_nothing() {
    let house = sharing(Assignment::RoundRobin, &["ann", "outside"]);
    let mut agents = staff();
    agents.get_mut(&StaffId::parse("ann").unwrap()).unwrap().active = false;
    let act = Act::Create(Box::new(TicketDraft { team: Some("repair".to_owned()), ..draft("a") }));
    let command = Command { by: agent(), act, past: Vec::new(), agents };
    let events = decide(&house.state, &command, house.now).unwrap();
    let Event::TicketChanged { ticket, .. } = &events[0] else { panic!() };
    assert_eq!(ticket.assignee_id.as_deref(), Some("outside"));
}

#[test]
fn what_comes_without_a_team_is_of_the_one_that_takes_it() {
    let mut house = House::with(|_| {});
    house.act(create_team("front", Assignment::RoundRobin, &["ann", "ben"], true));
    house.ask(Party::Public, mail("a", None)).unwrap();
    house.ask(signed_in(), Act::Create(Box::new(draft("b")))).unwrap();
    assert_eq!(
        ["a", "b"].map(|name| (house.ticket(name).team.as_deref(), house.assignee(name))),
        [(Some("front"), "ann"), (Some("front"), "ben")]
    );
    // Two cannot be that, be it at first or later.
    let other = || create_team("back", Assignment::Off, &[], true);
    assert_eq!(house.refused(agent(), other()), "takesUnassigned");
    house.act(create_team("side", Assignment::Off, &[], false));
    let takes = |takes| TeamChanges { takes_unassigned: Some(takes), ..TeamChanges::default() };
    assert_eq!(house.refused(agent(), update_team("side", takes(true))), "takesUnassigned");
    house.act(update_team("front", takes(false)));
    house.act(update_team("side", takes(true)));
    house.create("c", |_| {});
    assert_eq!((house.ticket("c").team.as_deref(), house.assignee("c")), (Some("side"), "nobody"));
    house.act(Act::DeleteTeam { id: team_id("side"), expected_version: None });
    house.act(other());
    house.create("d", |_| {});
    assert_eq!(house.ticket("d").team.as_deref(), Some("back"));
}

#[test]
fn a_ticket_that_follows_another_stays_with_who_had_that_one_if_they_are_there() {
    let mut house = sharing(Assignment::RoundRobin, &["ann", "ben"]);
    assert_eq!(house.open_for("repair", &["a", "b"]), ["ann", "ben"]);
    house.create("c", |draft| (draft.team, draft.assignee_id) = (Some("repair".to_owned()), Some("boss".to_owned())));
    house.create("d", |_| {});
    for name in ["a", "b", "c", "d"] {
        house.walk(name, &[TicketStatus::Resolved, TicketStatus::Closed]);
    }
    house.act(update_team("repair", relist(&["ann", "(ben)", "mia"])));
    for (name, expected) in [("a", "ann"), ("b", "mia"), ("c", "boss"), ("d", "nobody")] {
        let (successor, message) = (format!("after-{name}"), format!("m-{name}"));
        house.ask(bearer(name), customer_reply(name, &message, Some(&successor))).unwrap();
        assert_eq!(house.assignee(&successor), expected, "{name}");
    }
}

#[test]
fn teams_are_held_to_their_limits() {
    let mut house = House::empty();
    let new = |name: &str, members: &[TeamMember]| TeamTerms::new(name, Assignment::Off, members, false);
    let path = |result: Result<TeamTerms, _>| result.map_err(|error: crate::domain::invalid::Invalid| error.path);
    let many = |count: usize| (0..count).map(|at| TeamMember { id: format!("m{at}").into(), active: true });
    assert!(new(&"x".repeat(TEAM_NAME_MAX_CHARACTERS), &[]).is_ok());
    assert_eq!(path(new(&"x".repeat(TEAM_NAME_MAX_CHARACTERS + 1), &[])), Err("name".to_owned()));
    assert_eq!(path(new(" ", &[])), Err("name".to_owned()));
    assert!(new("x", &many(TEAM_MEMBERS_MAX).collect::<Vec<_>>()).is_ok());
    assert_eq!(path(new("x", &many(TEAM_MEMBERS_MAX + 1).collect::<Vec<_>>())), Err("members".to_owned()));
    assert!(new("x", &members(&[&"y".repeat(WORKER_MAX_CHARACTERS)])).is_ok());
    assert_eq!(path(new("x", &members(&[&"y".repeat(WORKER_MAX_CHARACTERS + 1)]))), Err("members[0].id".to_owned()));
    assert_eq!(path(new("x", &members(&["ann", "ben", "ann "]))), Err("members[2].id".to_owned()));
    for at in 0..TEAMS_MAX {
        house.act(create_team(&format!("t{at}"), Assignment::Off, &[], false));
    }
    assert_eq!(house.refused(agent(), create_team("more", Assignment::Off, &[], false)), "too_many");
    house.act(Act::DeleteTeam { id: team_id("t0"), expected_version: Some(1) });
    assert_eq!(house.refused(agent(), create_team("t0", Assignment::Off, &[], false)), "already_exists");
    house.act(create_team("more", Assignment::Off, &[], false));
    assert_eq!(house.refused(agent(), update_team("t0", relist(&["ann"]))), "team_not_found");
    let stale = Act::UpdateTeam { id: team_id("t1"), changes: Box::default(), expected_version: Some(2) };
    assert_eq!(house.refused(agent(), stale), "version_mismatch");
    house.repeat(update_team("t1", TeamChanges { name: Some("t1".to_owned()), ..TeamChanges::default() }));
    assert_eq!(house.refused(signed_in(), create_team("theirs", Assignment::Off, &[], false)), "staff_only");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// From an empty desk both rules spread evenly over who is active, wherever they begin.
    #[test]
    fn tickets_are_spread_evenly(is_active in prop::collection::vec(any::<bool>(), 1..8), count in 0_usize..40, least in any::<bool>()) {
        let rule = if least { Assignment::LeastOpen } else { Assignment::RoundRobin };
        let one = |(at, active): (usize, &bool)| TeamMember { id: format!("m{at}").into(), active: *active };
        let list: Vec<TeamMember> = is_active.iter().enumerate().map(one).collect();
        let mut house = sharing(rule, &[]);
        house.act(update_team("repair", TeamChanges { members: Some(list.clone()), ..TeamChanges::default() }));
        let mut got: BTreeMap<String, usize> =
            list.iter().filter(|one| one.active).map(|one| (one.id.to_string(), 0)).collect();
        for at in 0..count {
            let who = house.open_for("repair", &[&format!("t{at}")]).remove(0);
            if who != "nobody" {
                *got.get_mut(&who).unwrap() += 1;
            }
        }
        let (most, fewest) = (got.values().max().copied().unwrap_or(0), got.values().min().copied().unwrap_or(0));
        prop_assert!(most - fewest <= 1, "{got:?}");
        prop_assert_eq!(got.values().sum::<usize>(), if got.is_empty() { 0 } else { count });
    }
}
