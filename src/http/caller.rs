//! Whose request it is and what they may do: turns a request into an org and a party, before anything else is looked at.

use actix_web::HttpRequest;
use chrono_tz::Tz;

use super::auth::Identity;
use super::credentials::{self, Credentials};
use super::edge::Edge;
use super::problem::{Code, Problem};
use super::query::Query;
use crate::domain::address::Email;
use crate::domain::ids::OrgId;
use crate::domain::party::{Party, Role};

/// Everybody who works here.
pub const STAFF_SIDE: &[Role] = &[Role::Agent, Role::Staff, Role::Supervisor, Role::Admin];
/// Who may act on queues and watch them with names.
pub const QUEUES: &[Role] = &[Role::Staff, Role::Supervisor, Role::Admin];
/// Who may configure service points.
pub const CONFIGURATION: &[Role] = &[Role::Supervisor, Role::Admin];
/// Who may configure definitions and staff, see all that goes out to customers, and send it again.
pub const ADMINS: &[Role] = &[Role::Admin];

/// A signed-in member of staff whose role fits.
#[derive(Clone, Debug)]
pub struct Clerk {
    /// What the token says.
    pub identity: Identity,
    /// The org, which exists.
    pub org: OrgId,
    /// The zone of its business.
    pub timezone: Tz,
}

/// Somebody at a public route.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The org, which exists.
    pub org: OrgId,
    /// The member of staff, if the request carries a token of somebody who may act on queues.
    pub clerk: Option<Identity>,
    /// The customer, if the request carries the token of one.
    pub customer: Option<Identity>,
}

impl Caller {
    /// The caller as one who gives commands.
    #[must_use]
    pub fn party(&self) -> Party {
        self.clerk.as_ref().map_or(Party::Public, Identity::party)
    }

    /// Whether the caller is signed in as the customer with this address.
    #[must_use]
    pub fn is_customer(&self, email: &Email) -> bool {
        let claimed = self.customer.as_ref().and_then(|customer| customer.email.as_deref());
        claimed.is_some_and(|claimed| claimed.trim().to_lowercase() == email.folded())
    }

    /// Holds a signed-in customer to their own address.
    ///
    /// # Errors
    /// 403 for the address of somebody else.
    pub fn only_as(&self, email: &Email) -> Result<(), Problem> {
        let is_somebody_else = self.customer.is_some() && !self.is_customer(email);
        if is_somebody_else { Err(Problem::of(Code::Forbidden)) } else { Ok(()) }
    }
}

impl Edge {
    /// The member of staff who asks.
    ///
    /// # Errors
    /// 401 without a valid token, 403 with the wrong role or an org that does not exist.
    pub async fn clerk(&self, request: &HttpRequest, roles: &[Role]) -> Result<Clerk, Problem> {
        self.signed_in(request, roles, false).await
    }

    /// The member of staff who wants to watch.
    ///
    /// # Errors
    /// As [`Edge::clerk`].
    pub async fn watching_clerk(&self, request: &HttpRequest, roles: &[Role]) -> Result<Clerk, Problem> {
        self.signed_in(request, roles, true).await
    }

    async fn signed_in(&self, request: &HttpRequest, roles: &[Role], is_stream: bool) -> Result<Clerk, Problem> {
        let (Credentials::Bearer(token) | Credentials::Cookie(token)) =
            credentials::of(request, is_stream, self.public_host())?;
        let identity = self.verifier.verify(&token).await?;
        if !roles.contains(&identity.role) {
            return Err(Problem::of(Code::Forbidden));
        }
        let org = self.directory.org(&identity.org).await?;
        let org = org.ok_or_else(|| Problem::of(Code::UnknownOrg))?;
        Ok(Clerk { identity, org: org.id.clone(), timezone: org.timezone })
    }

    /// Who asks at a public route that changes something: counted against the rate, in an org that exists.
    ///
    /// # Errors
    /// 429 too fast; 400 or 404 for the org; 401 for a token that is shown and does not hold.
    pub async fn caller(&self, request: &HttpRequest) -> Result<Caller, Problem> {
        self.check_rate(request)?;
        let bearer = self.shown_identity(request).await?;
        let org = self.org_of(request, bearer.as_ref())?;
        if self.directory.org(&org).await?.is_none() {
            return Err(Problem::of(Code::OrgNotFound));
        }
        let (customer, bearer) = match bearer {
            Some(identity) if identity.role == Role::Customer => (Some(identity), None),
            bearer => (None, bearer),
        };
        Ok(Caller { org, clerk: bearer.filter(|identity| QUEUES.contains(&identity.role)), customer })
    }

    /// The org that a public reading request is about: counted against the rate, not yet known to exist.
    ///
    /// # Errors
    /// As [`Edge::caller`].
    pub async fn reader_org(&self, request: &HttpRequest) -> Result<OrgId, Problem> {
        self.check_rate(request)?;
        let bearer = self.shown_identity(request).await?;
        self.org_of(request, bearer.as_ref())
    }

    /// The problem with something that was not found: the org, if that is what does not exist.
    pub async fn missing(&self, org: &OrgId, what: Code) -> Problem {
        match self.directory.org(org).await {
            Ok(Some(_)) => Problem::of(what),
            Ok(None) => Problem::of(Code::OrgNotFound),
            Err(unanswered) => unanswered.into(),
        }
    }

    /// On public routes only a Bearer token speaks for somebody: a board must not break over an old cookie.
    async fn shown_identity(&self, request: &HttpRequest) -> Result<Option<Identity>, Problem> {
        match credentials::bearer(request)? {
            Some(token) => self.verifier.verify(&token).await.map(Some),
            None => Ok(None),
        }
    }

    fn org_of(&self, request: &HttpRequest, bearer: Option<&Identity>) -> Result<OrgId, Problem> {
        match (named_org(request)?, bearer) {
            (Some(named), Some(identity)) if named != identity.org => Err(Problem::of(Code::OrgMismatch)),
            (Some(named), _) => Ok(named),
            (None, Some(identity)) => Ok(identity.org.clone()),
            (None, None) => self.directory.only_org().map(|org| org.id.clone()).ok_or_else(|| {
                Problem::new(Code::OrgRequired, "Name the org with the header `orgid` or the query parameter `org`.")
            }),
        }
    }
}

fn named_org(request: &HttpRequest) -> Result<Option<OrgId>, Problem> {
    let parse = |text: &str| OrgId::parse(text).map_err(|_| Problem::of(Code::OrgNotFound));
    if let Some(value) = request.headers().get("orgid") {
        return parse(value.to_str().unwrap_or_default()).map(Some);
    }
    Query::of(request)?.get("org").map(parse).transpose()
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn the_org_is_named_by_header_or_query() {
        let named = |request: TestRequest| named_org(&request.to_http_request()).map_err(|problem| problem.code());
        let id = OrgId::parse("demo").unwrap();
        assert_eq!(named(TestRequest::get().insert_header(("orgid", "demo"))), Ok(Some(id.clone())));
        assert_eq!(named(TestRequest::with_uri("/x?org=demo")), Ok(Some(id)));
        assert_eq!(named(TestRequest::with_uri("/x")), Ok(None));
        assert_eq!(named(TestRequest::with_uri("/x?org=a%20b")), Err(Code::OrgNotFound));
        assert_eq!(named(TestRequest::get().insert_header(("orgid", ""))), Err(Code::OrgNotFound));
    }
}
