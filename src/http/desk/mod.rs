//! Tickets: opened, answered, noted, escalated, counted by their clocks; and what an org configures for them.

pub mod bulk;
pub mod calendars;
pub mod canned;
pub mod conversation;
pub mod inbound;
pub mod own;
pub mod policies;
pub mod records;
pub mod sla;
pub mod teams;
pub mod thread;
pub mod tickets;

use std::sync::Arc;

use actix_web::HttpRequest;

use super::auth::Identity;
use super::edge::Edge;
use super::problem::{Code, Problem};
use crate::actors::{Desk, IdempotencyKey, Published, Request};
use crate::domain::address::Email;
use crate::domain::desk::{Act, Answer, Command, Rejection, Ticket};
use crate::domain::ids::OrgId;
use crate::domain::owner::TheDesk;
use crate::domain::party::{Party, Role};

/// Who may ask about tickets: everybody who works here, and customers about their own.
const EVERYBODY: &[Role] = &[Role::Agent, Role::Staff, Role::Supervisor, Role::Admin, Role::Customer];

/// Somebody who is signed in and asks about tickets.
pub struct TicketCaller {
    /// The org, which exists.
    pub org: OrgId,
    /// What the token says.
    pub identity: Identity,
    /// The address of a customer, who sees only what is theirs; `None`: the staff side.
    pub customer: Option<Email>,
}

impl TicketCaller {
    /// Holds a customer to their own tickets: others are not there.
    ///
    /// # Errors
    /// 404 for the ticket of somebody else.
    pub fn may_see(&self, ticket: &Ticket) -> Result<(), Problem> {
        let Some(customer) = &self.customer else { return Ok(()) };
        let owner = ticket.requester.email.as_ref().map(Email::folded);
        if owner == Some(customer.folded()) { Ok(()) } else { Err(Problem::of(Code::TicketNotFound)) }
    }
}

impl Edge {
    /// Somebody of the staff side, or a customer with an address.
    ///
    /// # Errors
    /// 401 without a valid token; 403 for a customer's token without an address, or an org that does not exist.
    pub(super) async fn ticket_caller(&self, request: &HttpRequest) -> Result<TicketCaller, Problem> {
        let clerk = self.clerk(request, EVERYBODY).await?;
        let customer = match clerk.identity.role {
            Role::Customer => Some(address_of(&clerk.identity).ok_or_else(|| Problem::of(Code::Forbidden))?),
            Role::Agent | Role::Staff | Role::Supervisor | Role::Admin => None,
        };
        Ok(TicketCaller { org: clerk.org, identity: clerk.identity, customer })
    }

    /// Sends a command to the desk of an org and waits for what it meant, and whether this repeats the first answer to its
    /// key.
    ///
    /// # Errors
    /// 503 when there is no room or no answer; the desk's refusal.
    pub async fn ask_desk(
        &self,
        org: &OrgId,
        by: Party,
        act: Act,
        past: Vec<Arc<Ticket>>,
        idempotency: Option<IdempotencyKey>,
    ) -> Result<(Answer, bool), Problem> {
        let (outcome, repeated) = self.desk_says(org, by, act, past, idempotency).await?;
        Ok((outcome?, repeated))
    }

    /// The same with the desk's refusal as it is, for who can do something about it.
    ///
    /// # Errors
    /// 503 when there is no room or no answer.
    pub async fn desk_says(
        &self,
        org: &OrgId,
        by: Party,
        act: Act,
        past: Vec<Arc<Ticket>>,
        idempotency: Option<IdempotencyKey>,
    ) -> Result<(Result<Answer, Rejection>, bool), Problem> {
        let _permit = self.permits.enter()?;
        let command = Command { by, act, past, agents: self.directory.agents(org) };
        let request: Request<Desk> = Request { org: org.clone(), name: TheDesk, command, idempotency };
        let answered = self.directory.ask(request).await?;
        Ok((answered.outcome, answered.repeated))
    }

    /// The committed desk of an org that exists.
    ///
    /// # Errors
    /// 404 without such an org.
    pub fn desk(&self, org: &OrgId) -> Result<Arc<Published<Desk>>, Problem> {
        self.directory.desk(org).ok_or_else(|| Problem::of(Code::OrgNotFound))
    }
}

/// The address that a token names.
fn address_of(identity: &Identity) -> Option<Email> {
    identity.email.as_deref().and_then(|email| Email::parse(email).ok())
}
