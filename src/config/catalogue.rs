//! Every setting there is: its name in the file, in the environment and as a flag, and what it must look like. The
//! reader, the messages and the README's table go by this one list.

/// A setting's names and meaning.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Its name in the file.
    pub key: &'static str,
    /// Its name in the environment; none: it can only be given in the file.
    pub variable: Option<&'static str>,
    /// Its name as a flag, if it has one.
    pub flag: Option<&'static str>,
    /// Whether its value must never be printed.
    pub secret: bool,
    /// What a right value looks like; completes "it must be".
    pub expected: &'static str,
}

const fn setting(key: &'static str, variable: &'static str, expected: &'static str) -> Setting {
    Setting { key, variable: Some(variable), flag: None, secret: false, expected }
}

impl Setting {
    const fn also_flag(self, flag: &'static str) -> Self {
        Self { flag: Some(flag), ..self }
    }

    const fn in_file_only(self) -> Self {
        Self { variable: None, ..self }
    }

    const fn kept_secret(self) -> Self {
        Self { secret: true, ..self }
    }
}

/// The settings, in the order in which people think of them.
pub const CATALOGUE: [Setting; 26] = [
    setting("listen", "FRONTDESK_LISTEN", "a host and a port, such as 127.0.0.1:8080").also_flag("--listen"),
    setting("data_dir", "FRONTDESK_DATA_DIR", "the path of a directory, such as ./data").also_flag("--data-dir"),
    setting(
        "database_url",
        "DATABASE_URL",
        "the URL of a PostgreSQL database, such as postgres://user:password@host/frontdesk",
    )
    .also_flag("--database-url")
    .kept_secret(),
    setting("jwt_secret", "FRONTDESK_JWT_SECRET", "at least 32 bytes long; `openssl rand -hex 32` makes one")
        .kept_secret(),
    setting("jwks", "FRONTDESK_JWKS", "the path of a JWKS file or its http(s) URL"),
    setting("jwt_issuer", "FRONTDESK_JWT_ISSUER", "the text that the claim iss of every token bears"),
    setting("jwt_audience", "FRONTDESK_JWT_AUDIENCE", "the text that the claim aud of every token bears"),
    setting(
        "jwt_issuers",
        "",
        "a table of issuers, each with its list of orgs, such as {\"https://id.example\" = [\"demo\"]}",
    )
    .in_file_only(),
    setting("public_rate_per_minute", "FRONTDESK_PUBLIC_RATE", "a whole number from 0 (no limit) to 1000000"),
    setting("trusted_proxies", "FRONTDESK_TRUSTED_PROXIES", "IP addresses or networks, such as 10.0.0.0/8,192.0.2.7"),
    setting("public_url", "FRONTDESK_PUBLIC_URL", "an http(s) URL without query, such as https://desk.example"),
    setting("cors_origins", "FRONTDESK_CORS_ORIGINS", "origins, such as https://app.example,https://admin.example"),
    setting("log", "FRONTDESK_LOG", "a log filter, such as info or frontdesk=debug,warn"),
    setting("log_format", "FRONTDESK_LOG_FORMAT", "text or json"),
    setting("workers", "FRONTDESK_WORKERS", "a whole number from 1 to 1024"),
    setting("pg_bin", "PG_BIN", "the path of the directory that holds postgres and initdb"),
    setting("max_in_flight", "FRONTDESK_MAX_IN_FLIGHT", "a whole number from 1 to 1000000"),
    setting("max_watchers", "FRONTDESK_MAX_WATCHERS", "a whole number from 0 to 1000000"),
    setting(
        "smtp_url",
        "FRONTDESK_SMTP_URL",
        "the URL of a mail server, such as smtp://user:password@mail.example (STARTTLS), smtps://mail.example or \
         smtp://localhost:25?tls=none",
    )
    .kept_secret(),
    setting("smtp_ca", "FRONTDESK_SMTP_CA", "the path of a file of certificates (PEM)"),
    setting("mail_from", "FRONTDESK_MAIL_FROM", "an e-mail address, such as Harbour & Finch <desk@example.com>"),
    setting("sms_url", "FRONTDESK_SMS_URL", "the http(s) URL that text messages are posted to"),
    setting("sms_token", "FRONTDESK_SMS_TOKEN", "the token that the gateway of text messages wants to see")
        .kept_secret(),
    setting("webhook_secret", "FRONTDESK_WEBHOOK_SECRET", "at least 32 bytes long; `openssl rand -hex 32` makes one")
        .kept_secret(),
    setting("webhook_networks", "FRONTDESK_WEBHOOK_NETWORKS", "IP addresses or networks, such as 10.0.0.0/8"),
    setting("quiet_hours", "FRONTDESK_QUIET_HOURS", "a span of the day, such as 21:00-08:00, or none"),
];
