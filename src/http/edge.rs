//! What all handlers share: the way inwards, who may come in, and how much at once.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::header;
use chrono::{DateTime, Utc};
use ipnet::IpNet;
use tokio::sync::watch;

use super::auth::{TokenRules, Verifier};
use super::credentials;
use super::jwks::{Jwks, JwksError, JwksSource};
use super::permits::Permits;
use super::problem::{Code, Problem};
use super::rate::{PublicRate, is_through_trusted_proxy};
use super::shown_slots::ShownSlots;
use crate::actors::{Answered, Calendar, Directory, IdempotencyKey, Published, Request};
use crate::clock::SharedClock;
use crate::domain::calendar;
use crate::domain::ids::{EntryId, HandoverId, OrgId, PointId};
use crate::domain::owner::TheCalendar;
use crate::domain::party::Party;
use crate::domain::queue::{Act, Answer, Entry, Rejection};
use crate::store::read::Reader;

/// What the operator decides about the edge.
#[derive(Clone, Debug)]
pub struct EdgeSettings {
    /// The secret of HS256 tokens.
    pub jwt_secret: Option<String>,
    /// Where public keys of issuers come from.
    pub jwks: Option<JwksSource>,
    /// Issuers and audiences that are accepted.
    pub token_rules: TokenRules,
    /// Public requests a minute an address; 0: no limit.
    pub public_rate_per_minute: u32,
    /// Whose `X-Forwarded-For` and `X-Forwarded-Proto` count.
    pub trusted_proxies: Vec<IpNet>,
    /// Origins whose pages may call this server from a browser; `*` means all, without cookies.
    pub cors_origins: Vec<String>,
    /// How this server is reached from outside (`https://desk.example`), for links; else as each request says.
    pub public_url: Option<String>,
    /// The address that our mails come from: what it sends, or bears ids of its host, is one of ours.
    pub mail_from: Option<String>,
    /// State-changing requests under way at once.
    pub max_in_flight: usize,
    /// Live streams open at once: so many for everybody, and so many more for who is signed in.
    pub max_watchers: usize,
    /// Of so many successful requests one is logged; refusals and failures always are.
    pub log_one_success_in: u32,
}

/// What the edge is connected to.
pub struct Connections {
    /// The owners.
    pub directory: Arc<Directory>,
    /// Committed rows.
    pub reader: Reader,
    /// The machine's clock: tokens and rates go by it, whatever time the owners live in.
    pub real_clock: SharedClock,
    /// Becomes true when the server stops: live streams end then.
    pub stopping: watch::Receiver<bool>,
    /// The text of `/metrics`.
    pub metrics: Box<dyn Fn() -> String + Send + Sync>,
}

/// What all handlers share.
pub struct Edge {
    /// The owners.
    pub directory: Arc<Directory>,
    /// Committed rows.
    pub reader: Reader,
    /// The settings.
    pub settings: EdgeSettings,
    pub(super) verifier: Verifier,
    pub(super) permits: Permits,
    pub(super) metrics: Box<dyn Fn() -> String + Send + Sync>,
    pub(super) stopping: watch::Receiver<bool>,
    /// Tells the ids of live events of this run from those of an earlier one.
    pub(super) started_ms: i64,
    pub(super) shown_slots: ShownSlots,
    rate: PublicRate,
    holds: PublicRate,
    real_clock: SharedClock,
}

impl Edge {
    /// Opens the edge; reads the key set for the first time.
    ///
    /// # Errors
    /// A key set file that cannot be used.
    pub async fn open(settings: EdgeSettings, connections: Connections) -> Result<Self, JwksError> {
        let Connections { directory, reader, real_clock, stopping, metrics } = connections;
        let keys = match settings.jwks.clone() {
            Some(source) => Some(Jwks::load(source, Arc::clone(&real_clock)).await?),
            None => None,
        };
        let verifier = Verifier::new(settings.jwt_secret.as_deref(), keys, settings.token_rules.clone());
        Ok(Self {
            verifier,
            permits: Permits::new(settings.max_in_flight, settings.max_watchers),
            shown_slots: ShownSlots::default(),
            rate: PublicRate::per_minute(settings.public_rate_per_minute),
            holds: match settings.public_rate_per_minute {
                0 => PublicRate::unlimited(),
                _ => PublicRate::of_holds(),
            },
            started_ms: real_clock.now().timestamp_millis(),
            directory,
            reader,
            settings,
            metrics,
            stopping,
            real_clock,
        })
    }

    /// Who a token says it is, for pages that sign somebody in.
    ///
    /// # Errors
    /// 401 or 403, by the reason.
    pub async fn verify(&self, token: &str) -> Result<super::auth::Identity, Problem> {
        self.verifier.verify(token).await
    }

    /// Whether one of our own pages sent the request: a form from elsewhere must not sign anybody in or out.
    #[must_use]
    pub fn is_from_our_pages(&self, request: &HttpRequest) -> bool {
        credentials::is_from_our_pages(request.headers(), self.public_host())
    }

