//! What can keep the private cluster from running. Each message is one line that says what to do about it, because the
//! reader is somebody who only wanted to start a front desk.

use std::io;
use std::path::{Path, PathBuf};

/// How to get Postgres, for the messages about its absence.
const HOW_TO_INSTALL: &str = "install PostgreSQL 15 or newer (Debian and Ubuntu: apt install postgresql; Fedora: dnf install \
     postgresql-server; Arch: pacman -S postgresql; macOS: brew install postgresql@17), or set PG_BIN to the directory of its \
     programs, or DATABASE_URL to a server";

/// The private Postgres cluster cannot be started or used.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// No usable Postgres on this machine.
    #[error("no PostgreSQL found: {HOW_TO_INSTALL}")]
    NoBinaries,
    /// The directory that the setting `pg_bin` names holds no Postgres.
    #[error("pg_bin names {}, which does not hold the programs postgres and initdb", .0.display())]
    NotABinDirectory(PathBuf),
    /// Only versions that are too old were found.
    #[error("the PostgreSQL found in {} is version {found}, too old: {HOW_TO_INSTALL}", .directory.display())]
    TooOld {
        /// Where it was found.
        directory: PathBuf,
        /// Its major version.
        found: u32,
    },
    /// The data was written by another major version than any that is installed.
    #[error(
        "the data in {} was written by PostgreSQL {written}, which is not installed here: install version {written} or move the \
         data over with pg_dump", .directory.display()
    )]
    OtherVersion {
        /// The cluster's directory.
        directory: PathBuf,
        /// The major version that wrote it.
        written: u32,
    },
    /// Another Frontdesk holds the data directory.
    #[error(
        "another Frontdesk is running on the data directory {}: stop it, or choose another directory with --data-dir", .0.display()
    )]
    InUse(PathBuf),
    /// A Postgres that is not ours keeps running on the cluster.
    #[error("another PostgreSQL (process {process}) keeps running on {}: stop it first", .directory.display())]
    ServedByAnother {
        /// The cluster's directory.
        directory: PathBuf,
        /// The process that serves it.
        process: u32,
    },
    /// The data belongs to another user.
    #[error("the data in {} belongs to user id {owner}, not to you: start Frontdesk as that user or as root", .directory.display())]
    BelongsToAnother {
        /// The cluster's directory.
        directory: PathBuf,
        /// Its owner.
        owner: u32,
    },
    /// We are root, Postgres refuses root, and there is nobody else to run it as.
    #[error(
        "PostgreSQL refuses to run as root, and neither a user namespace nor a user postgres or nobody is to be had: start Frontdesk \
         as an ordinary user"
    )]
    NobodyToRunAs,
    /// The user that Postgres is to run as cannot reach its data.
    #[error(
        "PostgreSQL, which runs without root's rights, cannot reach {}: choose a data directory outside of private homes with \
         --data-dir", .0.display()
    )]
    Unreachable(PathBuf),
    /// The directory for the socket is not safe to use.
    #[error("the socket directory {} belongs to somebody else or is open to others: remove it", .0.display())]
    UnsafeSocketDirectory(PathBuf),
    /// `initdb` failed.
    #[error("the database cluster could not be created in {}: {reason}", .directory.display())]
    InitializationFailed {
        /// Where it was to be created.
        directory: PathBuf,
        /// The last line that initdb wrote.
        reason: String,
    },
    /// The server ended before it was ready.
    #[error("PostgreSQL did not start: {reason} (its log is {})", .log.display())]
    DidNotStart {
        /// The last complaint in its log.
        reason: String,
        /// Its log file.
        log: PathBuf,
    },
    /// The server is up but refused us.
    #[error("PostgreSQL started but refused the first connection: {0}")]
    Refused(#[source] sqlx::Error),
    /// A file or a process could not be handled.
    #[error("{action} {}: {source}", .path.display())]
    Io {
        /// What was tried, as a phrase that the path completes.
        action: &'static str,
        /// What it was tried on.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
}

impl ClusterError {
    /// Wraps an I/O error with what was tried (a phrase such as "cannot create") and on what.
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }
}
