//! One who books for many guests, moves bookings and calls them off, and repeats whatever was left without an answer.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::bookings::{Booking, Bookings, DEFINITIONS, MINUTES};
use crate::caller::{Caller, Heard, Question};
use crate::support::dice::Dice;
use crate::support::wire::Kept;

/// Share of commands that carry an Idempotency-Key; without one, it is the same words that tell a repeat.
const KEYED_PERCENT: usize = 50;
/// Pause after a server did not answer.
const WAIT: Duration = Duration::from_millis(50);

/// A booker; lives on when the server does not.
pub struct Booker {
    name: usize,
    habits: Habits,
    dice: Dice,
    caller: Caller,
    bookings: Bookings,
    orders: usize,
    own: Vec<Booking>,
    unsettled: Vec<Order>,
}

/// How a booker behaves.
#[derive(Clone, Copy)]
pub struct Habits {
    /// Share of commands that move a booking, and share of those that cancel one.
    pub move_percent: usize,
    pub cancel_percent: usize,
    /// Longest pause between two commands, in milliseconds.
    pub pause_max_ms: usize,
}

#[derive(Clone, Debug)]
enum Act {
    Book { definition: &'static str, start: DateTime<Utc>, email: String },
    Move { booking: Booking, start: DateTime<Utc> },
    Cancel(Booking),
}

#[derive(Clone, Debug)]
struct Order {
    act: Act,
    key: Option<String>,
}

impl Booker {
    pub fn new(name: usize, habits: Habits, dice: Dice, bookings: Bookings) -> Self {
        let (caller, own, unsettled) = (Caller::default(), Vec::new(), Vec::new());
        Self { name, habits, dice, caller, bookings, orders: 0, own, unsettled }
    }

    /// Works on these starts until told to go home.
    async fn work(&mut self, address: SocketAddr, starts: &[DateTime<Utc>], go_home: &AtomicBool) {
        self.caller.hang_up();
        while !go_home.load(Ordering::Relaxed) {
            let order = self.next_order(starts);
            self.give(address, order).await;
            let pause = self.dice.below(self.habits.pause_max_ms + 1) as u64;
            tokio::time::sleep(Duration::from_millis(pause)).await;
        }
    }

    /// Asks again for every answer that never came; a server that is well must tell each.
    pub async fn settle(&mut self, address: SocketAddr) {
        self.caller.hang_up();
        for order in std::mem::take(&mut self.unsettled) {
            self.give(address, order.clone()).await;
            if self.unsettled.pop().is_some() {
                self.bookings.note_broken(format!("no answer to a repeat from a server that is ready: {order:?}"));
            } else {
                self.bookings.count(|tally| &mut tally.settled);
            }
        }
    }

    /// Tries to book this place; tells whether that went well.
    pub async fn books(&mut self, address: SocketAddr, definition: &'static str, start: DateTime<Utc>) -> bool {
        let before = self.own.len();
        let order = self.order(Act::Book { definition, start, email: self.guest() });
        self.give(address, order).await;
        self.own.len() > before
    }

    async fn give(&mut self, address: SocketAddr, order: Order) {
        match self.caller.ask(address, &order.question()).await {
            Heard::Answered(answer) => self.take(order, &answer),
            Heard::NotAccepted => {
                self.bookings.count(|tally| &mut tally.not_accepted);
                self.keep(&order);
                tokio::time::sleep(WAIT).await;
            }
            Heard::Unknown => {
                self.bookings.count(|tally| &mut tally.unknown);
                self.unsettled.push(order);
                tokio::time::sleep(WAIT).await;
            }
        }
    }

    fn take(&mut self, order: Order, answer: &Kept) {
        match (answer.status, &order.act) {
            (200 | 201, _) => self.acknowledged(&order, &answer.json()),
            (409, Act::Book { start, .. } | Act::Move { start, .. }) => {
                self.bookings.count(|tally| &mut tally.refused);
                if let Some(flaw) = flaw_of_refusal(&answer.json(), *start) {
                    self.bookings.note_broken(format!("{flaw} for {order:?}: {}", answer.text()));
                }
                self.keep(&order);
            }
            (status, _) => self.bookings.note_broken(format!("{status} for {order:?}: {}", answer.text())),
        }
    }