    /// The time that owners live in.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.directory.clock().now()
    }

    /// The time of the machine.
    #[must_use]
    pub fn real_now(&self) -> DateTime<Utc> {
        self.real_clock.now()
    }

    /// Counts a public request.
    ///
    /// # Errors
    /// 429.
    pub fn check_rate(&self, request: &HttpRequest) -> Result<(), Problem> {
        self.rate.check(request, &self.settings.trusted_proxies)
    }

    /// Counts one more slot that is to be kept for somebody of the public.
    ///
    /// # Errors
    /// 429.
    pub fn check_holds(&self, request: &HttpRequest) -> Result<(), Problem> {
        self.holds.check(request, &self.settings.trusted_proxies)
    }

    /// Sends a command inwards and waits for what it meant.
    ///
    /// # Errors
    /// 503 when there is no room or no answer; the owner's refusal.
    pub async fn ask(&self, request: Request) -> Result<(Answer, bool), Problem> {
        let _permit = self.permits.enter()?;
        let transfer = match &request.command.act {
            Act::Transfer { entry, to, handover, .. } => Some((entry.clone(), to.clone(), handover.clone())),
            _ => None,
        };
        let Some((entry, to, handover)) = transfer else {
            let Answered { outcome, repeated } = self.directory.ask(request).await?;
            return Ok((outcome?, repeated));
        };
        let org = request.org.clone();
        let Answered { outcome, repeated } = self.directory.transfer(request, &to, &handover).await?;
        let outcome = match outcome {
            Err(Rejection::SamePoint) => {
                self.directory.as_it_arrived(&org, &to, &entry).await?.ok_or(Rejection::SamePoint)
            }
            outcome => outcome,
        };
        Ok((outcome?, repeated))
    }

    /// Sends a command to the calendar of an org and waits for what it meant, and whether this repeats the first answer to
    /// its key.
    ///
    /// # Errors
    /// 503 when there is no room or no answer; the calendar's refusal.
    pub async fn ask_calendar(
        &self,
        org: &OrgId,
        by: Party,
        act: calendar::Act,
        idempotency: Option<IdempotencyKey>,
    ) -> Result<(calendar::Answer, bool), Problem> {
        let (outcome, repeated) = self.calendar_says(org, by, act, idempotency).await?;
        Ok((outcome?, repeated))
    }

    /// The same with the calendar's refusal as it is, for who can do something about it.
    ///
    /// # Errors
    /// 503 when there is no room or no answer.
    pub async fn calendar_says(
        &self,
        org: &OrgId,
        by: Party,
        act: calendar::Act,
        idempotency: Option<IdempotencyKey>,
    ) -> Result<(Result<calendar::Answer, calendar::Rejection>, bool), Problem> {
        let _permit = self.permits.enter()?;
        let command = calendar::Command { by, act, points: self.directory.terms(org) };
        let request: Request<Calendar> = Request { org: org.clone(), name: TheCalendar, command, idempotency };
        let Answered { outcome, repeated } = self.directory.ask(request).await?;
        Ok((outcome, repeated))
    }

    /// The committed calendar of an org that exists.
    ///
    /// # Errors
    /// 404 without such an org.
    pub fn calendar(&self, org: &OrgId) -> Result<Arc<Published<Calendar>>, Problem> {
        self.directory.calendar(org).ok_or_else(|| Problem::of(Code::OrgNotFound))
    }

    /// Checks in who has booked (`act` is `Act::CheckIn` with this `handover`), and waits until they stand in the line of
    /// their point: what the calendar and the line said, and whether this repeats the first answer to its key.
    ///
    /// # Errors
    /// 503 when there is no room or no answer; the calendar's refusal.
    pub async fn check_in(
        &self,
        org: &OrgId,
        by: Party,
        act: calendar::Act,
        handover: &HandoverId,
        idempotency: Option<IdempotencyKey>,
    ) -> Result<(calendar::Answer, Option<Result<Answer, Rejection>>, bool), Problem> {
        let _permit = self.permits.enter()?;
        let command = calendar::Command { by, act, points: self.directory.terms(org) };
        let request: Request<Calendar> = Request { org: org.clone(), name: TheCalendar, command, idempotency };
        let (Answered { outcome, repeated }, line) = self.directory.check_in(request, handover).await?;
        Ok((outcome?, line, repeated))
    }

    /// The owner of an entry, and the entry itself when it is history.
    ///
    /// # Errors
    /// 404, or 503 when history cannot be asked.
    pub async fn owner_of(&self, org: &OrgId, entry: &EntryId) -> Result<(PointId, Option<Box<Entry>>), Problem> {
        if let Some(point) = self.directory.whereabouts(org, entry) {
            return Ok((point, None));
        }
        let past = self.reader.entry(org, entry).await?.ok_or_else(|| Problem::of(Code::EntryNotFound))?;
        Ok((past.point_id.clone(), Some(Box::new(past))))
    }

    /// How a client reaches this server, without a slash at the end.
    #[must_use]
    pub fn base_url(&self, request: &HttpRequest) -> String {
        if let Some(url) = &self.settings.public_url {
            return url.trim_end_matches('/').to_owned();
        }
        let text = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
        let proxied = is_through_trusted_proxy(request, &self.settings.trusted_proxies);
        let is_https = proxied && text("x-forwarded-proto").is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"));
        let host = text(header::HOST.as_str()).filter(|host| is_host(host));
        let host = host.unwrap_or_else(|| request.app_config().host());
        format!("{}://{host}", if is_https { "https" } else { "http" })
    }

    /// The host of the public address, where there is one.
    pub(super) fn public_host(&self) -> Option<&str> {
        let url = self.settings.public_url.as_deref()?;
        url.split_once("://").map(|(_, rest)| rest.split('/').next().unwrap_or(rest))
    }
}

/// A link must not carry what somebody smuggled into the `Host` header.
fn is_host(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 255
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_host_is_a_host() {
        assert!(is_host("desk.example:8080") && is_host("[::1]:8080"));
        assert!(!is_host("") && !is_host("evil/path") && !is_host("a@b") && !is_host("a\"b"));
    }
}
