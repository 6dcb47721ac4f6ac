//! Who is told of an escalation: names on the wire become addresses. Staff are named by their id, others by their
//! address; the assignee is whoever has the ticket.

use std::collections::BTreeSet;

use crate::domain::address::Email;
use crate::domain::desk::checking::at_most;
use crate::domain::desk::command::{Agents, NOTIFY_MAX};
use crate::domain::ids::StaffId;
use crate::domain::invalid::Invalid;

/// The word for whoever has the ticket.
const ASSIGNEE: &str = "assignee";

/// The addresses of all that can be reached, each once. For what time makes happen: a name that means nobody any more
/// stops nothing.
pub(super) fn addresses(agents: &Agents, names: &[String], assignee: Option<&str>) -> Vec<Email> {
    distinct(names.iter().filter_map(|name| address(agents, name, assignee)))
}

/// The addresses of all who are named.
///
/// # Errors
/// `notify[i]`: it names nobody who can be written to. Nobody has to have the ticket for `assignee`.
pub(super) fn all_addresses(agents: &Agents, names: &[String], assignee: Option<&str>) -> Result<Vec<Email>, Invalid> {
    at_most("notify", names.len(), NOTIFY_MAX)?;
    let is_wrong = |name: &String| name != ASSIGNEE && address(agents, name, assignee).is_none();
    match names.iter().position(is_wrong) {
        Some(at) => Err(Invalid::new(
            format!("notify[{at}]"),
            "is neither an e-mail address, nor the id of a member of staff who has one, nor the word assignee",
        )),
        None => Ok(addresses(agents, names, assignee)),
    }
}

fn address(agents: &Agents, name: &str, assignee: Option<&str>) -> Option<Email> {
    let name = if name == ASSIGNEE { assignee? } else { name };
    let of_agent = StaffId::parse(name).ok().and_then(|id| agents.get(&id)).and_then(|agent| agent.email.clone());
    of_agent.or_else(|| Email::parse(name).ok())
}

fn distinct(emails: impl Iterator<Item = Email>) -> Vec<Email> {
    let mut seen = BTreeSet::new();
    emails.filter(|email| seen.insert(email.folded())).collect()
}
