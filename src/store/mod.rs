//! All SQL: migrations, write-behind lanes, recovery, list queries, the embedded cluster.
#![expect(clippy::disallowed_methods, reason = "this is the layer that owns SQL and the tasks that write it")]

pub mod cluster;
mod descriptions;
mod fence;
mod first_answers;
mod gathered;
mod house;
mod lane;
mod load;
mod names;
mod node;
pub mod orgs;
pub mod outbox;
pub mod read;
mod rows;
#[cfg(any(test, feature = "failpoints"))]
pub mod throwaway;

use std::sync::Arc;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions, Connection};
use tokio::runtime::Handle;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use uuid::Uuid;

pub use lane::{
    BATCH_COMMANDS_MAX, BUFFER_BYTES_MAX, Change, ConfigurationImage, ConfigurationKind, EventImage, Existence,
    FirstAnswer, HandoverImage, HoldImage, Item, KeptAnswer, Lane, Outcomes, Owner, PointImage, ReservationImage,
    STALL_MS, Spot, TicketImage, TicketMessageImage,
};
pub use load::Loaded;
pub use node::{HEARTBEAT_EVERY, HEARTBEAT_STALE_SECONDS};
pub use rows::ImpossibleRow;
pub use rows::reservation::NUMBER_TAKEN;
pub use rows::spot::SPOT_TAKEN;
pub use rows::ticket::TICKET_TAKEN;
pub use rows::ticket_message::MESSAGE_TAKEN;

/// Why the store cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database did not answer, or not as it should.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    /// The tables could not be brought up to date.
    #[error("migrations: {0}")]
    Migrations(#[from] sqlx::migrate::MigrateError),
    /// A row cannot be.
    #[error(transparent)]
    Row(#[from] ImpossibleRow),
    /// Another server lives on this database.
    #[error(
        "another Frontdesk server owns this database: it showed that it lives {0:.0} s ago; stop it first, or wait until \
         it has been silent for {HEARTBEAT_STALE_SECONDS} s"
    )]
    Owned(f64),
    /// The server is older than what the statements need.
    #[error("PostgreSQL {0} is too old: Frontdesk needs 15 or newer")]
    TooOld(String),
}

/// A database that this server owns, before anything is written to it.
pub struct Claimed {
    options: PgConnectOptions,
    owner: Uuid,
    pens: Vec<(lane::Pen, i64)>,
    /// What was committed before.
    pub loaded: Loaded,
}

/// The lanes and readers of a database that this server owns.
pub struct Store<O: Outcomes> {
    /// The lanes, by id.
    pub lanes: Vec<Arc<Lane<O>>>,
    /// Committed rows.
    pub reader: read::Reader,
    /// What is to be told to people outside.
    pub outbox: outbox::Outbox,
    /// Rung after each commit that holds messages.
    pub posted: Arc<Notify>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

/// Brings the tables up to date.
///
/// # Errors
/// See [`StoreError`].
pub async fn migrate(options: &PgConnectOptions) -> Result<(), StoreError> {
    let mut connection = connect(options).await?;
    let version: String = sqlx::query_scalar("SHOW server_version_num").fetch_one(&mut connection).await?;
    if version.parse::<u32>().is_ok_and(|number| number < 150_000) {
        return Err(StoreError::TooOld(version));
    }
    sqlx::migrate!("./migrations").run(&mut connection).await?;
    connection.close().await?;
    Ok(())
}

async fn connect(options: &PgConnectOptions) -> Result<PgConnection, sqlx::Error> {
    let patience = tokio::time::timeout(std::time::Duration::from_secs(10), options.connect());
    patience.await.map_err(|_| sqlx::Error::PoolTimedOut)?
}

/// Takes the database over and loads what was committed. `alone`: the private cluster is locked by this process.
///
/// # Errors
/// See [`StoreError`]; [`StoreError::Owned`] while another server lives on it.
pub async fn claim(
    options: PgConnectOptions,
    owner: Uuid,
    alone: bool,
    runtime: &Handle,
) -> Result<Claimed, StoreError> {
    let mut connection = connect(&options).await?;
    let holds = match node::claim(&mut connection, owner, alone).await? {
        node::Claim::Owned(holds) => holds,
        node::Claim::Refused(age) => return Err(StoreError::Owned(age)),
    };
    let loaded = load::load(&mut connection, &options, runtime).await?;
    connection.close().await?;
    let mut pens = Vec::new();
    for (hold, seq) in holds {
        pens.push((lane::Pen::new(options.clone(), hold).await?, seq));
    }
    Ok(Claimed { options, owner, pens, loaded })
}

impl Claimed {
    /// Starts writing: one task a lane on `runtime`, and the heartbeat.
    #[must_use]
    pub fn start<O: Outcomes>(self, outcomes: &Arc<O>, runtime: &Handle) -> Store<O> {
        let (stop, heard) = watch::channel(false);
        let (mut lanes, mut tasks) = (Vec::new(), Vec::new());
        let mut pens = self.pens;
        pens.sort_by_key(|(pen, _)| pen.lane());
        let posted = Arc::new(Notify::new());
        for pen in pens {
            let lane = Arc::new(Lane::new(pen.0.lane(), Arc::clone(outcomes), Arc::clone(&posted)));
            let writer = lane::Writer::new(Arc::clone(&lane), pen, runtime);
            tasks.push(runtime.spawn(writer.run(heard.clone())));
            lanes.push(lane);
        }
        let housekeeping = house::keep(self.options.clone(), self.owner, Arc::clone(outcomes), heard);
        tasks.push(runtime.spawn(housekeeping));
        let outbox = outbox::Outbox::new(self.options.clone(), self.owner, runtime);
        Store { lanes, reader: read::Reader::new(self.options, runtime), outbox, posted, stop, tasks }
    }
}

impl<O: Outcomes> Store<O> {
    /// Writes what still waits, then leaves the database to whoever comes next.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        for task in self.tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a task of the store fell");
            }
        }
        self.outbox.close().await;
        self.reader.close().await;
    }
}

#[cfg(test)]
mod tests;
