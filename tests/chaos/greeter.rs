//! A clerk at the door: checks in who has booked, at times together with a colleague, and serves some of them.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use chrono::{NaiveTime, TimeDelta, Utc};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::booker::slot;
use crate::caller::{Caller, Heard, Question};
use crate::check_ins_killed::VISIT;
use crate::support::dice::Dice;

const KEYED_PERCENT: usize = 50;
/// Share of check-ins that two clerks send at the same moment.
const SIDE_BY_SIDE_PERCENT: usize = 25;
/// Share of those checked in who are served at once.
const SERVED_PERCENT: usize = 40;
/// How many appointments a day of thirty-minute slots has.
const SLOTS_A_DAY: usize = 48;
/// Pause after a server did not answer.
const WAIT: Duration = Duration::from_millis(50);
const QUEUE: &str = "/crm/reservations/queue";

/// What clerks were told, by reservation.
#[derive(Clone, Default)]
pub struct Greetings(Arc<Mutex<Pages>>);

/// What was written down.
#[derive(Default)]
pub struct Pages {
    pub told: BTreeMap<String, Greeting>,
    /// Promises that were broken already when the answer came.
    pub broken: Vec<String>,
    pub tally: Tally,
}

/// What became of somebody who came.
#[derive(Clone, Debug)]
pub struct Greeting {
    /// Their entry in the line.
    pub entry: String,
    pub is_served: bool,
}

/// How answers went.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    pub booked: usize,
    pub checked_in: usize,
    pub side_by_side: usize,
    pub served: usize,
    pub unknown: usize,
    pub settled: usize,
}

impl Greetings {
    /// The pages, to be read or written.
    pub fn pages(&self) -> MutexGuard<'_, Pages> {
        self.0.lock().expect("nobody falls while writing")
    }

    fn count(&self, which: impl FnOnce(&mut Tally) -> &mut usize) {
        *which(&mut self.pages().tally) += 1;
    }

    fn note_broken(&self, what: String) {
        self.pages().broken.push(what);
    }

    /// Whoever checks somebody in is told the same entry, however often.
    fn note(&self, reservation: &str, entry: &str) {
        let mut pages = self.pages();
        let greeting = Greeting { entry: entry.to_owned(), is_served: false };
        let first = pages.told.entry(reservation.to_owned()).or_insert(greeting).clone();
        if first.entry != entry {
            pages.broken.push(format!("{reservation} was told to be {} and {entry} in the line", first.entry));
        }
    }
}

/// A clerk at the door; lives on when the server does not.
pub struct Greeter {
    name: usize,
    dice: Dice,
    caller: Caller,
    colleague: Caller,
    greetings: Greetings,
    orders: usize,
    /// Check-ins whose answer never came.
    unsettled: Vec<(Booked, Question)>,
}

#[derive(Clone)]
struct Booked {
    id: String,
    number: String,
}

impl Greeter {
    pub fn new(name: usize, bearer: &str, dice: Dice, greetings: Greetings) -> Self {
        let (caller, colleague) = (Caller::clerk(bearer), Caller::clerk(bearer));
        Self { name, dice, caller, colleague, greetings, orders: 0, unsettled: Vec::new() }
    }

    async fn work(&mut self, address: SocketAddr, round: usize, go_home: &AtomicBool) {
        self.hang_up();
        while !go_home.load(Ordering::Relaxed) {
            match self.book(address, round).await {
                Some(booked) => self.greet(address, booked).await,
                None => tokio::time::sleep(WAIT).await,
            }
        }
    }

    /// Asks again for every answer that never came: there must be one, and it must name a place in the line.
    pub async fn settle(&mut self, address: SocketAddr) {
        self.hang_up();
        for (booked, question) in std::mem::take(&mut self.unsettled) {
            let told = match self.caller.ask(address, &question).await {
                Heard::Answered(answer) => self.checked_in(&booked, &answer.json()),
                Heard::NotAccepted | Heard::Unknown => None,
            };
            match told {
                Some(_) => self.greetings.count(|tally| &mut tally.settled),
                None => self.greetings.note_broken(format!("{} could not be checked in by a repeat", booked.id)),
            }
        }
    }

    fn hang_up(&mut self) {
        self.caller.hang_up();
        self.colleague.hang_up();
    }

