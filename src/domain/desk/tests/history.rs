//! Whatever happens in whatever order: numbers without gaps, legal moves, nothing fired twice, and the log makes the
//! same state.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::assigning::{create_team, update_team};
use super::*;
use crate::domain::sla::{Condition, Firing};

/// Something that somebody does, told by small numbers.
#[derive(Clone, Debug)]
enum Step {
    Create(usize),
    Mail(Option<usize>),
    Move(usize, usize),
    Edit(usize, usize, bool),
    Reply(usize, Option<usize>),
    Write(usize),
    Comment(usize),
    Escalate(usize, Option<u8>),
    Merge(usize, usize),
    Delete(usize),
    Rate(usize, u8),
    Bulk(Vec<usize>, usize),
    Share(usize, Vec<bool>),
    Send(Vec<usize>, bool),
    Promise(u32),
    Hours(u32),
    Rest(i64),
    Sleep(i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let who = || 0_usize..8;
    let status = || 0..TicketStatus::ALL.len();
    let priority = || 0..TicketPriority::ALL.len();
    let step = prop_oneof![
        4 => priority().prop_map(Step::Create),
        2 => prop::option::of(who()).prop_map(Step::Mail),
        6 => (who(), status()).prop_map(|(who, to)| Step::Move(who, to)),
        3 => (who(), priority(), any::<bool>()).prop_map(|(who, to, vip)| Step::Edit(who, to, vip)),
        3 => (who(), prop::option::of(status())).prop_map(|(who, to)| Step::Reply(who, to)),
        4 => who().prop_map(Step::Write),
        1 => who().prop_map(Step::Comment),
        1 => (who(), prop::option::of(0_u8..22)).prop_map(|(who, level)| Step::Escalate(who, level)),
        1 => (who(), who()).prop_map(|(who, into)| Step::Merge(who, into)),
        1 => who().prop_map(Step::Delete),
        1 => (who(), 0_u8..7).prop_map(|(who, score)| Step::Rate(who, score)),
        1 => (prop::collection::vec(who(), 0..6), status()).prop_map(|(who, to)| Step::Bulk(who, to)),
        1 => (0..Assignment::ALL.len(), prop::collection::vec(any::<bool>(), 0..4)).prop_map(|(rule, of)| Step::Share(rule, of)),
        2 => (prop::collection::vec(who(), 0..6), any::<bool>()).prop_map(|(who, repair)| Step::Send(who, repair)),
        1 => (1_u32..200).prop_map(Step::Promise),
        1 => (0_u32..20).prop_map(Step::Hours),
        4 => (1_i64..120).prop_map(Step::Rest),
        2 => (1_i64..3_000).prop_map(Step::Sleep),
    ];
    prop::collection::vec(step, 1..60)
}

fn name(at: usize) -> String {
    format!("t{at}")
}

/// Two policies, with warnings and a chain that hands tickets over, and two teams.
fn house() -> House {
    let mut house = House::with(|draft| {
        draft.order = 20;
        draft.warn_at_percent = vec![50, 100];
        draft.escalations = vec![
            step(Metric::FirstResponse, Lead::Percent(100), 1, &["assignee"], None),
            step(Metric::FirstResponse, Lead::After(minutes(10)), 2, &["ann"], Some("ben")),
            step(Metric::NextResponse, Lead::Before(minutes(10)), 3, &["ann"], None),
            step(Metric::Resolution, Lead::Percent(150), 4, &["boss@example.com"], Some("ann")),
        ];
    });
    house.promise("special", |draft| {
        draft.order = 10;
        draft.when = Some(Condition::parse("\"vip\" in ticket.tags || ticket.assigneeId == \"ben\"").unwrap());
        draft.pause_on = PauseOn { resolution: [TicketStatus::InProgress].into(), ..PauseOn::default() };
        draft.escalations = vec![step(Metric::Resolution, Lead::Percent(50), 5, &[], None)];
    });
    house.act(create_team("repair", Assignment::LeastOpen, &["ann", "ben", "mia"], true));
    house.act(create_team("office", Assignment::RoundRobin, &["mia", "ben"], false));
    house
}

/// Another rule for the team, and other members.
fn share(rule: usize, of: &[bool]) -> Act {
    let member = |(name, active): (&&str, &bool)| TeamMember { id: (*name).into(), active: *active };
    let members = Some(["mia", "ben", "ann"].iter().zip(of).map(member).collect());
    let assignment = Some(Assignment::ALL[rule]);
    update_team("repair", TeamChanges { assignment, members, ..TeamChanges::default() })
}

/// Another team for tickets.
fn send(tickets: Vec<TicketKey>, repair: bool) -> Act {
    let team = Some(Some(if repair { "repair" } else { "office" }.to_owned()));
    let changes = Box::new(TicketChanges { team, ..TicketChanges::default() });
    Act::BulkUpdate { tickets, changes, comment: None }
}

fn act_of(at: usize, step: &Step) -> (Party, Act) {
    let ticket = |who: &usize| TicketKey::Number(TicketNumber::new(*who as u64 + 1));
    let status = |to: &usize| TicketStatus::ALL[*to];
    let message_name = format!("m{at}");
    let act = match step {
        Step::Create(to) => {
            Act::Create(Box::new(TicketDraft { priority: TicketPriority::ALL[*to], ..draft(&name(at)) }))
        }
        Step::Mail(answers) => {
            let Act::Receive(mut received) = mail(&name(at), None) else { panic!() };
            received.answers = answers.as_ref().map(ticket);
            return (Party::Public, Act::Receive(received));
        }
        Step::Move(who, to) => Act::Update {
            ticket: ticket(who),
            changes: Box::new(TicketChanges { status: Some(status(to)), ..Default::default() }),
            expected_version: None,
        },
        Step::Edit(who, to, vip) => {
            let tags = Some(if *vip { vec!["vip".to_owned()] } else { Vec::new() });
            let changes = TicketChanges { priority: Some(TicketPriority::ALL[*to]), tags, ..Default::default() };
            Act::Update { ticket: ticket(who), changes: Box::new(changes), expected_version: None }
        }
        Step::Reply(who, to) => {
            let (message, status) = (message(&message_name), to.as_ref().map(status));
            Act::Reply { ticket: ticket(who), message, status, as_customer: false, successor: None }
        }
        Step::Write(who) => {
            let successor = Some(Box::new(Successor { id: id(&name(at)), token: format!("token-{}", name(at)) }));
            let (ticket, message) = (ticket(who), message(&message_name));
            return (signed_in(), Act::Reply { ticket, message, status: None, as_customer: true, successor });
        }
        Step::Comment(who) => {
            let Act::Comment { comment, .. } = comment("t", &format!("c{at}")) else { panic!() };
            Act::Comment { ticket: ticket(who), comment }
        }
        Step::Escalate(who, level) => {
            let (ticket, level, reason) = (ticket(who), *level, "Now.".to_owned());
            let (notify, comment) = (vec!["assignee".to_owned()], CommentId::parse(&format!("c{at}")).unwrap());
            let escalation = Box::new(EscalationDraft { level, reason, assignee_id: None, notify, comment });
            Act::Escalate { ticket, escalation }
        }
        Step::Merge(who, into) => Act::Merge { ticket: ticket(who), into: ticket(into), expected_version: None },
        Step::Delete(who) => Act::Delete { ticket: ticket(who), expected_version: None },
        Step::Rate(who, score) => {
            return (signed_in(), Act::Rate { ticket: ticket(who), score: *score, comment: None });
        }
        Step::Bulk(who, to) => {
            let changes = TicketChanges { status: Some(status(to)), ..Default::default() };
            Act::BulkUpdate { tickets: who.iter().map(ticket).collect(), changes: Box::new(changes), comment: None }
        }
        Step::Share(rule, of) => share(*rule, of),
        Step::Send(who, repair) => send(who.iter().map(ticket).collect(), *repair),
        Step::Promise(first) => {
            let mut targets = policy("gold").targets;
            targets.values_mut().for_each(|targets| targets.first_response = Some(minutes(*first)));
            let changes = Box::new(PolicyChanges { targets: Some(targets), ..Default::default() });
            Act::UpdatePolicy { id: policy_id("gold"), changes, expected_version: None }
        }
        Step::Hours(from) => {
            let hours = daily(&format!("{from:02}:00"), "24:00").hours().hours.clone();
            let changes = Box::new(CalendarChanges { hours: Some(hours), ..Default::default() });
            Act::UpdateCalendar { id: calendar_id("always"), changes, expected_version: None }
        }
        Step::Rest(_) | Step::Sleep(_) => Act::Tick,
    };
    (agent(), act)
}

/// Does one step as an owner does: what is due comes first. Refusals are as good as anything.
fn take(house: &mut House, at: usize, step: &Step) {
    match step {
        Step::Rest(minutes) => house.wait(*minutes),
        Step::Sleep(minutes) => house.now += TimeDelta::minutes(*minutes),
        _ => {}
    }
    for _ in 0..100 {
        if wake_at(&house.state).is_none_or(|due| due > house.now) {
            break;
        }
        house.tick();
    }
    assert!(wake_at(&house.state).is_none_or(|due| due > house.now), "time gets on");
    let (by, act) = act_of(at, step);
    drop(house.ask(by, act));
}

/// Holds the log to what must be true of any: numbers, versions, moves, levels, and that nothing fires twice.
fn check_log(log: &[Event]) {
    let mut latest: BTreeMap<TicketNumber, Arc<Ticket>> = BTreeMap::new();
    let mut next = TicketNumber::FIRST;
    let mut fired = BTreeSet::new();
    for event in log {
        let Event::TicketChanged { change, ticket, at, .. } = event else { continue };
        assert!(*at <= ticket.updated_at || matches!(**change, Change::Commented { .. }));
        let before = latest.insert(ticket.number, Arc::clone(ticket));
        let Some(before) = before else {
            assert_eq!((ticket.number, ticket.version), (next, 1));
            next = next.next();
            continue;
        };
        let is_note = matches!(**change, Change::Commented { .. });
        assert_eq!(ticket.version, before.version + u64::from(!is_note), "{change:?}");
        assert_eq!(*before == **ticket, is_note, "{change:?}");
        assert!(ticket.escalation_level >= before.escalation_level && ticket.updated_at >= before.updated_at);
        assert!(before.deleted_at.is_none() || is_note);
        check_move(change, &before, ticket);
        if let Some(once) = once(change) {
            assert!(fired.insert((ticket.number, once)), "{change:?}");
        }
    }
}

fn check_move(change: &Change, before: &Ticket, after: &Ticket) {
    use TicketStatus::{Closed, Open, Resolved};
    let is_legal = match (before.status, after.status) {
        (from, to) if from == to => true,
        (Closed, _) => false,
        (Resolved, to) => to == Open || to == Closed,
        (_, to) => to != Closed,
    };
    assert!(is_legal || matches!(change, Change::MergedInto { .. }), "{:?} {change:?}", before.status);
}

/// What can happen once to a ticket only.
fn once(change: &Change) -> Option<String> {
    let firing = match change {
        Change::Warned { firing, .. } | Change::Breached { firing, .. } => firing,
        Change::Escalated { cause: EscalationCause::ByPolicy { firing }, .. } => firing,
        _ => return None,
    };
    Some(match firing {
        Firing::Warned { metric, cycle, percent, .. } => format!("{metric:?} {cycle} {percent}"),
        Firing::Breached { metric, cycle, .. } => format!("{metric:?} {cycle} breached"),
        Firing::Escalated { metric, cycle, level, .. } => format!("{metric:?} {cycle} level {level}"),
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn the_log_makes_the_same_state_again(steps in steps()) {
        let mut house = house();
        steps.iter().enumerate().for_each(|(at, step)| take(&mut house, at, step));
        check_log(&house.log);
        let mut replayed = DeskState::default();
        house.log.iter().for_each(|event| apply(&mut replayed, event));
        prop_assert_eq!(replayed, house.state);
    }

    #[test]
    fn it_does_not_matter_when_somebody_looks(steps in steps(), naps in prop::collection::vec(1_i64..300, 1..20)) {
        let mut house = house();
        let acts = steps.iter().enumerate().filter(|(_, step)| !matches!(step, Step::Rest(_) | Step::Sleep(_)));
        acts.for_each(|(at, step)| take(&mut house, at, step));
        // One owner looks at every due moment, the other only now and then.
        let mut sleepy = house.clone();
        let end = house.now + TimeDelta::minutes(naps.iter().sum());
        house.wait_until(end);
        for nap in naps {
            sleepy.now += TimeDelta::minutes(nap);
            take(&mut sleepy, 0, &Step::Rest(0));
        }
        for (ticket, other) in house.state.tickets().zip(sleepy.state.tickets()) {
            prop_assert_eq!((&ticket.clocks, &ticket.policy_id), (&other.clocks, &other.policy_id));
            prop_assert_eq!((ticket.version, ticket.escalation_level), (other.version, other.escalation_level));
        }
    }
}
