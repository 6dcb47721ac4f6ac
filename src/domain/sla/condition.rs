//! Which tickets a policy is for: a condition in the Common Expression Language, such as
//! `ticket.priority == "urgent" || "vip" in ticket.tags`. It is compiled once, when it is saved, and kept bounded: it is
//! short, and goes over lists only side by side, never one within the other.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use cel::common::ast::{EntryExpr, Expr, IdedExpr};
use cel::{Context, Env, Program, Value};
use serde::{Deserialize, Serialize};

use super::nesting;
use crate::domain::invalid::Invalid;
use crate::domain::ticket_priority::TicketPriority;
use crate::domain::ticket_status::TicketStatus;

/// Longest condition, in characters.
pub const CONDITION_MAX_CHARACTERS: usize = 1_000;
/// Most nodes of a condition.
const NODES_MAX: usize = 500;
/// What conditions may ask of a ticket.
const TICKET_FIELDS: [&str; 8] = ["priority", "status", "tags", "channel", "subject", "team", "assigneeId", "number"];
/// What conditions may ask of its contact.
const CONTACT_FIELDS: [&str; 4] = ["id", "email", "name", "phone"];
/// What conditions may call, beside operators.
const FUNCTIONS: [&str; 5] = ["size", "contains", "startsWith", "endsWith", "string"];

/// The operators and functions of conditions.
static ENVIRONMENT: LazyLock<Arc<Env>> = LazyLock::new(|| Arc::new(Env::stdlib()));

/// A ticket as conditions see it. What is not known is null to them.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "each is the field of the ticket or of its contact that has its name")]
pub struct TicketView<'a> {
    pub number: &'a str,
    pub priority: TicketPriority,
    pub status: TicketStatus,
    pub tags: &'a [String],
    pub channel: &'a str,
    pub subject: &'a str,
    pub team: Option<&'a str>,
    pub assignee_id: Option<&'a str>,
    pub contact_id: Option<&'a str>,
    pub contact_email: Option<&'a str>,
    pub contact_name: Option<&'a str>,
    pub contact_phone: Option<&'a str>,
}

/// A condition, compiled.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Condition {
    source: Arc<str>,
    program: Arc<Program>,
}

/// A condition could not be told for a ticket, such as where it compares a text with a number: it does not match.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the condition cannot be told: {detail}")]
pub struct ConditionError {
    detail: String,
}

impl Condition {
    /// Compiles a condition that is to be saved.
    ///
    /// # Errors
    /// It is too long or too deep, is no expression (with the line and column), or names what there is not; or it asks nothing
    /// of a ticket and can be told for none, such as `1 / 0 == 1`.
    pub fn parse(source: &str) -> Result<Self, Invalid> {
        let (condition, survey) = Self::compile(source)?;
        // What asks of a ticket may be right for some, whatever it is for others; what asks nothing is the same for all.
        if !survey.asks {
            let told = condition.holds_in(&Context::with_env(Arc::clone(&ENVIRONMENT)));
            told.map_err(|error| Invalid::new("", format!("can never hold: {error}")))?;
        }
        Ok(condition)
    }

    fn compile(source: &str) -> Result<(Self, Survey), Invalid> {
        let length = source.chars().count();
        if length > CONDITION_MAX_CHARACTERS {
            let detail = format!("has {length} characters; at most {CONDITION_MAX_CHARACTERS} are allowed");
            return Err(Invalid::new("", detail));
        }
        if source.contains('\0') {
            return Err(Invalid::new("", "holds the control character U+0000, which is not allowed"));
        }
        nesting::check(source)?;
        let program = ENVIRONMENT.compile(source).map_err(|errors| {
            let first = errors.errors.first();
            let (line, column) = first.map_or((1, 1), |error| error.pos);
            let said = first.map_or("no expression", |error| error.msg.as_str());
            Invalid::new("", format!("is no condition: line {line}, column {column}: {said}"))
        })?;
        let mut survey = Survey::default();
        survey.look_at(program.expression(), &[], 0)?;
        Ok((Self { source: Arc::from(source), program: Arc::new(program) }, survey))
    }

    /// As it was written.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether it holds for a ticket.
    ///
    /// # Errors
    /// It cannot be told, or is neither true nor false.
    pub fn holds(&self, ticket: &TicketView<'_>) -> Result<bool, ConditionError> {
        self.holds_in(&context_of(ticket))
    }

    /// The same for a ticket that is asked several conditions.
    pub(super) fn holds_in(&self, context: &Context<'static, 'static>) -> Result<bool, ConditionError> {
        match self.program.execute(context) {
            Ok(Value::Bool(holds)) => Ok(holds),
            Ok(_) => Err(ConditionError { detail: "it is neither true nor false".to_owned() }),
            Err(error) => Err(ConditionError { detail: error.to_string() }),
        }
    }
}

/// What conditions see of a ticket.
pub(super) fn context_of(ticket: &TicketView<'_>) -> Context<'static, 'static> {
    let mut context = Context::with_env(Arc::clone(&ENVIRONMENT));
    context.add_variable_from_value("ticket", of_ticket(ticket));
    context.add_variable_from_value("contact", of_contact(ticket));
    context
}

