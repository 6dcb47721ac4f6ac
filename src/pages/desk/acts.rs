//! What the forms of a ticket's page do: one act each, heard once however often it is sent. What is wrong comes back to the
//! page with all that was typed.

use actix_web::{HttpRequest, HttpResponse, web};

use super::forms::{KEPT_MAX_CHARACTERS, Typed};
use super::ticket::{done, found, page};
use crate::actors::canned_text;
use crate::domain::desk::{
    Act, Attachment, BODY_MAX_CHARACTERS, CommentDraft, EscalationDraft, LEVEL_MAX, MessageDraft, NOTIFY_MAX,
    REASON_MAX_CHARACTERS, Ticket, TicketChanges, TicketKey,
};
use crate::domain::ids::{CannedResponseId, CommentId, TicketMessageId};
use crate::domain::ticket_priority::TicketPriority;
use crate::domain::ticket_status::TicketStatus;
use crate::http::{Code, Edge, LargeBody, Problem, Query, SentForm, key_of_form, ticket_records};
use crate::identity;
use crate::pages::console::{self, Viewer};
use crate::pages::field::{self, Field, FilesField};
use crate::pages::visit::parameter;
use crate::pages::{Pages, see_other, sign_in};

/// The fields of a form.
type Fields = Vec<(String, String)>;

/// `POST /desk/{ticket}`: replies, comments, escalates, changes, or fills a canned response in.
pub async fn act(
    request: HttpRequest,
    edge: web::Data<Edge>,
    pages: web::Data<Pages>,
    body: Result<LargeBody, Problem>,
) -> HttpResponse {
    match perform(&request, &edge, &pages, body).await {
        Ok(response) => response,
        Err(problem) => console::refused(&request, &pages, problem),
    }
}

