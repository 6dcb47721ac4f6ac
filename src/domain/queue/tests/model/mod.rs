//! A queue as a receptionist with a pad would run it, step by step beside the real one.
//!
//! Every step also goes through the checks of [`Desk`].

mod pad;
mod steps;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use proptest::prelude::*;
use proptest_state_machine::{StateMachineTest, prop_state_machine};

use self::pad::{GRACE_MINUTES, Pad, Step, What};
use super::*;

/// The real queue, and the last that was seen of each entry: the history of the store.
struct Real {
    desk: Desk,
    seen: BTreeMap<EntryId, Entry>,
}

fn name(index: usize) -> String {
    format!("v{index}")
}

impl Real {
    fn past(&self, index: usize) -> Option<Box<Entry>> {
        self.seen.get(&id(&name(index))).cloned().map(Box::new)
    }

    fn command(&self, step: &Step) -> (Party, Act) {
        let subject = format!("clerk{}", step.clerk);
        let by = Party::Clerk { subject, role: Role::Supervisor };
        let token = |index: usize| bearer(&name(index));
        let (entry, past) = (|index: usize| id(&name(index)), |index: usize| self.past(index));
        match step.act {
            What::Join(person) => {
                let visit = name(self.seen.len());
                let customer = wish(&format!("person{person}")).customer;
                (Party::Public, Act::Join(Box::new(Join { customer, ..wish(&visit) })))
            }
            What::CallNext(completes) => (by, Act::CallNext { counter: None, completes: completes.map(entry) }),
            What::Call(index) => (by, Act::Call { entry: entry(index), counter: None, past: past(index) }),
            What::Recall(index) => (by, Act::Recall { entry: entry(index), past: past(index) }),
            What::CheckIn(index) => (by, Act::CheckIn { entry: entry(index), past: past(index) }),
            What::Start(index) => (by, Act::Start { entry: entry(index), counter: None, past: past(index) }),
            What::Complete(index) => (by, Act::Complete { entry: entry(index), past: past(index) }),
            What::NoShow(index, overriding) => (by, Act::NoShow { entry: entry(index), overriding, past: past(index) }),
            What::Return(index, to) => (by, Act::Return { entry: entry(index), to, past: past(index) }),
            What::Postpone(index, places) => {
                (token(index), Act::Postpone { entry: entry(index), places, past: past(index) })
            }
            What::Leave(index) => (token(index), Act::Leave { entry: entry(index), past: past(index) }),
            What::Undo(index) => (by, undo(&name(index))),
            What::Pause => (by, Act::Pause { until: None }),
            What::Resume => (by, Act::Resume),
        }
    }

    fn remember(&mut self) {
        for entry in self.desk.state.entries() {
            self.seen.insert(entry.id.clone(), Entry::clone(entry));
        }
    }

    /// Numbers of each day, in the order in which they were given: 1, 2, 3, and no gap.
    fn assert_numbers(&self) {
        let mut last: BTreeMap<NaiveDate, u32> = BTreeMap::new();
        for event in &self.desk.log {
            if let Event::Joined { entry } = event {
                let last = last.entry(entry.day).or_default();
                *last += 1;
                assert_eq!(entry.number, *last);
            }
        }
    }
}

struct Queue;

impl StateMachineTest for Queue {
    type SystemUnderTest = Real;
    type Reference = Pad;

    fn init_test(pad: &Pad) -> Real {
        let desk = Desk::with(|draft| {
            draft.capacity = pad.capacity as u32;
            draft.queue.max_waiting = pad.max_waiting as u32;
            draft.queue.auto_no_show = pad.auto_no_show;
            draft.queue.require_check_in = pad.require_check_in;
            draft.queue.grace_minutes = GRACE_MINUTES as u32;
        });
        Real { desk, seen: BTreeMap::new() }
    }

    fn apply(mut real: Real, pad: &Pad, step: Step) -> Real {
        real.desk.seconds(step.after_seconds);
        real.remember();
        let (by, act) = real.command(&step);
        let taken_back = match &step.act {
            What::Undo(index) => real.desk.state.entry(&id(&name(*index))).and_then(|entry| entry.last_act.clone()),
            _ => None,
        };
        let serving = real.desk.state.serving_count();
        let outcome = real.desk.ask(by, act).map(drop).map_err(|rejection| rejection.code());
        real.remember();
        match (&step.act, outcome, pad.outcome) {
            (What::Undo(_), Err("entry_not_found"), Err("nothing_to_undo")) => {}
            (_, outcome, expected) => assert_eq!(outcome, expected),
        }
        if let (What::Undo(index), Ok(()), Some(last)) = (&step.act, outcome, taken_back) {
            assert_eq!(Kept::of(real.desk.entry(&name(*index))), last.before);
        }
        let after = real.desk.state.serving_count();
        assert!(after <= serving || after <= pad.capacity, "{after} are served");
        real
    }

    fn check_invariants(real: &Real, pad: &Pad) {
        assert_eq!(real.seen.len(), pad.visits.len());
        for (index, visit) in pad.visits.iter().enumerate() {
            let entry = &real.seen[&id(&name(index))];
            assert_eq!((entry.number, entry.day), (visit.number, visit.day));
            assert_eq!(entry.status.word(), visit.seat.word(), "{index}");
            assert_eq!(entry.checked_in_at.is_some(), visit.checked_in, "{index}");
        }
        let line: Vec<String> = pad.line().into_iter().map(name).collect();
        assert_eq!(real.desk.line(), line);
        real.assert_numbers();
    }

    fn teardown(real: Real, _: Pad) {
        real.desk.assert_rebuilds();
    }
}

prop_state_machine! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    #[test]
    fn the_queue_runs_as_on_the_pad(sequential 1..80 => Queue);
}
