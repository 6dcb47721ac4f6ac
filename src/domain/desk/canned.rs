//! Answers that agents give often: a text with placeholders such as `{{ ticket.number }}`, filled in where it is used.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::configured::Configured;
use super::ticket::{BODY_MAX_CHARACTERS, TAG_MAX_CHARACTERS};
use crate::domain::ids::CannedResponseId;
use crate::domain::invalid::{Invalid, text};

/// Longest title, in characters.
pub const CANNED_TITLE_MAX_CHARACTERS: usize = 200;

/// What a canned response says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CannedTerms {
    /// What agents find it by.
    pub title: String,
    /// The text, with placeholders.
    pub body: String,
    /// A word to sort it under.
    pub category: Option<String>,
    /// Whether it is offered.
    pub active: bool,
}

/// A canned response of an org.
pub type CannedResponse = Configured<CannedResponseId, CannedTerms>;

impl CannedTerms {
    /// Reads the form of the wire, which is also the stored one.
    ///
    /// # Errors
    /// The path and what is wrong there. Whether the placeholders can be filled in is not known here.
    pub fn parse(value: &Value) -> Result<Self, Invalid> {
        let object = value.as_object().ok_or_else(|| Invalid::new("", "must be an object"))?;
        let string = |name: &str| match object.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(value)) => Ok(Some(value.as_str())),
            Some(_) => Err(Invalid::new(name, "must be a text")),
        };
        let required = |name: &str| string(name)?.ok_or_else(|| Invalid::new(name, "is missing"));
        let category = string("category")?.map(|value| text("category", value, 1, TAG_MAX_CHARACTERS, false));
        let active = match object.get("active") {
            None | Some(Value::Null) => true,
            Some(Value::Bool(active)) => *active,
            Some(_) => return Err(Invalid::new("active", "must be true or false")),
        };
        Ok(Self {
            title: text("title", required("title")?, 1, CANNED_TITLE_MAX_CHARACTERS, false)?,
            body: text("body", required("body")?, 1, BODY_MAX_CHARACTERS, true)?,
            category: category.transpose()?,
            active,
        })
    }
}
