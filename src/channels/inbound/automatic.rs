//! Mails that no person wrote to us. To answer one may begin a loop, to open a ticket for one fills the desk with nothing.

use super::header::Headers;
use crate::domain::address::Email;
use crate::domain::invalid::Invalid;
use crate::domain::mail::Automatic;

/// Words of the header Precedence that say that nobody waits for an answer.
const PRECEDENCES: [&str; 4] = ["bulk", "junk", "list", "auto_reply"];
/// Headers of autoresponders.
const AUTORESPONDERS: [&str; 6] =
    ["x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply", "x-autoreply-from", "x-mail-autoreply"];
/// Words of the header X-Auto-Response-Suppress that mean what we would answer with; the others are about reports of delivery.
const SUPPRESSED: [&str; 3] = ["all", "autoreply", "oof"];
/// Mailboxes that no person reads, without dots, dashes and underscores.
const MAILBOXES: [&str; 7] =
    ["mailerdaemon", "postmaster", "noreply", "donotreply", "bounce", "bounces", "autoresponder"];
/// How the mailbox begins that Exchange reports from.
const EXCHANGE: &str = "microsoftexchange329e71ec88ae";
/// How subjects begin that only programs write, in lower case.
const SUBJECTS: [&str; 17] = [
    "automatic reply:",
    "auto reply:",
    "autoreply:",
    "out of office:",
    "out of office reply",
    "out of office autoreply",
    "automatische antwort:",
    "abwesenheitsnotiz:",
    "réponse automatique",
    "respuesta automática:",
    "resposta automática:",
    "risposta automatica:",
    "automatisch antwoord:",
    "undelivered mail returned to sender",
    "undeliverable:",
    "delivery status notification",
    "mail delivery failed",
];

/// Why these headers are those of no person's mail.
pub(super) fn by_headers(headers: &Headers<'_>) -> Result<Option<Automatic>, Invalid> {
    let word = |name: &str| headers.raw(name).map(|value| value.map(|value| first_word(&value)));
    let reason = if word("auto-submitted")?.is_some_and(|word| !matches!(word.as_str(), "no" | "")) {
        Some(Automatic::AutoSubmitted)
    } else if headers.has("x-failed-recipients") {
        Some(Automatic::DeliveryReport)
    } else if word("precedence")?.is_some_and(|word| PRECEDENCES.contains(&word.as_str())) {
        Some(Automatic::Precedence)
    } else if AUTORESPONDERS.into_iter().any(|name| headers.has(name)) {
        Some(Automatic::Autoresponder)
    } else if headers.has("list-id") || headers.has("list-unsubscribe") {
        Some(Automatic::MailingList)
    } else if headers.raw("return-path")?.is_some_and(|path| path.replace(' ', "") == "<>") {
        Some(Automatic::EmptyReturnPath)
    } else {
        None
    };
    Ok(reason)
}

/// Whether these headers ask for no automatic answer. That alone makes no program of who wrote: servers add it to mails of people.
pub(super) fn suppress_receipt(headers: &Headers<'_>) -> Result<bool, Invalid> {
    let written = headers.raw("x-auto-response-suppress")?.unwrap_or_default().to_ascii_lowercase();
    Ok(written.split([',', ';', ' ']).any(|word| SUPPRESSED.contains(&word)))
}

/// The word before parameters and comments, in lower case.
fn first_word(value: &str) -> String {
    let word = value.split([';', '(', ',', ' ']).find(|word| !word.is_empty());
    word.unwrap_or_default().to_ascii_lowercase()
}

/// Why sender or subject are those of no person's mail.
pub(super) fn by_sender(from: &Email, subject: &str) -> Option<Automatic> {
    let local = from.as_str().rsplit_once('@').map_or("", |(local, _)| local).to_lowercase();
    let mailbox = local.split(['+', '=']).next().unwrap_or_default().replace(['.', '-', '_'], "");
    if MAILBOXES.contains(&mailbox.as_str()) || mailbox.starts_with(EXCHANGE) {
        return Some(Automatic::Sender);
    }
    let subject = subject.to_lowercase();
    SUBJECTS.into_iter().any(|start| subject.starts_with(start)).then_some(Automatic::Subject)
}
