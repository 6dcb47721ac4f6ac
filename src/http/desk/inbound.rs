//! Mails from outside: each goes into the ticket that it answers, or opens one. What no person wrote goes nowhere, so that two
//! machines never answer one another for ever.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::records;
use crate::actors::{read_mail, read_mail_form, ticket_numbers_in};
use crate::domain::address::Email;
use crate::domain::contact::contact_id;
use crate::domain::desk::{
    Act, Answer, Attachment, Author, MessageDraft, ReceivedMail, Rejection, Requester, Ticket, TicketChannel,
    TicketDraft, TicketKey, TicketMessage, TicketNumber,
};
use crate::domain::ids::{AttachmentId, OrgId, TicketId, TicketMessageId};
use crate::domain::invalid::Invalid;
use crate::domain::mail::{InboundMail, MailAttachment, host_of, own_message, ticket_of_root};
use crate::domain::party::Party;
use crate::domain::ticket_priority::TicketPriority;
use crate::http::body::{LargeBody, RawBody};
use crate::http::edge::Edge;
use crate::http::problem::{Code, Problem};
use crate::http::requests::desk::mail::{MailBody, parse};
use crate::http::responses::unexpected;
use crate::identity;

/// The media type of a mail as it came over the wire.
const RAW_MAIL: &str = "message/rfc822";
/// What stands for a subject that is empty.
const NO_SUBJECT: &str = "(no subject)";
/// What of a mail is its message, where ids are derived.
const MESSAGE: &str = "inbound/message";
/// What stands for a text that is empty.
const NO_TEXT: &str = "(no text)";

/// What became of a mail.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReceivedView {
    /// Whether it went into a ticket.
    accepted: bool,
    /// The ticket's number; left out once it is deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "T-000123")]
    number: Option<String>,
    /// Whether the ticket was opened by it.
    created: bool,
    /// Why it went nowhere, as a word: `auto_submitted`, `delivery_report`, `own_mail`, ...
    #[serde(skip_serializing_if = "Option::is_none")]
    ignored: Option<&'static str>,
}

/// Takes a mail from outside: JSON, or raw as `message/rfc822`.
///
/// Public. It goes into the ticket that it answers (by `In-Reply-To` and `References`, then by `[T-000123]` in the subject) if
/// its sender takes part in it; else it opens one. Automatic mails go nowhere. The same Message-ID again changes nothing.
#[utoipa::path(post, path = "/crm/tickets/email/create/{email}", tag = "own tickets", request_body = MailBody,
    params(("email" = String, Path, description = "The address of the sender; a different one in the mail is refused.")),
    responses(
        (status = 201, description = "It opened a ticket.", body = ReceivedView),
        (status = 200, description = "It went into a ticket, now or before.", body = ReceivedView),
        (status = 202, description = "It was not written by a person, and goes nowhere.", body = ReceivedView),
    ), security((), ("bearer" = [])))]
pub async fn create(request: HttpRequest, edge: web::Data<Edge>, body: LargeBody) -> Result<HttpResponse, Problem> {
    let caller = edge.caller(&request).await?;
    let sender = request.match_info().get("email").unwrap_or_default();
    let sender = Email::parse(sender).map_err(|error| error.at("email"))?;
    let mail = read(&request, body.0, &sender).await?;
    let own = edge.settings.mail_from.as_deref().unwrap_or_default();
    if let Some(reason) = mail.refusal(own) {
        let view = ReceivedView { accepted: false, number: None, created: false, ignored: Some(reason.word()) };
        return Ok(HttpResponse::Accepted().json(view));
    }
    if let Some(known) = known(&edge, &caller.org, &mail).await? {
        return taken(&edge, &caller.org, &known, false).await;
    }
    let answers = answered(&edge, &caller.org, &mail, host_of(own)).await?;
    let past = match &answers {
        Some(key) => records::past(&edge, &caller.org, std::slice::from_ref(key)).await?,
        None => Vec::new(),
    };
    let mut draft = Box::new(draft(&caller.org, &mail).ok_or_else(unexpected)?);
    records::name(&edge, &caller.org, &mut draft.requester).await?;
    let act = Act::Receive(Box::new(ReceivedMail { answers, draft, wants_no_receipt: mail.wants_no_receipt }));
    match edge.desk_says(&caller.org, Party::Public, act, past, None).await? {
        (Ok(Answer::Said { message, created, .. }), _) => taken(&edge, &caller.org, &message, created).await,
        // Delivered twice at the same moment: the other one was first.
        (Err(Rejection::AlreadyExists { .. }), _) => match known(&edge, &caller.org, &mail).await? {
            Some(known) => taken(&edge, &caller.org, &known, false).await,
            None => Err(unexpected()),
        },
        (Err(rejection), _) => Err(rejection.into()),
        (Ok(_), _) => Err(unexpected()),
    }
}

/// The mail of a request, which must come from `sender`.
async fn read(request: &HttpRequest, body: RawBody, sender: &Email) -> Result<InboundMail, Problem> {
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case(RAW_MAIL) {
        // A large one takes milliseconds, which nobody else has to wait for.
        let mail = web::block(move || read_mail(body.bytes())).await.map_err(|_| unexpected())??;
        is_from(&mail.from, sender)?;
        return Ok(mail);
    }
    let (from, form) = parse(&body.json()?.read::<MailBody>()?)?;
    if let Some(from) = from {
        is_from(&from, sender)?;
    }
    Ok(read_mail_form(sender.clone(), form)?)
}

