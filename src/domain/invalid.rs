//! What is wrong with a value that came from outside, and where: every parser of the domain answers with this.

use serde::{Deserialize, Serialize};

/// One thing that is wrong with an input: the path of the field, and what makes a sentence with it in front that a person can
/// act on (`servicePointId` `must not be empty`). Where there is no path, the detail is a sentence of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{path}{}{detail}", if path.is_empty() { "" } else { " " })]
pub struct Invalid {
    /// Path of the field as the caller wrote it, in dotted form (`queue.maxWaiting`); empty for the whole body.
    pub path: String,
    /// What is wrong and what would be right.
    pub detail: String,
}

impl Invalid {
    /// An error at `path`.
    pub fn new(path: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { path: path.into(), detail: detail.into() }
    }

    /// The same error, seen from one level further out: `at("customer")` turns `email` into `customer.email`.
    #[must_use]
    pub fn at(mut self, parent: &str) -> Self {
        self.path = match self.path.as_str() {
            "" => parent.to_owned(),
            path if path.starts_with('[') => format!("{parent}{path}"),
            path => format!("{parent}.{path}"),
        };
        self
    }
}

/// A text between `min` and `max` characters after trimming, without control characters.
///
/// U+0000 cannot be stored by Postgres, and other control characters break boards and mails; line breaks and tabs are
/// kept only where `multiline` allows them.
pub fn text(path: &str, value: &str, min: usize, max: usize, multiline: bool) -> Result<String, Invalid> {
    let value = value.trim();
    let forbidden = |c: char| c.is_control() && !(multiline && matches!(c, '\n' | '\r' | '\t'));
    if let Some(bad) = value.chars().find(|c| forbidden(*c)) {
        return Err(Invalid::new(
            path,
            format!("holds the control character U+{:04X}, which is not allowed", bad as u32),
        ));
    }
    let length = value.chars().count();
    if length < min {
        return Err(Invalid::new(
            path,
            if length == 0 { "must not be empty".to_owned() } else { format!("is shorter than {min} characters") },
        ));
    }
    if length > max {
        return Err(Invalid::new(path, format!("has {length} characters; at most {max} are allowed")));
    }
    Ok(value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_trimmed_and_held_to_its_limits() {
        assert_eq!(text("name", "  Zoë 👩🏽‍🚀 ", 1, 40, false).unwrap(), "Zoë 👩🏽‍🚀");
        assert_eq!(text("name", &"x".repeat(40), 1, 40, false).unwrap().len(), 40);
        assert!(text("name", &"x".repeat(41), 1, 40, false).is_err());
        assert!(text("name", "   ", 1, 40, false).is_err());
    }

    #[test]
    fn control_characters_are_refused_by_name() {
        assert!(text("name", "a\0b", 0, 9, true).unwrap_err().detail.contains("U+0000"));
        assert!(text("notes", "a\nb", 0, 9, true).is_ok());
        assert!(text("name", "a\nb", 0, 9, false).is_err());
    }

    #[test]
    fn a_path_grows_outwards() {
        assert_eq!(Invalid::new("email", "").at("customer").path, "customer.email");
        assert_eq!(Invalid::new("[0]", "").at("hours").path, "hours[0]");
        assert_eq!(Invalid::new("", "").at("hours").path, "hours");
    }

    #[test]
    fn path_and_detail_make_a_sentence() {
        assert_eq!(Invalid::new("name", "must not be empty").to_string(), "name must not be empty");
        assert_eq!(Invalid::new("", "Give either of them.").to_string(), "Give either of them.");
    }
}
