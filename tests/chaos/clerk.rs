//! One clerk with the customers of that clerk: does at random what happens at a counter, and writes down each answer.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use crate::ledger::Ledger;
use crate::stage::{ORG, POINTS};
use crate::support::dice::Dice;
use crate::support::wire::{Connection, EXCHANGE_LIMIT, Kept, write_request};

/// Every so many joins come from somebody who may be in that line already.
const REGULARS_PERCENT: usize = 5;
const REGULARS: usize = 20;
/// Share of commands that carry an Idempotency-Key.
const KEYED_PERCENT: usize = 60;
/// Longest pause between two commands, in milliseconds.
const PAUSE_MAX_MS: usize = 4;
const PREFIX: &str = "/crm/reservations/queue";

/// What a command is about.
#[derive(Clone, Debug)]
enum Act {
    Join { regular: bool },
    CallNext,
    Start(String),
    Complete(String),
    NoShow(String),
    Undo(String),
    Transfer(String),
    Postpone(Guest),
}

/// A customer in line, with the secret that the join answered.
#[derive(Clone, Debug)]
struct Guest {
    id: String,
    token: String,
}

/// A command on its way.
#[derive(Clone, Debug)]
struct Order {
    act: Act,
    target: String,
    body: Value,
    key: Option<String>,
}

/// A clerk; lives on when the server does not.
pub struct Clerk {
    name: usize,
    bearer: String,
    dice: Dice,
    ledger: Ledger,
    orders: usize,
    /// Commands with a key whose answer never came: asked again when there is a server.
    unsettled: Vec<Order>,
    in_line: Vec<Guest>,
    called: Vec<String>,
    serving: Vec<String>,
    last: Option<String>,
    connection: Option<Connection>,
}

/// What became of an order.
enum Outcome {
    Answered(Kept),
    NotAccepted,
    Unknown,
}

impl Clerk {
    pub fn new(name: usize, bearer: String, dice: Dice, ledger: Ledger) -> Self {
        Self {
            name,
            bearer,
            dice,
            ledger,
            orders: 0,
            unsettled: Vec::new(),
            in_line: Vec::new(),
            called: Vec::new(),
            serving: Vec::new(),
            last: None,
            connection: None,
        }
    }

    /// Works until told to go home. While nobody answers, tries again.
    pub async fn work(&mut self, address: SocketAddr, go_home: &AtomicBool) {
        self.connection = None;
        while !go_home.load(Ordering::Relaxed) {
            let order = self.next_order();
            self.give(address, order).await;
            let pause = self.dice.below(PAUSE_MAX_MS + 1) as u64;
            tokio::time::sleep(Duration::from_millis(pause)).await;
        }
    }

    /// Asks again for every answer that never came; a server that is well must tell each.
    pub async fn settle(&mut self, address: SocketAddr) {
        self.connection = None;
        for order in std::mem::take(&mut self.unsettled) {
            self.give(address, order.clone()).await;
            let open = self.unsettled.pop();
            if open.is_some() {
                self.ledger.note_broken(format!("no answer to a repeated key from a server that is ready: {order:?}"));
            } else {
                self.ledger.count(|tally| &mut tally.settled_by_key);
            }
        }
    }

