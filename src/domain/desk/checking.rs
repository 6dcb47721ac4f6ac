//! What callers give, held to its limits: texts come out trimmed, and what is wrong is named by its path on the wire.

use std::collections::BTreeSet;

use super::command::TicketChanges;
use super::thread::{
    ATTACHMENT_MAX_BYTES, ATTACHMENT_NAME_MAX_CHARACTERS, ATTACHMENTS_MAX, ATTACHMENTS_MAX_BYTES, Attachment,
    CommentDraft, MENTIONS_MAX, MessageDraft,
};
use super::ticket::{
    BODY_MAX_CHARACTERS, REQUESTER_NAME_MAX_CHARACTERS, Requester, SUBJECT_MAX_CHARACTERS, TAG_MAX_CHARACTERS,
    TAGS_MAX, WORKER_MAX_CHARACTERS,
};
use crate::domain::file_name;
use crate::domain::invalid::{Invalid, text};

/// A subject.
pub(super) fn subject(value: &str) -> Result<String, Invalid> {
    text("subject", value, 1, SUBJECT_MAX_CHARACTERS, false)
}

/// A description; may be empty.
pub(super) fn description(value: &str) -> Result<String, Invalid> {
    text("description", value, 0, BODY_MAX_CHARACTERS, true)
}

/// The name of who works on a ticket, or of a team.
pub(super) fn worker(path: &str, value: &str) -> Result<String, Invalid> {
    text(path, value, 1, WORKER_MAX_CHARACTERS, false)
}

/// Who asks.
pub(super) fn requester(value: &Requester) -> Result<Requester, Invalid> {
    let name = text("contact.name", &value.name, 0, REQUESTER_NAME_MAX_CHARACTERS, false)?;
    Ok(Requester { name: name.into(), ..value.clone() })
}

/// Tags in their order, each once.
pub(super) fn tags(path: &str, values: &[String]) -> Result<Vec<String>, Invalid> {
    let mut seen = BTreeSet::new();
    let mut tags = Vec::with_capacity(values.len());
    for (at, value) in values.iter().enumerate() {
        let tag = text(&format!("{path}[{at}]"), value, 1, TAG_MAX_CHARACTERS, false)?;
        if seen.insert(tag.clone()) {
            tags.push(tag);
        }
    }
    at_most_tags(path, &tags)?;
    Ok(tags)
}

/// Holds the number of tags to its limit.
pub(super) fn at_most_tags(path: &str, tags: &[String]) -> Result<(), Invalid> {
    at_most(path, tags.len(), TAGS_MAX)
}

/// Changes with trimmed texts.
pub(super) fn changes(given: &TicketChanges) -> Result<TicketChanges, Invalid> {
    let named = |path: &str, value: &Option<Option<String>>| match value {
        Some(Some(name)) => worker(path, name).map(|name| Some(Some(name))),
        Some(None) => Ok(Some(None)),
        None => Ok(None),
    };
    Ok(TicketChanges {
        subject: given.subject.as_deref().map(subject).transpose()?,
        description: given.description.as_deref().map(description).transpose()?,
        status: given.status,
        priority: given.priority,
        assignee_id: named("assigneeId", &given.assignee_id)?,
        team: named("team", &given.team)?,
        tags: given.tags.as_deref().map(|values| tags("tags", values)).transpose()?,
        add_tags: tags("addTags", &given.add_tags)?,
        remove_tags: tags("removeTags", &given.remove_tags)?,
    })
}

/// A message: it says something, or files came with it. Mails may be empty.
pub(super) fn message(draft: &MessageDraft) -> Result<MessageDraft, Invalid> {
    let may_be_empty = draft.mail_id.is_some() || !draft.attachments.is_empty();
    let body = text("body", &draft.body, usize::from(!may_be_empty), BODY_MAX_CHARACTERS, true)?;
    Ok(MessageDraft { body, attachments: attachments(&draft.attachments)?, ..draft.clone() })
}

fn attachments(given: &[Attachment]) -> Result<Vec<Attachment>, Invalid> {
    at_most("attachments", given.len(), ATTACHMENTS_MAX)?;
    let checked = given.iter().enumerate().map(|(at, one)| {
        let name = file_name::readable(&one.name);
        let name = text(&format!("attachments[{at}].name"), &name, 1, ATTACHMENT_NAME_MAX_CHARACTERS, false)?;
        if one.bytes.len() > ATTACHMENT_MAX_BYTES {
            let detail = format!("has {} bytes; at most {ATTACHMENT_MAX_BYTES} are allowed", one.bytes.len());
            return Err(Invalid::new(format!("attachments[{at}]"), detail));
        }
        Ok(Attachment { name, ..one.clone() })
    });
    let checked: Vec<Attachment> = checked.collect::<Result<_, _>>()?;
    let bytes: usize = checked.iter().map(|one| one.bytes.len()).sum();
    if bytes > ATTACHMENTS_MAX_BYTES {
        let detail = format!("have {bytes} bytes in all; at most {ATTACHMENTS_MAX_BYTES} are allowed");
        return Err(Invalid::new("attachments", detail));
    }
    Ok(checked)
}

/// A comment.
pub(super) fn comment(draft: &CommentDraft) -> Result<CommentDraft, Invalid> {
    at_most("mentions", draft.mentions.len(), MENTIONS_MAX)?;
    let mentions = draft.mentions.iter().enumerate().map(|(at, who)| worker(&format!("mentions[{at}]"), who));
    Ok(CommentDraft {
        id: draft.id.clone(),
        body: text("body", &draft.body, 1, BODY_MAX_CHARACTERS, true)?,
        mentions: mentions.collect::<Result<_, _>>()?,
    })
}

/// Holds the length of a list to its limit.
pub(super) fn at_most(path: &str, length: usize, limit: usize) -> Result<(), Invalid> {
    if length <= limit {
        return Ok(());
    }
    Err(Invalid::new(path, format!("has {length} entries; at most {limit} are allowed")))
}
