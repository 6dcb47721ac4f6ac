//! The settings: defaults, overlaid by a file, by the environment and by flags, in this order. The only reader of the
//! environment. A wrong value names itself, where it came from and what would be right, and nothing starts.
#![expect(clippy::disallowed_methods, reason = "this module reads the environment; everybody else is handed settings")]

mod catalogue;
mod error;
mod secret;
mod smtp;
mod source;
mod value;

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use chrono::NaiveTime;
use ipnet::IpNet;
use lettre::message::Mailbox;
use url::Url;

pub use self::catalogue::{CATALOGUE, Setting};
pub use self::error::ConfigError;
pub use self::secret::Secret;
pub use self::smtp::{Encryption, Login, SmtpServer};
pub use self::source::{Environment, Flags, Inputs};
pub use self::value::{JwksLocation, ListenAddress, LogFormat, TrustedProxies};

use self::source::Layers;

/// Shortest secret for HS256 tokens, in bytes: as long as the digest, or the secret is the weaker part.
pub const JWT_SECRET_MIN_BYTES: usize = 32;

/// Public requests a minute an address, unless set.
const PUBLIC_RATE_PER_MINUTE_DEFAULT: u32 = 300;
/// Requests that may be under way at once, unless set.
const MAX_IN_FLIGHT_DEFAULT: usize = 4_096;
/// Live streams that may be open at once, unless set.
const MAX_WATCHERS_DEFAULT: usize = 20_000;

/// What Frontdesk runs with.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where it listens.
    pub listen: ListenAddress,
    /// Where the private cluster and the generated secret lie.
    pub data_dir: PathBuf,
    /// The Postgres to use; none: a private cluster in `data_dir`.
    pub database_url: Option<Secret>,
    /// The secret of HS256 tokens.
    pub jwt_secret: Option<Secret>,
    /// Where the keys of RS256, ES256 and EdDSA tokens are published.
    pub jwks: Option<JwksLocation>,
    /// The `iss` that a token must bear.
    pub jwt_issuer: Option<String>,
    /// The `aud` that a token must bear.
    pub jwt_audience: Option<String>,
    /// The orgs that each issuer may speak for; empty: an issuer is not bound to orgs.
    pub jwt_issuers: BTreeMap<String, Vec<String>>,
    /// Public requests a minute an address; 0: no limit.
    pub public_rate_per_minute: u32,
    /// The proxies whose X-Forwarded-For counts.
    pub trusted_proxies: TrustedProxies,
    /// The base of links and QR codes; none: the address that it listens on.
    pub public_url: Option<Url>,
    /// Origins whose pages may call the API from a browser, such as `https://desk.example`.
    pub cors_origins: Vec<String>,
    /// What is logged, as an env-filter.
    pub log: String,
    /// How it is logged.
    pub log_format: LogFormat,
    /// Threads that answer requests.
    pub workers: usize,
    /// The directory of Postgres' programs; none: they are searched for.
    pub pg_bin: Option<PathBuf>,
    /// Requests that may be under way at once.
    pub max_in_flight: usize,
    /// Live streams that may be open at once: so many for everybody, and so many more for who is signed in.
    pub max_watchers: usize,
    /// The mail server; none: mails wait.
    pub smtp: Option<SmtpServer>,
    /// A file of certificates (PEM) that the mail server's may hang on, beside the public ones.
    pub smtp_ca: Option<PathBuf>,
    /// Who mails come from; there is one if there is a mail server.
    pub mail_from: Option<Mailbox>,
    /// Where text messages are posted to; none: they wait.
    pub sms_url: Option<Url>,
    /// What we show there.
    pub sms_token: Option<Secret>,
    /// The key that webhooks are signed with; none: they wait.
    pub webhook_secret: Option<Secret>,
    /// Where reminders to the business's own system go.
    pub webhook_url: Option<Url>,
    /// Private networks that webhooks may go to all the same.
    pub webhook_networks: Vec<IpNet>,
    /// The hours of a recipient's day in which only what cannot wait is sent.
    pub quiet_hours: Option<(NaiveTime, NaiveTime)>,
}

/// The settings, and where each came from.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// What to run with.
    pub settings: Settings,
    origins: BTreeMap<&'static str, String>,
}

