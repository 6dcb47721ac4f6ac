//! Values that must not be printed, and the secret that is made for who sets none.

use std::fmt;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use super::JWT_SECRET_MIN_BYTES;
use super::error::ConfigError;
use crate::identity;

/// The generated secret's file in the data directory.
const SECRET_FILE: &str = "jwt-secret";

/// A value that is masked wherever it is printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a value that must not be printed.
    #[must_use]
    pub fn new(value: String) -> Self {
        Self(value)
    }

    /// The value itself; never print it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("********")
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(********)")
    }
}

/// The secret kept in `data_dir`, made on first use and readable by its owner alone.
pub(super) fn kept_in(data_dir: &Path) -> Result<Secret, ConfigError> {
    let file = data_dir.join(SECRET_FILE);
    let kept = match fs::read_to_string(&file) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            make(data_dir, &file).and_then(|()| fs::read_to_string(&file))
        }
        other => other,
    };
    let kept = kept.map_err(|source| ConfigError::SecretFile { file: file.clone(), source })?;
    let kept = kept.trim();
    if kept.len() < JWT_SECRET_MIN_BYTES {
        return Err(ConfigError::SecretFileSpoilt(file));
    }
    Ok(Secret::new(kept.to_owned()))
}

/// Writes a new secret beside its place and links it there, so that the file is never seen half written, and of two
/// processes that do so at once both end up with the same.
fn make(data_dir: &Path, file: &Path) -> std::io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(data_dir)?;
    let draft = data_dir.join(format!("{SECRET_FILE}.{}", identity::new_id()));
    let mut open = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    writeln!(open, "{}{}", identity::secret_token(), identity::secret_token())?;
    open.sync_all()?;
    let linked = fs::hard_link(&draft, file);
    fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}