fn of_ticket(ticket: &TicketView<'_>) -> Value {
    let tags: Vec<Value> = ticket.tags.iter().map(|tag| Value::from(tag.as_str())).collect();
    let fields: [(&str, Value); TICKET_FIELDS.len()] = [
        ("priority", ticket.priority.word().into()),
        ("status", ticket.status.word().into()),
        ("tags", tags.into()),
        ("channel", ticket.channel.into()),
        ("subject", ticket.subject.into()),
        ("team", text_or_null(ticket.team)),
        ("assigneeId", text_or_null(ticket.assignee_id)),
        ("number", ticket.number.into()),
    ];
    HashMap::from(fields).into()
}

fn of_contact(ticket: &TicketView<'_>) -> Value {
    let fields: [(&str, Value); CONTACT_FIELDS.len()] = [
        ("id", text_or_null(ticket.contact_id)),
        ("email", text_or_null(ticket.contact_email)),
        ("name", text_or_null(ticket.contact_name)),
        ("phone", text_or_null(ticket.contact_phone)),
    ];
    HashMap::from(fields).into()
}

fn text_or_null(text: Option<&str>) -> Value {
    text.map_or(Value::Null, Value::from)
}

/// Looks whether a condition is bounded and names only what there is.
#[derive(Default)]
struct Survey {
    nodes: usize,
    /// Whether it asks anything of a ticket or its contact.
    asks: bool,
}

impl Survey {
    fn look_at(&mut self, node: &IdedExpr, bound: &[&str], loops: usize) -> Result<(), Invalid> {
        self.nodes += 1;
        if self.nodes > NODES_MAX {
            return Err(Invalid::new("", format!("has more than {NODES_MAX} parts")));
        }
        match &node.expr {
            Expr::Unspecified => Err(Invalid::new("", "is no condition")),
            Expr::Literal(_) => Ok(()),
            Expr::Ident(name) => {
                self.asks |= !bound.contains(&name.as_str());
                known_name(name, bound)
            }
            Expr::Select(select) => {
                if let Expr::Ident(name) = &select.operand.expr {
                    known_field(name, &select.field, bound)?;
                }
                self.look_at(&select.operand, bound, loops)
            }
            Expr::Call(call) => {
                known_function(&call.func_name)?;
                let target = call.target.as_deref().into_iter();
                self.look_at_all(target.chain(&call.args), bound, loops)
            }
            Expr::List(list) => self.look_at_all(list.elements.iter(), bound, loops),
            Expr::Map(map) => map.entries.iter().try_for_each(|entry| match &entry.expr {
                EntryExpr::MapEntry(entry) => self.look_at_all([&entry.key, &entry.value].into_iter(), bound, loops),
                EntryExpr::StructField(_) => Err(Invalid::new("", "may not make structures")),
            }),
            Expr::Struct(_) => Err(Invalid::new("", "may not make structures")),
            Expr::Comprehension(one) => {
                if loops > 0 {
                    return Err(Invalid::new("", "may not go over a list within going over a list"));
                }
                self.look_at_all([&one.iter_range, &one.accu_init].into_iter(), bound, 1)?;
                let second = one.iter_var2.as_deref().into_iter();
                let names = [one.iter_var.as_str(), one.accu_var.as_str()].into_iter().chain(second);
                let bound: Vec<&str> = bound.iter().copied().chain(names).collect();
                self.look_at_all([&one.loop_cond, &one.loop_step, &one.result].into_iter(), &bound, 1)
            }
        }
    }

    fn look_at_all<'a>(
        &mut self,
        mut nodes: impl Iterator<Item = &'a IdedExpr>,
        bound: &[&str],
        loops: usize,
    ) -> Result<(), Invalid> {
        nodes.try_for_each(|node| self.look_at(node, bound, loops))
    }
}

fn known_name(name: &str, bound: &[&str]) -> Result<(), Invalid> {
    if bound.contains(&name) || ["ticket", "contact"].contains(&name) {
        return Ok(());
    }
    Err(Invalid::new("", format!("names {name}, which there is not: there are ticket and contact")))
}

fn known_field(name: &str, field: &str, bound: &[&str]) -> Result<(), Invalid> {
    let fields: &[&str] = match name {
        _ if bound.contains(&name) => return Ok(()),
        "ticket" => &TICKET_FIELDS,
        "contact" => &CONTACT_FIELDS,
        _ => return Ok(()),
    };
    if fields.contains(&field) {
        return Ok(());
    }
    Err(Invalid::new("", format!("names {name}.{field}, which there is not: there are {}", fields.join(", "))))
}

fn known_function(name: &str) -> Result<(), Invalid> {
    let is_operator = !name.bytes().next().is_some_and(|first| first.is_ascii_alphabetic());
    if is_operator || FUNCTIONS.contains(&name) {
        return Ok(());
    }
    Err(Invalid::new("", format!("calls {name}, which there is not: there are {}", FUNCTIONS.join(", "))))
}

impl TryFrom<String> for Condition {
    type Error = Invalid;

    /// One that was saved stays one, whatever is refused since.
    fn try_from(value: String) -> Result<Self, Invalid> {
        Self::compile(&value).map(|(condition, _)| condition)
    }
}

impl From<Condition> for String {
    fn from(value: Condition) -> Self {
        value.source.to_string()
    }
}

impl PartialEq for Condition {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl Eq for Condition {}

impl std::fmt::Debug for Condition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Condition({:?})", self.source)
    }
}
