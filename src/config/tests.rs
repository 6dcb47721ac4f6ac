//! The settings by layers, and the messages that a wrong one gives.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use tempfile::TempDir;

use super::*;

const LONG_SECRET: &str = "0123456789abcdef0123456789abcdef";

fn load(environment: &[(&str, &str)]) -> Result<Loaded, ConfigError> {
    let nowhere = TempDir::new().unwrap();
    Settings::load(&Inputs {
        environment: Environment::of(environment),
        directory: nowhere.path().to_owned(),
        ..Inputs::default()
    })
}

fn refusal(environment: &[(&str, &str)]) -> String {
    let message = load(environment).unwrap_err().to_string();
    assert!(!message.contains('\n'), "{message}");
    message
}

fn load_file(text: &str) -> Result<Loaded, ConfigError> {
    let directory = TempDir::new().unwrap();
    fs::write(directory.path().join("frontdesk.toml"), text).unwrap();
    Settings::load(&Inputs { directory: directory.path().to_owned(), ..Inputs::default() })
}

#[test]
fn nothing_set_means_the_defaults() {
    let loaded = load(&[]).unwrap();
    let settings = &loaded.settings;
    assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.data_dir, Path::new("data"));
    assert_eq!(settings.public_rate_per_minute, 300);
    assert_eq!(settings.log, "info");
    assert_eq!(settings.log_format, LogFormat::Text);
    assert!(settings.workers >= 1);
    assert_eq!((settings.max_in_flight, settings.max_watchers), (4_096, 20_000));
    assert!(loaded.show().iter().all(|shown| shown.origin == "default"));
}

#[test]
fn flags_beat_the_environment_which_beats_the_file() {
    let directory = TempDir::new().unwrap();
    fs::write(
        directory.path().join("frontdesk.toml"),
        "listen = \"127.0.0.1:1\"\ndata_dir = \"/file\"\nlog = \"warn\"\nworkers = 3\n",
    )
    .unwrap();
    let loaded = Settings::load(&Inputs {
        flags: Flags { listen: Some("127.0.0.1:3".to_owned()), ..Flags::default() },
        environment: Environment::of(&[("FRONTDESK_LISTEN", "127.0.0.1:2"), ("FRONTDESK_DATA_DIR", "/variable")]),
        directory: directory.path().to_owned(),
    })
    .unwrap();
    assert_eq!(loaded.settings.listen.port(), 3);
    assert_eq!(loaded.settings.data_dir, Path::new("/variable"));
    assert_eq!((loaded.settings.log.as_str(), loaded.settings.workers), ("warn", 3));

    let origin = |key| loaded.show().into_iter().find(|shown| shown.key == key).unwrap().origin;
    assert_eq!(origin("listen"), "the flag --listen");
    assert_eq!(origin("data_dir"), "the environment variable FRONTDESK_DATA_DIR");
    assert!(origin("log").starts_with("the file "));
    assert_eq!(origin("jwks"), "default");
}

#[test]
fn every_setting_is_read_from_its_variable() {
    let loaded = load(&[
        ("FRONTDESK_LISTEN", "[::1]:0"),
        ("FRONTDESK_DATA_DIR", "/d"),
        ("DATABASE_URL", "postgres://desk:hunter2@db.example/desk"),
        ("FRONTDESK_JWT_SECRET", LONG_SECRET),
        ("FRONTDESK_JWKS", "https://id.example/keys"),
        ("FRONTDESK_JWT_ISSUER", "https://id.example"),
        ("FRONTDESK_JWT_AUDIENCE", "desk"),
        ("FRONTDESK_PUBLIC_RATE", "0"),
        ("FRONTDESK_TRUSTED_PROXIES", "10.0.0.0/8, 192.0.2.7,::1"),
        ("FRONTDESK_PUBLIC_URL", "https://desk.example/front/"),
        ("FRONTDESK_CORS_ORIGINS", "https://a.example, http://b.example:8000/"),
        ("FRONTDESK_LOG", "frontdesk=debug,warn"),
        ("FRONTDESK_LOG_FORMAT", "json"),
        ("FRONTDESK_WORKERS", "2"),
        ("PG_BIN", "/pg/bin"),
        ("FRONTDESK_MAX_IN_FLIGHT", "7"),
        ("FRONTDESK_MAX_WATCHERS", "8"),
        ("FRONTDESK_SMTP_URL", "smtps://desk:hunter2@mail.example"),
        ("FRONTDESK_SMTP_CA", "/etc/ca.pem"),
        ("FRONTDESK_MAIL_FROM", "Harbour & Finch <desk@example.com>"),
        ("FRONTDESK_SMS_URL", "https://sms.example/send?from=desk"),
        ("FRONTDESK_SMS_TOKEN", "hunter2"),
        ("FRONTDESK_WEBHOOK_URL", "https://hooks.example/desk"),
        ("FRONTDESK_WEBHOOK_SECRET", LONG_SECRET),
        ("FRONTDESK_WEBHOOK_NETWORKS", "10.0.0.0/8"),
        ("FRONTDESK_QUIET_HOURS", "22:00-07:30"),
    ])
    .unwrap();
    let settings = &loaded.settings;
    assert_eq!((settings.listen.host(), settings.listen.port()), ("::1", 0));
    assert_eq!(settings.jwt_secret.as_ref().unwrap().reveal(), LONG_SECRET);
    assert!(matches!(&settings.jwks, Some(JwksLocation::Url(url)) if url.as_str() == "https://id.example/keys"));
    assert_eq!(settings.public_rate_per_minute, 0);
    assert!(settings.trusted_proxies.contains("10.1.2.3".parse().unwrap()));
    assert!(settings.trusted_proxies.contains("::ffff:192.0.2.7".parse().unwrap()));
    assert!(!settings.trusted_proxies.contains("192.0.2.8".parse().unwrap()));
    assert_eq!(settings.cors_origins, ["https://a.example", "http://b.example:8000"]);
    assert_eq!(settings.base_url("127.0.0.1:1".parse().unwrap()), "https://desk.example/front");
    assert_eq!((settings.max_in_flight, settings.max_watchers, settings.workers), (7, 8, 2));

    let sender = settings.mail_from.as_ref().unwrap();
    assert_eq!((sender.name.as_deref(), sender.email.domain()), (Some("Harbour & Finch"), "example.com"));
    assert_eq!(settings.smtp.as_ref().unwrap().port, 465);
    assert_eq!(value::shown_hours(settings.quiet_hours), "22:00-07:30");

    for shown in loaded.show() {
        let set_in_the_file_only =
            CATALOGUE.iter().any(|setting| setting.key == shown.key && setting.variable.is_none());
        assert_eq!(shown.origin == "default", set_in_the_file_only, "{shown:?}");
        assert!(!shown.value.is_empty(), "Settings::shown leaves out {}", shown.key);
        assert!(!shown.value.contains("hunter2") && !shown.value.contains(LONG_SECRET), "{shown:?}");
    }
}

