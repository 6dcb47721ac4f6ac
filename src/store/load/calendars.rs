//! The calendars of all orgs, as they stood when the server stopped.

use std::collections::BTreeMap;

use futures_util::TryStreamExt;
use sqlx::PgConnection;

use crate::domain::calendar::{CalendarState, Definition, Hold, MEMORY_HOURS, Reservation, Staff, WaitlistEntry};
use crate::domain::ids::OrgId;
use crate::domain::message::Template;
use crate::store::StoreError;
use crate::store::rows::definition::{self, DefinitionRow};
use crate::store::rows::hold::{self, HoldRow};
use crate::store::rows::reservation::{self, ReservationRow};
use crate::store::rows::staff::{self, StaffRow};
use crate::store::rows::template::{self, TemplateRow};
use crate::store::rows::waitlist::{self, WaitlistRow};

/// What one org's calendar is made of.
#[derive(Default)]
struct Parts {
    definitions: Vec<Definition>,
    staff: Vec<Staff>,
    templates: Vec<Template>,
    reservations: Vec<Reservation>,
    holds: Vec<Hold>,
    waitlist: Vec<WaitlistEntry>,
}

/// The calendars of orgs that have anything in theirs.
pub(super) async fn load(connection: &mut PgConnection) -> Result<Vec<(OrgId, CalendarState)>, StoreError> {
    let mut calendars: BTreeMap<OrgId, Parts> = BTreeMap::new();
    let mut rows = sqlx::query_as::<_, DefinitionRow>(definition::ALL).fetch(&mut *connection);
    while let Some(row) = rows.try_next().await? {
        let (org, definition) = row.into_domain()?;
        calendars.entry(org).or_default().definitions.push(definition);
    }
    drop(rows);
    let mut rows = sqlx::query_as::<_, StaffRow>(staff::ALL).fetch(&mut *connection);
    while let Some(row) = rows.try_next().await? {
        let (org, staff) = row.into_domain()?;
        calendars.entry(org).or_default().staff.push(staff);
    }
    drop(rows);
    let mut rows = sqlx::query_as::<_, TemplateRow>(template::ALL).fetch(&mut *connection);
    while let Some(row) = rows.try_next().await? {
        let (org, template) = row.into_domain()?;
        calendars.entry(org).or_default().templates.push(template);
    }
    drop(rows);
    let remembered = sqlx::query_as::<_, ReservationRow>(reservation::REMEMBERED).bind(MEMORY_HOURS);
    let mut rows = remembered.fetch(&mut *connection);
    while let Some(row) = rows.try_next().await? {
        let (org, reservation) = row.into_domain()?;
        calendars.entry(org).or_default().reservations.push(reservation);
    }
    drop(rows);
    let mut rows = sqlx::query_as::<_, HoldRow>(hold::ALL).fetch(&mut *connection);
    while let Some(row) = rows.try_next().await? {
        let (org, hold) = row.into_domain()?;
        calendars.entry(org).or_default().holds.push(hold);
    }
    drop(rows);
    let mut rows = sqlx::query_as::<_, WaitlistRow>(waitlist::OPEN).fetch(&mut *connection);
    while let Some(row) = rows.try_next().await? {
        let (org, entry) = row.into_domain()?;
        calendars.entry(org).or_default().waitlist.push(entry);
    }
    drop(rows);
    Ok(calendars.into_iter().map(|(org, parts)| (org, parts.into_state())).collect())
}

impl Parts {
    fn into_state(self) -> CalendarState {
        CalendarState::restored(self.definitions, self.staff, self.reservations, self.holds, self.waitlist)
            .with_templates(self.templates)
    }
}
