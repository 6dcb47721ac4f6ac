//! All clocks of one ticket: a small state machine that its occurrences drive. Warnings, breaches and escalations are
//! facts of time: whatever was due by an occurrence has happened before it, whether or not anybody looked.
//!
//! What resolving does to responses: it ends those that are owed, for good. A reopened ticket starts no first response
//! again; the next message of the customer starts a next response, also where there never was a first one. A message that
//! comes while the ticket is resolved and is still unanswered when it is reopened counts from the reopening.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::firing::Firing;
use super::meter::{Breach, Meter};
use super::metric::Metric;
use super::terms::Terms;
use crate::domain::ticket_status::TicketStatus;

/// Something that happens to a ticket and matters to its clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Occurrence {
    /// The customer writes.
    CustomerMessage,
    /// An agent answers, so that the customer can read it.
    AgentReply,
    /// The ticket gets another status.
    Status {
        /// Which.
        to: TicketStatus,
    },
    /// The ticket is merged into another one, or deleted: nothing is owed any more.
    Ended,
}

/// A clock that has stopped for good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Finished {
    pub(super) metric: Metric,
    pub(super) cycle: u32,
    pub(super) started_at: DateTime<Utc>,
    pub(super) stop: Stop,
    pub(super) elapsed_micros: u64,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) breach: Option<Breach>,
}

/// How a clock was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Stop {
    /// When.
    pub(super) at: DateTime<Utc>,
    /// Whether what was promised was done then.
    pub(super) is_done: bool,
    /// The target that held then, in seconds.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) target_seconds: Option<u32>,
    /// When it would have been due.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) due_at: Option<DateTime<Utc>>,
}

/// The clocks of one ticket. They keep no terms: those come with each question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Clocks {
    /// The ticket's status, as far as they were told.
    pub(super) status: TicketStatus,
    /// How many next responses have been started.
    pub(super) cycles: u32,
    /// The first response, while it is owed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) first: Option<Meter>,
    /// The next response, while it is owed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) next: Option<Meter>,
    /// The resolution, until the ticket has ended.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) resolution: Option<Meter>,
    /// That the ticket is resolved for now.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) resolved: Option<Stop>,
    /// The oldest unanswered message that came while it was resolved.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    waiting_since: Option<DateTime<Utc>>,
    /// The clocks that have stopped for good, in the order in which they did.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(super) finished: Vec<Finished>,
}

impl Clocks {
    /// The clocks of a ticket that is created at `at`.
    #[must_use]
    pub fn started(at: DateTime<Utc>, status: TicketStatus, terms: &Terms) -> Self {
        let meter = |metric| Some(Meter::started(at, at, !terms.pauses(metric, TicketStatus::Open)));
        let mut clocks = Self {
            status: TicketStatus::Open,
            cycles: 0,
            first: meter(Metric::FirstResponse),
            next: None,
            resolution: meter(Metric::Resolution),
            resolved: None,
            waiting_since: None,
            finished: Vec::new(),
        };
        clocks.change_status(at, status, terms);
        clocks
    }

    /// Lets something happen at `at`. What was due by then happens first and is answered, unless it was fired already.
    pub fn occur(&mut self, at: DateTime<Utc>, occurrence: Occurrence, terms: &Terms) -> Vec<Firing> {
        let firings = self.settle(at, terms);
        if self.has_ended() {
            return firings;
        }
        match occurrence {
            Occurrence::CustomerMessage => self.await_answer(at, terms),
            Occurrence::AgentReply => {
                self.finish_responses(at, true, terms);
                self.waiting_since = None;
            }
            Occurrence::Status { to } => self.change_status(at, to, terms),
            Occurrence::Ended => self.end(at, false, terms),
        }
        firings
    }

    /// Lets other terms hold from `at` on: time counted so far stays. What was due by then under the old ones happens first
    /// and is answered; what the new ones make due at once is due at `at`, and for the next [`Clocks::due`] to answer.
    pub fn change_terms(&mut self, at: DateTime<Utc>, before: &Terms, after: &Terms) -> Vec<Firing> {
        let firings = self.settle(at, before);
        let (status, is_resolved) = (self.status, self.resolved.is_some());
        for ((metric, _), meter) in self.live_mut() {
            let is_running = !is_resolved && !after.pauses(metric, status);
            meter.go_on(before, at, is_running);
            meter.follow_steps(metric, before, after);
        }
        firings
    }

