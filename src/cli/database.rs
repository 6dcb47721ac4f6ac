//! The database for a command that only needs it for a moment: the one that is set, else the private cluster, which is
//! started for it, unless a server is running on it; then the command works beside that server.

use sqlx::postgres::PgConnectOptions;

use super::error::CommandError;
use crate::config::Settings;
use crate::store;
use crate::store::cluster::{Cluster, ClusterError, Durability};

/// A database to work on.
pub(super) struct Database {
    options: PgConnectOptions,
    /// The private cluster, if it runs for this command only.
    ours: Option<Cluster>,
}

impl Database {
    /// Opens the database that the settings name, with its tables up to date.
    ///
    /// # Errors
    /// It cannot be reached or started, or its tables cannot be brought up to date.
    pub(super) async fn open(settings: &Settings) -> Result<Self, CommandError> {
        let database = Self::reach(settings).await?;
        match store::migrate(&database.options).await {
            Ok(()) => Ok(database),
            Err(error) => {
                database.close().await;
                Err(error.into())
            }
        }
    }

    async fn reach(settings: &Settings) -> Result<Self, CommandError> {
        if let Some(url) = &settings.database_url {
            let options = url.reveal().parse().map_err(CommandError::DatabaseUrl)?;
            return Ok(Self { options, ours: None });
        }
        match Cluster::start(&settings.data_dir, settings.pg_bin.as_deref(), Durability::Safe).await {
            Ok(cluster) => Ok(Self { options: cluster.connect_options(), ours: Some(cluster) }),
            Err(in_use @ ClusterError::InUse(_)) => {
                let options = Cluster::options_of_running(&settings.data_dir).ok_or(in_use)?;
                Ok(Self { options, ours: None })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// How to connect.
    pub(super) fn options(&self) -> &PgConnectOptions {
        &self.options
    }

    /// Stops what was started for this command.
    pub(super) async fn close(self) {
        if let Some(cluster) = self.ours {
            cluster.stop().await;
        }
    }
}
