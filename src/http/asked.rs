//! What a clerk asks for: who, in which words, under which key. Handlers turn it into an act; this sends it and answers.

use actix_web::{HttpRequest, HttpResponse};

use super::body::{JsonBody, RawBody};
use super::caller::Clerk;
use super::edge::Edge;
use super::idempotency;
use super::problem::{Code, Problem};
use super::query::Query;
use super::responses;
use super::ticket::{entry_with_number, number_of};
use crate::actors::{IdempotencyKey, Request};
use crate::domain::ids::{EntryId, PointId};
use crate::domain::invalid::Invalid;
use crate::domain::party::Role;
use crate::domain::queue::{Act, Command, Entry};
use crate::domain::{calendar, desk};

/// What a clerk asks for.
pub struct Asked<'a> {
    edge: &'a Edge,
    request: &'a HttpRequest,
    /// Who asks.
    pub clerk: Clerk,
    /// In which words.
    pub body: JsonBody,
    /// Under which key.
    pub key: Option<IdempotencyKey>,
}

impl<'a> Asked<'a> {
    /// Settles who asks, and only then reads what they say.
    ///
    /// # Errors
    /// 401, 403; 400 and 422 for the body or the key.
    pub async fn read(
        edge: &'a Edge,
        request: &'a HttpRequest,
        body: &RawBody,
        roles: &[Role],
    ) -> Result<Self, Problem> {
        let clerk = edge.clerk(request, roles).await?;
        let body = body.json()?;
        let key = idempotency::key(request, &clerk.identity.party(), &body)?;
        Ok(Self { edge, request, clerk, body, key })
    }

    /// Sends an act to the owner of a point.
    ///
    /// # Errors
    /// Whatever the owner refuses, or 503.
    pub async fn of_point(self, point: PointId, act: Act) -> Result<HttpResponse, Problem> {
        let command = Command { by: self.clerk.identity.party(), act };
        let request = Request { org: self.clerk.org.clone(), name: point, command, idempotency: self.key };
        let (answer, repeated) = self.edge.ask(request).await?;
        responses::to_clerk(answer, repeated, self.edge.now())
    }

    /// Sends an act to the owner of the point in the address.
    ///
    /// # Errors
    /// As [`Asked::of_point`].
    pub async fn of_point_in_path(self, act: Act) -> Result<HttpResponse, Problem> {
        let point = point_in_path(self.request)?;
        self.of_point(point, act).await
    }

    /// Sends an act about the entry in the address to its owner; `make` is given the entry itself when it is history.
    ///
    /// # Errors
    /// 404 without such an entry; else as [`Asked::of_point`].
    pub async fn of_entry(
        self,
        make: impl FnOnce(EntryId, Option<Box<Entry>>) -> Act,
    ) -> Result<HttpResponse, Problem> {
        let (point, entry, past) = self.entry_by_id().await?;
        self.of_point(point, make(entry, past)).await
    }

    /// Sends an act of configuration to the calendar of the org.
    ///
    /// # Errors
    /// Whatever the calendar refuses, or 503.
    pub async fn configure_calendar(self, act: calendar::Act) -> Result<HttpResponse, Problem> {
        let by = self.clerk.identity.party();
        let (answer, repeated) = self.edge.ask_calendar(&self.clerk.org, by, act, self.key).await?;
        responses::calendar::configured(&answer, repeated)
    }

    /// Sends an act of configuration to the desk of the org.
    ///
    /// # Errors
    /// Whatever the desk refuses, or 503.
    pub async fn configure_desk(self, act: desk::Act) -> Result<HttpResponse, Problem> {
        let by = self.clerk.identity.party();
        let (answer, repeated) = self.edge.ask_desk(&self.clerk.org, by, act, Vec::new(), self.key).await?;
        responses::desk::configuration::configured(&answer, repeated)
    }

    /// The entry in the address, by its id or by the ticket number of somebody whose visit goes on today; an id goes first.
    ///
    /// # Errors
    /// 404 without such an entry; 409 when several points have that number.
    pub async fn entry_or_number(&self) -> Result<(PointId, EntryId, Option<Box<Entry>>), Problem> {
        let number = number_of(self.request.match_info().get("id").unwrap_or_default());
        match (self.entry_by_id().await, number) {
            (Err(problem), Some(number)) if problem.code() == Code::EntryNotFound => {
                let among = Query::of(self.request)?.get("servicePoint").map(PointId::parse).transpose();
                let among = among.map_err(|_| Problem::of(Code::ServicePointNotFound))?;
                let (point, entry) = entry_with_number(self.edge, &self.clerk.org, among.as_ref(), number)?;
                Ok((point, entry, None))
            }
            (found, _) => found,
        }
    }

    async fn entry_by_id(&self) -> Result<(PointId, EntryId, Option<Box<Entry>>), Problem> {
        let entry = entry_in_path(self.request)?;
        let (point, past) = self.edge.owner_of(&self.clerk.org, &entry).await?;
        Ok((point, entry, past))
    }
}

/// The entry in the address.
///
/// # Errors
/// 404 for what cannot be an entry's id.
pub fn entry_in_path(request: &HttpRequest) -> Result<EntryId, Problem> {
    in_path(request, "id", EntryId::parse, Code::EntryNotFound)
}

/// The service point in the address.
///
/// # Errors
/// 404 for what cannot be a point's id.
pub fn point_in_path(request: &HttpRequest) -> Result<PointId, Problem> {
    let name = if request.match_info().get("servicePoint").is_some() { "servicePoint" } else { "id" };
    in_path(request, name, PointId::parse, Code::ServicePointNotFound)
}

/// An id in the address.
///
/// # Errors
/// 404 for what cannot be one.
pub fn in_path<T>(
    request: &HttpRequest,
    name: &str,
    parse: fn(&str) -> Result<T, Invalid>,
    missing: Code,
) -> Result<T, Problem> {
    let text = request.match_info().get(name).unwrap_or_default();
    parse(text).map_err(|_| Problem::of(missing))
}
