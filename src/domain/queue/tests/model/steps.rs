//! Which steps a run may take, for generating and for shrinking them.

use chrono::TimeDelta;
use proptest::prelude::*;
use proptest_state_machine::ReferenceStateMachine;

use super::pad::{Pad, Step, What};
use crate::domain::queue::tests::morning;
use crate::domain::queue::{ReturnTo, UNDO_SECONDS};

const PERSONS: u8 = 7;

/// What may happen next: anything to anybody, and often enough an undo that has a chance.
fn steps(pad: &Pad) -> BoxedStrategy<Step> {
    let visits = pad.visits.len();
    let person = (0..PERSONS).prop_map(What::Join).boxed();
    let open: Vec<usize> = (0..visits).filter(|index| pad.visits[*index].seat.is_open()).collect();
    let anybody = match open.is_empty() {
        true => (0..visits.max(1)).boxed(),
        false => prop_oneof![1 => 0..visits, 5 => prop::sample::select(open)].boxed(),
    };
    let to = prop_oneof![Just(ReturnTo::First), Just(ReturnTo::Last), Just(ReturnTo::Kept)];
    let what = if visits == 0 {
        prop_oneof![person, Just(What::CallNext(None)), Just(What::Pause), Just(What::Resume)].boxed()
    } else {
        prop_oneof![
            6 => person,
            4 => prop::option::weighted(0.4, anybody.clone()).prop_map(What::CallNext),
            3 => anybody.clone().prop_map(What::Call),
            1 => anybody.clone().prop_map(What::Recall),
            2 => anybody.clone().prop_map(What::CheckIn),
            5 => anybody.clone().prop_map(What::Start),
            3 => anybody.clone().prop_map(What::Complete),
            2 => (anybody.clone(), any::<bool>()).prop_map(|(index, overriding)| What::NoShow(index, overriding)),
            3 => (anybody.clone(), to).prop_map(|(index, to)| What::Return(index, to)),
            3 => (anybody.clone(), 1u32..5).prop_map(|(index, places)| What::Postpone(index, places)),
            1 => anybody.clone().prop_map(What::Leave),
            5 => anybody.prop_map(What::Undo),
            1 => Just(What::Pause),
            2 => Just(What::Resume),
        ]
        .boxed()
    };
    let seconds = prop_oneof![
        9 => 0i64..5,
        2 => prop::sample::select(vec![60, 299, 300, 301]),
        1 => prop::sample::select(vec![901, 3_600, 40_000]),
    ];
    let step = (seconds, 0u8..2, what).prop_map(|(after_seconds, clerk, act)| {
        // Two who join at one instant are the business of the tests of letting pass.
        let after_seconds = if matches!(act, What::Join(_)) { after_seconds.max(1) } else { after_seconds };
        Step { after_seconds, clerk, act }
    });
    let acts = pad.visits.iter().enumerate().filter_map(|(index, visit)| Some((index, visit.last?)));
    let fresh: Vec<(usize, u8)> = acts
        .filter(|(_, last)| pad.now <= last.at + TimeDelta::seconds(UNDO_SECONDS))
        .map(|(index, last)| (index, last.by))
        .collect();
    if fresh.is_empty() {
        return step.boxed();
    }
    let undo = (0i64..3, prop::sample::select(fresh)).prop_map(|(after_seconds, (index, clerk))| Step {
        after_seconds,
        clerk,
        act: What::Undo(index),
    });
    prop_oneof![4 => step, 1 => undo].boxed()
}

impl ReferenceStateMachine for Pad {
    type State = Self;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Self> {
        (1usize..4, 2usize..7, any::<bool>(), any::<bool>())
            .prop_map(|(capacity, max_waiting, auto_no_show, require_check_in)| Self {
                capacity,
                max_waiting,
                auto_no_show,
                require_check_in,
                now: morning(),
                paused: false,
                visits: Vec::new(),
                outcome: Ok(()),
            })
            .boxed()
    }

    fn transitions(state: &Self) -> BoxedStrategy<Step> {
        steps(state)
    }

    fn apply(mut state: Self, step: &Step) -> Self {
        state.take(step);
        state
    }

    fn preconditions(state: &Self, step: &Step) -> bool {
        let known = |index: usize| index < state.visits.len();
        match step.act {
            What::Join(_) | What::Pause | What::Resume | What::CallNext(None) => true,
            // Whom memory has forgotten cannot be named as completed; other acts bring the entry from history.
            What::CallNext(Some(index)) => known(index) && state.visits[index].seat.is_open(),
            What::Call(index)
            | What::Recall(index)
            | What::CheckIn(index)
            | What::Start(index)
            | What::Complete(index)
            | What::NoShow(index, _)
            | What::Return(index, _)
            | What::Postpone(index, _)
            | What::Leave(index)
            | What::Undo(index) => known(index),
        }
    }
}
