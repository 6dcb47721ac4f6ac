//! The server's log file: kept small, and read back for the reason when the server does not start.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::error::ClusterError;

/// Most that is read back to find out why a start failed, in bytes.
const COMPLAINT_MAX_BYTES: u64 = 64 * 1024;

/// The log of the server; at each start of Frontdesk the previous one is kept aside, and the one before is dropped.
#[derive(Clone, Debug)]
pub(super) struct ServerLog {
    path: PathBuf,
}

impl ServerLog {
    /// Begins a new log in the data directory.
    pub(super) fn begin(data_directory: &Path) -> Result<Self, ClusterError> {
        let path = data_directory.join("postgres.log");
        if path.exists() {
            let previous = data_directory.join("postgres.log.1");
            fs::rename(&path, &previous).map_err(ClusterError::io("cannot rename", &path))?;
        }
        Ok(Self { path })
    }

    /// Opens the log for a server to append to, and tells where it will begin to write.
    pub(super) fn open(&self) -> Result<(File, u64), ClusterError> {
        let file = File::options()
            .create(true)
            .append(true)
            .open(&self.path)
            .map_err(ClusterError::io("cannot open", &self.path))?;
        let length = file.metadata().map_err(ClusterError::io("cannot look at", &self.path))?.len();
        Ok((file, length))
    }

    /// The file.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// What a server that began at `offset` has written, its end if it is long.
    pub(super) fn since(&self, offset: u64) -> String {
        let read = || -> std::io::Result<Vec<u8>> {
            let mut file = File::open(&self.path)?;
            let length = file.metadata()?.len();
            file.seek(SeekFrom::Start(offset.max(length.saturating_sub(COMPLAINT_MAX_BYTES))))?;
            let mut bytes = Vec::new();
            file.take(COMPLAINT_MAX_BYTES).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        // Without the log only the explanation is lost, and the reader is sent to the log anyway.
        read().map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
    }
}

/// The line in `text` that tells best why the server stopped.
pub(super) fn complaint_in(text: &str) -> String {
    let telling = |line: &&str| line.contains("FATAL:") || line.contains("PANIC:");
    let line = text.lines().find(telling).or_else(|| text.lines().rfind(|line| !line.trim().is_empty()));
    line.unwrap_or("it ended without a word").trim().to_owned()
}

/// Whether `text` says that a server that was killed is not quite gone: its lock file or its shared memory is there.
pub(super) fn predecessor_lingers(text: &str) -> bool {
    text.contains("lock file \"postmaster.pid\" already exists")
        || text.contains("pre-existing shared memory block")
        || (text.contains("lock file") && text.contains("already exists"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_telling_line_is_found() {
        let text = "LOG: starting\nFATAL:  data directory has wrong ownership\nHINT: think\n";
        assert_eq!(complaint_in(text), "FATAL:  data directory has wrong ownership");
        assert_eq!(complaint_in("unshare: no\n\n"), "unshare: no");
        assert_eq!(complaint_in(""), "it ended without a word");
    }

    #[test]
    fn only_the_new_part_is_read_and_old_logs_are_dropped() {
        let directory = tempfile::tempdir().unwrap();
        let log = ServerLog::begin(directory.path()).unwrap();
        fs::write(log.path(), "old\n").unwrap();
        let (_, offset) = log.open().unwrap();
        fs::write(log.path(), "old\nnew\n").unwrap();
        assert_eq!(log.since(offset), "new\n");

        ServerLog::begin(directory.path()).unwrap();
        assert!(!log.path().exists());
        assert_eq!(fs::read_to_string(directory.path().join("postgres.log.1")).unwrap(), "old\nnew\n");
    }
}
