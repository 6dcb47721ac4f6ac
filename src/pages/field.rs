//! One field of a form: what was typed, how to mend it, and how the fields that all forms share are read.

use serde::Serialize;

use super::visit::parameter;
use crate::domain::address::{PHONE_MAX_DIGITS, PHONE_MIN_DIGITS, Phone};
use crate::domain::desk::{ATTACHMENT_MAX_BYTES, ATTACHMENTS_MAX, ATTACHMENTS_MAX_BYTES};
use crate::domain::invalid;
use crate::domain::queue::CUSTOMER_NAME_MAX_CHARACTERS;
use crate::http::{SentForm, files_that_fit};

/// Longest text that is given back into a field, in characters.
const KEPT_MAX_CHARACTERS: usize = 300;
/// Longest name of a form, in characters.
const ONCE_MAX_CHARACTERS: usize = 64;

/// One field: what was typed, and how to mend it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Field {
    /// What was typed.
    pub value: String,
    /// How to mend it; empty when it is right.
    pub error: String,
    /// Whether it is the first that needs mending: the cursor goes there.
    pub is_first_wrong: bool,
}

impl Field {
    /// A field that holds something already.
    #[must_use]
    pub fn of(value: &str) -> Self {
        Self { value: value.to_owned(), ..Self::default() }
    }

    /// The field as it was sent.
    #[must_use]
    pub fn sent(fields: &[(String, String)], name: &str) -> Self {
        Self::sent_long(fields, name, KEPT_MAX_CHARACTERS)
    }

    /// A field of which so many characters are given back.
    #[must_use]
    pub fn sent_long(fields: &[(String, String)], name: &str, kept: usize) -> Self {
        let value = parameter(fields, name).unwrap_or_default();
        Self { value: value.chars().take(kept).collect(), ..Self::default() }
    }

    /// What it means; `None` when it must be mended, which it then says.
    pub fn parse<T>(&mut self, parse: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        parse(self.value.trim()).map_err(|error| self.error = error).ok()
    }
}

/// The files of a form. A page that is shown again can't keep them.
#[derive(Clone, Debug, Serialize)]
pub struct FilesField {
    /// What fits, in words.
    pub hint: String,
    /// Most files.
    pub most: usize,
    /// Most bytes of each.
    pub each: usize,
    /// Most bytes of all together.
    pub together: usize,
    /// How to mend it; empty when it is right.
    pub error: String,
}

impl Default for FilesField {
    fn default() -> Self {
        Self {
            hint: files_that_fit(),
            most: ATTACHMENTS_MAX,
            each: ATTACHMENT_MAX_BYTES,
            together: ATTACHMENTS_MAX_BYTES,
            error: String::new(),
        }
    }
}

impl FilesField {
    /// The field where the form is shown again.
    #[must_use]
    pub fn sent(form: &SentForm) -> Self {
        let error = match &form.files {
            Ok(files) if files.is_empty() => String::new(),
            Ok(_) => "Choose the files again: a page can’t keep them.".to_owned(),
            Err(wrong) => wrong.clone(),
        };
        Self { error, ..Self::default() }
    }
}

/// Sends the cursor to the first field that must be mended.
pub fn mark_first_wrong<const N: usize>(fields: [&mut Field; N]) {
    if let Some(first) = fields.into_iter().find(|field| !field.error.is_empty()) {
        first.is_first_wrong = true;
    }
}

/// The form's own name: sent twice, it is one wish.
#[must_use]
pub fn once(fields: &[(String, String)]) -> String {
    let once = parameter(fields, "once").unwrap_or_default();
    once.chars().filter(char::is_ascii_alphanumeric).take(ONCE_MAX_CHARACTERS).collect()
}

/// A name.
pub fn name(value: &str) -> Result<String, String> {
    if value.is_empty() {
        return Err("Write your name, so that we can greet you.".to_owned());
    }
    line(value, CUSTOMER_NAME_MAX_CHARACTERS)
}

/// A phone number, or nothing.
pub fn phone(value: &str) -> Result<Option<Phone>, String> {
    let wrong =
        format!("Write {PHONE_MIN_DIGITS} to {PHONE_MAX_DIGITS} digits, such as +49 40 123456, or leave it empty.");
    if value.is_empty() { Ok(None) } else { Phone::parse(value).map(Some).map_err(|_| wrong) }
}

/// Some words.
pub fn line(value: &str, max: usize) -> Result<String, String> {
    text(value, 1, max, false)
}

/// Words on several lines, or none.
pub fn lines(value: &str, max: usize) -> Result<String, String> {
    text(value, 0, max, true)
}

fn text(value: &str, min: usize, max: usize, is_long: bool) -> Result<String, String> {
    if value.chars().count() > max {
        return Err(format!("Write it shorter: {max} characters fit."));
    }
    invalid::text("", value, min, max, is_long)
        .map_err(|_| "It holds a character that we can’t show; type it anew.".to_owned())
}