/// What a form makes of what was typed.
enum Wish {
    /// Something to be done, and the word that says so afterwards.
    Do(Box<Act>, &'static str),
    /// The page again, with what is in its forms by now.
    Show,
}

async fn perform(
    request: &HttpRequest,
    edge: &Edge,
    pages: &Pages,
    body: Result<LargeBody, Problem>,
) -> Result<HttpResponse, Problem> {
    let viewer = Viewer::of(request, edge).await?;
    let form = SentForm::read(request, &body?).await?;
    let ticket = found(request, edge, &viewer).await?;
    let mut typed = typed(&form);
    let SentForm { fields, files } = form;
    let wish = match parameter(&fields, "act") {
        Some("reply") => reply(&ticket, files, &mut typed),
        Some("canned") => fill_in(edge, &viewer, &ticket, &mut typed)?,
        Some("comment") => comment(&ticket, &mut typed),
        Some("escalate") => escalate(&ticket, &mut typed),
        Some("change") => change(&ticket, &fields, &mut typed),
        _ => return Err(Problem::of(Code::BodyUnreadable)),
    };
    if let Wish::Do(act, word) = wish {
        match ask(request, edge, &viewer, &ticket, *act, &fields).await {
            Ok(()) => return Ok(see_other(&done(&ticket, &narrowed_by(request)?, word))),
            Err(problem) => mend(problem, &mut typed)?,
        }
    }
    let status = if typed.has_trouble() { Code::Invalid.status() } else { actix_web::http::StatusCode::OK };
    let page = page(request, edge, &viewer, typed).await?;
    Ok(sign_in::with_origin(pages.show(status, &page)))
}

async fn ask(
    request: &HttpRequest,
    edge: &Edge,
    viewer: &Viewer,
    ticket: &Ticket,
    act: Act,
    fields: &Fields,
) -> Result<(), Problem> {
    let (org, by) = (&viewer.clerk.org, viewer.clerk.identity.party());
    let key = parameter(fields, "key").ok_or_else(|| Problem::of(Code::InvalidIdempotencyKey))?;
    let key = key_of_form(key, request, &by)?;
    let past = ticket_records::past(edge, org, &[TicketKey::Id(ticket.id.clone())]).await?;
    edge.ask_desk(org, by, act, past, Some(key)).await.map(drop)
}

/// The list beside the page stays as it was narrowed.
fn narrowed_by(request: &HttpRequest) -> Result<String, Problem> {
    let query = Query::of(request)?;
    Ok(super::list::address_of(&query))
}

fn typed(form: &SentForm) -> Typed {
    let fields = &form.fields;
    let long = |name| Field::sent_long(fields, name, KEPT_MAX_CHARACTERS);
    let word = |name| parameter(fields, name).unwrap_or_default().to_owned();
    let open = match parameter(fields, "act") {
        Some("comment") => "comment",
        Some("escalate") => "escalate",
        _ => "reply",
    };
    Typed {
        reply: long("reply"),
        files: FilesField::sent(form),
        then: word("then"),
        canned: word("canned"),
        comment: long("comment"),
        reason: long("reason"),
        level: Field::sent(fields, "level"),
        escalate_to: word("escalateTo"),
        notify: if open == "escalate" { long("notify") } else { Field::of("assignee") },
        open,
        ..Typed::default()
    }
}

impl Typed {
    fn has_trouble(&self) -> bool {
        let fields = [&self.reply, &self.comment, &self.reason, &self.level, &self.notify];
        !self.notice.is_empty() || !self.files.error.is_empty() || fields.iter().any(|field| !field.error.is_empty())
    }
}

/// Some words that somebody is to read.
fn body(field: &mut Field, max: usize, missing: &str) -> Option<String> {
    body_or_files(field, max, Some(missing))
}

/// The same, where files may do without words: then nothing is `missing`.
fn body_or_files(field: &mut Field, max: usize, missing: Option<&str>) -> Option<String> {
    let body = field.parse(|value| match missing {
        Some(missing) if value.is_empty() => Err(missing.to_owned()),
        _ => field::lines(value, max),
    });
    field.is_first_wrong = body.is_none();
    body
}

fn key_of(ticket: &Ticket) -> TicketKey {
    TicketKey::Id(ticket.id.clone())
}

fn reply(ticket: &Ticket, files: Result<Vec<Attachment>, String>, typed: &mut Typed) -> Wish {
    let is_without = files.as_ref().is_ok_and(Vec::is_empty);
    let missing = is_without.then_some("Write the reply first.");
    let body = body_or_files(&mut typed.reply, BODY_MAX_CHARACTERS, missing);
    let (Some(body), Ok(attachments)) = (body, files) else { return Wish::Show };
    let message =
        MessageDraft { id: TicketMessageId::from_uuid(identity::new_uuid()), body, attachments, mail_id: None };
    let act = Act::Reply {
        ticket: key_of(ticket),
        message: Box::new(message),
        status: TicketStatus::parse(&typed.then).ok(),
        as_customer: false,
        successor: None,
    };
    Wish::Do(Box::new(act), "reply")
}

/// Puts the text of a canned response into the field, behind what stands there.
fn fill_in(edge: &Edge, viewer: &Viewer, ticket: &Ticket, typed: &mut Typed) -> Result<Wish, Problem> {
    let desk = edge.desk(&viewer.clerk.org)?;
    let id = CannedResponseId::parse(&typed.canned).ok();
    let Some(canned) = id.and_then(|id| desk.state.canned(&id).cloned()) else {
        typed.notice = "Choose a saved reply first.".to_owned();
        return Ok(Wish::Show);
    };
    match canned_text(&canned.terms.body, ticket, viewer.people.own()) {
        Ok(text) => {
            let before = typed.reply.value.trim_end();
            let gap = if before.is_empty() { "" } else { "\n\n" };
            typed.reply = Field::of(&format!("{before}{gap}{text}"));
            typed.reply.is_first_wrong = true;
        }
        Err(error) => typed.notice = format!("This saved reply can’t be filled in: {error}"),
    }
    Ok(Wish::Show)
}

fn comment(ticket: &Ticket, typed: &mut Typed) -> Wish {
    let Some(body) = body(&mut typed.comment, BODY_MAX_CHARACTERS, "Write the comment first.") else {
        return Wish::Show;
    };
    let id = CommentId::from_uuid(identity::new_uuid());
    let comment = Box::new(CommentDraft { id, body, mentions: Vec::new() });
    Wish::Do(Box::new(Act::Comment { ticket: key_of(ticket), comment }), "comment")
}

fn escalate(ticket: &Ticket, typed: &mut Typed) -> Wish {
    let reason = body(&mut typed.reason, REASON_MAX_CHARACTERS, "Write why, so that the next one knows.");
    let wrong_level = format!("Write a whole number from 1 to {LEVEL_MAX}, or leave it empty.");
    let level = typed.level.parse(|value| match value {
        "" => Ok(None),
        value => value.parse::<u8>().ok().filter(|level| (1..=LEVEL_MAX).contains(level)).map(Some).ok_or(wrong_level),
    });
    let notify = typed.notify.parse(|value| {
        let names: Vec<String> =
            value.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect();
        if names.len() > NOTIFY_MAX { Err(format!("Name at most {NOTIFY_MAX}.")) } else { Ok(names) }
    });
    let (Some(reason), Some(level), Some(notify)) = (reason, level, notify) else { return Wish::Show };
    let assignee_id = Some(typed.escalate_to.clone()).filter(|id| !id.is_empty());
    let comment = CommentId::from_uuid(identity::new_uuid());
    let escalation = Box::new(EscalationDraft { level, reason, assignee_id, notify, comment });
    Wish::Do(Box::new(Act::Escalate { ticket: key_of(ticket), escalation }), "escalate")
}

/// Only what was chosen anew is changed, so that two people who change different things do not undo each other.
fn change(ticket: &Ticket, fields: &Fields, typed: &mut Typed) -> Wish {
    let value = |name| parameter(fields, name).unwrap_or_default();
    let chosen = |name, before| Some(value(name)).filter(|chosen| *chosen != value(before));
    let status = chosen("status", "statusWas").and_then(|word| TicketStatus::parse(word).ok());
    let priority = chosen("priority", "priorityWas").and_then(|word| TicketPriority::parse(word).ok());
    let assignee = chosen("assignee", "assigneeWas");
    let moved = [
        (status.is_some() && ticket.status.word() != value("statusWas"), "status"),
        (priority.is_some() && ticket.priority.word() != value("priorityWas"), "priority"),
        (assignee.is_some() && ticket.assignee_id.as_deref().unwrap_or_default() != value("assigneeWas"), "assignee"),
    ];
    if let Some((_, name)) = moved.iter().find(|(is_moved, _)| *is_moved) {
        typed.notice = format!("Somebody else has changed the {name} meanwhile. This is how it stands now.");
        return Wish::Show;
    }
    let changes = TicketChanges {
        status,
        priority,
        assignee_id: assignee.map(|id| Some(id.to_owned()).filter(|id| !id.is_empty())),
        ..TicketChanges::default()
    };
    let act = Act::Update { ticket: key_of(ticket), changes: Box::new(changes), expected_version: None };
    Wish::Do(Box::new(act), "change")
}

/// What has to be mended; a problem that nobody at the page can mend goes on.
fn mend(problem: Problem, typed: &mut Typed) -> Result<(), Problem> {
    match problem.code() {
        Code::LevelReached => {
            typed.level.error = format!("{} Choose a higher one.", problem.detail());
            typed.level.is_first_wrong = true;
        }
        Code::OutcomeUnknown => {
            typed.notice =
                "We aren’t sure yet whether that worked. Look again before you send it once more.".to_owned();
        }
        Code::TicketNotFound | Code::InvalidIdempotencyKey => return Err(problem),
        code if code.status().is_server_error() => {
            typed.notice = "That didn’t work, and nothing was changed. Please try again.".to_owned();
        }
        _ => typed.notice = problem.detail().to_owned(),
    }
    Ok(())
}
