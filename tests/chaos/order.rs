//! What clerks and customers ask for: each act with its address, its body, and the state that a yes obliges to.

use serde_json::{Value, json};

use crate::stage::{CAPACITY, ORG, zone_where_it_is_about_noon};
use crate::support::dice::Dice;

const PREFIX: &str = "/crm/reservations/queue";
const POINTS_PREFIX: &str = "/crm/reservations/service-point";
/// Share of pauses that would end by themselves, but not before the test does.
const TIMED_PAUSE_PERCENT: usize = 50;

/// What a command is about.
#[derive(Clone, Debug)]
pub enum Act {
    Join {
        point: String,
        email: String,
    },
    CallNext {
        point: String,
    },
    Recall(String),
    Start(String),
    Complete(String),
    NoShow(String),
    Return(String),
    Undo(String),
    Transfer {
        id: String,
        to: String,
    },
    Postpone(Guest),
    Leave(Guest),
    Pause(String),
    Resume(String),
    /// A service point of the clerk's own is made.
    Open(String),
    /// And deleted, with whoever waits there.
    Close(String),
}

/// A customer in line, with the secret that the join answered.
#[derive(Clone, Debug)]
pub struct Guest {
    pub id: String,
    pub token: String,
}

/// A command on its way.
#[derive(Clone, Debug)]
pub struct Order {
    pub act: Act,
    pub method: &'static str,
    pub target: String,
    pub body: Value,
    pub key: Option<String>,
}

/// All that clerks and customers do, by the word in the address.
pub const ALL: [&str; 15] = [
    "join",
    "call-next",
    "recall",
    "start",
    "complete",
    "no-show",
    "return",
    "undo",
    "transfer",
    "postpone",
    "leave",
    "pause",
    "resume",
    "create",
    "delete",
];

impl Order {
    /// Which of these it is.
    pub fn word(&self) -> &'static str {
        let word = self.target.split(['/', '?']).nth(4).unwrap_or_default();
        ALL.into_iter().find(|known| *known == word).expect("an address that is made here")
    }
}

impl Act {
    /// Whether a customer does it, who has no token of a clerk.
    pub fn is_public(&self) -> bool {
        matches!(self, Self::Join { .. } | Self::Postpone(_) | Self::Leave(_))
    }

    /// The service point that it changes, where it is about a point and not about a visit.
    pub fn point(&self) -> Option<&str> {
        match self {
            Self::Pause(point) | Self::Resume(point) | Self::Open(point) | Self::Close(point) => Some(point),
            _ => None,
        }
    }

    /// The state that a yes must name, as `state` of a visit or as `admission` of a point.
    pub fn leaves_behind(&self) -> Option<&'static str> {
        match self {
            Self::CallNext { .. } | Self::Recall(_) => Some("called"),
            Self::Start(_) => Some("serving"),
            Self::Complete(_) => Some("served"),
            Self::NoShow(_) => Some("no_show"),
            Self::Return(_) | Self::Postpone(_) => Some("waiting"),
            Self::Leave(_) => Some("left"),
            Self::Pause(_) => Some("paused"),
            Self::Resume(_) | Self::Open(_) => Some("open"),
            // A repeat is told where things stand by now, and an undo brings back whatever was before.
            Self::Join { .. } | Self::Undo(_) | Self::Transfer { .. } | Self::Close(_) => None,
        }
    }

    fn method(&self) -> &'static str {
        if matches!(self, Self::Close(_)) { "DELETE" } else { "POST" }
    }

    fn target(&self) -> String {
        match self {
            Self::Join { .. } => format!("{PREFIX}/join"),
            Self::CallNext { point } => format!("{PREFIX}/call-next/{point}"),
            Self::Recall(id) => format!("{PREFIX}/recall/{id}"),
            Self::Start(id) => format!("{PREFIX}/start/{id}"),
            Self::Complete(id) => format!("{PREFIX}/complete/{id}"),
            Self::NoShow(id) => format!("{PREFIX}/no-show/{id}?override=true"),
            Self::Return(id) => format!("{PREFIX}/return/{id}"),
            Self::Undo(id) => format!("{PREFIX}/undo/{id}"),
            Self::Transfer { id, .. } => format!("{PREFIX}/transfer/{id}"),
            Self::Postpone(guest) => format!("{PREFIX}/postpone/{}?org={ORG}&token={}", guest.id, guest.token),
            Self::Leave(guest) => format!("{PREFIX}/leave/{}?org={ORG}&token={}", guest.id, guest.token),
            Self::Pause(point) => format!("{PREFIX}/pause/{point}"),
            Self::Resume(point) => format!("{PREFIX}/resume/{point}"),
            Self::Open(_) => format!("{POINTS_PREFIX}/create"),
            Self::Close(point) => format!("{POINTS_PREFIX}/delete/{point}"),
        }
    }

    fn body(&self, name: &str, dice: &mut Dice) -> Value {
        match self {
            Self::Join { point, email } => {
                let customer = json!({"name": format!("Guest {name}"), "email": email});
                json!({"servicePointId": point, "customer": customer})
            }
            Self::CallNext { .. } => json!({"counter": name}),
            Self::Transfer { to, .. } => json!({"servicePointId": to}),
            Self::Postpone(_) => json!({"places": 1 + dice.below(5)}),
            Self::Return(_) => json!({"to": dice.pick(&["first", "last", "kept"])}),
            Self::Pause(_) if dice.chance(TIMED_PAUSE_PERCENT) => json!({"minutes": 24 * 60}),
            Self::Open(point) => json!({"id": point, "name": point, "capacity": CAPACITY,
                "timezone": zone_where_it_is_about_noon()}),
            _ => json!({}),
        }
    }

    /// The command, by the clerk's count of them.
    pub fn into_order(self, name: &str, keyed: bool, dice: &mut Dice) -> Order {
        let (method, target, body) = (self.method(), self.target(), self.body(name, dice));
        // Only a POST has a key; to delete twice is told apart by its second answer.
        let key = (keyed && method == "POST").then(|| format!("key-{name}"));
        Order { act: self, method, target, body, key }
    }
}
