//! The commands that call the rest of the house: each a few lines from settings to the part that does it.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::database::Database;
use super::error::CommandError;
use super::{signals, welcome};
use crate::app::{Application, Ended};
use crate::clock::{ManualClock, SharedClock, SystemClock};
use crate::config::{ListenAddress, Settings};
use crate::demo;
use crate::domain::ids::OrgId;
use crate::store;

/// Runs the server until it is told to stop.
pub(super) fn serve(settings: Settings, clock: Option<DateTime<Utc>>, demo: bool) -> Result<(), CommandError> {
    let clock: SharedClock = match clock {
        Some(start) => Arc::new(ManualClock::starting_at(start)),
        None => SystemClock::shared(),
    };
    actix_rt::System::new().block_on(async {
        let tokens = settings.clone();
        // Heard from here on: a stop during the start is not lost.
        let stop = signals::told_to_stop()?;
        let application = Application::build(settings, clock).await?;
        if demo {
            demo::load(application.directory(), application.database()).await?;
        }
        welcome::print(&application, &tokens, demo)?;
        match application.run_until_stopped(stop).await.map_err(CommandError::Fell)? {
            Ended::Stopped => Ok(()),
            Ended::Fenced => Err(CommandError::Fenced),
        }
    })
}

/// Loads the demo org into an empty database.
pub(super) fn load_demo(mut settings: Settings) -> Result<(), CommandError> {
    // Nobody is to be served: any free port will do.
    settings.listen = ListenAddress::any_free_port();
    actix_rt::System::new().block_on(async {
        let application = Application::build(settings, SystemClock::shared()).await?;
        let loaded = demo::load(application.directory(), application.database()).await;
        application.run_until_stopped(std::future::ready(())).await.map_err(CommandError::Fell)?;
        if loaded? { Ok(()) } else { Err(CommandError::DemoNotWanted) }
    })
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
