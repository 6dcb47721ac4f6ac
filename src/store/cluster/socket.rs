//! Where the server's socket lies: inside of the data directory, unless its path would be longer than the kernel takes;
//! then in a directory of our own under `/tmp`. Whoever can enter the directory is let in by the server without a
//! password, so it is open to its owner alone.

use std::fmt::Write as _;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::error::ClusterError;
use super::user::ServerUser;

/// Longest path of a unix socket, in bytes: what `sockaddr_un` holds without its closing zero (Linux; macOS takes 103).
const SOCKET_PATH_MAX_BYTES: usize = if cfg!(target_os = "linux") { 107 } else { 103 };

/// The port is only part of the socket's name; the server listens on no network address.
pub(super) const PORT: u16 = 5432;

/// Bytes of the digest that name the directory under `/tmp`.
const NAME_DIGEST_BYTES: usize = 8;

/// The directory of the socket for this data directory: made anew inside of it, which is ours alone; elsewhere one that
/// is there is used if it is closed to others.
///
/// # Errors
/// It cannot be made, or something else stands there.
pub(super) fn prepare(data_directory: &Path, user: ServerUser) -> Result<PathBuf, ClusterError> {
    let directory = place(data_directory);
    if directory.starts_with(data_directory) && directory.exists() {
        fs::remove_dir_all(&directory).map_err(ClusterError::io("cannot remove", &directory))?;
    }
    match fs::DirBuilder::new().mode(0o700).create(&directory) {
        Ok(()) => user.own(&directory)?,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => check(&directory, user)?,
        Err(error) => return Err(ClusterError::io("cannot create", &directory)(error)),
    }
    Ok(directory)
}

/// Removes a directory that [`prepare`] made outside of the data directory.
pub(super) fn clean_up(data_directory: &Path, directory: &Path) {
    if !directory.starts_with(data_directory) {
        // Not empty or already gone: the next start checks and uses it.
        let _ = fs::remove_dir(directory);
    }
}

/// Where the socket's directory is for this (absolute) data directory.
pub(super) fn place(data_directory: &Path) -> PathBuf {
    let inside = data_directory.join("socket");
    if inside.join(format!(".s.PGSQL.{PORT}")).as_os_str().len() <= SOCKET_PATH_MAX_BYTES {
        return inside;
    }
    let digest = Sha256::digest(data_directory.as_os_str().as_bytes());
    let mut name = String::from("frontdesk-");
    for byte in digest.iter().take(NAME_DIGEST_BYTES) {
        // Writing to a String cannot fail.
        let _ = write!(name, "{byte:02x}");
    }
    Path::new("/tmp").join(name)
}

/// Anybody can put something under `/tmp`: only a real directory of the server's own, closed to others, is used.
fn check(directory: &Path, user: ServerUser) -> Result<(), ClusterError> {
    let found = fs::symlink_metadata(directory).map_err(ClusterError::io("cannot look at", directory))?;
    let safe = found.is_dir() && found.uid() == user.file_owner() && found.mode() & 0o077 == 0;
    if safe { Ok(()) } else { Err(ClusterError::UnsafeSocketDirectory(directory.to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_path_stays_in_the_data_directory_and_a_long_one_moves_to_tmp() {
        assert_eq!(place(Path::new("/srv/desk")), Path::new("/srv/desk/socket"));
        let long = PathBuf::from(format!("/srv/{}", "x".repeat(100)));
        let moved = place(&long);
        assert!(moved.starts_with("/tmp"), "{}", moved.display());
        assert_eq!(moved, place(&long));
        assert_ne!(moved, place(&long.join("y")));
        assert!(moved.as_os_str().len() < SOCKET_PATH_MAX_BYTES - 20);
    }

    #[test]
    fn a_directory_open_to_others_or_a_link_is_not_used() {
        use std::os::unix::fs::PermissionsExt;

        let data = tempfile::tempdir().unwrap();
        let user = ServerUser::Own { user: fs::metadata(data.path()).unwrap().uid() };
        let directory = prepare(data.path(), user).unwrap();
        check(&directory, user).unwrap();
        assert_eq!(prepare(data.path(), user).unwrap(), directory);

        let refused = |directory: &Path| matches!(check(directory, user), Err(ClusterError::UnsafeSocketDirectory(_)));
        let stranger = ServerUser::Own { user: u32::MAX };
        assert!(check(&directory, stranger).is_err());
        fs::set_permissions(&directory, fs::Permissions::from_mode(0o755)).unwrap();
        assert!(refused(&directory));
        fs::remove_dir(&directory).unwrap();
        std::os::unix::fs::symlink(data.path(), &directory).unwrap();
        assert!(refused(&directory));
    }
}
