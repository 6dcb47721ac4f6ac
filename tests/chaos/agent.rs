//! One agent at the desk: does at random what is done about tickets, and writes down each answer.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::caller::{Caller, Heard, Question};
use crate::support::dice::Dice;
use crate::support::wire::Kept;
use crate::tickets::Tickets;

/// Share of commands that carry an Idempotency-Key.
const KEYED_PERCENT: usize = 60;
/// Most tickets of a bulk update.
const BULK: usize = 12;
/// Longest pause between two commands, in milliseconds.
const PAUSE_MAX_MS: usize = 4;
/// Pause after a server did not answer.
const WAIT: Duration = Duration::from_millis(50);

/// An agent; lives on when the server does not.
pub struct Agent {
    name: usize,
    dice: Dice,
    caller: Caller,
    tickets: Tickets,
    orders: usize,
    /// Commands with a key whose answer never came.
    unsettled: Vec<Order>,
}

/// What an order is about; ids of tickets.
#[derive(Clone, Debug)]
enum Act {
    Create,
    Reply(String),
    Comment(String),
    Update(String),
    Merge(String, String),
    Escalate(String),
    Bulk(Vec<String>),
    Delete(String),
}

#[derive(Clone, Debug)]
struct Order {
    act: Act,
    /// Unlike that of all other orders; what the order writes.
    name: String,
    key: Option<String>,
    body: Value,
}

impl Agent {
    pub fn new(name: usize, bearer: &str, dice: Dice, tickets: Tickets) -> Self {
        Self { name, dice, caller: Caller::clerk(bearer), tickets, orders: 0, unsettled: Vec::new() }
    }

    async fn work(&mut self, address: SocketAddr, go_home: &AtomicBool) {
        self.caller.hang_up();
        while !go_home.load(Ordering::Relaxed) {
            let order = self.next_order();
            self.give(address, order).await;
            let pause = self.dice.below(PAUSE_MAX_MS + 1) as u64;
            tokio::time::sleep(Duration::from_millis(pause)).await;
        }
    }

    /// Asks again for every answer that never came; a server that is well must tell each.
    pub async fn settle(&mut self, address: SocketAddr) {
        self.caller.hang_up();
        for order in std::mem::take(&mut self.unsettled) {
            self.give(address, order.clone()).await;
            if self.unsettled.pop().is_some() {
                self.tickets.note_broken(format!("no answer to a repeated key from a server that is ready: {order:?}"));
            } else {
                self.tickets.count("settled");
            }
        }
    }

    async fn give(&mut self, address: SocketAddr, order: Order) {
        match self.caller.ask(address, &order.question()).await {
            Heard::Answered(answer) => self.take(&order, &answer),
            Heard::NotAccepted => {
                self.tickets.count("not accepted");
                tokio::time::sleep(WAIT).await;
            }
            Heard::Unknown => {
                self.tickets.count("unknown");
                if order.key.is_some() {
                    self.unsettled.push(order);
                }
                tokio::time::sleep(WAIT).await;
            }
        }
    }

    fn take(&self, order: &Order, answer: &Kept) {
        match answer.status {
            200 | 201 => {
                self.tickets.count(order.act.word());
                self.acknowledged(order, &answer.json());
            }
            404 | 409 => self.tickets.count("refused"),
            status => self.tickets.note_broken(format!("{status} for {order:?}: {}", answer.text())),
        }
    }

    fn acknowledged(&self, order: &Order, answer: &Value) {
        match &order.act {
            Act::Create | Act::Update(_) | Act::Escalate(_) => self.tickets.note(answer),
            Act::Merge(id, into) => {
                self.tickets.note(answer);
                if answer["id"] != **id || answer["mergedInto"] != **into {
                    self.tickets.note_broken(format!("a yes to {order:?} must not say {answer}"));
                }
            }
            Act::Reply(id) => {
                self.tickets.pages().messages.insert((id.clone(), order.name.clone()));
            }
            Act::Comment(id) => {
                self.tickets.pages().comments.insert((id.clone(), order.name.clone()));
            }
            Act::Delete(id) => {
                self.tickets.pages().told.entry(id.clone()).or_default().is_deleted = true;
            }
            Act::Bulk(ids) => {
                let results = answer["results"].as_array().cloned().unwrap_or_default();
                if results.len() != ids.len() {
                    self.tickets.note_broken(format!("{order:?}: {answer}"));
                }
                let mut pages = self.tickets.pages();
                for (id, _) in ids.iter().zip(&results).filter(|(_, result)| result["ok"] == true) {
                    pages.comments.insert((id.clone(), order.name.clone()));
                    pages.told.entry(id.clone()).or_default().tags.insert(format!("bulk-{}", self.name));
                }
            }
        }
    }