fn is_from(from: &Email, sender: &Email) -> Result<(), Problem> {
    if from.folded() == sender.folded() {
        return Ok(());
    }
    Err(Invalid::new("from", "is another address than the one that the mail was sent in for").into())
}

/// What the same mail became when it came before.
async fn known(edge: &Edge, org: &OrgId, mail: &InboundMail) -> Result<Option<TicketMessage>, Problem> {
    match derived(org, mail, MESSAGE) {
        Some(id) => Ok(edge.reader.ticket_message(org, &TicketMessageId::from_uuid(id)).await?),
        None => Ok(None),
    }
}

/// The ticket that a mail answers, where its sender takes part in it.
async fn answered(edge: &Edge, org: &OrgId, mail: &InboundMail, domain: &str) -> Result<Option<TicketKey>, Problem> {
    let before: Vec<String> = mail.answered().into_iter().map(ToOwned::to_owned).collect();
    let ours = before.iter().filter_map(|id| own_message(id, domain)).map(|id| id.to_string()).collect::<Vec<_>>();
    let mut keys = Vec::new();
    if !ours.is_empty() {
        keys.extend(edge.reader.ticket_of_our_messages(org, &ours).await?.map(TicketKey::Id));
    }
    keys.extend(before.iter().filter_map(|id| ticket_of_root(id, domain)).map(TicketKey::Id));
    if !before.is_empty() {
        keys.extend(edge.reader.ticket_of_mails(org, &before).await?.map(TicketKey::Id));
    }
    keys.extend(
        ticket_numbers_in(&mail.subject).into_iter().map(|number| TicketKey::Number(TicketNumber::new(number))),
    );
    for key in keys {
        match records::found(edge, org, &key).await {
            Ok(ticket) if ticket.has_participant(&mail.from) => return Ok(Some(TicketKey::Id(ticket.id.clone()))),
            Ok(_) => {}
            Err(problem) if problem.code() == Code::TicketNotFound => {}
            Err(problem) => return Err(problem),
        }
    }
    Ok(None)
}

/// The id of what becomes of a mail that has an id of its own. It follows from the sender, too: whoever knows or guesses the id
/// of somebody else's mail learns nothing of it, and takes no place of it.
fn derived(org: &OrgId, mail: &InboundMail, what: &str) -> Option<Uuid> {
    let id = mail.message_id.as_ref()?;
    Some(identity::derived_id(org.as_str(), what, &format!("{} {id}", mail.from.folded())))
}

/// The ticket that a mail opens. Its ids follow from the mail's own, where it has one, so that it can open only one.
fn draft(org: &OrgId, mail: &InboundMail) -> Option<TicketDraft> {
    let uuid = |what: &str| derived(org, mail, what).unwrap_or_else(identity::new_uuid);
    let or = |text: &str, instead: &str| if text.trim().is_empty() { instead.to_owned() } else { text.to_owned() };
    let body = or(&mail.text, NO_TEXT);
    let file = |(at, file): (usize, &MailAttachment)| Attachment {
        id: AttachmentId::from_uuid(uuid(&format!("inbound/attachment/{at}"))),
        name: file.name.clone(),
        content_type: file.content_type.clone(),
        bytes: file.bytes.clone(),
    };
    let message = MessageDraft {
        id: TicketMessageId::from_uuid(uuid(MESSAGE)),
        body: body.clone(),
        attachments: mail.attachments.iter().enumerate().map(file).collect(),
        mail_id: mail.message_id.clone(),
    };
    let requester = Requester {
        contact_id: contact_id(org, Some(&mail.from), None)?,
        email: Some(mail.from.clone()),
        name: mail.from_name.as_deref().unwrap_or_default().into(),
    };
    Some(TicketDraft {
        id: TicketId::from_uuid(uuid("inbound/ticket")),
        token: identity::secret_token(),
        subject: or(&mail.subject, NO_SUBJECT),
        description: body,
        requester,
        priority: TicketPriority::default(),
        assignee_id: None,
        team: None,
        tags: Vec::new(),
        channel: TicketChannel::Email,
        mail: Some(message),
    })
}

/// Says into which ticket a message went.
async fn taken(edge: &Edge, org: &OrgId, message: &TicketMessage, created: bool) -> Result<HttpResponse, Problem> {
    let number = match records::found(edge, org, &TicketKey::Id(message.ticket.clone())).await {
        Ok(ticket) => own_number(&ticket, message),
        // Deleted since. A refusal would only bring the same mail back again and again.
        Err(problem) if problem.code() == Code::TicketNotFound => None,
        Err(problem) => return Err(problem),
    };
    let status = if created { StatusCode::CREATED } else { StatusCode::OK };
    Ok(HttpResponse::build(status).json(ReceivedView { accepted: true, number, created, ignored: None }))
}

/// The number of the ticket that its writer knows: who follows a ticket knows another one.
fn own_number(ticket: &Ticket, message: &TicketMessage) -> Option<String> {
    let number = match &message.author {
        Author::Follower { contact } => ticket.followers.person(contact)?.number,
        Author::Customer | Author::Agent { .. } => ticket.number,
    };
    Some(number.to_string())
}