    async fn give(&mut self, address: SocketAddr, order: Order) {
        match self.exchange(address, &order).await {
            Outcome::Answered(answer) => self.take(&order, &answer),
            Outcome::NotAccepted => {
                self.ledger.count(|tally| &mut tally.not_accepted);
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            Outcome::Unknown => {
                self.connection = None;
                self.ledger.count(|tally| &mut tally.unknown);
                if order.key.is_some() {
                    self.unsettled.push(order);
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }

    async fn exchange(&mut self, address: SocketAddr, order: &Order) -> Outcome {
        let body = order.body.to_string();
        let mut headers = vec![("content-type", "application/json"), ("orgid", ORG)];
        if matches!(order.act, Act::Join { .. } | Act::Postpone(_)) {
            // The public's own routes: no token of a clerk.
        } else {
            headers.push(("authorization", self.bearer.as_str()));
        }
        if let Some(key) = &order.key {
            headers.push(("idempotency-key", key));
        }
        let mut request = Vec::new();
        write_request(&mut request, "POST", &order.target, &headers, body.as_bytes());
        let connection = &mut self.connection;
        let exchange = async {
            if connection.is_none() {
                *connection = Some(Connection::open(address).await?);
            }
            let open = connection.as_mut().expect("just opened");
            let answer = open.exchange(&request).await?;
            std::io::Result::Ok(Kept { status: answer.status, head: answer.head.to_vec(), body: answer.body.to_vec() })
        };
        match tokio::time::timeout(EXCHANGE_LIMIT, exchange).await {
            Ok(Ok(answer)) if answer.status == 503 => {
                if answer.header("retry-after").is_none() {
                    self.ledger.note_broken(format!("503 without Retry-After: {}", answer.text()));
                }
                if answer.json()["code"] == "outcome_unknown" { Outcome::Unknown } else { Outcome::NotAccepted }
            }
            Ok(Ok(answer)) => Outcome::Answered(answer),
            Ok(Err(_)) | Err(_) => Outcome::Unknown,
        }
    }

    /// An answer: an obligation when it says yes.
    fn take(&mut self, order: &Order, answer: &Kept) {
        let entry = answer.json();
        match answer.status {
            200 | 201 => {
                self.ledger.count(|tally| &mut tally.acknowledged);
                self.acknowledged(order, answer.status, &entry);
                if let Some(key) = &order.key {
                    self.ledger.note_key(key, &entry);
                }
            }
            // An Idempotency-Key may be sent again while its first request is still under way.
            409 | 404 => self.ledger.count(|tally| &mut tally.refused),
            status => self.ledger.note_broken(format!("{status} for {order:?}: {}", answer.text())),
        }
    }

    fn acknowledged(&mut self, order: &Order, status: u16, entry: &Value) {
        self.ledger.note(entry);
        let id = entry["id"].as_str().unwrap_or_default().to_owned();
        self.last = Some(id.clone());
        match &order.act {
            Act::Join { .. } => {
                // Who is in line already is told without the secret.
                if let (201, Some(token)) = (status, entry["token"].as_str()) {
                    self.in_line.push(Guest { id, token: token.to_owned() });
                }
            }
            Act::CallNext => {
                self.ledger.note_call(&id, order.key.as_deref());
                self.called.push(id);
            }
            Act::Start(_) => self.serving.push(id),
            Act::Undo(_) => self.last = None,
            Act::Complete(_) | Act::NoShow(_) | Act::Transfer(_) | Act::Postpone(_) => {}
        }
    }

    fn next_order(&mut self) -> Order {
        let roll = self.dice.below(100);
        let act = match roll {
            40..65 => Some(Act::CallNext),
            65..76 => self.one_of(|clerk| &mut clerk.called).map(Act::Start),
            76..87 => self.one_of(|clerk| &mut clerk.serving).map(Act::Complete),
            87..90 => self.one_of(|clerk| &mut clerk.called).map(Act::NoShow),
            90..94 => self.last.take().map(Act::Undo),
            94..97 => self.one_of(|clerk| &mut clerk.called).map(Act::Transfer),
            97..100 if !self.in_line.is_empty() => {
                let guest = self.dice.below(self.in_line.len());
                Some(Act::Postpone(self.in_line.swap_remove(guest)))
            }
            _ => None,
        };
        let act = act.unwrap_or_else(|| Act::Join { regular: self.dice.chance(REGULARS_PERCENT) });
        if let Act::Undo(id) | Act::Transfer(id) = &act {
            self.ledger.note_put_back(id);
        }
        self.order(act)
    }

    fn order(&mut self, act: Act) -> Order {
        self.orders += 1;
        let name = format!("{}-{}", self.name, self.orders);
        let point = *self.dice.pick(&POINTS);
        let (target, body) = match &act {
            Act::Join { regular } => {
                let email = if *regular {
                    format!("regular-{}@chaos.example", self.dice.below(REGULARS))
                } else {
                    format!("guest-{name}@chaos.example")
                };
                let customer = json!({"name": format!("Guest {name}"), "email": email});
                (format!("{PREFIX}/join"), json!({"servicePointId": point, "customer": customer}))
            }
            Act::CallNext => (format!("{PREFIX}/call-next/{point}"), json!({"counter": self.name.to_string()})),
            Act::Start(id) => (format!("{PREFIX}/start/{id}"), json!({})),
            Act::Complete(id) => (format!("{PREFIX}/complete/{id}"), json!({})),
            Act::NoShow(id) => (format!("{PREFIX}/no-show/{id}?override=true"), json!({})),
            Act::Undo(id) => (format!("{PREFIX}/undo/{id}"), json!({})),
            Act::Transfer(id) => (format!("{PREFIX}/transfer/{id}"), json!({"servicePointId": point})),
            Act::Postpone(guest) => {
                let places = 1 + self.dice.below(5);
                (format!("{PREFIX}/postpone/{}?token={}", guest.id, guest.token), json!({"places": places}))
            }
        };
        let key = self.dice.chance(KEYED_PERCENT).then(|| format!("key-{name}"));
        Order { act, target, body, key }
    }

    fn one_of(&mut self, pile: fn(&mut Self) -> &mut Vec<String>) -> Option<String> {
        let count = pile(self).len();
        let at = self.dice.below(count);
        (count > 0).then(|| pile(self).swap_remove(at))
    }
}
