//! Finds the programs of a Postgres that can serve our data: where the setting says, else where packages put them, else
//! on the search path. Packaged places come first because a copied `postgres` on the path may not find its own files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::error::ClusterError;

/// The oldest major version that Frontdesk's SQL runs on.
const OLDEST_MAJOR_VERSION: u32 = 15;

/// Places whose children are one directory a version, and what stands below each.
const PACKAGED: [(&str, &str); 4] =
    [("/usr/lib/postgresql", "bin"), ("/usr", "bin"), ("/opt/homebrew/opt", "bin"), ("/usr/local/opt", "bin")];

/// The programs of one installed Postgres.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Binaries {
    directory: PathBuf,
    major_version: u32,
}

impl Binaries {
    /// The server.
    pub(super) fn postgres(&self) -> PathBuf {
        self.directory.join("postgres")
    }

    /// The program that makes a cluster.
    pub(super) fn initdb(&self) -> PathBuf {
        self.directory.join("initdb")
    }

    /// The programs in `directory`, if they are there and tell their version.
    fn in_directory(directory: &Path) -> Option<Self> {
        // A link on the path (Homebrew) must lead to the real place, where the server finds its share directory.
        let postgres = fs::canonicalize(directory.join("postgres")).ok()?;
        let directory = postgres.parent()?.to_owned();
        if !directory.join("initdb").is_file() {
            return None;
        }
        let output = Command::new(&postgres).arg("--version").stdin(Stdio::null()).output().ok()?;
        let major_version = major_version_of(&String::from_utf8_lossy(&output.stdout))?;
        Some(Self { directory, major_version })
    }
}

/// Finds the newest usable Postgres; when data is there already, one of the version that wrote it.
///
/// # Errors
/// None found, or only such as are too old or of another version than the data.
pub(super) fn find(pg_bin: Option<&Path>, cluster: &Path) -> Result<Binaries, ClusterError> {
    let found = match pg_bin {
        Some(directory) => {
            vec![
                Binaries::in_directory(directory)
                    .ok_or_else(|| ClusterError::NotABinDirectory(directory.to_owned()))?,
            ]
        }
        None => installed(),
    };
    choose(found, written_by(cluster)?, cluster)
}

/// Picks from what was found, given the version that wrote the data, if there is data.
fn choose(mut found: Vec<Binaries>, written_by: Option<u32>, cluster: &Path) -> Result<Binaries, ClusterError> {
    // A stable sort: of two of the same version, the one from the earlier place stays first.
    found.sort_by_key(|binaries| std::cmp::Reverse(binaries.major_version));
    let Some(newest) = found.first().cloned() else { return Err(ClusterError::NoBinaries) };
    if newest.major_version < OLDEST_MAJOR_VERSION {
        return Err(ClusterError::TooOld { directory: newest.directory, found: newest.major_version });
    }
    match written_by {
        None => Ok(newest),
        Some(written) => found
            .into_iter()
            .find(|binaries| binaries.major_version == written)
            .ok_or_else(|| ClusterError::OtherVersion { directory: cluster.to_owned(), written }),
    }
}

/// Every Postgres on this machine, packaged places first.
fn installed() -> Vec<Binaries> {
    let mut found: Vec<Binaries> = PACKAGED
        .iter()
        .flat_map(|(place, below)| versions_below(Path::new(place)).into_iter().map(move |version| version.join(below)))
        .filter_map(|directory| Binaries::in_directory(&directory))
        .collect();
    found.extend(on_the_path().and_then(|directory| Binaries::in_directory(&directory)));
    found
}

/// The children of a packages' place that are named for a Postgres version, in the order of their names.
fn versions_below(place: &Path) -> Vec<PathBuf> {
    let Ok(children) = fs::read_dir(place) else { return Vec::new() };
    let mut versions: Vec<PathBuf> = children
        .flatten()
        .filter(|child| {
            let name = child.file_name();
            let name = name.to_string_lossy();
            ["postgresql@", "postgresql-", "pgsql-", ""]
                .iter()
                .any(|lead| name.strip_prefix(lead).is_some_and(|version| version.parse::<u32>().is_ok()))
        })
        .map(|child| child.path())
        .collect();
    versions.sort();
    versions
}

/// The directory in which the search path finds `postgres`. The shell is asked, so that the environment is not read here.
fn on_the_path() -> Option<PathBuf> {
    let output = Command::new("sh")
        .args(["-c", "command -v postgres"])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let answer = String::from_utf8(output.stdout).ok()?;
    Path::new(answer.trim_end()).parent().filter(|directory| directory.is_absolute()).map(Path::to_owned)
}

/// The major version out of `postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)` or `... 18beta1`.
fn major_version_of(answer: &str) -> Option<u32> {
    let version = answer.split_once("(PostgreSQL) ")?.1;
    let digits = version.find(|character: char| !character.is_ascii_digit()).unwrap_or(version.len());
    version[..digits].parse().ok()
}

/// The major version that wrote the data in `cluster`, if there is any.
fn written_by(cluster: &Path) -> Result<Option<u32>, ClusterError> {
    let file = cluster.join("PG_VERSION");
    match fs::read_to_string(&file) {
        Ok(text) => text.trim().parse().map(Some).map_err(|_| ClusterError::Io {
            action: "cannot understand the version in",
            path: file,
            source: std::io::ErrorKind::InvalidData.into(),
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(ClusterError::io("cannot read", &file)(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(major_version: u32, directory: &str) -> Binaries {
        Binaries { directory: directory.into(), major_version }
    }

    #[test]
    fn the_version_is_read_from_what_postgres_answers() {
        assert_eq!(major_version_of("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)\n"), Some(15));
        assert_eq!(major_version_of("postgres (PostgreSQL) 18beta1\n"), Some(18));
        assert_eq!(major_version_of("postgres (EnterpriseDB) 15\n"), None);
    }

    #[test]
    fn the_newest_serves_new_data_and_the_writer_serves_old_data() {
        let found = vec![version(15, "/a"), version(17, "/b"), version(17, "/c"), version(13, "/d")];
        let place = Path::new("/data/postgres");
        assert_eq!(choose(found.clone(), None, place).unwrap(), version(17, "/b"));
        assert_eq!(choose(found.clone(), Some(15), place).unwrap(), version(15, "/a"));
        assert!(matches!(choose(found, Some(16), place), Err(ClusterError::OtherVersion { written: 16, .. })));
    }

    #[test]
    fn nothing_and_too_old_are_told_apart() {
        let place = Path::new("/data/postgres");
        assert!(matches!(choose(Vec::new(), None, place), Err(ClusterError::NoBinaries)));
        assert!(matches!(choose(vec![version(14, "/a")], None, place), Err(ClusterError::TooOld { found: 14, .. })));
    }

    #[test]
    fn a_wrong_setting_is_named_and_nothing_else_is_tried() {
        let error = find(Some(Path::new("/nowhere")), Path::new("/nowhere")).unwrap_err();
        assert!(error.to_string().contains("pg_bin names /nowhere"), "{error}");
    }
}
