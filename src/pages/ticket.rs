//! `/t/{ticket}`: one's own request for help, for who holds the secret of the links in our mails: how it stands, what was
//! said, a form to answer, and, once it is resolved, the question how good the help was. Looking changes nothing: mail
//! scanners open links. A wrong secret and a request that never was look the same.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::desk::thread;
use super::field::{self, Field, FilesField};
use super::ticket_view::{OwnForms, OwnTicketPage};
use super::visit::{Visit, parameter};
use super::{Pages, see_other};
use crate::domain::desk::{
    Act, Answer, Attachment, BODY_MAX_CHARACTERS, MessageDraft, RATING_COMMENT_MAX_CHARACTERS, SCORE_MAX, Ticket,
    TicketKey,
};
use crate::domain::ids::TicketMessageId;
use crate::domain::party::Party;
use crate::http::{
    Code, Conversation, Edge, LargeBody, Problem, SentForm, drawn_successor, key_of_form, ticket_records,
};
use crate::identity;

/// Longest text that is given back into a form, in characters: all that may be sent.
const KEPT_MAX_CHARACTERS: usize = BODY_MAX_CHARACTERS + 1_000;

/// A request for help of which the secret was shown.
struct Own {
    visit: Visit,
    ticket: Arc<Ticket>,
    description: String,
}

/// `GET /t/{ticket}`.
pub async fn show(request: HttpRequest, edge: web::Data<Edge>, pages: web::Data<Pages>) -> HttpResponse {
    pages.page(&request, look(&request, &edge).await)
}

async fn look(request: &HttpRequest, edge: &Edge) -> Result<OwnTicketPage, Problem> {
    let own = Own::of(request, edge).await?;
    let said = match own.visit.parameter("done") {
        Some("reply") => "Your message has reached us.",
        Some("rate") => "Thank you for telling us.",
        _ => "",
    };
    own.page(edge, OwnForms { said, ..OwnForms::default() }).await
}

/// `POST /t/{ticket}`: answers, or says how good the help was.
pub async fn act(
    request: HttpRequest,
    edge: web::Data<Edge>,
    pages: web::Data<Pages>,
    body: Result<LargeBody, Problem>,
) -> HttpResponse {
    let outcome = perform(&request, &edge, &pages, body).await;
    pages.answer(&request, outcome)
}

async fn perform(
    request: &HttpRequest,
    edge: &Edge,
    pages: &Pages,
    body: Result<LargeBody, Problem>,
) -> Result<HttpResponse, Problem> {
    let own = Own::of(request, edge).await?;
    let form = SentForm::read(request, &body?).await?;
    let mut forms = typed(&form);
    let SentForm { fields, files } = form;
    let wish = match parameter(&fields, "act") {
        Some("reply") => reply(&own.ticket, files, &mut forms).map(|act| (act, "reply")),
        Some("rate") => rate(&own.ticket, &fields, &mut forms).map(|act| (act, "rate")),
        _ => return Err(Problem::of(Code::BodyUnreadable)),
    };
    let status = match wish {
        None => Code::Invalid.status(),
        Some((act, word)) => match own.ask(request, edge, act, &fields).await {
            Ok(answer) => return Ok(see_other(&own.done(&answer, word))),
            Err(problem) => mend(problem, &mut forms)?,
        },
    };
    Ok(pages.show(status, &own.page(edge, forms).await?))
}

impl Own {
    /// Finds the request for help. Counted against the rate first: nobody shall try secrets.
    async fn of(request: &HttpRequest, edge: &Edge) -> Result<Self, Problem> {
        edge.check_rate(request)?;
        let missing = || Problem::of(Code::TicketNotFound);
        let visit = Visit::of(request, edge).await?;
        let key = ticket_records::in_address(request, "ticket")?;
        let org = &visit.business.org;
        let (stored, description) = ticket_records::stored(edge, org, &key).await?;
        let shown = Party::Bearer { token: visit.parameter("token").unwrap_or_default().to_owned() };
        if !shown.shows(&stored.token) {
            return Err(missing());
        }
        let ticket = ticket_records::found(edge, org, &key).await?;
        Ok(Self { visit, ticket, description })
    }

