//! Who Postgres runs as. It refuses root, so under root it runs in a user namespace in which root bears another number
//! or, where namespaces are forbidden, as the user `postgres` or `nobody`.
//!
//! The choice is made when the cluster is created and recorded where it cannot go stale: in the owner of the cluster's
//! directory. Owned by root means the namespace, owned by anybody else means that user.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::error::ClusterError;

const ROOT: u32 = 0;

/// How root is renumbered for the server; any number but 0 does.
const NAMESPACE: [&str; 4] = ["--user", "--map-user=1000", "--map-group=1000", "--"];

/// Users to fall back to, in this order.
const FALLBACK_USERS: [&str; 2] = ["postgres", "nobody"];

/// The user that the server and `initdb` run as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ServerUser {
    /// Ours; we are not root.
    Own {
        /// Our user id.
        user: u32,
    },
    /// Root under another number, in a user namespace.
    Namespace,
    /// Another user; we are root and drop to it.
    Dropped {
        /// Its user id.
        user: u32,
        /// Its group id.
        group: u32,
    },
}

impl ServerUser {
    /// Chooses for the cluster in `cluster`, which may not exist yet, inside of `data_directory`, which must.
    ///
    /// # Errors
    /// The data belongs to somebody else, or there is nobody to run as.
    pub(super) fn choose(data_directory: &Path, cluster: &Path) -> Result<Self, ClusterError> {
        let ourselves = our_user_id(data_directory)?;
        let owner = owner_of(cluster)?;
        match (ourselves, owner) {
            (ROOT, None) => Self::for_new_data(),
            (ROOT, Some((ROOT, _))) => {
                if namespace_works() {
                    return Ok(Self::Namespace);
                }
                // Made where namespaces were allowed, now moved to where they are not: hand the data to somebody else.
                let user = Self::for_new_data()?;
                user.own_all_of(cluster)?;
                Ok(user)
            }
            (ROOT, Some((user, group))) => Ok(Self::Dropped { user, group }),
            (user, None) => Ok(Self::Own { user }),
            (user, Some((owner, _))) if user == owner => Ok(Self::Own { user }),
            (_, Some((owner, _))) => Err(ClusterError::BelongsToAnother { directory: cluster.to_owned(), owner }),
        }
    }

    /// The choice for root when there is no data yet.
    fn for_new_data() -> Result<Self, ClusterError> {
        if namespace_works() {
            return Ok(Self::Namespace);
        }
        FALLBACK_USERS
            .iter()
            .find_map(|name| Some(Self::Dropped { user: ask_for_id("-u", name)?, group: ask_for_id("-g", name)? }))
            .filter(|user| *user != Self::Dropped { user: ROOT, group: ROOT })
            .ok_or(ClusterError::NobodyToRunAs)
    }

    /// A command that runs `program` as this user. The working directory is `/`: ours may be closed to the user.
    pub(super) fn command(self, program: &Path) -> Command {
        let mut command = match self {
            Self::Own { .. } => Command::new(program),
            Self::Namespace => {
                let mut command = Command::new("unshare");
                command.args(NAMESPACE).arg(program);
                command
            }
            Self::Dropped { user, group } => {
                let mut command = Command::new(program);
                command.uid(user).gid(group);
                command
            }
        };
        command.current_dir("/").stdin(Stdio::null());
        command
    }

    /// The user id that files of the server bear, seen from outside of a namespace.
    pub(super) fn file_owner(self) -> u32 {
        match self {
            Self::Own { user } | Self::Dropped { user, .. } => user,
            Self::Namespace => ROOT,
        }
    }

    /// Gives one directory or file to this user, if it is another than we are.
    pub(super) fn own(self, path: &Path) -> Result<(), ClusterError> {
        match self {
            Self::Own { .. } | Self::Namespace => Ok(()),
            Self::Dropped { user, group } => {
                chown(path, Some(user), Some(group)).map_err(ClusterError::io("cannot hand over", path))
            }
        }
    }

    fn own_all_of(self, path: &Path) -> Result<(), ClusterError> {
        let mut pending: Vec<PathBuf> = vec![path.to_owned()];
        while let Some(next) = pending.pop() {
            let kind = fs::symlink_metadata(&next).map_err(ClusterError::io("cannot look at", &next))?.file_type();
            // The target of a link is reached by its own name or is none of ours.
            if kind.is_symlink() {
                continue;
            }
            if kind.is_dir() {
                for child in fs::read_dir(&next).map_err(ClusterError::io("cannot list", &next))? {
                    pending.push(child.map_err(ClusterError::io("cannot list", &next))?.path());
                }
            }
            self.own(&next)?;
        }
        Ok(())
    }

    /// Makes sure that this user can come to `inside`, a directory right below `data_directory`.
    ///
    /// # Errors
    /// A directory above the data directory is closed to the user.
    pub(super) fn ensure_reach(self, data_directory: &Path, inside: &Path) -> Result<(), ClusterError> {
        match self {
            Self::Own { .. } => return Ok(()),
            Self::Namespace => {}
            Self::Dropped { .. } => {
                let mode =
                    fs::metadata(data_directory).map_err(ClusterError::io("cannot look at", data_directory))?.mode();
                let passable = fs::Permissions::from_mode((mode & 0o7777) | 0o011);
                fs::set_permissions(data_directory, passable)
                    .map_err(ClusterError::io("cannot open to its server", data_directory))?;
            }
        }
        let reached = self.command(Path::new("sh")).args(["-c", "test -x \"$1\"", "sh"]).arg(inside).status();
        if reached.is_ok_and(|status| status.success()) {
            return Ok(());
        }
        Err(ClusterError::Unreachable(inside.to_owned()))
    }
}

/// Our own effective user id, told by the owner of a file that we make.
fn our_user_id(data_directory: &Path) -> Result<u32, ClusterError> {
    let probe = data_directory.join(format!(".owner-probe-{}", std::process::id()));
    let told = fs::File::create(&probe).and_then(|file| file.metadata()).map(|metadata| metadata.uid());
    // A probe left behind is an empty file; the next start overwrites it.
    let _ = fs::remove_file(&probe);
    told.map_err(ClusterError::io("cannot write in the data directory", data_directory))
}

fn owner_of(path: &Path) -> Result<Option<(u32, u32)>, ClusterError> {
    match fs::metadata(path) {
        Ok(metadata) => Ok(Some((metadata.uid(), metadata.gid()))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(ClusterError::io("cannot look at", path)(error)),
    }
}

fn namespace_works() -> bool {
    ServerUser::Namespace
        .command(Path::new("true"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The id of a user (`-u`) or of its group (`-g`) by the user's name.
fn ask_for_id(which: &str, name: &str) -> Option<u32> {
    let output = Command::new("id").args([which, name]).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_owner_of_the_data_decides_who_serves_it() {
        let directory = tempfile::tempdir().unwrap();
        let cluster = directory.path().join("postgres");
        let ourselves = our_user_id(directory.path()).unwrap();
        let fresh = ServerUser::choose(directory.path(), &cluster).unwrap();
        fs::create_dir(&cluster).unwrap();
        if ourselves == ROOT {
            let stranger = ServerUser::Dropped { user: 4242, group: 4343 };
            stranger.own_all_of(&cluster).unwrap();
            assert_eq!(ServerUser::choose(directory.path(), &cluster).unwrap(), stranger);
        } else {
            assert_eq!(fresh, ServerUser::Own { user: ourselves });
            assert_eq!(ServerUser::choose(directory.path(), &cluster).unwrap(), fresh);
        }
    }
}