    /// Whether the ticket is closed, merged or deleted: nothing changes any more.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.resolution.is_none()
    }

    /// When something is due next that has not been fired; may lie in the past.
    #[must_use]
    pub fn wake_at(&self, terms: &Terms) -> Option<DateTime<Utc>> {
        self.counting().filter_map(|((metric, _), meter)| meter.wake_at(metric, terms)).min()
    }

    /// What was due by `now` and has not been fired, in order of when it was due.
    #[must_use]
    pub fn due(&self, terms: &Terms, now: DateTime<Utc>) -> Vec<Firing> {
        self.firings(terms, Some(now))
    }

    /// Everything that has not been fired, with when it will be due if nothing happens; what stands still is left out.
    #[must_use]
    pub fn upcoming(&self, terms: &Terms) -> Vec<Firing> {
        self.firings(terms, None)
    }

    /// Notes what has happened; a firing of a clock that has stopped changes nothing.
    pub fn fire(&mut self, firing: &Firing) {
        if let Some((_, meter)) = self.live_mut().find(|(clock, _)| *clock == firing.clock()) {
            meter.fire(firing);
        }
    }

    fn firings(&self, terms: &Terms, now: Option<DateTime<Utc>>) -> Vec<Firing> {
        let mut firings = Vec::new();
        for (clock, meter) in self.counting() {
            meter.firings(clock, terms, now, &mut firings);
        }
        firings.sort_by_key(Firing::order);
        firings
    }

    pub(super) fn settle(&mut self, at: DateTime<Utc>, terms: &Terms) -> Vec<Firing> {
        let firings = self.due(terms, at);
        for firing in &firings {
            self.fire(firing);
        }
        firings
    }

    /// The clocks that have not stopped for good.
    fn live_mut(&mut self) -> impl Iterator<Item = ((Metric, u32), &mut Meter)> {
        let meters = [
            ((Metric::FirstResponse, 1), self.first.as_mut()),
            ((Metric::NextResponse, self.cycles), self.next.as_mut()),
            ((Metric::Resolution, 1), self.resolution.as_mut()),
        ];
        meters.into_iter().filter_map(|(clock, meter)| Some((clock, meter?)))
    }

    /// The clocks to which something can happen: all that have not stopped, be it for now.
    pub(super) fn counting(&self) -> impl Iterator<Item = ((Metric, u32), &Meter)> {
        let resolution = self.resolution.as_ref().filter(|_| self.resolved.is_none());
        let meters = [
            ((Metric::FirstResponse, 1), self.first.as_ref()),
            ((Metric::NextResponse, self.cycles), self.next.as_ref()),
            ((Metric::Resolution, 1), resolution),
        ];
        meters.into_iter().filter_map(|(clock, meter)| Some((clock, meter?)))
    }

    fn await_answer(&mut self, at: DateTime<Utc>, terms: &Terms) {
        if self.first.is_some() || self.next.is_some() {
            return;
        }
        if self.status.is_done() {
            self.waiting_since = self.waiting_since.or(Some(at));
            return;
        }
        self.start_next(at, at, self.status, terms);
    }

    fn start_next(&mut self, started_at: DateTime<Utc>, since: DateTime<Utc>, status: TicketStatus, terms: &Terms) {
        self.cycles += 1;
        self.next = Some(Meter::started(started_at, since, !terms.pauses(Metric::NextResponse, status)));
    }

    fn change_status(&mut self, at: DateTime<Utc>, to: TicketStatus, terms: &Terms) {
        let from = std::mem::replace(&mut self.status, to);
        match (from.is_done(), to.is_done()) {
            (false, true) => {
                self.finish_responses(at, false, terms);
                if let Some(resolution) = &mut self.resolution {
                    self.resolved = Some(stopped(resolution, Metric::Resolution, at, true, terms));
                    resolution.go_on(terms, at, false);
                }
            }
            (true, false) => self.reopen(at, to, terms),
            (false, false) => {
                for ((metric, _), meter) in self.live_mut() {
                    let is_running = !terms.pauses(metric, to);
                    if meter.is_running != is_running {
                        meter.go_on(terms, at, is_running);
                    }
                }
            }
            (true, true) => {}
        }
        if to == TicketStatus::Closed {
            self.end(at, true, terms);
        }
    }

    fn reopen(&mut self, at: DateTime<Utc>, to: TicketStatus, terms: &Terms) {
        self.resolved = None;
        if let Some(resolution) = &mut self.resolution {
            resolution.go_on(terms, at, !terms.pauses(Metric::Resolution, to));
        }
        if let Some(waiting_since) = self.waiting_since.take() {
            self.start_next(waiting_since, at, to, terms);
        }
    }

    fn finish_responses(&mut self, at: DateTime<Utc>, is_done: bool, terms: &Terms) {
        let first = self.first.take().map(|meter| (Metric::FirstResponse, 1, meter));
        let next = self.next.take().map(|meter| (Metric::NextResponse, self.cycles, meter));
        for (metric, cycle, meter) in first.into_iter().chain(next) {
            let stop = stopped(&meter, metric, at, is_done, terms);
            self.finished.push(finished(&meter, metric, cycle, stop, terms));
        }
    }

    fn end(&mut self, at: DateTime<Utc>, is_done: bool, terms: &Terms) {
        self.finish_responses(at, false, terms);
        self.waiting_since = None;
        if let Some(meter) = self.resolution.take() {
            let stop = self.resolved.take().unwrap_or_else(|| stopped(&meter, Metric::Resolution, at, is_done, terms));
            self.finished.push(finished(&meter, Metric::Resolution, 1, stop, terms));
        }
    }
}

/// How a clock stops at `at`. Whatever was due by then is settled.
fn stopped(meter: &Meter, metric: Metric, at: DateTime<Utc>, is_done: bool, terms: &Terms) -> Stop {
    let due_at = if is_done && meter.breach.is_none() { meter.due_at(metric, terms) } else { None };
    Stop { at, is_done, target_seconds: terms.targets.of(metric), due_at }
}

fn finished(meter: &Meter, metric: Metric, cycle: u32, stop: Stop, terms: &Terms) -> Finished {
    let elapsed_micros = meter.elapsed(terms, stop.at);
    Finished { metric, cycle, started_at: meter.started_at, stop, elapsed_micros, breach: meter.breach }
}