/// One line of `frontdesk check-config`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownSetting {
    /// The setting's name in the file.
    pub key: &'static str,
    /// Its value, secrets masked.
    pub value: String,
    /// Where it came from, or `default`.
    pub origin: String,
}

impl Settings {
    /// Reads the settings from a file, the environment and flags.
    ///
    /// # Errors
    /// The first wrong or unknown setting.
    pub fn load(inputs: &Inputs) -> Result<Loaded, ConfigError> {
        let layers = Layers::read(inputs)?;
        let settings = Self::from_layers(&layers)?;
        let origins = CATALOGUE.iter().map(|setting| (setting.key, layers.origin_of(setting.key))).collect();
        Ok(Loaded { settings, origins })
    }

    fn from_layers(layers: &Layers) -> Result<Self, ConfigError> {
        let smtp = layers.get("smtp_url", smtp::server)?;
        let mail_from = layers.get("mail_from", value::mailbox)?;
        if smtp.is_some() && mail_from.is_none() {
            return Err(ConfigError::NoSender);
        }
        Ok(Self {
            listen: layers.get("listen", value::listen_address)?.unwrap_or_default(),
            data_dir: layers.get("data_dir", value::path)?.unwrap_or_else(|| "data".into()),
            database_url: layers.get("database_url", value::database_url)?,
            jwt_secret: layers.get("jwt_secret", value::jwt_secret)?,
            jwks: layers.get("jwks", value::jwks_location)?,
            jwt_issuer: layers.get("jwt_issuer", value::text)?,
            jwt_audience: layers.get("jwt_audience", value::text)?,
            jwt_issuers: layers.get("jwt_issuers", value::orgs_by_issuer)?.unwrap_or_default(),
            public_rate_per_minute: layers
                .get("public_rate_per_minute", |found| value::number(found, 0..=1_000_000))?
                .unwrap_or(PUBLIC_RATE_PER_MINUTE_DEFAULT),
            trusted_proxies: layers.get("trusted_proxies", value::trusted_proxies)?.unwrap_or_default(),
            public_url: layers.get("public_url", value::base_url)?,
            cors_origins: layers.get("cors_origins", value::origins)?.unwrap_or_default(),
            log: layers.get("log", value::log_filter)?.unwrap_or_else(|| "info".to_owned()),
            log_format: layers.get("log_format", value::log_format)?.unwrap_or_default(),
            workers: layers.get("workers", |found| value::number(found, 1..=1_024))?.unwrap_or_else(cores),
            pg_bin: layers.get("pg_bin", value::path)?,
            max_in_flight: layers
                .get("max_in_flight", |found| value::number(found, 1..=1_000_000))?
                .unwrap_or(MAX_IN_FLIGHT_DEFAULT),
            max_watchers: layers
                .get("max_watchers", |found| value::number(found, 0..=1_000_000))?
                .unwrap_or(MAX_WATCHERS_DEFAULT),
            smtp,
            smtp_ca: layers.get("smtp_ca", value::path)?,
            mail_from,
            sms_url: layers.get("sms_url", value::any_http_url)?,
            sms_token: layers.get("sms_token", value::secret)?,
            webhook_url: layers.get("webhook_url", value::hook_url)?,
            webhook_secret: layers.get("webhook_secret", value::jwt_secret)?,
            webhook_networks: layers.get("webhook_networks", value::networks)?.unwrap_or_default(),
            quiet_hours: layers.get("quiet_hours", value::hours_or_none)?.unwrap_or_else(value::usual_night),
        })
    }

    /// Whether tokens could be checked. With the private cluster they always can: a secret is made if need be.
    ///
    /// # Errors
    /// A database is set, but neither a secret nor keys.
    pub fn check_tokens(&self) -> Result<(), ConfigError> {
        match (&self.database_url, &self.jwt_secret, &self.jwks) {
            (Some(_), None, None) => Err(ConfigError::NoWayToCheckTokens),
            _ => Ok(()),
        }
    }

