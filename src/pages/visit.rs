//! Whose page it is: the org that a request names, and addresses within it.

use std::sync::Arc;

use actix_web::{HttpRequest, web};
use chrono_tz::Tz;

use crate::actors::Published;
use crate::domain::ids::{OrgId, PointId};
use crate::domain::queue::ServicePoint;
use crate::http::{Code, Edge, Problem};

/// The org as its customers know it.
pub struct Business {
    /// Its id.
    pub org: OrgId,
    /// Its name.
    pub name: String,
    /// The zone that it lives in.
    pub timezone: Tz,
}

/// The org and the parameters of a request for a page.
pub struct Visit {
    /// The org, which exists.
    pub business: Business,
    parameters: Vec<(String, String)>,
}

impl Visit {
    /// Reads whose page is asked for.
    ///
    /// # Errors
    /// 400 or 404 for the org.
    pub async fn of(request: &HttpRequest, edge: &Edge) -> Result<Self, Problem> {
        let parameters: Vec<_> = url::form_urlencoded::parse(request.query_string().as_bytes()).into_owned().collect();
        let named = parameter(&parameters, "org").filter(|name| !name.is_empty());
        let org = match named {
            None => edge.directory.only_org().ok_or_else(|| Problem::of(Code::OrgRequired))?,
            Some(name) => {
                let id = OrgId::parse(name).map_err(|_| Problem::of(Code::OrgNotFound))?;
                // An org that memory does not know is looked up in the database: not as often as anybody likes.
                if edge.directory.watch_org(&id).is_none() {
                    edge.check_rate(request)?;
                }
                edge.directory.org(&id).await?.ok_or_else(|| Problem::of(Code::OrgNotFound))?
            }
        };
        let business = Business { org: org.id.clone(), name: org.name.clone(), timezone: org.timezone };
        Ok(Self { business, parameters })
    }

    /// A parameter of the query; of a repeated one the first counts.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        parameter(&self.parameters, name)
    }

    /// The service point in the address, as it is committed.
    ///
    /// # Errors
    /// 404.
    pub fn point(&self, request: &HttpRequest, edge: &Edge) -> Result<PublishedPoint, Problem> {
        let missing = || Problem::of(Code::ServicePointNotFound);
        let id = PointId::parse(request.match_info().get("point").unwrap_or_default()).map_err(|_| missing())?;
        let published = edge.directory.published(&self.business.org, &id).ok_or_else(missing)?;
        PublishedPoint::new(published).ok_or_else(missing)
    }
}

/// A published state whose service point is there.
pub struct PublishedPoint {
    /// The state.
    pub published: Arc<Published>,
    /// Its service point.
    pub point: Arc<ServicePoint>,
}

impl PublishedPoint {
    /// `None` when the point is gone.
    #[must_use]
    pub fn new(published: Arc<Published>) -> Option<Self> {
        let point = Arc::clone(published.state.point()?);
        Some(Self { published, point })
    }
}

/// Addresses of the pages of one service point.
pub mod address {
    use crate::domain::ids::{DefinitionId, EntryId, OrgId, PointId};

    /// The display.
    #[must_use]
    pub fn board(org: &OrgId, point: &PointId) -> String {
        format!("/board/{point}?org={org}")
    }

    /// Where one joins.
    #[must_use]
    pub fn join(org: &OrgId, point: &PointId) -> String {
        format!("/join/{point}?org={org}")
    }

    /// The place in line of who holds `token`, which is made of letters and digits.
    #[must_use]
    pub fn place(org: &OrgId, entry: &EntryId, token: &str) -> String {
        format!("/q/{entry}?org={org}&token={token}")
    }

    /// The live stream without names.
    #[must_use]
    pub fn watch(org: &OrgId, point: &PointId) -> String {
        format!("/crm/reservations/queue/watch/{point}?org={org}")
    }

    /// Everything that can be booked.
    #[must_use]
    pub fn book_list(org: &OrgId) -> String {
        format!("/book?org={org}")
    }

    /// Where one service is booked.
    #[must_use]
    pub fn book(org: &OrgId, definition: &DefinitionId) -> String {
        format!("/book/{definition}?org={org}")
    }

    /// All queues.
    #[must_use]
    pub fn index(org: &OrgId) -> String {
        format!("/?org={org}")
    }
}

/// The body of a form as it came: who sends it is settled before it is looked at.
pub type FormBody = Result<web::Bytes, actix_web::Error>;

/// A form that has arrived whole.
///
/// # Errors
/// 400 for one that has not.
pub fn received(body: FormBody) -> Result<web::Bytes, Problem> {
    body.map_err(|_| Problem::of(Code::BodyUnreadable))
}

/// The fields of a form, in order.
#[must_use]
pub fn fields_of(body: &[u8]) -> Vec<(String, String)> {
    url::form_urlencoded::parse(body).into_owned().collect()
}

/// A parameter by its name.
#[must_use]
pub fn parameter<'a>(parameters: &'a [(String, String)], name: &str) -> Option<&'a str> {
    parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}
