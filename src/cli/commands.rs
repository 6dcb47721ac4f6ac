//! The commands that call the rest of the house: each a few lines from settings to the part that does it.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::database::Database;
use crate::config::{ConfigError, Settings};
use crate::domain::ids::OrgId;
use crate::store::cluster::ClusterError;
use crate::store::{self, StoreError};
use crate::telemetry::TelemetryError;

/// Why a command failed, as one line for the person at the terminal.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The settings are wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Logs or metrics cannot be set up.
    #[error(transparent)]
    Telemetry(#[from] TelemetryError),
    /// The private cluster does not run.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    /// The database does not do as it should.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The URL of the database is not understood.
    #[error("the database's URL is not understood: {0}")]
    DatabaseUrl(#[source] sqlx::Error),
    /// No runtime for asynchronous work.
    #[error("the runtime cannot be started: {0}")]
    Runtime(#[source] std::io::Error),
    /// A token cannot be signed without a secret.
    #[error("tokens are signed by whoever holds the keys of the JWKS; set FRONTDESK_JWT_SECRET to sign them here")]
    NoSecretToSignWith,
    /// A token could not be signed.
    #[error("the token could not be signed: {0}")]
    Signing(#[source] jsonwebtoken::errors::Error),
    /// An org with this id is there already.
    #[error("there is an org {0} already")]
    OrgExists(String),
    /// The part of the house that would do it is not built in.
    #[error("this build cannot {0}")]
    NotBuilt(&'static str),
}

/// Runs the server until it is told to stop.
pub(super) fn serve(settings: Settings, clock: Option<DateTime<Utc>>, demo: bool) -> Result<(), CommandError> {
    let _ = (settings, clock, demo);
    Err(CommandError::NotBuilt("serve"))
}

/// Loads the demo org into an empty database.
pub(super) fn load_demo(settings: Settings) -> Result<(), CommandError> {
    let _ = settings;
    Err(CommandError::NotBuilt("load the demo"))
}

/// Brings the tables up to date.
pub(super) fn migrate(settings: &Settings) -> Result<(), CommandError> {
    on_a_runtime(async {
        Database::open(settings).await?.close().await;
        println!("The tables are up to date.");
        Ok(())
    })
}

/// Adds an org.
pub(super) fn add_org(
    settings: &Settings,
    id: &OrgId,
    name: Option<&str>,
    timezone: Tz,
    currency: &str,
) -> Result<(), CommandError> {
    on_a_runtime(async {
        let database = Database::open(settings).await?;
        let added = store::orgs::add(database.options(), id, name.unwrap_or(id.as_str()), timezone, currency).await;
        database.close().await;
        if added? {
            println!("Added org {}.", id.as_str());
            Ok(())
        } else {
            Err(CommandError::OrgExists(id.as_str().to_owned()))
        }
    })
}

/// Prints all orgs.
pub(super) fn list_orgs(settings: &Settings) -> Result<(), CommandError> {
    on_a_runtime(async {
        let database = Database::open(settings).await?;
        let orgs = store::orgs::list(database.options()).await;
        database.close().await;
        for org in orgs? {
            println!("{}\t{}\t{}\t{}", org.id.as_str(), org.name, org.timezone, org.currency);
        }
        Ok(())
    })
}

fn on_a_runtime(work: impl Future<Output = Result<(), CommandError>>) -> Result<(), CommandError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(CommandError::Runtime)?.block_on(work)
}