    /// The settings to serve with: where neither a secret nor keys nor a database of somebody else is set, a random
    /// secret is made in the data directory, once, and used from then on.
    ///
    /// # Errors
    /// Tokens could not be checked, or the file of the secret cannot be made or read.
    pub fn with_jwt_secret(mut self) -> Result<Self, ConfigError> {
        self.check_tokens()?;
        if self.jwt_secret.is_none() && self.jwks.is_none() {
            self.jwt_secret = Some(secret::kept_in(&self.data_dir)?);
        }
        Ok(self)
    }

    /// The base of links and QR codes, without a slash at its end, for a server bound to `bound`.
    #[must_use]
    pub fn base_url(&self, bound: SocketAddr) -> String {
        if let Some(url) = &self.public_url {
            return url.as_str().trim_end_matches('/').to_owned();
        }
        let ip = match bound.ip() {
            // "All addresses" is no address that a browser could open.
            ip if ip.is_unspecified() && ip.is_ipv4() => IpAddr::from([127, 0, 0, 1]),
            ip if ip.is_unspecified() => IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1]),
            ip => ip,
        };
        format!("http://{}", SocketAddr::new(ip, bound.port()))
    }

    fn shown(&self, key: &str) -> String {
        fn or_none(value: Option<&impl ToString>) -> String {
            value.map_or_else(|| "(none)".to_owned(), ToString::to_string)
        }
        fn path(path: &Path) -> String {
            path.display().to_string()
        }
        match key {
            "listen" => self.listen.to_string(),
            "data_dir" => path(&self.data_dir),
            "database_url" => or_none(self.database_url.as_ref().map(value::without_password).as_ref()),
            "jwt_secret" => or_none(self.jwt_secret.as_ref()),
            "jwks" => or_none(self.jwks.as_ref()),
            "jwt_issuer" => or_none(self.jwt_issuer.as_ref()),
            "jwt_audience" => or_none(self.jwt_audience.as_ref()),
            "jwt_issuers" => {
                let shown: Vec<String> =
                    self.jwt_issuers.iter().map(|(issuer, orgs)| format!("{issuer} = {}", orgs.join(","))).collect();
                or_none((!shown.is_empty()).then(|| shown.join("; ")).as_ref())
            }
            "public_rate_per_minute" => self.public_rate_per_minute.to_string(),
            "trusted_proxies" => {
                or_none(Some(self.trusted_proxies.to_string()).filter(|shown| !shown.is_empty()).as_ref())
            }
            "public_url" => or_none(self.public_url.as_ref()),
            "cors_origins" => or_none(Some(self.cors_origins.join(",")).filter(|shown| !shown.is_empty()).as_ref()),
            "log" => self.log.clone(),
            "log_format" => self.log_format.to_string(),
            "workers" => self.workers.to_string(),
            "pg_bin" => or_none(self.pg_bin.as_deref().map(path).as_ref()),
            "max_in_flight" => self.max_in_flight.to_string(),
            "max_watchers" => self.max_watchers.to_string(),
            "smtp_url" => or_none(self.smtp.as_ref()),
            "smtp_ca" => or_none(self.smtp_ca.as_deref().map(path).as_ref()),
            "mail_from" => or_none(self.mail_from.as_ref()),
            "sms_url" => or_none(self.sms_url.as_ref()),
            "sms_token" => or_none(self.sms_token.as_ref()),
            "webhook_url" => or_none(self.webhook_url.as_ref()),
            "webhook_secret" => or_none(self.webhook_secret.as_ref()),
            "webhook_networks" => {
                or_none(Some(value::shown_networks(&self.webhook_networks)).filter(|shown| !shown.is_empty()).as_ref())
            }
            "quiet_hours" => value::shown_hours(self.quiet_hours),
            // A test walks the catalogue and finds a setting that is missing above.
            _ => String::new(),
        }
    }
}

impl Loaded {
    /// Every setting with its value, secrets masked, and where it came from.
    #[must_use]
    pub fn show(&self) -> Vec<ShownSetting> {
        let shown = |setting: &Setting| {
            let origin = self.origins.get(setting.key).cloned().unwrap_or_default();
            ShownSetting { key: setting.key, value: self.settings.shown(setting.key), origin }
        };
        CATALOGUE.iter().map(shown).collect()
    }
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

#[cfg(test)]
mod tests;
