//! Why a command failed: one line for the person at the terminal.

use crate::app::StartError;
use crate::config::ConfigError;
use crate::demo::DemoError;
use crate::store::StoreError;
use crate::store::cluster::ClusterError;
use crate::telemetry::TelemetryError;

/// Why a command failed.
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
    /// The server does not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The demo cannot be loaded.
    #[error(transparent)]
    Demo(#[from] DemoError),
    /// There is an org already, so it is not an empty database.
    #[error("the demo goes into an empty database only; this one has orgs already")]
    DemoNotWanted,
    /// The running server fell.
    #[error("the server fell: {0}")]
    Fell(#[source] std::io::Error),
    /// Another server owns the database now.
    #[error("another server has taken the database over: this one has ended, and has written nothing since")]
    Fenced,
}