#[test]
fn a_file_may_use_tomls_own_types_and_is_the_place_for_issuers() {
    let settings = load_file(
        "trusted_proxies = [\"10.0.0.0/8\"]\nworkers = 4\n[jwt_issuers]\n\"https://id.example\" = [\"demo\", \"other\"]\n",
    )
    .unwrap()
    .settings;
    assert_eq!(settings.workers, 4);
    assert!(settings.trusted_proxies.contains("10.0.0.1".parse().unwrap()));
    assert_eq!(settings.jwt_issuers["https://id.example"], ["demo", "other"]);
}

#[test]
fn a_wrong_value_names_itself_its_origin_and_what_would_be_right() {
    let message = refusal(&[("FRONTDESK_LISTEN", "eighty")]);
    assert_eq!(
        message,
        "the setting listen, from the environment variable FRONTDESK_LISTEN, is \"eighty\": it must be a host and a port, such as \
         127.0.0.1:8080"
    );
    for (variable, value) in [
        ("FRONTDESK_LISTEN", "127.0.0.1"),
        ("FRONTDESK_LISTEN", "127.0.0.1:70000"),
        ("FRONTDESK_LISTEN", "a b:80"),
        ("FRONTDESK_LISTEN", ":80"),
        ("FRONTDESK_PUBLIC_RATE", "-1"),
        ("FRONTDESK_PUBLIC_RATE", "many"),
        ("FRONTDESK_TRUSTED_PROXIES", "10.0.0.0/33"),
        ("FRONTDESK_TRUSTED_PROXIES", "10.0.0.1,,10.0.0.2"),
        ("FRONTDESK_PUBLIC_URL", "desk.example"),
        ("FRONTDESK_PUBLIC_URL", "ftp://desk.example"),
        ("FRONTDESK_CORS_ORIGINS", "https://a.example/path"),
        ("FRONTDESK_CORS_ORIGINS", "*"),
        ("FRONTDESK_LOG", "frontdesk=loud=er"),
        ("FRONTDESK_LOG_FORMAT", "xml"),
        ("FRONTDESK_WORKERS", "0"),
        ("FRONTDESK_JWKS", "file:///etc/keys"),
        ("DATABASE_URL", "mysql://localhost/x"),
        ("FRONTDESK_SMTP_URL", "mail.example:25"),
        ("FRONTDESK_MAIL_FROM", "Harbour & Finch"),
        ("FRONTDESK_SMS_URL", "sms.example"),
        ("FRONTDESK_WEBHOOK_SECRET", "short"),
        ("FRONTDESK_WEBHOOK_NETWORKS", "office"),
        ("FRONTDESK_QUIET_HOURS", "21:00"),
        ("FRONTDESK_QUIET_HOURS", "21:00-21:00"),
    ] {
        let message = refusal(&[(variable, value), ("FRONTDESK_JWT_SECRET", LONG_SECRET)]);
        assert!(message.contains(variable), "{message}");
    }
}

