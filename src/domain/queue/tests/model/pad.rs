//! The receptionist's pad: it keeps no order and no index; it sorts whenever it needs the line, and counts whenever it
//! needs a number.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::domain::queue::{ReturnTo, UNDO_SECONDS};

pub const GRACE_MINUTES: i64 = 5;
const HALF_A_NUMBER: i64 = 1 << 31;

/// Effective time, order among equals.
pub type Spot = (DateTime<Utc>, i64);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seat {
    Waiting,
    Called { at: DateTime<Utc>, by: u8 },
    Serving { by: u8 },
    Served,
    NoShow,
    Left,
}

impl Seat {
    pub fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Called { .. } => "called",
            Self::Serving { .. } => "serving",
            Self::Served => "served",
            Self::NoShow => "no_show",
            Self::Left => "left",
        }
    }

    pub fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Called { .. } | Self::Serving { .. })
    }
}

#[derive(Clone, Copy, Debug)]
pub struct LastOne {
    pub word: &'static str,
    pub by: u8,
    pub at: DateTime<Utc>,
    pub seat: Seat,
    pub spot: Spot,
    pub checked_in: bool,
}

#[derive(Clone, Debug)]
pub struct Visit {
    pub person: u8,
    pub day: NaiveDate,
    pub number: u32,
    pub joined_at: DateTime<Utc>,
    pub seat: Seat,
    pub spot: Spot,
    pub checked_in: bool,
    pub last: Option<LastOne>,
}

#[derive(Clone, Debug)]
pub struct Pad {
    pub capacity: usize,
    pub max_waiting: usize,
    pub auto_no_show: bool,
    pub require_check_in: bool,
    pub now: DateTime<Utc>,
    pub paused: bool,
    pub visits: Vec<Visit>,
    /// How the last step ended.
    pub outcome: Result<(), &'static str>,
}

#[derive(Clone, Debug)]
pub struct Step {
    pub after_seconds: i64,
    pub clerk: u8,
    pub act: What,
}

#[derive(Clone, Debug)]
pub enum What {
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

    pub fn line(&self) -> Vec<usize> {
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
            Seat::Serving { by } if by == clerk => Ok(()),
            Seat::Waiting | Seat::Called { .. } if self.require_check_in && !self.visits[index].checked_in => {
                Err("check_in_required")
            }
            Seat::Waiting | Seat::Called { .. } if self.count("serving") >= self.capacity => Err("at_capacity"),
            Seat::Waiting | Seat::Called { .. } => {
                self.act(index, clerk, "start", |visit| visit.seat = Seat::Serving { by: clerk });
                Ok(())
            }
            Seat::Serving { .. } | Seat::Served | Seat::NoShow | Seat::Left => Err("wrong_state"),
        }
    }

    fn complete(&mut self, index: usize, clerk: u8) -> Result<(), &'static str> {
        match self.visits[index].seat {
            Seat::Serving { .. } => {
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
            Seat::Serving { .. } | Seat::Served | Seat::Left => return Err("wrong_state"),
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
        let is_serving = |seat: Seat| matches!(seat, Seat::Serving { .. });
        if is_serving(last.seat) && !is_serving(visit.seat) && self.count("serving") >= self.capacity {
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
            (What::Return(..), Seat::Called { .. } | Seat::Serving { .. }) => {
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

    pub fn take(&mut self, step: &Step) {
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
