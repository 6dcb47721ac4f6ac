//! A queue as a receptionist with a pad would run it, step by step beside the real one.
//!
//! The model keeps no order and no index: it sorts whenever it needs the line, and counts whenever it needs a number.
//! Every step also goes through the checks of [`Desk`].

use std::collections::BTreeMap;

use chrono::NaiveDate;
use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};

use super::*;

const GRACE_MINUTES: i64 = 5;
const PERSONS: u8 = 7;
const HALF_A_NUMBER: i64 = 1 << 31;

/// Effective time, order among equals.
type Spot = (DateTime<Utc>, i64);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seat {
    Waiting,
    Called { at: DateTime<Utc>, by: u8 },
    Serving,
    Served,
    NoShow,
    Left,
}

impl Seat {
    fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Called { .. } => "called",
            Self::Serving => "serving",
            Self::Served => "served",
            Self::NoShow => "no_show",
            Self::Left => "left",
        }
    }

    fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Called { .. } | Self::Serving)
    }
}

#[derive(Clone, Copy, Debug)]
struct LastOne {
    word: &'static str,
    by: u8,
    at: DateTime<Utc>,
    seat: Seat,
    spot: Spot,
    checked_in: bool,
}

#[derive(Clone, Debug)]
struct Visit {
    person: u8,
    day: NaiveDate,
    number: u32,
    joined_at: DateTime<Utc>,
    seat: Seat,
    spot: Spot,
    checked_in: bool,
    last: Option<LastOne>,
}

#[derive(Clone, Debug)]
struct Pad {
    capacity: usize,
    max_waiting: usize,
    auto_no_show: bool,
    require_check_in: bool,
    now: DateTime<Utc>,
    paused: bool,
    visits: Vec<Visit>,
    /// How the last step ended.
    outcome: Result<(), &'static str>,
}

#[derive(Clone, Debug)]
struct Step {
    after_seconds: i64,
    clerk: u8,
    act: What,
}

#[derive(Clone, Debug)]
enum What {
    Join(u8),
    CallNext(Option<usize>),
    Call(usize),
    Recall(usize),
    CheckIn(usize),
    Start(usize),
    Complete(usize),
    NoShow(usize, bool),
    Return(usize, ReturnTo),
    Postpone(usize, u32),
    Leave(usize),
    Undo(usize),
    Pause,
    Resume,
}

impl Pad {
    fn local_day(&self) -> NaiveDate {
        self.now.with_timezone(&chrono_tz::Europe::Berlin).date_naive()
    }

    fn count(&self, seat: &str) -> usize {
        self.visits.iter().filter(|visit| visit.seat.word() == seat).count()
    }

    fn key(&self, index: usize) -> (Spot, u32) {
        (self.visits[index].spot, self.visits[index].number)
    }

    fn line(&self) -> Vec<usize> {
        let mut line: Vec<usize> =
            (0..self.visits.len()).filter(|index| self.visits[*index].seat == Seat::Waiting).collect();
        line.sort_by_key(|index| self.key(*index));
        line
    }

    fn spot_for(&self, index: usize, to: ReturnTo) -> Spot {
        let (line, own) = (self.line(), self.key(index));
        let spot = |index: Option<&usize>| index.map(|index| self.key(*index)).unwrap_or(own);
        match to {
            ReturnTo::First if spot(line.first()) < own => {
                let (at, order) = spot(line.first()).0;
                (at, order - HALF_A_NUMBER)
            }
            ReturnTo::Last if spot(line.last()) > own => {
                let (at, order) = spot(line.last()).0;
                (at, order + HALF_A_NUMBER)
            }
            ReturnTo::First | ReturnTo::Last | ReturnTo::Kept => own.0,
        }
    }

