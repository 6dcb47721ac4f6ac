//! Opens the house: owners can be asked, what is due happens, visits under way are carried on, and messages go out.

use std::sync::Arc;

use actix::ArbiterHandle;
use tokio::sync::{mpsc, watch};

use super::directory::Directory;
use super::notifier::Notifier;
use super::registry::Registry;
use super::{alarm, courier};
use crate::domain::ids::OrgId;
use crate::store::Lane;
use crate::store::read::Reader;
use crate::workflows::follow_up::FollowUp;

/// Opens the house until `stop` is heard. Must be called inside an actix system; `arbiters` are the threads that owners
/// live on, `outgoing` what the registry lets set out.
#[must_use]
pub fn open(
    registry: Arc<Registry>,
    outgoing: mpsc::UnboundedReceiver<(OrgId, FollowUp)>,
    lanes: Vec<Arc<Lane<Registry>>>,
    reader: Reader,
    arbiters: Vec<ArbiterHandle>,
    notifier: Arc<Notifier>,
    stop: &watch::Receiver<bool>,
) -> Arc<Directory> {
    let directory = Arc::new(Directory::new(registry, lanes, reader, arbiters, notifier));
    let runtime = directory.runtime();
    runtime.spawn(courier::carry(Arc::clone(&directory), outgoing));
    let (notifier, fenced) = (Arc::clone(directory.notifier()), directory.registry.fenced_signal());
    runtime.spawn(notifier.run(fenced, stop.clone()));
    runtime.spawn(alarm::meet_orgs(Arc::clone(&directory), stop.clone()));
    runtime.spawn(alarm::rest(Arc::clone(&directory), stop.clone()));
    if directory.clock().is_manual() {
        let directory = Arc::clone(&directory);
        runtime.spawn(async move { directory.catch_up().await });
    } else {
        runtime.spawn(alarm::ring(Arc::clone(&directory), stop.clone()));
    }
    directory
}
