//! A small business to try things out with: one org, three locations, a morning's queue. Loaded only into an empty database.

use chrono_tz::Europe;
use sqlx::postgres::PgConnectOptions;

use crate::actors::{Directory, Request, Unanswered};
use crate::domain::ids::{EntryId, OrgId, PointId};
use crate::domain::invalid::Invalid;
use crate::domain::party::{Party, Role};
use crate::domain::queue::{Act, Answer, Command, Customer, Join, PointDraft, PointStatus, QueueSettings, Rejection};
use crate::identity;
use crate::store::{StoreError, orgs};

/// The demo's org.
pub const ORG: &str = "demo";
/// The demo's locations, the first one with the most to see.
pub const POINTS: [&str; 3] = ["harbour-front", "old-town", "airport"];

/// Why the demo could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The database did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A command had no answer.
    #[error("the demo could not be loaded: {0}")]
    Unanswered(#[from] Unanswered),
    /// A command was refused.
    #[error("the demo could not be loaded: {0}")]
    Refused(#[from] Rejection),
    /// The demo itself is wrong.
    #[error("the demo could not be loaded: {0}")]
    Invalid(#[from] Invalid),
}

/// Loads the demo when there is no org yet; says whether it did.
///
/// # Errors
/// See [`DemoError`].
pub async fn load(directory: &Directory, options: &PgConnectOptions) -> Result<bool, DemoError> {
    if !orgs::list(options).await?.is_empty() {
        return Ok(false);
    }
    let org = OrgId::parse(ORG)?;
    orgs::add(options, &org, "Harbour & Finch", Europe::Berlin, "EUR").await?;
    directory.org(&org).await?;
    let demo = Demo { directory, org };
    demo.point(POINTS[0], "Harbour Front", "Kai 12, by the ferry", 3).await?;
    demo.point(POINTS[1], "Old Town", "Marktgasse 4, first floor", 2).await?;
    demo.point(POINTS[2], "Airport", "Terminal 2, arrivals", 1).await?;
    let visits = [
        ("Marguerite Okonkwo-Lindqvist", "Pick up glasses", 1),
        ("Tom Ito", "Eye test", 1),
        ("Oleksandra Kovalenko", "Contact lenses", 1),
        ("Jean-Baptiste Kouamé", "Repair", 2),
        ("Aoife Ní Bhraonáin", "Eye test", 1),
        ("Sigríður Þorvaldsdóttir", "Frame adjustment", 3),
        ("نور الهدى", "Pick up glasses", 1),
    ];
    for (name, service, party_size) in visits {
        demo.join(POINTS[0], name, service, party_size).await?;
    }
    demo.join(POINTS[1], "Bo Li", "Repair", 1).await?;
    demo.join(POINTS[1], "Mia Wu", "Contact lenses", 1).await?;
    for counter in ["1", "2"] {
        let called = demo.call(POINTS[0], counter).await?;
        if counter == "1" {
            demo.act(POINTS[0], Act::Start { entry: called, counter: None, past: None }).await?;
        }
    }
    Ok(true)
}

struct Demo<'a> {
    directory: &'a Directory,
    org: OrgId,
}

impl Demo<'_> {
    async fn act(&self, point: &str, act: Act) -> Result<Answer, DemoError> {
        let by = Party::Clerk { subject: "demo".to_owned(), role: Role::Admin };
        let command = Command { by, act };
        let request: Request =
            Request { org: self.org.clone(), name: PointId::parse(point)?, command, idempotency: None };
        Ok(self.directory.ask(request).await?.outcome?)
    }

    async fn point(&self, id: &str, name: &str, location: &str, capacity: u32) -> Result<(), DemoError> {
        let draft = PointDraft {
            id: PointId::parse(id)?,
            name: name.to_owned(),
            location: location.to_owned(),
            capacity,
            timezone: Europe::Berlin,
            // Open around the clock: whoever tries the demo at night shall see it work.
            hours: None,
            queue: QueueSettings { average_service_minutes: 7, ..QueueSettings::default() },
            admission: PointStatus::Open,
        };
        self.act(id, Act::Create { draft: Box::new(draft) }).await.map(drop)
    }

    async fn join(&self, point: &str, name: &str, service: &str, party_size: u32) -> Result<(), DemoError> {
        let customer = Customer { name: name.to_owned(), phone: None, email: None, contact_id: None };
        let join = Join {
            id: EntryId::parse(&identity::new_id())?,
            token: identity::secret_token(),
            customer,
            party_size,
            service: Some(service.to_owned()),
            priority: None,
        };
        self.act(point, Act::Join(Box::new(join))).await.map(drop)
    }

    async fn call(&self, point: &str, counter: &str) -> Result<EntryId, DemoError> {
        let call = Act::CallNext { counter: Some(counter.to_owned()), completes: None };
        match self.act(point, call).await? {
            Answer::Next { called: Some(entry), .. } => Ok(entry.id.clone()),
            _ => Err(Rejection::NobodyWaiting.into()),
        }
    }
}