    /// Only a visit that really moves has no last act any more.
    fn postpone(&mut self, index: usize, places: u32) {
        let line = self.line();
        let behind: Vec<usize> = line.into_iter().skip_while(|other| *other != index).skip(1).collect();
        let passed = behind.len().min(places as usize);
        let Some((at, order)) = passed.checked_sub(1).map(|last| self.visits[behind[last]].spot) else { return };
        let next = behind.get(passed).map(|next| self.visits[*next].spot);
        self.visits[index].last = None;
        self.visits[index].spot = match next {
            Some((next_at, next_order)) if next_at == at => (at, order + (next_order - order) / 2),
            _ => (at, order + HALF_A_NUMBER),
        };
    }

    fn open_visit_of(&self, person: u8) -> Option<usize> {
        self.visits.iter().position(|visit| visit.person == person && visit.seat.is_open())
    }

    fn pass_time(&mut self, seconds: i64) {
        self.now += TimeDelta::seconds(seconds);
        for visit in &mut self.visits {
            let Seat::Called { at, .. } = visit.seat else { continue };
            if self.auto_no_show && at + TimeDelta::minutes(GRACE_MINUTES) <= self.now {
                (visit.seat, visit.last) = (Seat::NoShow, None);
            }
        }
    }

    fn act(&mut self, index: usize, clerk: u8, word: &'static str, change: impl FnOnce(&mut Visit)) {
        let at = self.now;
        let visit = &mut self.visits[index];
        let last = LastOne { word, by: clerk, at, seat: visit.seat, spot: visit.spot, checked_in: visit.checked_in };
        change(visit);
        visit.last = Some(last);
    }

