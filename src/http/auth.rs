//! Who asks: a signed token says so, and nothing else does. HS256 by our own secret, RS256, ES256 and EdDSA by public keys
//! that are pinned to their algorithm; a public key is never used as a secret, and `none` is no algorithm.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;

use super::jwks::Jwks;
use super::problem::{Code, Problem};
use crate::domain::ids::OrgId;
use crate::domain::party::{Party, Role};

/// How far the clocks of an issuer and of this server may be apart, in seconds.
const CLOCK_SKEW_SECONDS: u64 = 5;
/// Longest token, in bytes.
const TOKEN_MAX_BYTES: usize = 8 * 1024;
/// Longest subject, in characters.
const SUBJECT_MAX_CHARACTERS: usize = 200;

/// What a verified token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Who.
    pub subject: String,
    /// Of which org.
    pub org: OrgId,
    /// In which role.
    pub role: Role,
    /// The person's e-mail address, where the token has it.
    pub email: Option<String>,
    /// Until when.
    pub expires_at: DateTime<Utc>,
}

impl Identity {
    /// The identity as one who gives commands.
    #[must_use]
    pub fn party(&self) -> Party {
        Party::Clerk { subject: self.subject.clone(), role: self.role }
    }
}

/// What must be true of issuers and audiences.
#[derive(Clone, Debug, Default)]
pub struct TokenRules {
    /// The issuer that tokens must name, where that is demanded.
    pub issuer: Option<String>,
    /// The audience that tokens must name, where that is demanded.
    pub audience: Option<String>,
    /// Issuers and the orgs that each may speak for. When there are any, only these and `issuer` are accepted.
    pub issuers: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Deserialize)]
struct Claims {
    sub: String,
    org: String,
    role: String,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    iss: Option<String>,
    exp: f64,
}

/// Verifies tokens.
pub struct Verifier {
    secret: Option<DecodingKey>,
    keys: Option<Jwks>,
    rules: TokenRules,
    validations: [Validation; 4],
}

const ALGORITHMS: [Algorithm; 4] = [Algorithm::HS256, Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA];

impl Verifier {
    /// With a secret, with public keys, or with both.
    #[must_use]
    pub fn new(secret: Option<&str>, keys: Option<Jwks>, rules: TokenRules) -> Self {
        let secret = secret.map(|secret| DecodingKey::from_secret(secret.as_bytes()));
        let validations = ALGORITHMS.map(|algorithm| validation(algorithm, &rules));
        Self { secret, keys, rules, validations }
    }

    /// Who the token says it is.
    ///
    /// # Errors
    /// 401 for a token that does not hold, 403 for an issuer that may not speak for that org, or a role that is none.
    pub async fn verify(&self, token: &str) -> Result<Identity, Problem> {
        if token.len() > TOKEN_MAX_BYTES {
            return Err(invalid("it is too long"));
        }
        let header = decode_header(token).map_err(|_| invalid("it cannot be read"))?;
        let position = ALGORITHMS.iter().position(|algorithm| *algorithm == header.alg);
        let validation = position.and_then(|position| self.validations.get(position));
        let validation = validation.ok_or_else(|| invalid("its algorithm is not accepted"))?;
        let claims = if header.alg == Algorithm::HS256 {
            let secret = self.secret.as_ref().ok_or_else(|| invalid("its algorithm is not accepted"))?;
            read(token, secret, validation)?
        } else {
            let keys = self.keys.as_ref().ok_or_else(|| invalid("its algorithm is not accepted"))?;
            let pinned = keys.find(header.kid.as_deref(), header.alg).await;
            let pinned = pinned.ok_or_else(|| invalid("its key is not known"))?;
            read(token, &pinned.key, validation)?
        };
        self.identity(claims)
    }

    fn identity(&self, claims: Claims) -> Result<Identity, Problem> {
        let subject = crate::domain::invalid::text("sub", &claims.sub, 1, SUBJECT_MAX_CHARACTERS, false)
            .map_err(|_| invalid("its subject is not valid"))?;
        if !self.rules.may_speak_for(claims.iss.as_deref(), &claims.org) {
            return Err(Problem::new(Code::Forbidden, "The token's issuer may not speak for its org."));
        }
        let org = OrgId::parse(&claims.org).map_err(|_| Problem::of(Code::UnknownOrg))?;
        let role = role(&claims.role)
            .ok_or_else(|| Problem::new(Code::Forbidden, "The token's role is none that exists here."))?;
        let expires_at = instant_of(claims.exp);
        Ok(Identity { subject, org, role, email: claims.email, expires_at })
    }
}

impl TokenRules {
    fn may_speak_for(&self, issuer: Option<&str>, org: &str) -> bool {
        if self.issuers.is_empty() {
            return true;
        }
        let Some(issuer) = issuer else { return false };
        match self.issuers.get(issuer) {
            Some(orgs) => orgs.iter().any(|known| known == org),
            None => self.issuer.as_deref() == Some(issuer),
        }
    }
}

fn validation(algorithm: Algorithm, rules: &TokenRules) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.leeway = CLOCK_SKEW_SECONDS;
    validation.validate_nbf = true;
    let mut required = vec!["exp", "sub"];
    let issuers: Vec<&String> = rules.issuer.iter().chain(rules.issuers.keys()).collect();
    if !issuers.is_empty() {
        validation.set_issuer(&issuers);
        required.push("iss");
    }
    match &rules.audience {
        Some(audience) => {
            validation.set_audience(&[audience]);
            required.push("aud");
        }
        None => validation.validate_aud = false,
    }
    validation.set_required_spec_claims(&required);
    validation
}

fn read(token: &str, key: &DecodingKey, validation: &Validation) -> Result<Claims, Problem> {
    decode::<Claims>(token, key, validation).map(|data| data.claims).map_err(|error| match error.kind() {
        ErrorKind::ExpiredSignature => Problem::of(Code::TokenExpired),
        ErrorKind::MissingRequiredClaim(claim) => invalid(&format!("the claim {claim} is missing")),
        ErrorKind::InvalidIssuer => invalid("its issuer is not accepted"),
        ErrorKind::InvalidAudience => invalid("it is meant for another audience"),
        ErrorKind::ImmatureSignature => invalid("it is not valid yet"),
        ErrorKind::Json(_) | ErrorKind::InvalidClaimFormat(_) => invalid("its claims must be sub, org, role and exp"),
        _ => invalid("its signature does not hold"),
    })
}

fn invalid(reason: &str) -> Problem {
    Problem::new(Code::InvalidToken, format!("The token is not valid: {reason}."))
}

fn role(word: &str) -> Option<Role> {
    serde_json::from_value(serde_json::Value::from(word)).ok()
}

/// Seconds since 1970 as an instant; beyond all years it is the last one.
fn instant_of(seconds: f64) -> DateTime<Utc> {
    // The cast saturates; fractions of a second do not matter for an expiry.
    #[expect(clippy::cast_possible_truncation, reason = "a float cast saturates, and that is what is wanted")]
    let whole = seconds as i64;
    DateTime::from_timestamp(whole, 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

#[cfg(test)]
#[path = "auth_tests.rs"]
mod tests;
