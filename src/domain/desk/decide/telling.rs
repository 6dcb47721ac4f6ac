//! Who is told of an escalation: names on the wire become addresses. Staff are named by their id, others by their
//! address; the assignee is whoever has the ticket. The customer of the ticket and who follows it are never told,
//! whoever names their address: what is said is for the staff side.

use std::collections::BTreeSet;

use crate::domain::address::Email;
use crate::domain::desk::checking::at_most;
use crate::domain::desk::command::{Agents, NOTIFY_MAX};
use crate::domain::desk::ticket::Ticket;
use crate::domain::ids::StaffId;
use crate::domain::invalid::Invalid;

/// The word for whoever has the ticket.
pub(super) const ASSIGNEE: &str = "assignee";

/// Whom the names mean, of one ticket.
pub(super) struct Audience<'a> {
    agents: &'a Agents,
    customers: Vec<String>,
    assignee: Option<&'a str>,
}

impl<'a> Audience<'a> {
    /// Of a ticket that `assignee` has.
    pub fn of(agents: &'a Agents, ticket: &Ticket, assignee: Option<&'a str>) -> Self {
        let followers = ticket.followers.iter().map(|follower| &follower.requester);
        let customers = std::iter::once(&ticket.requester).chain(followers);
        Self { agents, customers: customers.filter_map(|one| Some(one.email.as_ref()?.folded())).collect(), assignee }
    }

    /// The addresses of all that can be told, each once. For what time makes happen: a name that means nobody any more, or
    /// the customer, stops nothing.
    pub fn addresses(&self, names: &[String]) -> Vec<Email> {
        let addresses = names.iter().filter_map(|name| self.address(name));
        distinct(addresses.filter(|email| !self.is_customer(email)))
    }

    /// The addresses of all who are named.
    ///
    /// # Errors
    /// `notify[i]`: it names nobody who can be written to, or the customer. Nobody has to have the ticket for `assignee`.
    pub fn all_addresses(&self, names: &[String]) -> Result<Vec<Email>, Invalid> {
        at_most("notify", names.len(), NOTIFY_MAX)?;
        for (at, name) in names.iter().enumerate() {
            let wrong = match self.address(name) {
                Some(email) if self.is_customer(&email) => "is the address of the customer, who must not read this",
                None if name != ASSIGNEE => {
                    "is neither an e-mail address, nor the id of a member of staff who has one, nor the word assignee"
                }
                Some(_) | None => continue,
            };
            return Err(Invalid::new(format!("notify[{at}]"), wrong));
        }
        Ok(self.addresses(names))
    }

    fn address(&self, name: &str) -> Option<Email> {
        let name = if name == ASSIGNEE { self.assignee? } else { name };
        let agent = StaffId::parse(name).ok().and_then(|id| self.agents.get(&id));
        agent.and_then(|agent| agent.email.clone()).or_else(|| Email::parse(name).ok())
    }

    fn is_customer(&self, email: &Email) -> bool {
        self.customers.contains(&email.folded())
    }
}

fn distinct(emails: impl Iterator<Item = Email>) -> Vec<Email> {
    let mut seen = BTreeSet::new();
    emails.filter(|email| seen.insert(email.folded())).collect()
}