    fn join(&mut self, person: u8) -> Result<(), &'static str> {
        if self.open_visit_of(person).is_some() {
            return Ok(());
        }
        if self.paused {
            return Err("queue_paused");
        }
        if self.count("waiting") >= self.max_waiting {
            return Err("queue_full");
        }
        let day = self.local_day();
        let number = self.visits.iter().filter(|visit| visit.day == day).count() as u32 + 1;
        let spot = (self.now, i64::from(number) << 32);
        let (joined_at, seat) = (self.now, Seat::Waiting);
        self.visits.push(Visit { person, day, number, joined_at, seat, spot, checked_in: false, last: None });
        Ok(())
    }

    fn start(&mut self, index: usize, clerk: u8) -> Result<(), &'static str> {
        match self.visits[index].seat {
            Seat::Serving => Ok(()),
            Seat::Waiting | Seat::Called { .. } if self.require_check_in && !self.visits[index].checked_in => {
                Err("check_in_required")
            }
            Seat::Waiting | Seat::Called { .. } if self.count("serving") >= self.capacity => Err("at_capacity"),
            Seat::Waiting | Seat::Called { .. } => {
                self.act(index, clerk, "start", |visit| visit.seat = Seat::Serving);
                Ok(())
            }
            Seat::Served | Seat::NoShow | Seat::Left => Err("wrong_state"),
        }
    }

    fn complete(&mut self, index: usize, clerk: u8) -> Result<(), &'static str> {
        match self.visits[index].seat {
            Seat::Serving => {
                self.act(index, clerk, "complete", |visit| visit.seat = Seat::Served);
                Ok(())
            }
            Seat::Served => Ok(()),
            Seat::Waiting | Seat::Called { .. } | Seat::NoShow | Seat::Left => Err("wrong_state"),
        }
    }

    fn no_show(&mut self, index: usize, clerk: u8, overriding: bool) -> Result<(), &'static str> {
        let since = match self.visits[index].seat {
            Seat::Waiting => self.visits[index].joined_at,
            Seat::Called { at, .. } => at,
            Seat::NoShow => return Ok(()),
            Seat::Serving | Seat::Served | Seat::Left => return Err("wrong_state"),
        };
        if self.now < since + TimeDelta::minutes(GRACE_MINUTES) && !overriding {
            return Err("grace_period");
        }
        self.act(index, clerk, "no-show", |visit| visit.seat = Seat::NoShow);
        Ok(())
    }

    fn undo(&mut self, index: usize, clerk: u8) -> Result<(), &'static str> {
        let visit = &self.visits[index];
        let Some(last) = visit.last else { return Err("nothing_to_undo") };
        if last.by != clerk || self.now > last.at + TimeDelta::seconds(UNDO_SECONDS) {
            return Err("nothing_to_undo");
        }
        if last.seat == Seat::Serving && visit.seat != Seat::Serving && self.count("serving") >= self.capacity {
            return Err("at_capacity");
        }
        if self.open_visit_of(visit.person).is_some_and(|other| other != index) {
            return Err("already_in_line");
        }
        let visit = &mut self.visits[index];
        (visit.seat, visit.spot, visit.checked_in, visit.last) = (last.seat, last.spot, last.checked_in, None);
        Ok(())
    }

    fn other(&mut self, index: usize, clerk: u8, what: &What) -> Result<(), &'static str> {
        let now = self.now;
        let spot = match what {
            What::Return(_, to) => self.spot_for(index, *to),
            _ => self.visits[index].spot,
        };
        let visit = &mut self.visits[index];
        match (what, visit.seat) {
            (What::Call(_), Seat::Waiting) => {
                self.act(index, clerk, "call", |visit| visit.seat = Seat::Called { at: now, by: clerk });
            }
            (What::Call(_), Seat::Called { by, .. }) if by == clerk => {}
            (What::Recall(_), Seat::Called { .. }) => visit.last = None,
            (What::CheckIn(_), seat) if visit.checked_in && (seat.is_open() || seat == Seat::Served) => {}
            (What::CheckIn(_), Seat::Waiting | Seat::Called { .. }) => {
                self.act(index, clerk, "check-in", |visit| visit.checked_in = true);
            }
            (What::Return(..), Seat::Called { .. } | Seat::Serving) => {
                self.act(index, clerk, "return", |visit| (visit.seat, visit.spot) = (Seat::Waiting, spot));
            }
            (What::Return(..), Seat::Waiting) if visit.last.is_some_and(|last| last.word == "return") => {}
            (What::Postpone(_, places), Seat::Waiting) => self.postpone(index, *places),
            (What::Leave(_), Seat::Waiting | Seat::Called { .. }) => (visit.seat, visit.last) = (Seat::Left, None),
            (What::Leave(_), Seat::Left) => {}
            _ => return Err("wrong_state"),
        }
        Ok(())
    }

    fn take(&mut self, step: &Step) {
        self.pass_time(step.after_seconds);
        let clerk = step.clerk;
        let first = self.line().first().copied();
        self.outcome = match step.act {
            What::Join(person) => self.join(person),
            What::Pause => {
                self.paused = true;
                Ok(())
            }
            What::Resume => {
                self.paused = false;
                Ok(())
            }
            What::CallNext(completes) => match (completes.map(|index| self.complete(index, clerk)), first) {
                (Some(Err(code)), _) => Err(code),
                (None, None) => Err("nobody_waiting"),
                (Some(Ok(())), None) => Ok(()),
                (Some(Ok(())) | None, Some(first)) => self.other(first, clerk, &What::Call(first)),
            },
            What::Start(index) => self.start(index, clerk),
            What::Complete(index) => self.complete(index, clerk),
            What::NoShow(index, overriding) => self.no_show(index, clerk, overriding),
            What::Undo(index) => self.undo(index, clerk),
            What::Call(index)
            | What::Recall(index)
            | What::CheckIn(index)
            | What::Return(index, _)
            | What::Postpone(index, _)
            | What::Leave(index) => self.other(index, clerk, &step.act),
        };
    }
}

fn steps(visits: usize) -> BoxedStrategy<Step> {
    let person = (0..PERSONS).prop_map(What::Join).boxed();
    let anybody = 0..visits.max(1);
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
        6 => 0i64..12,
        2 => prop::sample::select(vec![60, 299, 300, 301]),
        1 => prop::sample::select(vec![901, 3_600, 40_000]),
    ];
    (seconds, 0u8..2, what)
        .prop_map(|(after_seconds, clerk, act)| {
            // Two who join at one instant are the business of the tests of letting pass.
            let after_seconds = if matches!(act, What::Join(_)) { after_seconds.max(1) } else { after_seconds };
            Step { after_seconds, clerk, act }
        })
        .boxed()
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
        steps(state.visits.len())
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
