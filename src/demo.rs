//! A small business to try things out with: one org, three locations, a morning's queue, three services that can be booked, a
//! handful of tickets. Loaded only into an empty database.

mod desk;

use std::collections::BTreeMap;

use chrono_tz::Europe;
use serde_json::json;
use sqlx::postgres::PgConnectOptions;

use crate::actors::{Calendar, Directory, Request, Unanswered};
use crate::domain::calendar::{self, DefinitionDraft, Reminder, Schedule, StaffDraft, StaffTerms};
use crate::domain::hours::WeeklyHours;
use crate::domain::ids::{DefinitionId, EntryId, OrgId, PointId, StaffId};
use crate::domain::invalid::Invalid;
use crate::domain::money::Money;
use crate::domain::owner::TheCalendar;
use crate::domain::party::{Party, Role};
use crate::domain::queue::{Act, Answer, Command, Customer, Join, PointDraft, PointStatus, QueueSettings, Rejection};
use crate::identity;
use crate::store::{StoreError, orgs};

/// The demo's org.
pub const ORG: &str = "demo";
/// The demo's locations, the first one with the most to see.
pub const POINTS: [&str; 3] = ["harbour-front", "old-town", "airport"];

/// The demo's services that can be booked.
pub const DEFINITIONS: [&str; 3] = ["eye-test", "frame-adjustment", "lens-class"];
/// Who works at the demo.
const STAFF: [(&str, &str); 2] = [("ines", "Inês Duarte"), ("kwame", "Kwame Mensah")];
/// Open every day: whenever somebody tries the demo, there are slots in the days to come.
const EVERY_DAY: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

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
    /// The calendar refused a command.
    #[error("the demo could not be loaded: {0}")]
    RefusedByCalendar(#[from] calendar::Rejection),
    /// The desk refused a command.
    #[error("the demo could not be loaded: {0}")]
    RefusedByDesk(#[from] crate::domain::desk::Rejection),
    /// The demo itself is wrong.
    #[error("the demo could not be loaded: {0}")]
    Invalid(#[from] Invalid),
    /// What the demo promises is wrong.
    #[error("the demo could not be loaded: {0}")]
    Unreadable(#[from] serde_json::Error),
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
    demo.bookable_time().await?;
    demo.tickets().await?;
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

    async fn configure(&self, act: calendar::Act) -> Result<(), DemoError> {
        let by = Party::Clerk { subject: "demo".to_owned(), role: Role::Admin };
        let command = calendar::Command { by, act, points: self.directory.terms(&self.org) };
        let request: Request<Calendar> =
            Request { org: self.org.clone(), name: TheCalendar, command, idempotency: None };
        self.directory.ask(request).await?.outcome?;
        Ok(())
    }

    /// An eye test that takes one of two people, an adjustment that takes nobody in particular, and a class.
    async fn bookable_time(&self) -> Result<(), DemoError> {
        for (id, name) in STAFF {
            let terms = StaffTerms {
                name: name.to_owned(),
                email: None,
                timezone: Europe::Berlin,
                hours: None,
                overrides: Vec::new(),
                active: true,
            };
            let draft = Box::new(StaffDraft { id: StaffId::parse(id)?, terms });
            self.configure(calendar::Act::CreateStaff { draft }).await?;
        }
        let staff_ids = STAFF.iter().map(|(id, _)| StaffId::parse(id)).collect::<Result<Vec<_>, _>>()?;
        let day_before = Reminder {
            schedule: Schedule::Before { seconds: 24 * 60 * 60 },
            channel: calendar::Channel::Email,
            template_id: None,
        };
        let [test, adjustment, class] = DEFINITIONS;
        let mut draft = service(test, "Eye test", 30, [["09:00", "12:30"], ["13:30", "18:00"]])?;
        draft.terms.description = "Both eyes, with a prescription at the end.".to_owned();
        draft.terms.price = Some(Money::parse("25.00", "EUR")?);
        (draft.terms.required_staff, draft.terms.staff_ids) = (1, staff_ids.clone());
        draft.terms.service_point_id = Some(PointId::parse(POINTS[0])?);
        draft.terms.buffer_after_minutes = 10;
        draft.terms.cancel_before_minutes = 120;
        draft.terms.reminders = vec![day_before.clone()];
        self.configure(calendar::Act::CreateDefinition { draft: Box::new(draft) }).await?;

        let mut draft = service(adjustment, "Frame adjustment", 15, [["09:00", "13:00"], ["14:00", "19:00"]])?;
        draft.terms.service_point_id = Some(PointId::parse(POINTS[1])?);
        self.configure(calendar::Act::CreateDefinition { draft: Box::new(draft) }).await?;

        let mut draft = service(class, "Contact lenses for beginners", 60, [["10:00", "11:00"], ["18:00", "19:00"]])?;
        draft.terms.price = Some(Money::parse("12.50", "EUR")?);
        (draft.terms.required_staff, draft.terms.staff_ids, draft.terms.seats_per_session) = (1, staff_ids, 6);
        draft.terms.reminders = vec![day_before];
        self.configure(calendar::Act::CreateDefinition { draft: Box::new(draft) }).await
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

/// A service that is offered every day at these hours.
fn service(id: &str, name: &str, minutes: u32, hours: [[&str; 2]; 2]) -> Result<DefinitionDraft, Invalid> {
    let week: BTreeMap<&str, _> = EVERY_DAY.into_iter().map(|day| (day, hours)).collect();
    let mut draft = DefinitionDraft::new(DefinitionId::parse(id)?, name, minutes, Europe::Berlin);
    draft.terms.hours = Some(WeeklyHours::parse(&json!(week))?);
    Ok(draft)
}