#[test]
fn a_secret_is_never_repeated() {
    let message = refusal(&[("FRONTDESK_JWT_SECRET", "short-secret")]);
    assert!(message.contains("FRONTDESK_JWT_SECRET") && message.contains("32 bytes"), "{message}");
    assert!(!message.contains("short-secret"), "{message}");
    assert!(!refusal(&[("DATABASE_URL", "nonsense:hunter2")]).contains("hunter2"));

    let settings = load(&[("FRONTDESK_JWT_SECRET", LONG_SECRET)]).unwrap().settings;
    assert!(!format!("{settings:?}").contains(LONG_SECRET));
}

#[test]
fn an_unknown_key_or_a_broken_file_is_refused_in_one_line() {
    let unknown = load_file("lisen = \"127.0.0.1:1\"\n").unwrap_err().to_string();
    assert!(
        unknown.contains("no setting lisen") && unknown.contains("frontdesk.toml") && unknown.contains("listen,"),
        "{unknown}"
    );
    let broken = load_file("listen = \n").unwrap_err().to_string();
    assert!(broken.contains("frontdesk.toml") && !broken.contains('\n'), "{broken}");
    let wrong = load_file("workers = \"few\"\n").unwrap_err().to_string();
    assert!(wrong.contains("workers") && wrong.contains("frontdesk.toml") && wrong.contains("1 to 1024"), "{wrong}");

    let missing = Settings::load(&Inputs {
        flags: Flags { config: Some("/nowhere/desk.toml".into()), ..Flags::default() },
        ..Inputs::default()
    });
    assert!(missing.unwrap_err().to_string().contains("/nowhere/desk.toml"));
}

#[test]
fn a_database_of_somebody_else_needs_a_secret_or_keys_to_serve_with() {
    let database = ("DATABASE_URL", "postgres://localhost/desk");
    let settings = load(&[database]).unwrap().settings;
    let message = settings.with_jwt_secret().unwrap_err().to_string();
    assert!(message.contains("FRONTDESK_JWT_SECRET") && message.contains("FRONTDESK_JWKS"), "{message}");
    assert!(!message.contains('\n'), "{message}");
    for way in [("FRONTDESK_JWT_SECRET", LONG_SECRET), ("FRONTDESK_JWKS", "/etc/keys.json")] {
        load(&[database, way]).unwrap().settings.with_jwt_secret().unwrap();
    }
}

#[test]
fn a_variable_set_to_nothing_is_not_set() {
    let loaded = load(&[("FRONTDESK_LISTEN", ""), ("DATABASE_URL", "")]).unwrap();
    assert_eq!(loaded.settings.listen, ListenAddress::default());
    assert!(loaded.settings.database_url.is_none());
}

#[test]
fn a_secret_is_made_once_for_its_owner_alone() {
    let directory = TempDir::new().unwrap();
    let data = directory.path().join("new/data");
    let environment = [("FRONTDESK_DATA_DIR", data.to_str().unwrap())];
    let first = load(&environment).unwrap().settings.with_jwt_secret().unwrap().jwt_secret.unwrap();
    let second = load(&environment).unwrap().settings.with_jwt_secret().unwrap().jwt_secret.unwrap();
    assert_eq!(first.reveal(), second.reveal());
    assert!(first.reveal().len() >= JWT_SECRET_MIN_BYTES);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&data), mode(&data.join("jwt-secret"))), (0o700, 0o600));
    assert_eq!(fs::read_dir(&data).unwrap().count(), 1, "a draft of the secret was left behind");

    fs::write(data.join("jwt-secret"), "short").unwrap();
    assert!(load(&environment).unwrap().settings.with_jwt_secret().is_err());
}

#[test]
fn a_given_secret_or_keys_leave_the_data_directory_alone() {
    let directory = TempDir::new().unwrap();
    let data = directory.path().join("data");
    for way in [("FRONTDESK_JWT_SECRET", LONG_SECRET), ("FRONTDESK_JWKS", "/etc/keys.json")] {
        load(&[("FRONTDESK_DATA_DIR", data.to_str().unwrap()), way]).unwrap().settings.with_jwt_secret().unwrap();
        assert!(!data.exists());
    }
}

#[test]
fn links_lead_to_where_it_listens_unless_set() {
    let settings = load(&[]).unwrap().settings;
    assert_eq!(settings.base_url("127.0.0.1:8080".parse().unwrap()), "http://127.0.0.1:8080");
    assert_eq!(settings.base_url("0.0.0.0:80".parse().unwrap()), "http://127.0.0.1:80");
    assert_eq!(settings.base_url("[::]:80".parse().unwrap()), "http://[::1]:80");
}

#[test]
fn a_mail_server_needs_somebody_whom_mails_come_from() {
    let server = ("FRONTDESK_SMTP_URL", "smtp://mail.example");
    assert!(refusal(&[server]).contains("FRONTDESK_MAIL_FROM"));
    assert!(load(&[server, ("FRONTDESK_MAIL_FROM", "desk@example.com")]).is_ok());
    assert_eq!(load(&[("FRONTDESK_QUIET_HOURS", "none")]).unwrap().settings.quiet_hours, None);
}