    fn next_order(&mut self) -> Order {
        self.orders += 1;
        let name = format!("{}-{}", self.name, self.orders);
        let act = match (self.dice.below(100), self.some_ticket()) {
            (25..45, Some(id)) => Act::Reply(id),
            (45..55, Some(id)) => Act::Comment(id),
            (55..77, Some(id)) => Act::Update(id),
            (77..84, Some(id)) => match self.some_ticket().filter(|into| *into != id) {
                Some(into) => Act::Merge(id, into),
                None => Act::Create,
            },
            (84..88, Some(id)) => Act::Escalate(id),
            (88..98, Some(id)) => {
                let mut ids = vec![id];
                ids.extend((1..BULK).filter_map(|_| self.some_ticket()));
                ids.sort();
                ids.dedup();
                Act::Bulk(ids)
            }
            (98.., Some(id)) => Act::Delete(id),
            _ => Act::Create,
        };
        let key = (self.dice.chance(KEYED_PERCENT) && !matches!(act, Act::Delete(_))).then(|| format!("key-{name}"));
        let body = self.body(&act, &name);
        Order { act, name, key, body }
    }

    fn some_ticket(&mut self) -> Option<String> {
        let roll = self.dice.next();
        self.tickets.any(roll)
    }

    fn body(&mut self, act: &Act, name: &str) -> Value {
        match act {
            Act::Create => {
                let email = format!("customer-{}@chaos.example", self.dice.below(50));
                json!({"subject": name, "contact": {"email": email}, "tags": ["new"]})
            }
            Act::Reply(_) | Act::Comment(_) => json!({"body": name}),
            Act::Update(id) => match self.dice.below(3) {
                0 => json!({"id": id, "addTags": [name]}),
                1 => json!({"id": id, "priority": *self.dice.pick(&["low", "normal", "urgent"])}),
                _ => json!({"id": id, "status": *self.dice.pick(&["open", "in-progress", "pending", "resolved"])}),
            },
            Act::Merge(_, into) => json!({"into": into}),
            Act::Escalate(_) => json!({"reason": name}),
            Act::Bulk(ids) => {
                let changes = json!({"addTags": [format!("bulk-{}", self.name)]});
                json!({"ids": ids, "changes": changes, "comment": name})
            }
            Act::Delete(_) => Value::Null,
        }
    }
}

impl Act {
    fn word(&self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Reply(_) => "reply",
            Self::Comment(_) => "comments",
            Self::Update(_) => "update",
            Self::Merge(..) => "merge",
            Self::Escalate(_) => "escalate",
            Self::Bulk(_) => "bulk-update",
            Self::Delete(_) => "delete",
        }
    }

    fn ticket(&self) -> Option<&str> {
        match self {
            Self::Create | Self::Update(_) | Self::Bulk(_) => None,
            Self::Reply(id) | Self::Comment(id) | Self::Merge(id, _) | Self::Escalate(id) | Self::Delete(id) => {
                Some(id)
            }
        }
    }
}

impl Order {
    fn question(&self) -> Question {
        let place = self.act.ticket().map(|id| format!("/{id}")).unwrap_or_default();
        let target = format!("/crm/tickets/{}{place}", self.act.word());
        let method = if matches!(self.act, Act::Delete(_)) { "DELETE" } else { "POST" };
        let body = if self.body.is_null() { json!({}) } else { self.body.clone() };
        Question { method, target, body, key: self.key.clone() }
    }
}

/// All agents together, at work as tasks while something is being broken.
pub struct Hours {
    go_home: Arc<AtomicBool>,
    tasks: JoinSet<Agent>,
}

impl Hours {
    pub fn begin(agents: Vec<Agent>, address: SocketAddr) -> Self {
        let go_home = Arc::new(AtomicBool::new(false));
        let mut tasks = JoinSet::new();
        for mut agent in agents {
            let go_home = Arc::clone(&go_home);
            tasks.spawn(async move {
                agent.work(address, &go_home).await;
                agent
            });
        }
        Self { go_home, tasks }
    }

    /// Everybody finishes what is under way and goes home.
    pub async fn end(self) -> Vec<Agent> {
        self.go_home.store(true, Ordering::Relaxed);
        self.tasks.join_all().await
    }
}
