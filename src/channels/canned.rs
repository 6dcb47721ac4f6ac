//! Canned responses with their placeholders filled in. Their texts are written by people who work here, and can do no more
//! than name what they are given: no files, no loops without end.

use minijinja::{AutoEscape, Environment, Error, UndefinedBehavior, Value, context};

use crate::domain::address::Email;
use crate::domain::desk::Ticket;

/// How much work one text may make, in instructions of the template engine.
const FUEL: u64 = 20_000;
/// Longest text that may come out, in bytes.
const FILLED_MAX_BYTES: usize = 200_000;

/// A canned response cannot be filled in.
#[derive(Debug, thiserror::Error)]
pub enum CannedError {
    /// A placeholder names nothing, or is not written as one.
    #[error("cannot be filled in: {0:#}")]
    Unfillable(#[from] Error),
    /// It names who asks or their ticket, which who follows that is not to read.
    #[error("names who asks or what they asked, and others read the answer, too: write it out for all of them")]
    NotForFollowers,
    /// More came out than a message may hold.
    #[error("comes out longer than {FILLED_MAX_BYTES} bytes")]
    TooLong,
}

/// A canned response as it is sent in a ticket by an agent. It may name `ticket.number`, `ticket.subject`, `ticket.status`,
/// `ticket.priority`, `contact.name`, `contact.email` and `agent.id`.
///
/// # Errors
/// A placeholder names something else, or what is not for all who get it; or the text is too long.
pub fn canned_text(body: &str, ticket: &Ticket, agent: &str) -> Result<String, CannedError> {
    if !ticket.followers.is_none() && filled(body, &for_all(ticket, agent)).is_err() {
        return Err(CannedError::NotForFollowers);
    }
    let requester = &ticket.requester;
    let values = context! {
        ticket => context! {
            number => ticket.number.to_string(),
            subject => &*ticket.subject,
            status => ticket.status.word(),
            priority => ticket.priority.word(),
        },
        contact => context! {
            name => &*requester.name,
            email => requester.email.as_ref().map(Email::as_str),
        },
        agent => context! { id => agent },
    };
    filled(body, &values)
}

/// What is the same for everybody who gets an answer in a ticket.
fn for_all(ticket: &Ticket, agent: &str) -> Value {
    context! {
        ticket => context! { status => ticket.status.word(), priority => ticket.priority.word() },
        contact => context! {},
        agent => context! { id => agent },
    }
}

/// Whether a text could be filled in, tried with an example.
///
/// # Errors
/// As [`canned_text`].
pub fn check_canned_text(body: &str) -> Result<(), CannedError> {
    let example = context! {
        ticket => context! { number => "T-000123", subject => "Subject", status => "open", priority => "normal" },
        contact => context! { name => "Zoë", email => "zoe@example.com" },
        agent => context! { id => "mia" },
    };
    filled(body, &example).map(drop)
}

fn filled(body: &str, values: &Value) -> Result<String, CannedError> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_fuel(Some(FUEL));
    let text = environment.render_str(body, values)?;
    if text.len() > FILLED_MAX_BYTES {
        return Err(CannedError::TooLong);
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_in_and_others_are_refused() {
        assert!(check_canned_text("Dear {{ contact.name }}, about {{ ticket.number }}: done. {{ agent.id }}").is_ok());
        for bad in ["{{ ticket.token }}", "{{ secret }}", "{{ ticket.number", "{% include 'x' %}", "{% for a in b %}"] {
            assert!(check_canned_text(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_text_that_works_too_hard_or_grows_too_long_is_refused() {
        let endless = "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}";
        assert!(check_canned_text(endless).is_err());
        let long = format!("{{% for a in range(900) %}}{}{{% endfor %}}", "x".repeat(1_000));
        assert!(matches!(check_canned_text(&long), Err(CannedError::TooLong)));
    }
}
