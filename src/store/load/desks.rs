//! The desks of all orgs, as they stood when the server stopped.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::TryStreamExt;
use sqlx::PgConnection;

use crate::domain::desk::{CannedResponse, DeskState, MEMORY_HOURS, OrgCalendar, Policy, Ticket, TicketNumber};
use crate::domain::ids::OrgId;
use crate::store::StoreError;
use crate::store::rows::desk_configuration::{self, ConfigurationImage, ConfigurationRow};
use crate::store::rows::ticket::{self, LastNumberRow, TicketRow};

/// What one org's desk is made of.
#[derive(Default)]
struct Parts {
    last_number: Option<TicketNumber>,
    tickets: Vec<Ticket>,
    policies: Vec<Policy>,
    calendars: Vec<OrgCalendar>,
    canned: Vec<CannedResponse>,
}

/// The desks of orgs that have anything at theirs.
pub(super) async fn load(connection: &mut PgConnection) -> Result<Vec<(OrgId, DeskState)>, StoreError> {
    let mut desks: BTreeMap<OrgId, Parts> = BTreeMap::new();
    let mut rows = sqlx::query_as::<_, ConfigurationRow>(desk_configuration::ALL).fetch(&mut *connection);
    while let Some(row) = rows.try_next().await? {
        let (org, image) = row.into_domain()?;
        let parts = desks.entry(org).or_default();
        match image {
            ConfigurationImage::Policy(policy) => parts.policies.push(Arc::unwrap_or_clone(policy)),
            ConfigurationImage::Calendar(calendar) => parts.calendars.push(Arc::unwrap_or_clone(calendar)),
            ConfigurationImage::Canned(canned) => parts.canned.push(Arc::unwrap_or_clone(canned)),
        }
    }
    drop(rows);
    let last_numbers: Vec<LastNumberRow> = sqlx::query_as(ticket::LAST_NUMBERS).fetch_all(&mut *connection).await?;
    for row in last_numbers {
        let (org, number) = row.into_domain()?;
        desks.entry(org).or_default().last_number = Some(number);
    }
    let mut rows = sqlx::query_as::<_, TicketRow>(ticket::REMEMBERED).bind(MEMORY_HOURS).fetch(&mut *connection);
    while let Some(row) = rows.try_next().await? {
        let (org, stored) = row.into_domain()?;
        desks.entry(org).or_default().tickets.push(stored.ticket);
    }
    drop(rows);
    Ok(desks.into_iter().map(|(org, parts)| (org, parts.into_state())).collect())
}

impl Parts {
    fn into_state(self) -> DeskState {
        let next_number = self.last_number.map_or(TicketNumber::FIRST, TicketNumber::next);
        DeskState::restored(self.tickets, next_number, self.policies, self.calendars, self.canned)
    }
}
