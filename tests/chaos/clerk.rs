//! One clerk with the customers of that clerk: does at random what happens at a counter, and writes down each answer.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::Value;

use crate::ledger::Ledger;
use crate::order::{Act, Guest, Order};
use crate::stage::{ORG, POINTS};
use crate::support::dice::Dice;
use crate::support::wire::{Connection, EXCHANGE_LIMIT, Kept, write_request};

/// Every so many joins come from somebody who may be in that line already.
const REGULARS_PERCENT: usize = 5;
const REGULARS: usize = 20;
/// Share of commands that carry an Idempotency-Key.
const KEYED_PERCENT: usize = 60;
/// Share of what is done at a point that is done at the clerk's own one, while there is one.
const OWN_POINT_PERCENT: usize = 20;
/// Longest pause between two commands, in milliseconds.
const PAUSE_MAX_MS: usize = 4;

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
    /// A point that this clerk has paused: nobody can join there until the same clerk resumes it.
    paused: Option<String>,
    /// The service point that this clerk has made and not yet deleted.
    own_point: Option<String>,
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
            paused: None,
            own_point: None,
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
        if !order.act.is_public() {
            headers.push(("authorization", self.bearer.as_str()));
        }
        if let Some(key) = &order.key {
            headers.push(("idempotency-key", key));
        }
        let mut request = Vec::new();
        write_request(&mut request, order.method, &order.target, &headers, body.as_bytes());
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
                *self.ledger.pages().acknowledged.entry(order.word()).or_default() += 1;
                self.acknowledged(order, answer.status, &entry);
                if let Some(key) = &order.key {
                    self.ledger.note_key(key, &entry);
                }
            }
            // An Idempotency-Key may be sent again while its first request is still under way.
            409 | 404 => self.ledger.count(|tally| &mut tally.refused),
            // The target was this clerk's own point, which is deleted by now.
            422 if matches!(order.act, Act::Transfer { .. }) => self.ledger.count(|tally| &mut tally.refused),
            status => self.ledger.note_broken(format!("{status} for {order:?}: {}", answer.text())),
        }
    }

    fn acknowledged(&mut self, order: &Order, status: u16, told: &Value) {
        let state = told["state"].as_str().or(told["admission"].as_str());
        if order.act.leaves_behind().is_some_and(|expected| state != Some(expected)) {
            self.ledger.note_broken(format!("a yes to {order:?} must not say {told}"));
        }
        if let Some(point) = order.act.point() {
            return self.acknowledged_of_point(&order.act, point, told);
        }
        self.ledger.note(told);
        let id = told["id"].as_str().unwrap_or_default().to_owned();
        self.last = Some(id.clone());
        match &order.act {
            Act::Join { .. } => {
                // Who is in line already is told without the secret.
                if let (201, Some(token)) = (status, told["token"].as_str()) {
                    self.in_line.push(Guest { id, token: token.to_owned() });
                }
            }
            Act::CallNext { .. } => {
                self.ledger.note_call(&id, order.key.as_deref());
                self.called.push(id);
            }
            Act::Recall(_) => self.called.push(id),
            Act::Start(_) => self.serving.push(id),
            Act::Leave(_) => self.ledger.note_gone(&id),
            Act::Undo(_) => self.last = None,
            _ => {}
        }
    }

    fn acknowledged_of_point(&mut self, act: &Act, point: &str, told: &Value) {
        match act {
            Act::Close(_) => return self.ledger.note_deleted(point),
            Act::Open(_) => self.own_point = Some(point.to_owned()),
            Act::Resume(_) => self.paused = None,
            _ => {}
        }
        self.ledger.note_point(point, told);
    }

    fn next_order(&mut self) -> Order {
        let act = match self.dice.below(200) {
            76..122 => Some(Act::CallNext { point: self.somewhere() }),
            122..142 => self.one_of(|clerk| &mut clerk.called).map(Act::Start),
            142..160 => self.one_of(|clerk| &mut clerk.serving).map(Act::Complete),
            160..165 => self.one_of(|clerk| &mut clerk.called).map(Act::NoShow),
            165..172 => self.last.take().map(Act::Undo),
            172..179 => {
                let to = self.somewhere();
                self.one_of(|clerk| &mut clerk.called).map(|id| Act::Transfer { id, to })
            }
            179..182 => self.one_of(|clerk| &mut clerk.called).map(Act::Return),
            182..184 => self.one_of(|clerk| &mut clerk.serving).map(Act::Return),
            184..187 => self.one_of(|clerk| &mut clerk.called).map(Act::Recall),
            187..191 => self.one_of(|clerk| &mut clerk.in_line).map(Act::Postpone),
            191..195 => self.one_of(|clerk| &mut clerk.in_line).map(Act::Leave),
            195..197 => Some(self.pause()),
            197..200 => Some(self.open_or_close()),
            _ => None,
        };
        // A line that stays closed to newcomers would leave everybody without work.
        let resume = self.paused.clone().filter(|_| self.dice.chance(30)).map(Act::Resume);
        let act = resume.or(act).unwrap_or_else(|| self.join());
        if let Act::Undo(id) | Act::Transfer { id, .. } | Act::Return(id) = &act {
            self.ledger.note_put_back(id);
        }
        self.orders += 1;
        let (name, keyed) = (format!("{}-{}", self.name, self.orders), self.dice.chance(KEYED_PERCENT));
        act.into_order(&name, keyed, &mut self.dice)
    }

    fn join(&mut self) -> Act {
        let name = if self.dice.chance(REGULARS_PERCENT) {
            format!("regular-{}", self.dice.below(REGULARS))
        } else {
            format!("guest-{}-{}", self.name, self.orders)
        };
        Act::Join { point: self.somewhere(), email: format!("{name}@chaos.example") }
    }

    /// Whatever becomes of the pause: until a resume is acknowledged, the point counts as paused.
    fn pause(&mut self) -> Act {
        let point = self.paused.clone().unwrap_or_else(|| (*self.dice.pick(&POINTS)).to_owned());
        self.paused = Some(point.clone());
        Act::Pause(point)
    }

    fn open_or_close(&mut self) -> Act {
        match self.own_point.take() {
            Some(point) => Act::Close(point),
            None => Act::Open(format!("own-{}-{}", self.name, self.orders)),
        }
    }

    fn somewhere(&mut self) -> String {
        match &self.own_point {
            Some(own) if self.dice.chance(OWN_POINT_PERCENT) => own.clone(),
            _ => (*self.dice.pick(&POINTS)).to_owned(),
        }
    }

    fn one_of<T>(&mut self, pile: fn(&mut Self) -> &mut Vec<T>) -> Option<T> {
        let count = pile(self).len();
        let at = self.dice.below(count);
        (count > 0).then(|| pile(self).swap_remove(at))
    }
}
