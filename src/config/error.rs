//! What can be wrong with the settings; each message is one line that names the setting, its origin and the remedy.

use std::io;
use std::path::PathBuf;

/// The settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A value that is not right.
    #[error("the setting {key}, from {origin}, is {found}: it must be {expected}")]
    Invalid {
        /// The setting's name in the file.
        key: &'static str,
        /// Where the value came from.
        origin: String,
        /// The value, shortened, or that it is kept secret.
        found: String,
        /// What it must be.
        expected: &'static str,
    },
    /// A key in the file that is no setting.
    #[error("there is no setting {key} ({file}): the settings are {}", .known.join(", "))]
    Unknown {
        /// The key.
        key: String,
        /// The file that holds it.
        file: String,
        /// The settings that there are.
        known: Vec<&'static str>,
    },
    /// The file cannot be read or is no TOML.
    #[error("the settings file {} cannot be used: {reason}", .file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// What is wrong, in one line.
        reason: String,
    },
    /// A database is given, but nothing to check tokens with.
    #[error(
        "a database is set (database_url, DATABASE_URL) but nothing to check tokens with: set FRONTDESK_JWT_SECRET (at least 32 bytes; \
         `openssl rand -hex 32` makes one) or FRONTDESK_JWKS"
    )]
    NoWayToCheckTokens,
    /// A mail server is given, but nobody whom mails come from.
    #[error(
        "a mail server is set (smtp_url, FRONTDESK_SMTP_URL) but nobody whom mails come from: set FRONTDESK_MAIL_FROM, such as \
         \"Harbour & Finch <desk@example.com>\""
    )]
    NoSender,
    /// The generated secret cannot be kept.
    #[error("the secret for tokens cannot be kept in {}: {source}; set FRONTDESK_JWT_SECRET or another --data-dir", .file.display())]
    SecretFile {
        /// The secret's file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The generated secret's file holds something else.
    #[error("the file {} should hold a secret of at least 32 bytes: remove it to have a new one made", .0.display())]
    SecretFileSpoilt(PathBuf),
}