    async fn book(&mut self, address: SocketAddr, round: usize) -> Option<Booked> {
        self.orders += 1;
        let email = format!("comer-{}-{}@chaos.example", self.name, self.orders);
        let tomorrow = Utc::now().date_naive().and_time(NaiveTime::MIN).and_utc() + TimeDelta::days(1);
        // Another slot for each round: a full one would leave nothing to check in.
        let start = tomorrow + TimeDelta::minutes(30 * (round + SLOTS_A_DAY * self.dice.below(20)) as i64);
        let customer = json!({"name": "Comer", "email": email});
        let body = json!({"definitionId": VISIT, "slot": slot(start), "customer": customer});
        let question = Question { method: "POST", target: "/crm/reservations/create".to_owned(), body, key: None };
        let Heard::Answered(answer) = self.caller.ask(address, &question).await else { return None };
        if answer.status != 201 {
            self.greetings.note_broken(format!("{} for a booking: {}", answer.status, answer.text()));
            return None;
        }
        self.greetings.count(|tally| &mut tally.booked);
        let word = |name: &str| answer.json()[name].as_str().map(str::to_owned);
        Some(Booked { id: word("id")?, number: word("reservationNumber")? })
    }

    async fn greet(&mut self, address: SocketAddr, booked: Booked) {
        let name = if self.dice.chance(50) { &booked.id } else { &booked.number };
        let question = self.act("check-in", name);
        let heard = if self.dice.chance(SIDE_BY_SIDE_PERCENT) {
            let other = self.act("check-in", &booked.number);
            let both = tokio::join!(self.caller.ask(address, &question), self.colleague.ask(address, &other));
            if let Heard::Answered(answer) = &both.1
                && self.checked_in(&booked, &answer.json()).is_some()
            {
                self.greetings.count(|tally| &mut tally.side_by_side);
            }
            both.0
        } else {
            self.caller.ask(address, &question).await
        };
        match heard {
            Heard::Answered(answer) => {
                if let Some(entry) = self.checked_in(&booked, &answer.json())
                    && self.dice.chance(SERVED_PERCENT)
                {
                    self.serve(address, &booked, &entry).await;
                }
            }
            Heard::NotAccepted => {}
            Heard::Unknown => {
                self.greetings.count(|tally| &mut tally.unknown);
                self.unsettled.push((booked, question));
            }
        }
    }

    /// The entry that a check-in answered.
    fn checked_in(&mut self, booked: &Booked, answer: &Value) -> Option<String> {
        let Some(entry) = answer["id"].as_str().filter(|_| answer["state"].is_string()) else {
            self.greetings.note_broken(format!("a check-in of {} answered {answer}", booked.id));
            return None;
        };
        self.greetings.count(|tally| &mut tally.checked_in);
        self.greetings.note(&booked.id, entry);
        Some(entry.to_owned())
    }

    async fn serve(&mut self, address: SocketAddr, booked: &Booked, entry: &str) {
        for word in ["start", "complete"] {
            let question = self.act(word, entry);
            match self.caller.ask(address, &question).await {
                Heard::Answered(answer) if answer.status == 200 => {}
                Heard::Answered(answer) => {
                    return self.greetings.note_broken(format!("{word} of {entry}: {}", answer.text()));
                }
                Heard::NotAccepted | Heard::Unknown => return,
            }
        }
        self.greetings.count(|tally| &mut tally.served);
        if let Some(greeting) = self.greetings.pages().told.get_mut(&booked.id) {
            greeting.is_served = true;
        }
    }

    fn act(&mut self, word: &str, name: &str) -> Question {
        self.orders += 1;
        let key = self.dice.chance(KEYED_PERCENT).then(|| format!("greeting-{}-{}", self.name, self.orders));
        // Their appointments are on later days.
        let target = format!("{QUEUE}/{word}/{name}?override=true");
        Question { method: "POST", target, body: json!({}), key }
    }
}

/// All clerks at the door.
pub struct Shift {
    go_home: Arc<AtomicBool>,
    tasks: JoinSet<Greeter>,
}

impl Shift {
    /// Everybody begins.
    pub fn begin(greeters: Vec<Greeter>, address: SocketAddr, round: usize) -> Self {
        let go_home = Arc::new(AtomicBool::new(false));
        let mut tasks = JoinSet::new();
        for mut greeter in greeters {
            let go_home = Arc::clone(&go_home);
            tasks.spawn(async move {
                greeter.work(address, round, &go_home).await;
                greeter
            });
        }
        Self { go_home, tasks }
    }

    /// Everybody finishes what is under way and goes home.
    pub async fn end(self) -> Vec<Greeter> {
        self.go_home.store(true, Ordering::Relaxed);
        self.tasks.join_all().await
    }
}
