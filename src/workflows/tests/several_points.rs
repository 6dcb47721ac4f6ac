//! Visits that are sent around among three points, while the answers to earlier hand-overs are still on their way: each
//! visit is always somewhere, and in the end in exactly one place.

use std::collections::BTreeMap;

use proptest::prelude::*;

use crate::domain::ids::{HandoverId, PointId};
use crate::domain::queue::tests::*;
use crate::domain::queue::*;
use crate::workflows::follow_up::{FollowUp, of_queue};
use crate::workflows::handover::{delivery, settle};

const POINTS: usize = 3;
const VISITS: usize = 4;

#[derive(Clone, Debug)]
enum What {
    Transfer { visit: usize, from: usize, to: usize },
    Call { visit: usize, at: usize },
    Start { visit: usize, at: usize },
    Deliver(usize),
    Finish(usize),
    Pause(usize),
    Resume(usize),
}

fn what() -> impl Strategy<Value = What> {
    let (visit, point) = (0..VISITS, 0..POINTS);
    prop_oneof![
        6 => (visit.clone(), point.clone(), point.clone()).prop_map(|(visit, from, to)| What::Transfer { visit, from, to }),
        1 => (visit.clone(), point.clone()).prop_map(|(visit, at)| What::Call { visit, at }),
        1 => (visit, point.clone()).prop_map(|(visit, at)| What::Start { visit, at }),
        4 => (0usize..8).prop_map(What::Deliver),
        3 => (0usize..8).prop_map(What::Finish),
        1 => point.clone().prop_map(What::Pause),
        2 => point.prop_map(What::Resume),
    ]
}

/// A hand-over that is not finished, and the target's word once it was given.
struct UnderWay {
    handover: Handover,
    word: Option<Result<(), Rejection>>,
}

struct Town {
    desks: Vec<Desk>,
    under_way: Vec<UnderWay>,
    handovers: usize,
}

impl Town {
    fn new() -> Self {
        let mut desks: Vec<Desk> = (0..POINTS).map(|index| Desk::at_point(&format!("p{index}"), |_| {})).collect();
        for visit in 0..VISITS {
            desks[0].join(&format!("v{visit}"));
        }
        Self { desks, under_way: Vec::new(), handovers: 0 }
    }

    fn index(point: &PointId) -> usize {
        point.as_str()[1..].parse().unwrap()
    }

    fn take(&mut self, what: What) {
        let name = |visit: usize| format!("v{visit}");
        match what {
            What::Transfer { visit, from, to } => {
                self.handovers += 1;
                let handover = HandoverId::parse(&format!("h{}", self.handovers)).unwrap();
                let to = PointId::parse(&format!("p{to}")).unwrap();
                let act = Act::Transfer { entry: id(&name(visit)), to, handover, past: None };
                if self.desks[from].ask(clerk(), act).is_ok() {
                    let Some(FollowUp::Deliver(handover)) = self.desks[from].log.last().and_then(of_queue) else {
                        panic!("nothing was sent");
                    };
                    self.under_way.push(UnderWay { handover: *handover, word: None });
                }
            }
            What::Call { visit, at } => drop(self.desks[at].ask(clerk(), call(&name(visit)))),
            What::Start { visit, at } => drop(self.desks[at].ask(clerk(), start(&name(visit)))),
            What::Deliver(index) => self.deliver(index),
            What::Finish(index) => self.finish(index),
            What::Pause(point) => drop(self.desks[point].act(Act::Pause { until: None })),
            What::Resume(point) => drop(self.desks[point].act(Act::Resume)),
        }
    }

    fn deliver(&mut self, index: usize) {
        let Some(UnderWay { handover, word: word @ None }) = self.under_way.get_mut(index) else { return };
        let errand = delivery(handover);
        let target = &mut self.desks[Self::index(&errand.point)];
        let first = target.ask(errand.command.by.clone(), errand.command.act.clone()).map(drop);
        if first.is_ok() {
            let version = target.state.version();
            target.ask(errand.command.by, errand.command.act).unwrap();
            assert_eq!(target.state.version(), version, "received twice");
        }
        *word = Some(first);
    }

    fn finish(&mut self, index: usize) {
        let Some(UnderWay { handover, word: Some(word) }) = self.under_way.get(index) else { return };
        let errand = settle(handover, word.as_ref().map(drop)).errand;
        self.desks[Self::index(&errand.point)].ask(errand.command.by, errand.command.act).unwrap();
        self.under_way.remove(index);
    }

    /// Where each visit is, on its way or not.
    fn places(&self) -> BTreeMap<String, Vec<&'static str>> {
        let mut places: BTreeMap<String, Vec<&'static str>> = BTreeMap::new();
        for entry in self.desks.iter().flat_map(|desk| desk.state.entries()) {
            places.entry(entry.id.to_string()).or_default().push(entry.status.word());
        }
        places
    }
}

proptest! {
    #[test]
    fn a_visit_is_never_lost_and_never_doubled(steps in prop::collection::vec(what(), 1..80)) {
        let mut town = Town::new();
        for step in steps {
            town.take(step);
            let places = town.places();
            prop_assert_eq!(places.len(), VISITS);
            for words in places.values() {
                let staying = words.iter().filter(|word| **word != "transferred").count();
                prop_assert!(staying <= 1, "{:?}", words);
            }
        }
        while !town.under_way.is_empty() {
            town.deliver(0);
            town.finish(0);
        }
        for (visit, words) in town.places() {
            prop_assert_eq!((words.len(), words.contains(&"transferred")), (1, false), "{} {:?}", visit, words);
        }
        for desk in &town.desks {
            desk.assert_rebuilds();
        }
    }
}
