//! The mail server that mails are handed to, as one URL.

use std::fmt;
use std::time::Duration;

use figment::value::Value;
use percent_encoding::percent_decode_str;
use url::Url;

use super::Secret;

/// How long handing a mail over may take, unless the URL says, in seconds.
const TIMEOUT_SECONDS_DEFAULT: u64 = 60;
/// Longest such time that can be set, in seconds.
const TIMEOUT_SECONDS_MAX: u64 = 100;

/// How the way to the mail server is kept private.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// TLS from the first byte (`smtps://`).
    FromTheStart,
    /// TLS after STARTTLS, without which nothing is said (`smtp://`).
    AfterAsking,
    /// None (`smtp://...?tls=none`): for a server on the same machine.
    None,
}

/// Who we are to the mail server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// The name.
    pub user: String,
    /// The password.
    pub password: Secret,
}

/// The mail server that mails are handed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmtpServer {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way to it is kept private.
    pub encryption: Encryption,
    /// Who we are to it; none: it does not ask.
    pub login: Option<Login>,
    /// How long handing a mail over may take.
    pub timeout: Duration,
}

impl fmt::Display for SmtpServer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.encryption == Encryption::FromTheStart { "smtps" } else { "smtp" };
        write!(formatter, "{scheme}://")?;
        if let Some(login) = &self.login {
            write!(formatter, "{}:{}@", login.user, login.password)?;
        }
        write!(formatter, "{}:{}?timeout={}", self.host, self.port, self.timeout.as_secs())?;
        if self.encryption == Encryption::None { formatter.write_str("&tls=none") } else { Ok(()) }
    }
}

/// Reads `smtp://user:password@host:port?tls=none&timeout=60` or `smtps://...`.
pub(super) fn server(value: &Value) -> Option<SmtpServer> {
    let url = Url::parse(value.as_str()?).ok()?;
    let (mut encryption, port) = match url.scheme() {
        "smtp" => (Encryption::AfterAsking, 587),
        "smtps" => (Encryption::FromTheStart, 465),
        _ => return None,
    };
    let mut timeout = TIMEOUT_SECONDS_DEFAULT;
    for (name, value) in url.query_pairs() {
        match (&*name, &*value) {
            ("tls", "none") if encryption == Encryption::AfterAsking => encryption = Encryption::None,
            ("timeout", seconds) => timeout = seconds.parse().ok().filter(|s| (1..=TIMEOUT_SECONDS_MAX).contains(s))?,
            _ => return None,
        }
    }
    if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
        return None;
    }
    let plain = |text: &str| percent_decode_str(text).decode_utf8().ok().map(|text| text.into_owned());
    let login = match (url.username(), url.password()) {
        ("", None) => None,
        (user, Some(password)) => Some(Login { user: plain(user)?, password: Secret::new(plain(password)?) }),
        (_, None) => return None,
    };
    let host = url.host_str().filter(|host| !host.is_empty())?.trim_matches(['[', ']']).to_owned();
    Some(SmtpServer {
        host,
        port: url.port().unwrap_or(port),
        encryption,
        login,
        timeout: Duration::from_secs(timeout),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<SmtpServer> {
        server(&Value::from(text))
    }

    #[test]
    fn a_url_says_where_how_and_as_whom() {
        let server = read("smtp://desk%40example.com:p%26w@mail.example").unwrap();
        assert_eq!(
            (server.host.as_str(), server.port, server.encryption),
            ("mail.example", 587, Encryption::AfterAsking)
        );
        let login = server.login.as_ref().unwrap();
        assert_eq!((login.user.as_str(), login.password.reveal()), ("desk@example.com", "p&w"));
        assert!(!server.to_string().contains("p&w") && !format!("{server:?}").contains("p&w"));
        let secure = read("smtps://mail.example:2465?timeout=100").unwrap();
        assert_eq!((secure.port, secure.encryption), (2465, Encryption::FromTheStart));
        assert_eq!(secure.timeout, Duration::from_secs(100));
        let near = read("smtp://[::1]:25?tls=none&timeout=1").unwrap();
        assert_eq!((near.host.as_str(), near.encryption, near.login), ("::1", Encryption::None, None));
    }

    #[test]
    fn what_is_no_mail_server_is_refused() {
        for bad in [
            "mail.example:25",
            "http://mail.example",
            "smtp://",
            "smtp://user@mail.example",
            "smtp://mail.example/inbox",
            "smtp://mail.example?tls=perhaps",
            "smtps://mail.example?tls=none",
            "smtp://mail.example?timeout=0",
            "smtp://mail.example?timeout=101",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
