//! The types of settings and how each is read: from text (environment, flags, file) or, in a file, from TOML's own numbers and lists.
//! Every reader answers none for a value that is not right; the catalogue says what would be.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;

use chrono::NaiveTime;
use figment::value::Value;
use ipnet::IpNet;
use lettre::message::Mailbox;
use url::Url;

use super::{JWT_SECRET_MIN_BYTES, Secret};

/// Longest address of a webhook, in bytes.
const HOOK_URL_MAX_BYTES: usize = 2_000;

/// A host (a name or an address) and a port to listen on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListenAddress {
    host: String,
    port: u16,
}

impl ListenAddress {
    /// Any free port, for this machine only.
    #[must_use]
    pub fn any_free_port() -> Self {
        Self { host: "127.0.0.1".to_owned(), port: 0 }
    }

    /// The host, without the brackets of an IPv6 address.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port; 0: any free one.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl Default for ListenAddress {
    fn default() -> Self {
        Self { host: "127.0.0.1".to_owned(), port: 8080 }
    }
}

impl fmt::Display for ListenAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(formatter, "[{}]:{}", self.host, self.port)
        } else {
            write!(formatter, "{}:{}", self.host, self.port)
        }
    }
}

impl FromStr for ListenAddress {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (host, port) = text.rsplit_once(':').ok_or(())?;
        let port = port.parse().map_err(|_| ())?;
        let host = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
            Some(address) => address.parse::<std::net::Ipv6Addr>().map_err(|_| ())?.to_string(),
            None => host.to_owned(),
        };
        let is_address = host.parse::<IpAddr>().is_ok();
        let is_name = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.');
        if host.is_empty() || !(is_address || is_name) { Err(()) } else { Ok(Self { host, port }) }
    }
}

/// How log lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line, for machines.
    Json,
}

impl fmt::Display for LogFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Text => "text",
            Self::Json => "json",
        })
    }
}

/// Where a JWKS document is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JwksLocation {
    /// In a file.
    File(PathBuf),
    /// On the web.
    Url(Url),
}

impl fmt::Display for JwksLocation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(formatter),
            Self::Url(url) => url.fmt(formatter),
        }
    }
}

/// The networks whose X-Forwarded-For is believed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    /// The networks.
    #[must_use]
    pub fn networks(&self) -> &[IpNet] {
        &self.0
    }

    /// Whether what this peer forwards is believed. An IPv4 address in IPv6 clothes counts as the IPv4 address.
    #[must_use]
    pub fn contains(&self, peer: IpAddr) -> bool {
        let peer = peer.to_canonical();
        self.0.iter().any(|network| network.contains(&peer))
    }
}

impl fmt::Display for TrustedProxies {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&shown_networks(&self.0))
    }
}

/// Text that is not empty.
pub(super) fn text(value: &Value) -> Option<String> {
    value.as_str().filter(|text| !text.trim().is_empty()).map(ToOwned::to_owned)
}

pub(super) fn path(value: &Value) -> Option<PathBuf> {
    text(value).map(PathBuf::from)
}

pub(super) fn listen_address(value: &Value) -> Option<ListenAddress> {
    value.as_str()?.parse().ok()
}

/// A whole number within `range`.
pub(super) fn number<T>(value: &Value, range: RangeInclusive<T>) -> Option<T>
where
    T: TryFrom<u128> + PartialOrd,
{
    let number = match value {
        Value::String(_, text) => text.trim().parse().ok()?,
        // TOML's whole numbers are signed.
        other => u128::try_from(other.to_i128()?).ok()?,
    };
    T::try_from(number).ok().filter(|number| range.contains(number))
}

/// A list, as TOML's own or separated by commas; nothing in it may be empty.
fn list(value: &Value) -> Option<Vec<String>> {
    let items: Vec<&str> = match value {
        Value::String(_, text) => text.split(',').map(str::trim).collect(),
        Value::Array(_, items) => items.iter().map(Value::as_str).collect::<Option<_>>()?,
        _ => return None,
    };
    items.into_iter().map(|item| (!item.is_empty()).then(|| item.to_owned())).collect()
}

pub(super) fn database_url(value: &Value) -> Option<Secret> {
    let text = text(value)?;
    let url = Url::parse(&text).ok()?;
    let understood =
        matches!(url.scheme(), "postgres" | "postgresql") && text.parse::<sqlx::postgres::PgConnectOptions>().is_ok();
    understood.then(|| Secret::new(text))
}

