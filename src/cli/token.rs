//! `frontdesk token`: a token for scripts and for trying things out, as an identity provider would sign it.

use std::time::Duration;

use clap::{Args, ValueEnum};
use jsonwebtoken::{EncodingKey, Header};
use serde::Serialize;

use super::error::CommandError;
use crate::clock::{Clock, SystemClock};
use crate::config::Settings;
use crate::domain::ids::OrgId;
use crate::iso_duration::{self, InvalidDuration};

/// Longest that a token made here is good for: ten years of 365 days.
const TTL_LONGEST: Duration = Duration::from_secs(10 * 365 * 24 * 3_600);

/// How long the demo's tokens are good for: a day at the counter.
const DEMO_TTL: Duration = Duration::from_secs(8 * 3_600);

#[derive(Args, Debug)]
pub(super) struct TokenArguments {
    /// The org that the token is for.
    #[arg(long, value_parser = super::org_id)]
    org: OrgId,
    /// What its bearer may do.
    #[arg(long)]
    role: RoleName,
    /// The bearer's e-mail address.
    #[arg(long)]
    email: Option<String>,
    /// Who the bearer is; the e-mail address, else the role, if left out.
    #[arg(long)]
    subject: Option<String>,
    /// How long it is good for, as an ISO 8601 duration of at most ten years.
    #[arg(long, default_value = "PT8H", value_parser = ttl)]
    ttl: Duration,
}

/// A role as the command line names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
enum RoleName {
    Agent,
    Staff,
    Supervisor,
    Admin,
    Customer,
}

#[derive(Serialize)]
struct Claims<'a> {
    sub: &'a str,
    org: &'a str,
    role: RoleName,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<&'a str>,
    /// Seconds since 1970.
    iat: i64,
    /// Seconds since 1970.
    exp: i64,
}

/// Prints a token that a server with these settings accepts.
pub(super) fn print(settings: Settings, arguments: &TokenArguments) -> Result<(), CommandError> {
    println!("{}", sign(&settings, arguments, SystemClock.now().timestamp())?);
    Ok(())
}

/// A token for each role in an org, good for eight hours, as the demo prints them.
pub(super) fn for_each_role(settings: &Settings, org: &OrgId) -> Result<Vec<(String, String)>, CommandError> {
    let now = SystemClock.now().timestamp();
    let tokens = RoleName::value_variants().iter().map(|role| {
        let arguments = TokenArguments { org: org.clone(), role: *role, email: None, subject: None, ttl: DEMO_TTL };
        let name = role.to_possible_value().map_or_else(String::new, |role| role.get_name().to_owned());
        Ok((name, sign(settings, &arguments, now)?))
    });
    tokens.collect()
}

fn sign(settings: &Settings, arguments: &TokenArguments, now: i64) -> Result<String, CommandError> {
    let secret = settings.jwt_secret.as_ref().ok_or(CommandError::NoSecretToSignWith)?;
    let role = arguments.role.to_possible_value();
    let role_name = role.as_ref().map_or("staff", |role| role.get_name());
    let claims = Claims {
        sub: arguments.subject.as_deref().or(arguments.email.as_deref()).unwrap_or(role_name),
        org: arguments.org.as_str(),
        role: arguments.role,
        email: arguments.email.as_deref(),
        iss: settings.jwt_issuer.as_deref(),
        aud: settings.jwt_audience.as_deref(),
        iat: now,
        exp: now.saturating_add_unsigned(arguments.ttl.as_secs()),
    };
    let key = EncodingKey::from_secret(secret.reveal().as_bytes());
    jsonwebtoken::encode(&Header::default(), &claims, &key).map_err(CommandError::Signing)
}

fn ttl(text: &str) -> Result<Duration, String> {
    let duration = iso_duration::parse(text).map_err(|error: InvalidDuration| error.to_string())?;
    if duration.is_zero() || duration > TTL_LONGEST {
        return Err("a token is good for at least a second and at most ten years".to_owned());
    }
    Ok(duration)
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{Algorithm, DecodingKey, Validation};
    use serde_json::{Value, json};

    use super::*;
    use crate::config::{Environment, Inputs};
    use crate::domain::party::Role;

    const SECRET: &str = "0123456789abcdef0123456789abcdef";
    const NOW: i64 = 4_000_000_000;

    fn settings(environment: &[(&str, &str)]) -> Settings {
        let inputs = Inputs { environment: Environment::of(environment), ..Inputs::default() };
        Settings::load(&inputs).unwrap().settings
    }

    fn arguments(role: RoleName, email: Option<&str>) -> TokenArguments {
        TokenArguments {
            org: OrgId::parse("demo").unwrap(),
            role,
            email: email.map(str::to_owned),
            subject: None,
            ttl: Duration::from_secs(60),
        }
    }

    fn claims_of(token: &str) -> Value {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.validate_aud = false;
        jsonwebtoken::decode::<Value>(token, &DecodingKey::from_secret(SECRET.as_bytes()), &validation).unwrap().claims
    }

    #[test]
    fn a_token_carries_what_was_asked_for_and_what_the_server_checks() {
        let plain = settings(&[("FRONTDESK_JWT_SECRET", SECRET)]);
        let token = sign(&plain, &arguments(RoleName::Staff, None), NOW).unwrap();
        assert_eq!(
            claims_of(&token),
            json!({"sub": "staff", "org": "demo", "role": "staff", "iat": NOW, "exp": NOW + 60})
        );

        let bound = settings(&[
            ("FRONTDESK_JWT_SECRET", SECRET),
            ("FRONTDESK_JWT_ISSUER", "desk"),
            ("FRONTDESK_JWT_AUDIENCE", "here"),
        ]);
        let claims = claims_of(&sign(&bound, &arguments(RoleName::Customer, Some("a@b.example")), NOW).unwrap());
        assert_eq!((&claims["sub"], &claims["email"]), (&json!("a@b.example"), &json!("a@b.example")));
        assert_eq!((&claims["iss"], &claims["aud"]), (&json!("desk"), &json!("here")));
    }

    #[test]
    fn without_a_secret_nothing_is_signed() {
        let keys_only = settings(&[("FRONTDESK_JWKS", "/etc/keys.json")]);
        assert!(matches!(
            sign(&keys_only, &arguments(RoleName::Staff, None), NOW),
            Err(CommandError::NoSecretToSignWith)
        ));
    }

    #[test]
    fn every_role_of_the_command_line_is_one_of_the_domain_s() {
        for role in RoleName::value_variants() {
            let name = serde_json::to_value(role).unwrap();
            assert!(serde_json::from_value::<Role>(name.clone()).is_ok(), "{name}");
            assert_eq!(name, role.to_possible_value().unwrap().get_name());
        }
    }

    #[test]
    fn a_ttl_has_bounds() {
        assert_eq!(ttl("PT8H"), Ok(Duration::from_secs(28_800)));
        for wrong in ["PT0S", "P4000D", "8h"] {
            assert!(ttl(wrong).is_err(), "{wrong}");
        }
    }
}