    fn acknowledged(&mut self, order: &Order, answer: &Value) {
        let after = match &order.act {
            Act::Book { definition, start, email } => {
                self.bookings.count(|tally| &mut tally.booked);
                let Some(booking) = Booking::told(answer, definition, email, *start) else {
                    return self.bookings.pages().masked.push(email.clone());
                };
                booking
            }
            Act::Move { booking, start } => {
                self.bookings.count(|tally| &mut tally.moved);
                let version = answer["version"].as_i64().unwrap_or(0);
                Booking { start: *start, version, moves: booking.moves + 1, ..booking.clone() }
            }
            Act::Cancel(booking) => {
                self.bookings.count(|tally| &mut tally.cancelled);
                Booking { version: answer["version"].as_i64().unwrap_or(0), is_cancelled: true, ..booking.clone() }
            }
        };
        let status = if after.is_cancelled { "cancelled" } else { "confirmed" };
        let start = answer["slot"]["start"].as_str().and_then(|text| text.parse().ok());
        if answer["status"] != status || start != Some(after.start) || answer["reservationNumber"] != after.number {
            self.bookings.note_broken(format!("a yes to {order:?} must not say {answer}"));
        }
        self.bookings.note(&after);
        if !after.is_cancelled {
            self.own.push(after);
        }
    }

    /// Nothing has become of the order: what it was about is as before.
    fn keep(&mut self, order: &Order) {
        if let Act::Move { booking, .. } | Act::Cancel(booking) = &order.act {
            self.own.push(booking.clone());
        }
    }

    fn next_order(&mut self, starts: &[DateTime<Utc>]) -> Order {
        let (definition, _) = *self.dice.pick(&DEFINITIONS);
        let start = *self.dice.pick(starts);
        let roll = self.dice.below(100);
        let changes_mind = roll < self.habits.move_percent + self.habits.cancel_percent && !self.own.is_empty();
        let act = if changes_mind {
            let at = self.dice.below(self.own.len());
            let booking = self.own.swap_remove(at);
            let moves = roll < self.habits.move_percent && booking.start != start;
            if moves { Act::Move { booking, start } } else { Act::Cancel(booking) }
        } else {
            Act::Book { definition, start, email: self.guest() }
        };
        self.order(act)
    }

    fn order(&mut self, act: Act) -> Order {
        self.orders += 1;
        let key = self.dice.chance(KEYED_PERCENT).then(|| format!("booking-{}-{}", self.name, self.orders));
        Order { act, key }
    }

    fn guest(&self) -> String {
        format!("guest-{}-{}@chaos.example", self.name, self.orders)
    }
}

impl Order {
    fn question(&self) -> Question {
        let own = |act: &str, one: &Booking| format!("/crm/reservations/{act}/{}/{}", one.email, one.number);
        let (method, target, body) = match &self.act {
            Act::Book { definition, start, email } => {
                let customer = json!({"name": "Guest", "email": email});
                let body = json!({"definitionId": definition, "slot": slot(*start), "customer": customer});
                ("POST", "/crm/reservations/create".to_owned(), body)
            }
            Act::Move { booking, start } => ("POST", own("reschedule", booking), json!({"slot": slot(*start)})),
            Act::Cancel(booking) => ("DELETE", own("cancel", booking), json!({"reason": "Ill"})),
        };
        Question { method, target, body, key: self.key.clone() }
    }
}

/// What is wrong with a refusal: it has to name free places, and not the one that was just refused.
fn flaw_of_refusal(problem: &Value, start: DateTime<Utc>) -> Option<&'static str> {
    let instant = |free: &Value| free["start"].as_str().and_then(|text| text.parse::<DateTime<Utc>>().ok());
    match problem["alternatives"].as_array() {
        _ if problem["code"] != "slot_taken" => Some("another code than slot_taken"),
        None => Some("no alternatives"),
        Some(free) if free.is_empty() => Some("no alternatives"),
        Some(free) if free.iter().any(|one| instant(one).is_none_or(|instant| instant == start)) => {
            Some("the refused slot as its own alternative")
        }
        Some(_) => None,
    }
}

/// A slot as it is written.
pub fn slot(start: DateTime<Utc>) -> Value {
    let written = |instant: DateTime<Utc>| instant.to_rfc3339_opts(SecondsFormat::Secs, true);
    json!({"start": written(start), "end": written(start + TimeDelta::minutes(MINUTES))})
}

/// All bookers together, at work as tasks while something is being broken.
pub struct Rush {
    go_home: Arc<AtomicBool>,
    tasks: JoinSet<Booker>,
}

impl Rush {
    /// Everybody wants places at these starts.
    pub fn begin(bookers: Vec<Booker>, address: SocketAddr, starts: &[DateTime<Utc>]) -> Self {
        let go_home = Arc::new(AtomicBool::new(false));
        let mut tasks = JoinSet::new();
        for mut booker in bookers {
            let (go_home, starts) = (Arc::clone(&go_home), starts.to_vec());
            tasks.spawn(async move {
                booker.work(address, &starts, &go_home).await;
                booker
            });
        }
        Self { go_home, tasks }
    }

    /// Everybody finishes what is under way and goes home.
    pub async fn end(self) -> Vec<Booker> {
        self.go_home.store(true, Ordering::Relaxed);
        self.tasks.join_all().await
    }
}
