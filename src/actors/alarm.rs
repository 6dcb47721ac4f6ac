//! What happens by itself: whoever is due is woken at its second, owners whom nobody asks for rest, new orgs are met.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::watch;

use super::directory::Directory;
use crate::clock;
use crate::domain::ids::OrgId;
use crate::domain::owner::OwnerName;

/// Longest sleep at a stretch: a jump of the wall clock is noticed after that.
const SLEEP_MAX: Duration = Duration::from_secs(30);
/// When an owner that could not be woken is tried again, in seconds.
const RETRY_SECONDS: i64 = 1;
/// How often orgs that were added beside this server are looked for.
const MEET_EVERY: Duration = Duration::from_secs(5);
/// How often idle owners are looked for.
const REST_EVERY: Duration = Duration::from_secs(60);
/// How long nobody must have asked for an owner before it rests; longer than its keys are remembered.
const IDLE_FOR: Duration = Duration::from_secs(900);

/// Wakes owners by the real clock until `stop` is heard. A manual clock wakes by hand.
pub(super) async fn ring(directory: Arc<Directory>, mut stop: watch::Receiver<bool>) {
    loop {
        let earlier = directory.registry.due.earlier.notified();
        let now = directory.clock().now();
        let wait = match directory.registry.due.earliest() {
            Some(at) => (at - now).max(TimeDelta::zero()).to_std().unwrap_or(SLEEP_MAX).min(SLEEP_MAX),
            None => SLEEP_MAX,
        };
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = earlier => continue,
            _ = stop.wait_for(|stop| *stop) => return,
        }
        for (org, owner) in directory.registry.due.take(directory.clock().now()) {
            let directory = Arc::clone(&directory);
            directory.runtime().clone().spawn(async move { wake(&directory, &org, &owner).await });
        }
    }
}

/// Lets an owner do what is due, and waits until that is committed.
pub(super) async fn wake(directory: &Directory, org: &OrgId, owner: &OwnerName) {
    if let Err(reason) = directory.let_time_pass(org, owner).await {
        tracing::warn!(%org, %owner, %reason, "what is due will be tried again");
        let retry_at = directory.clock().now() + TimeDelta::seconds(RETRY_SECONDS);
        directory.registry.due.set(org, owner, Some(retry_at));
    }
}

/// Meets orgs that were added beside this server, until `stop` is heard: whether an org may be left out of a public
/// request depends on how many there are.
pub(super) async fn meet_orgs(directory: Arc<Directory>, mut stop: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(MEET_EVERY) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        match directory.reader().orgs().await {
            Ok(orgs) => orgs.into_iter().for_each(|org| drop(directory.registry.add_org(org))),
            Err(error) => tracing::debug!(%error, "orgs could not be looked up"),
        }
    }
}

/// Lets idle owners rest, now and then, until `stop` is heard.
pub(super) async fn rest(directory: Arc<Directory>, mut stop: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(REST_EVERY) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        if let Some(idle_since) = clock::monotonic().checked_sub(IDLE_FOR) {
            let resting = directory.registry.rest(idle_since);
            tracing::debug!(resting, "owners went to rest");
        }
        directory.registry.sweep_whereabouts();
    }
}
