//! Makes the cluster: all of it or nothing, by building under a temporary name that only a finished one sheds.

use std::fs::{self, File};
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::process::Stdio;

use super::Durability;
use super::binaries::Binaries;
use super::error::ClusterError;
use super::user::ServerUser;

/// The superuser of the cluster, and the role that Frontdesk works as.
pub(super) const SUPERUSER: &str = "frontdesk";

/// The name under which a cluster is built.
const UNFINISHED: &str = "postgres.unfinished";

/// Makes `cluster` inside of `data_directory`, unless it is there.
///
/// # Errors
/// `initdb` failed, or files could not be handled; nothing under the name of `cluster` is left then.
pub(super) async fn ensure(
    data_directory: &Path,
    cluster: &Path,
    binaries: &Binaries,
    user: ServerUser,
    durability: Durability,
) -> Result<(), ClusterError> {
    if cluster.exists() {
        return Ok(());
    }
    let unfinished = data_directory.join(UNFINISHED);
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished).map_err(ClusterError::io("cannot remove", &unfinished))?;
    }
    fs::DirBuilder::new().mode(0o700).create(&unfinished).map_err(ClusterError::io("cannot create", &unfinished))?;
    user.own(&unfinished)?;
    user.ensure_reach(data_directory, &unfinished)?;
    run(binaries, user, &unfinished, durability).await?;
    fs::rename(&unfinished, cluster).map_err(ClusterError::io("cannot rename", &unfinished))?;
    // The rename is only durable once the directory that holds the name is.
    File::open(data_directory)
        .and_then(|directory| directory.sync_all())
        .map_err(ClusterError::io("cannot sync", data_directory))
}

async fn run(
    binaries: &Binaries,
    user: ServerUser,
    directory: &Path,
    durability: Durability,
) -> Result<(), ClusterError> {
    let mut command = user.command(&binaries.initdb());
    command
        .arg("--pgdata")
        .arg(directory)
        .args(["--username", SUPERUSER])
        // Only who can enter the socket's directory (mode 0700) can connect at all.
        .args(["--auth", "trust"])
        // Text compares by code point on every machine, and no update of a C library can spoil an index; folding of
        // letters is done before text comes here.
        .args(["--encoding", "UTF8", "--locale", "C"])
        .arg("--data-checksums")
        .env("LC_ALL", "C")
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    if durability == Durability::Throwaway {
        command.arg("--no-sync");
    }
    let output = tokio::process::Command::from(command)
        .kill_on_drop(true)
        .output()
        .await
        .map_err(ClusterError::io("cannot run", &binaries.initdb()))?;
    if output.status.success() {
        return Ok(());
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    let reason = complaint.lines().find(|line| line.contains("error:")).or_else(|| complaint.lines().last());
    Err(ClusterError::InitializationFailed {
        directory: directory.to_owned(),
        reason: reason.unwrap_or("initdb failed without a word").trim().to_owned(),
    })
}