    async fn page(&self, edge: &Edge, forms: OwnForms) -> Result<OwnTicketPage, Problem> {
        let business = &self.visit.business;
        let conversation = Conversation::of(edge, &business.org, &self.ticket).await?;
        let messages = thread::messages(edge, &business.org, &conversation).await?;
        let with_own = |message| {
            let is_own = conversation.is_own(&message);
            (message, is_own)
        };
        let messages: Vec<_> = messages.into_iter().map(with_own).collect();
        Ok(OwnTicketPage::new(&self.ticket, &self.description, &messages, business, forms, edge.now()))
    }

    async fn ask(
        &self,
        request: &HttpRequest,
        edge: &Edge,
        act: Act,
        fields: &[(String, String)],
    ) -> Result<Answer, Problem> {
        let by = Party::Bearer { token: self.ticket.token.to_string() };
        let key = parameter(fields, "key").ok_or_else(|| Problem::of(Code::InvalidIdempotencyKey))?;
        let key = key_of_form(key, request, &by)?;
        let org = &self.visit.business.org;
        let past = ticket_records::past(edge, org, &[TicketKey::Id(self.ticket.id.clone())]).await?;
        edge.ask_desk(org, by, act, past, Some(key)).await.map(|(answer, _)| answer)
    }

    /// Where one is led: a message after the end opens a request of its own, of the same person, which has a secret of its
    /// own.
    fn done(&self, answer: &Answer, word: &str) -> String {
        let ticket = match answer {
            Answer::Said { ticket, created: true, .. } if ticket.requester == self.ticket.requester => ticket,
            _ => &self.ticket,
        };
        format!("{}&done={word}", OwnTicketPage::address(&self.visit.business.org, ticket))
    }
}

fn typed(form: &SentForm) -> OwnForms {
    let fields = &form.fields;
    OwnForms {
        reply: Field::sent_long(fields, "reply", KEPT_MAX_CHARACTERS),
        words: Field::sent_long(fields, "words", RATING_COMMENT_MAX_CHARACTERS + 1),
        files: FilesField::sent(form),
        score: parameter(fields, "score").and_then(|score| score.parse().ok()),
        ..OwnForms::default()
    }
}

fn reply(ticket: &Ticket, files: Result<Vec<Attachment>, String>, forms: &mut OwnForms) -> Option<Act> {
    let has_files = files.as_ref().map_or(true, |files| !files.is_empty());
    let body = forms.reply.parse(|value| match value {
        "" if !has_files => Err("Write your message first.".to_owned()),
        value => field::lines(value, BODY_MAX_CHARACTERS),
    });
    forms.reply.is_first_wrong = body.is_none();
    let id = TicketMessageId::from_uuid(identity::new_uuid());
    let message = MessageDraft { id, body: body?, attachments: files.ok()?, mail_id: None };
    Some(Act::Reply {
        ticket: TicketKey::Id(ticket.id.clone()),
        message: Box::new(message),
        status: None,
        as_customer: true,
        successor: Some(drawn_successor()),
    })
}

fn rate(ticket: &Ticket, fields: &[(String, String)], forms: &mut OwnForms) -> Option<Act> {
    let score = parameter(fields, "score").and_then(|score| score.parse::<u8>().ok());
    let score = score.filter(|score| (1..=SCORE_MAX).contains(score));
    if score.is_none() {
        forms.score_error = format!("Choose one of 1 to {SCORE_MAX}.");
    }
    let words = forms.words.parse(|value| field::lines(value, RATING_COMMENT_MAX_CHARACTERS));
    forms.words.is_first_wrong = words.is_none();
    let comment = Some(words?).filter(|words| !words.is_empty());
    Some(Act::Rate { ticket: TicketKey::Id(ticket.id.clone()), score: score?, comment })
}

/// What is said of a refusal, and its status; a problem that nobody at the page can mend goes on.
fn mend(problem: Problem, forms: &mut OwnForms) -> Result<StatusCode, Problem> {
    let status = problem.code().status();
    forms.notice = match problem.code() {
        Code::WrongState => "That isn’t possible any more. This is how it stands now.",
        Code::OutcomeUnknown => "We aren’t sure yet whether that worked. Look again in a minute.",
        _ if status.is_server_error() => "That didn’t work, and nothing was changed. Please try again.",
        _ => return Err(problem),
    };
    Ok(status)
}