/// The database's URL for people: whoever reads it over a shoulder learns no password.
pub(super) fn without_password(url: &Secret) -> String {
    let Ok(mut url) = Url::parse(url.reveal()) else { return url.to_string() };
    if url.password().is_some() && url.set_password(Some("********")).is_err() {
        return Secret::new(String::new()).to_string();
    }
    // A password may also stand in the query.
    url.set_query(None);
    url.to_string()
}

pub(super) fn jwt_secret(value: &Value) -> Option<Secret> {
    value.as_str().filter(|secret| secret.len() >= JWT_SECRET_MIN_BYTES).map(|secret| Secret::new(secret.to_owned()))
}

pub(super) fn jwks_location(value: &Value) -> Option<JwksLocation> {
    let text = text(value)?;
    if text.contains("://") { http_url(&text).map(JwksLocation::Url) } else { Some(JwksLocation::File(text.into())) }
}

/// An issuer's orgs, by issuer.
pub(super) fn orgs_by_issuer(value: &Value) -> Option<BTreeMap<String, Vec<String>>> {
    value.as_dict()?.iter().map(|(issuer, orgs)| Some((issuer.clone(), list(orgs)?))).collect()
}

pub(super) fn trusted_proxies(value: &Value) -> Option<TrustedProxies> {
    networks(value).map(TrustedProxies)
}

/// Networks, or single addresses.
pub(super) fn networks(value: &Value) -> Option<Vec<IpNet>> {
    let network = |item: &String| item.parse().or_else(|_| item.parse::<IpAddr>().map(IpNet::from)).ok();
    list(value)?.iter().map(network).collect()
}

pub(super) fn shown_networks(networks: &[IpNet]) -> String {
    networks.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

/// An e-mail address, with a name or without.
pub(super) fn mailbox(value: &Value) -> Option<Mailbox> {
    value.as_str()?.trim().parse().ok()
}

pub(super) fn secret(value: &Value) -> Option<Secret> {
    text(value).map(Secret::new)
}

/// The night, unless set.
pub(super) fn usual_night() -> Option<(NaiveTime, NaiveTime)> {
    NaiveTime::from_hms_opt(21, 0, 0).zip(NaiveTime::from_hms_opt(8, 0, 0))
}

/// A span of the day such as `21:00-08:00`, or `none`.
#[expect(clippy::option_option, reason = "no hours at all are a right value too")]
pub(super) fn hours_or_none(value: &Value) -> Option<Option<(NaiveTime, NaiveTime)>> {
    let text = value.as_str()?.trim();
    if text == "none" {
        return Some(None);
    }
    let time = |text: &str| NaiveTime::parse_from_str(text.trim(), "%H:%M").ok();
    let (from, to) = text.split_once('-')?;
    let hours = (time(from)?, time(to)?);
    (hours.0 != hours.1).then_some(Some(hours))
}

pub(super) fn shown_hours(hours: Option<(NaiveTime, NaiveTime)>) -> String {
    hours.map_or_else(|| "none".to_owned(), |(from, to)| format!("{}-{}", from.format("%H:%M"), to.format("%H:%M")))
}

pub(super) fn base_url(value: &Value) -> Option<Url> {
    http_url(value.as_str()?).filter(|url| url.query().is_none() && url.fragment().is_none())
}

pub(super) fn hook_url(value: &Value) -> Option<Url> {
    any_http_url(value)
        .filter(|url| url.username().is_empty() && url.password().is_none() && url.as_str().len() <= HOOK_URL_MAX_BYTES)
}

pub(super) fn origins(value: &Value) -> Option<Vec<String>> {
    list(value)?
        .iter()
        .map(|item| {
            let url = http_url(item)?;
            // A path, which no origin has, would never match what a browser sends.
            (url.path() == "/" && url.query().is_none() && url.fragment().is_none())
                .then(|| url.origin().ascii_serialization())
        })
        .collect()
}

pub(super) fn any_http_url(value: &Value) -> Option<Url> {
    http_url(value.as_str()?)
}

fn http_url(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
    })
}

pub(super) fn log_filter(value: &Value) -> Option<String> {
    let text = text(value)?;
    tracing_subscriber::EnvFilter::try_new(&text).ok().map(|_| text)
}

pub(super) fn log_format(value: &Value) -> Option<LogFormat> {
    match value.as_str()? {
        "text" => Some(LogFormat::Text),
        "json" => Some(LogFormat::Json),
        _ => None,
    }
}
