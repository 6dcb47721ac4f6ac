//! `/outbox`: what goes out to people, as they read it, for supervisors and admins. Where no mail server is set up, this is
//! where a demo's mails are found.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono_tz::Tz;
use serde::Serialize;

use super::templates::Page;
use super::{Pages, sign_in};
use crate::actors::Letter;
use crate::domain::message::{DeliveryState, Message, Standing};
use crate::http::{CONFIGURATION, Code, Edge, Problem};
use crate::store::read::Posted;

/// Most messages on the page, in rows.
const MESSAGES_MAX: i64 = 100;

/// The newest messages of an org.
#[derive(Debug, Serialize)]
pub struct OutboxPage {
    business: String,
    timezone: &'static str,
    total: i64,
    messages: Vec<Shown>,
}

#[derive(Debug, Serialize)]
struct Shown {
    id: String,
    kind: &'static str,
    channel: &'static str,
    recipient: String,
    subject: String,
    text: String,
    at: String,
    state: &'static str,
    tone: &'static str,
    attempts: u32,
    trouble: Option<String>,
    has_calendar: bool,
}

impl Shown {
    fn new(message: &Message, standing: &Standing, letter: Option<Letter>, zone: Tz) -> Self {
        let tone = match standing.state {
            DeliveryState::Sent => "open",
            DeliveryState::Waiting => "paused",
            DeliveryState::Skipped => "closed",
            DeliveryState::Dead => "breach",
        };
        let letter = letter.unwrap_or_else(|| Letter {
            subject: message.kind.word().to_owned(),
            text: "This message cannot be shown: its template does not fit it.".to_owned(),
            html: String::new(),
        });
        Self {
            id: message.id().to_string(),
            kind: message.kind.word(),
            channel: message.recipient.address.channel().word(),
            recipient: message.recipient.address.as_str().to_owned(),
            subject: Some(letter.subject)
                .filter(|subject| !subject.is_empty())
                .unwrap_or_else(|| "Text message".into()),
            text: letter.text,
            at: message.created_at.with_timezone(&zone).format("%-d %B %Y, %H:%M").to_string(),
            state: standing.state.word(),
            tone,
            attempts: standing.attempts,
            trouble: standing.last_error.clone(),
            has_calendar: message.invitation.is_some(),
        }
    }
}

/// `GET /outbox`: the page, or the form to sign in.
pub async fn show(request: HttpRequest, edge: web::Data<Edge>, pages: web::Data<Pages>) -> HttpResponse {
    match page(&request, &edge).await {
        Ok(page) => sign_in::with_origin(pages.show(StatusCode::OK, &page)),
        Err(problem) if problem.code() == Code::Unauthenticated => sign_in::form(&pages, None),
        Err(problem) if problem.code() == Code::Forbidden => pages.answer(&request, Err(problem)),
        Err(problem) => sign_in::form(&pages, Some(&problem)),
    }
}

async fn page(request: &HttpRequest, edge: &Edge) -> Result<OutboxPage, Problem> {
    let clerk = edge.clerk(request, CONFIGURATION).await?;
    let org = edge.directory.org(&clerk.org).await?.ok_or_else(|| Problem::of(Code::UnknownOrg))?;
    let (posted, total) = edge.reader.messages(&clerk.org, None, None, MESSAGES_MAX).await?;
    let notifier = edge.directory.notifier();
    let shown = |posted: &Posted| {
        let letter = notifier.preview(&clerk.org, &posted.message);
        Shown::new(&posted.message, &notifier.standing(posted), letter, org.timezone)
    };
    let messages = posted.iter().map(shown).collect();
    Ok(OutboxPage { business: org.name.clone(), timezone: org.timezone.name(), total, messages })
}

impl Page for OutboxPage {
    const TEMPLATE: &'static str = "outbox.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use crate::domain::ids::OrgId;
        use crate::domain::message::{Draft, Invitation, MessageKind, Method};

        let shown = |state, letter: Option<Letter>| {
            let invitation = letter.is_some().then(|| Invitation::sample(Method::Request, 0));
            let draft = Draft { invitation, ..Draft::sample(MessageKind::ReservationConfirmed, "zoe@example.com") };
            let kind = format!("{state:?}");
            let cause = crate::domain::message::Cause { kind, id: "1".to_owned() };
            let message = Message::of(&OrgId::parse("demo").unwrap(), Draft { cause, ..draft }).unwrap();
            let standing = Standing {
                state,
                attempts: 2,
                next_attempt_at: None,
                last_error: (state != DeliveryState::Sent).then(|| "smtp_url <is> not set".to_owned()),
                sent_at: None,
                replayed_at: None,
            };
            Shown::new(&message, &standing, letter, chrono_tz::Europe::Berlin)
        };
        let letter = |subject: &str| Letter {
            subject: subject.to_owned(),
            text: "Hello Zoë <Ní>,\n\nit is on.".to_owned(),
            html: String::new(),
        };
        let page = |messages: Vec<Shown>| Self {
            business: "Harbour & Finch".to_owned(),
            timezone: "Europe/Berlin",
            total: 3,
            messages,
        };
        let [waiting, sent, dead, skipped] = DeliveryState::ALL;
        let all = vec![
            shown(waiting, Some(letter("Booked <b>"))),
            shown(sent, Some(letter(""))),
            shown(dead, None),
            shown(skipped, Some(letter("Booked"))),
        ];
        vec![page(Vec::new()), page(all)]
    }
}
