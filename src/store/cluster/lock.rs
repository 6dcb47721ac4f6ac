//! One Frontdesk a data directory. The lock belongs to the open file, so the kernel lets go of it however we end.

use std::fs::{self, File, TryLockError};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use super::error::ClusterError;

const LOCK_FILE: &str = "frontdesk.lock";

/// The data directory, ours alone for as long as this value lives.
#[derive(Debug)]
pub(super) struct LockedDirectory {
    path: PathBuf,
    _lock: File,
}

impl LockedDirectory {
    /// Makes the directory if need be (closed to others) and takes it.
    ///
    /// # Errors
    /// Another Frontdesk holds it, or it cannot be made or written.
    pub(super) fn take(data_directory: &Path) -> Result<Self, ClusterError> {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(data_directory)
            .map_err(ClusterError::io("cannot create the data directory", data_directory))?;
        let path = fs::canonicalize(data_directory).map_err(ClusterError::io("cannot find", data_directory))?;
        let file = path.join(LOCK_FILE);
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&file)
            .map_err(ClusterError::io("cannot open", &file))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path, _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(ClusterError::InUse(path)),
            Err(TryLockError::Error(source)) => Err(ClusterError::io("cannot lock", &file)(source)),
        }
    }

    /// The directory's absolute path.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}
