//! Names of things: slugs given by callers or made at the edge, each its own type so that they cannot be swapped.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::invalid::Invalid;

/// Longest id, in characters.
pub const ID_MAX_CHARACTERS: usize = 64;

fn parse_slug(value: &str) -> Result<Arc<str>, Invalid> {
    let fits = (1..=ID_MAX_CHARACTERS).contains(&value.len());
    if !fits || !value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-') {
        return Err(Invalid::new("", format!("must have 1 to {ID_MAX_CHARACTERS} characters out of A-Z a-z 0-9 _ -")));
    }
    if is_shaped_like_a_number(value) {
        return Err(Invalid::new("", "must not look like a ticket number (T-000007)"));
    }
    Ok(Arc::from(value))
}

fn is_shaped_like_a_number(value: &str) -> bool {
    let digits = value.strip_prefix("T-").or_else(|| value.strip_prefix("t-"));
    digits.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

macro_rules! slug_id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// Checks the shape of a slug.
            ///
            /// # Errors
            /// Anything but 1 to 64 characters out of `A-Z a-z 0-9 _ -`, or the shape of a ticket number.
            pub fn parse(value: &str) -> Result<Self, Invalid> {
                parse_slug(value).map(Self)
            }

            /// The id made of a UUID (its lower-case, hyphenated form is always a slug).
            #[must_use]
            pub fn from_uuid(value: uuid::Uuid) -> Self {
                Self(Arc::from(value.to_string()))
            }

            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = Invalid;

            fn try_from(value: String) -> Result<Self, Invalid> {
                Self::parse(&value)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0.to_string()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }
    };
}

slug_id! {
    /// A tenant: every query and every actor belongs to exactly one org.
    OrgId
}
slug_id! {
    /// A physical place with capacity: a chair, a counter, a service desk.
    PointId
}
slug_id! {
    /// One customer's visit to a queue; it stays the same when the visit is transferred to another point.
    EntryId
}
slug_id! {
    /// A person, named by UUIDv5 over org and folded e-mail, else phone (see [`super::contact::contact_id`]).
    ContactId
}
slug_id! {
    /// A bookable service: a haircut, a consultation, a class.
    DefinitionId
}
slug_id! {
    /// A member of staff whose time can be booked.
    StaffId
}
slug_id! {
    /// One booking of a slot.
    ReservationId
}
slug_id! {
    /// A slot kept for somebody for some minutes. Who knows it may book with it, so it has to be unguessable.
    HoldId
}
slug_id! {
    /// A wish to be offered a slot when one becomes free.
    WaitlistId
}
slug_id! {
    /// An org's own words for a kind of message.
    TemplateId
}
slug_id! {
    /// One passing of something from one owner to another.
    HandoverId
}
slug_id! {
    /// One message to one recipient, named by UUIDv5 over what it follows from (see [`super::message::Message::of`]).
    MessageId
}
slug_id! {
    /// What an org promises for some of its tickets: how soon they are answered and resolved.
    PolicyId
}
slug_id! {
    /// The hours in which an org's promises count.
    BusinessCalendarId
}

slug_id! {
    /// One request for help.
    TicketId
}
slug_id! {
    /// One message of a ticket's conversation.
    TicketMessageId
}
slug_id! {
    /// One comment of a ticket.
    CommentId
}
slug_id! {
    /// One file that came with a message.
    AttachmentId
}
slug_id! {
    /// A text that agents answer with often.
    CannedResponseId
}
slug_id! {
    /// Those who share the tickets that come to them.
    TeamId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_held_to_their_shape() {
        for good in ["a", "def-haircut-30", "A_9", &"x".repeat(64), "T-", "T-12a"] {
            assert!(PointId::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "a b", "ä", "a/b", &"x".repeat(65), "T-000007", "T-1", "t-1"] {
            assert!(PointId::parse(bad).is_err(), "{bad}");
        }
    }
}
