//! The desks of all orgs, as they stood when the server stopped. There may be millions of tickets, and most of a start goes into
//! decoding them: several connections share the work, org by org, and an org's rows are gone when its state is made.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use futures_util::TryStreamExt;
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection};
use tokio::runtime::Handle;

use crate::domain::address::Email;
use crate::domain::desk::{
    ACKNOWLEDGEMENTS_OF_ORG_MAX, CannedResponse, DeskState, MEMORY_HOURS, OrgCalendar, Policy, Shared, Team, Ticket,
    TicketNumber,
};
use crate::domain::ids::OrgId;
use crate::store::rows::acknowledgement::{self, AcknowledgementRow};
use crate::store::rows::desk_configuration::{self, ConfigurationImage, ConfigurationRow};
use crate::store::rows::ticket::{self, LastNumberRow, TicketRow};
use crate::store::{StoreError, connect};

/// Most connections that read tickets at a time.
const READERS_MAX: usize = 2;
/// How many tickets orgs have had that are read with one query, unless one has had more by itself.
const SHARE_TICKETS: u64 = 10_000;

/// What one org's desk is made of.
#[derive(Default)]
struct Parts {
    last_number: Option<TicketNumber>,
    tickets: Vec<Arc<Ticket>>,
    shared: Shared,
    policies: Vec<Policy>,
    calendars: Vec<OrgCalendar>,
    canned: Vec<CannedResponse>,
    teams: Vec<Team>,
    acknowledged: Vec<(Email, DateTime<Utc>)>,
}

/// Orgs whose tickets are read with one query.
type Share = BTreeMap<OrgId, Parts>;

/// The desks of orgs that have anything at theirs.
pub(super) async fn load(
    connection: &mut PgConnection,
    options: &PgConnectOptions,
    runtime: &Handle,
) -> Result<Vec<(OrgId, DeskState)>, StoreError> {
    let mut shares = shared_out(without_tickets(connection).await?);
    if shares.len() <= 1 {
        return match shares.pop_front() {
            Some(share) => read(connection, share).await,
            None => Ok(Vec::new()),
        };
    }
    let readers = shares.len().min(READERS_MAX);
    let shares = Arc::new(Mutex::new(shares));
    let reader = |_| runtime.spawn(read_shares(options.clone(), Arc::clone(&shares)));
    let readers: Vec<_> = (0..readers).map(reader).collect();
    let mut desks = Vec::new();
    for reader in readers {
        desks.append(&mut reader.await.map_err(|fell| sqlx::Error::Io(std::io::Error::other(fell)))??);
    }
    Ok(desks)
}

/// What is configured at each desk, and how many tickets it has had.
async fn without_tickets(connection: &mut PgConnection) -> Result<Share, StoreError> {
    let mut desks = Share::new();
    let mut rows = sqlx::query_as::<_, ConfigurationRow>(desk_configuration::ALL).fetch(&mut *connection);
    while let Some(row) = rows.try_next().await? {
        let (org, image) = row.into_domain()?;
        let parts = desks.entry(org).or_default();
        match image {
            ConfigurationImage::Policy(policy) => parts.policies.push(Arc::unwrap_or_clone(policy)),
            ConfigurationImage::Calendar(calendar) => parts.calendars.push(Arc::unwrap_or_clone(calendar)),
            ConfigurationImage::Canned(canned) => parts.canned.push(Arc::unwrap_or_clone(canned)),
            ConfigurationImage::Team(team) => parts.teams.push(Arc::unwrap_or_clone(team)),
        }
    }
    drop(rows);
    let last_numbers: Vec<LastNumberRow> = sqlx::query_as(ticket::LAST_NUMBERS).fetch_all(&mut *connection).await?;
    for row in last_numbers {
        let (org, number) = row.into_domain()?;
        desks.entry(org).or_default().last_number = Some(number);
    }
    Ok(desks)
}

fn shared_out(desks: Share) -> VecDeque<Share> {
    let (mut shares, mut share, mut tickets) = (VecDeque::new(), Share::new(), 0);
    for (org, parts) in desks {
        tickets += parts.last_number.map_or(0, TicketNumber::value);
        share.insert(org, parts);
        if tickets >= SHARE_TICKETS {
            shares.push_back(std::mem::take(&mut share));
            tickets = 0;
        }
    }
    shares.extend(Some(share).filter(|share| !share.is_empty()));
    shares
}

async fn read_shares(
    options: PgConnectOptions,
    shares: Arc<Mutex<VecDeque<Share>>>,
) -> Result<Vec<(OrgId, DeskState)>, StoreError> {
    let mut connection = connect(&options).await?;
    let next = || shares.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    let mut desks = Vec::new();
    while let Some(share) = next() {
        desks.append(&mut read(&mut connection, share).await?);
    }
    connection.close().await?;
    Ok(desks)
}

async fn read(connection: &mut PgConnection, mut share: Share) -> Result<Vec<(OrgId, DeskState)>, StoreError> {
    let orgs: Vec<String> = share.keys().map(ToString::to_string).collect();
    let tickets = sqlx::query_as::<_, TicketRow>(ticket::REMEMBERED).bind(MEMORY_HOURS).bind(&orgs);
    let mut rows = tickets.fetch(&mut *connection);
    while let Some(row) = rows.try_next().await? {
        let (org, ticket) = row.into_ticket()?;
        let parts = share.entry(org).or_default();
        parts.tickets.push(Arc::new(parts.shared.within(ticket)));
    }
    drop(rows);
    let most = i64::try_from(ACKNOWLEDGEMENTS_OF_ORG_MAX).unwrap_or(i64::MAX);
    let rows: Vec<AcknowledgementRow> =
        sqlx::query_as(acknowledgement::OF_LATE).bind(most).bind(&orgs).fetch_all(connection).await?;
    for row in rows {
        let (org, email, at) = row.into_domain()?;
        share.entry(org).or_default().acknowledged.push((email, at));
    }
    Ok(share.into_iter().map(|(org, parts)| (org, parts.into_state())).collect())
}

impl Parts {
    fn into_state(self) -> DeskState {
        let next_number = self.last_number.map_or(TicketNumber::FIRST, TicketNumber::next);
        let state =
            DeskState::restored(self.tickets, next_number, self.policies, self.calendars, self.canned, self.teams);
        state.having_acknowledged(self.acknowledged)
    }
}
