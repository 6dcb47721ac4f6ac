//! Who asks for something: decides what they may do and who may take an act back.

use serde::{Deserialize, Serialize};

/// Role of a signed-in person, as the token's `role` claim says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Works on tickets.
    Agent,
    /// Works at the counter: queues and reservations of the org.
    Staff,
    /// Both, with overrides and live views.
    Supervisor,
    /// Everything, configuration included.
    Admin,
    /// A customer: only their own tickets and bookings.
    Customer,
}

/// Who gives a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "party", rename_all = "kebab-case")]
pub enum Party {
    /// A signed-in member of staff; `subject` is the token's `sub`.
    Clerk {
        /// The token's `sub`.
        subject: String,
        /// The token's role.
        role: Role,
    },
    /// Somebody who shows the secret token of one record.
    Bearer {
        /// The secret that came with the record.
        token: String,
    },
    /// Anybody.
    Public,
    /// The passing of time, or a follow-up of another command.
    System,
}

impl Party {
    /// The subject to put into the record, where there is one.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        match self {
            Self::Clerk { subject, .. } => Some(subject),
            Self::Bearer { .. } | Self::Public | Self::System => None,
        }
    }

    /// Whether this is the business: a member of staff, or a follow-up of what one did.
    #[must_use]
    pub fn is_staff(&self) -> bool {
        match self {
            Self::Clerk { role, .. } => match role {
                Role::Agent | Role::Staff | Role::Supervisor | Role::Admin => true,
                Role::Customer => false,
            },
            Self::System => true,
            Self::Bearer { .. } | Self::Public => false,
        }
    }

    /// Whether this party shows `secret` as its token. Takes as long for a wrong token as for a right one of that length.
    #[must_use]
    pub fn shows(&self, secret: &str) -> bool {
        match self {
            Self::Bearer { token } => is_same_secret(token, secret),
            Self::Clerk { .. } | Self::Public | Self::System => false,
        }
    }

    /// Whether this party may overrule a rule (a supervisor or an admin).
    #[must_use]
    pub fn may_override(&self) -> bool {
        matches!(self, Self::Clerk { role: Role::Supervisor | Role::Admin, .. })
    }
}

/// Compares without telling by its duration where the first difference is.
fn is_same_secret(shown: &str, secret: &str) -> bool {
    let difference = shown.bytes().zip(secret.bytes()).fold(0, |difference, (a, b)| difference | (a ^ b));
    shown.len() == secret.len() && difference == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_very_same_secret_is_shown() {
        let shows = |token: &str| Party::Bearer { token: token.to_owned() }.shows("secret");
        assert!(shows("secret"));
        for wrong in ["", "secre", "secret ", "Secret", "secrets"] {
            assert!(!shows(wrong), "{wrong:?}");
        }
        assert!(!Party::Public.shows(""));
    }

    #[test]
    fn supervisors_and_admins_may_overrule() {
        let clerk = |role| Party::Clerk { subject: "s".to_owned(), role };
        assert!(clerk(Role::Supervisor).may_override() && clerk(Role::Admin).may_override());
        assert!(!clerk(Role::Staff).may_override() && !clerk(Role::Agent).may_override());
        assert!(!Party::System.may_override());
    }
}
