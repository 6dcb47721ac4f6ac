//! The command line: what can be said, and how it ends. A mistake in the command or the settings ends with code 2, any
//! other failure with code 1, each with one line on standard error.

mod commands;
mod database;
mod error;
mod signals;
mod token;
mod welcome;

use std::path::PathBuf;
use std::process::ExitCode;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use clap::{Args, Parser, Subcommand};

use crate::config::{ConfigError, Flags, Inputs, Loaded, Settings};
use crate::domain::ids::OrgId;
use crate::telemetry;

use self::error::CommandError;
use self::token::TokenArguments;

/// The exit code for a wrong command line or a wrong setting; clap uses it too.
const EXIT_MISUSE: u8 = 2;

/// The front desk of a business as one server: appointments, walk-up queues, service requests and support tickets.
#[derive(Debug, Parser)]
#[command(name = "frontdesk", version)]
struct CommandLine {
    #[command(flatten)]
    settings: SettingFlags,
    #[command(subcommand)]
    command: Command,
}

#[derive(Args, Debug)]
struct SettingFlags {
    /// The settings file; without it, frontdesk.toml in the working directory, if there is one.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where to listen, such as 127.0.0.1:8080.
    #[arg(long, global = true, value_name = "HOST:PORT")]
    listen: Option<String>,
    /// Where the private database and the generated secret lie.
    #[arg(long, global = true, value_name = "DIRECTORY")]
    data_dir: Option<String>,
    /// The PostgreSQL (15 or newer) to use in place of the private one.
    #[arg(long, global = true, value_name = "URL")]
    database_url: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs the server until it is told to stop (Ctrl-C, SIGTERM).
    Serve {
        /// Loads a small demo org when the database is empty, and prints its pages and tokens.
        #[arg(long)]
        demo: bool,
        /// Starts with a clock that stands at this instant and is moved by POST /dev/clock, for tests.
        #[arg(long, value_name = "INSTANT")]
        clock: Option<DateTime<Utc>>,
    },
    /// Brings the tables of the database up to date.
    Migrate,
    /// Prints a token, signed with the server's secret.
    Token(TokenArguments),
    /// Adds or lists orgs; also beside a running server.
    #[command(subcommand)]
    Org(OrgCommand),
    /// Loads the demo org into an empty database.
    Demo,
    /// Prints every setting, secrets masked, and where it came from.
    CheckConfig,
}

#[derive(Debug, Subcommand)]
enum OrgCommand {
    /// Adds an org.
    Add {
        /// Its id: 1 to 64 characters out of A-Z a-z 0-9 _ -
        #[arg(value_parser = org_id)]
        id: OrgId,
        /// Its name; its id, if left out.
        #[arg(long)]
        name: Option<String>,
        /// Its time zone, such as Europe/Berlin.
        #[arg(long, default_value = "UTC", value_parser = time_zone)]
        timezone: Tz,
        /// Its currency, an ISO 4217 code.
        #[arg(long, default_value = "EUR", value_parser = currency)]
        currency: String,
    },
    /// Lists all orgs.
    List,
}

/// Runs the command line of this process.
#[must_use]
pub fn run() -> ExitCode {
    let line = CommandLine::parse();
    match execute(line) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("frontdesk: {error}");
            if matches!(error, CommandError::Config(_)) { ExitCode::from(EXIT_MISUSE) } else { ExitCode::FAILURE }
        }
    }
}

fn execute(line: CommandLine) -> Result<(), CommandError> {
    let loaded = load(line.settings)?;
    if matches!(line.command, Command::CheckConfig) {
        return Ok(check_config(&loaded)?);
    }
    // The failure tests say where the server stands still, in FAILPOINTS. A release build has no such places.
    #[cfg(feature = "failpoints")]
    let _failpoints = fail::FailScenario::setup();
    let settings = loaded.settings;
    telemetry::install_logging(&settings.log, settings.log_format)?;
    match line.command {
        Command::Serve { demo, clock } => commands::serve(settings.with_jwt_secret()?, clock, demo),
        Command::Migrate => commands::migrate(&settings),
        Command::Token(arguments) => token::print(settings.with_jwt_secret()?, &arguments),
        Command::Org(OrgCommand::Add { id, name, timezone, currency }) => {
            commands::add_org(&settings, &id, name.as_deref(), timezone, &currency)
        }
        Command::Org(OrgCommand::List) => commands::list_orgs(&settings),
        Command::Demo => commands::load_demo(settings.with_jwt_secret()?),
        // Answered above, before anything is set up.
        Command::CheckConfig => Ok(()),
    }
}

fn load(flags: SettingFlags) -> Result<Loaded, ConfigError> {
    let SettingFlags { config, listen, data_dir, database_url } = flags;
    Settings::load(&Inputs::of_this_process(Flags { config, listen, data_dir, database_url })?)
}

fn check_config(loaded: &Loaded) -> Result<(), ConfigError> {
    let shown = loaded.show();
    let widest = |text: fn(&crate::config::ShownSetting) -> usize| shown.iter().map(text).max().unwrap_or_default();
    let (key_width, value_width) = (widest(|line| line.key.len()), widest(|line| line.value.chars().count()));
    for line in &shown {
        println!("{:key_width$}  {:value_width$}  {}", line.key, line.value, line.origin);
    }
    loaded.settings.check_tokens()
}

fn org_id(text: &str) -> Result<OrgId, String> {
    OrgId::parse(text).map_err(|invalid| invalid.to_string())
}

fn time_zone(text: &str) -> Result<Tz, String> {
    text.parse().map_err(|_| "not a time zone of the tz database, such as Europe/Berlin".to_owned())
}

fn currency(text: &str) -> Result<String, String> {
    let fits = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    if fits { Ok(text.to_owned()) } else { Err("not an ISO 4217 code, such as EUR".to_owned()) }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn parse(line: &str) -> Result<CommandLine, clap::Error> {
        CommandLine::try_parse_from(std::iter::once("frontdesk").chain(line.split_whitespace()))
    }

    #[test]
    fn the_command_line_is_sound() {
        CommandLine::command().debug_assert();
    }

    #[test]
    fn the_documented_commands_are_understood() {
        for line in [
            "serve",
            "serve --demo --listen 127.0.0.1:0",
            "--data-dir /d serve --clock 2026-05-10T09:00:00Z",
            "migrate --database-url postgres://localhost/desk",
            "token --org demo --role staff",
            "token --org demo --role customer --email a@b.example --ttl PT8H --subject anna",
            "org add demo --name Demo --timezone Europe/Berlin --currency EUR",
            "org list",
            "demo",
            "check-config --config desk.toml",
        ] {
            assert!(parse(line).is_ok(), "{line}");
        }
    }

    #[test]
    fn mistakes_are_refused() {
        for line in [
            "",
            "serve --clock tomorrow",
            "token --org demo --role king",
            "token --org demo --role staff --ttl 8h",
            "token --role staff",
            "org add not/an/id",
            "org add demo --timezone Mars/Olympus",
            "org add demo --currency euro",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
