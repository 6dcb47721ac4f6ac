//! One field of a body as it came: absent, null or any JSON. Reading it as what it should be gives an error with its path.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer};
use serde_json::Value;

use super::instant;
use crate::domain::invalid::Invalid;
use crate::http::problem::Problem;

/// Longest text that is looked at at all, in bytes; each field has a shorter limit of its own, in characters.
const TEXT_MAX_BYTES: usize = 256 * 1024;

/// A field as it came.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Field {
    /// Not there.
    #[default]
    Absent,
    /// `null`.
    Null,
    /// Anything else.
    Given(Value),
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Value::deserialize(deserializer)? {
            Value::Null => Self::Null,
            value => Self::Given(value),
        })
    }
}

impl Field {
    /// The value; null and absent are the same here.
    #[must_use]
    pub fn value(&self) -> Option<&Value> {
        match self {
            Self::Absent | Self::Null => None,
            Self::Given(value) => Some(value),
        }
    }

    /// Whether it was sent, be it as null.
    #[must_use]
    pub fn is_sent(&self) -> bool {
        !matches!(self, Self::Absent)
    }

    /// The same, with null refused: for updates, where null would mean to clear what cannot be empty.
    ///
    /// # Errors
    /// It is null.
    pub fn not_null(&self, path: &str) -> Result<&Self, Invalid> {
        match self {
            Self::Null => Err(Invalid::new(path, "cannot be cleared: it must not be null")),
            Self::Absent | Self::Given(_) => Ok(self),
        }
    }

    /// What `read` makes of it; null puts the default back.
    ///
    /// # Errors
    /// Those of `read`.
    pub fn or_default<T>(
        &self,
        default: impl FnOnce() -> T,
        read: impl FnOnce(&Self) -> Result<Option<T>, Invalid>,
    ) -> Result<Option<T>, Invalid> {
        match self {
            Self::Null => Ok(Some(default())),
            Self::Absent | Self::Given(_) => read(self),
        }
    }

    /// What `read` makes of it; null clears.
    ///
    /// # Errors
    /// Those of `read`.
    pub fn clearable<T>(
        &self,
        read: impl FnOnce(&Self) -> Result<Option<T>, Invalid>,
    ) -> Result<Option<Option<T>>, Invalid> {
        match self {
            Self::Null => Ok(Some(None)),
            Self::Absent | Self::Given(_) => read(self).map(|value| value.map(Some)),
        }
    }

    /// As text.
    ///
    /// # Errors
    /// It is something else.
    pub fn text(&self, path: &str) -> Result<Option<&str>, Invalid> {
        match self.value() {
            None => Ok(None),
            Some(Value::String(text)) if text.len() <= TEXT_MAX_BYTES => Ok(Some(text)),
            Some(Value::String(_)) => Err(Invalid::new(path, "is far too long")),
            Some(_) => Err(Invalid::new(path, "must be a text")),
        }
    }

    /// As text of a length, trimmed.
    ///
    /// # Errors
    /// It is something else, too short or too long, or holds control characters.
    pub fn words(&self, path: &str, min: usize, max: usize) -> Result<Option<String>, Invalid> {
        let text = self.text(path)?;
        text.map(|text| crate::domain::invalid::text(path, text, min, max, false)).transpose()
    }

    /// As a whole number in a range.
    ///
    /// # Errors
    /// It is something else, or out of range.
    pub fn whole(&self, path: &str, min: u32, max: u32) -> Result<Option<u32>, Invalid> {
        let Some(value) = self.value() else { return Ok(None) };
        let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
        match number.filter(|number| (min..=max).contains(number)) {
            Some(number) => Ok(Some(number)),
            None => Err(Invalid::new(path, format!("must be a whole number from {min} to {max}"))),
        }
    }

    /// As true or false.
    ///
    /// # Errors
    /// It is something else.
    pub fn flag(&self, path: &str) -> Result<Option<bool>, Invalid> {
        match self.value() {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(Invalid::new(path, "must be true or false")),
        }
    }

    /// As an instant.
    ///
    /// # Errors
    /// It is something else.
    pub fn instant(&self, path: &str) -> Result<Option<DateTime<Utc>>, Invalid> {
        self.text(path)?.map(|text| instant(path, text)).transpose()
    }

    /// As an object with fields of its own.
    ///
    /// # Errors
    /// It is something else.
    pub fn object<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>, Invalid> {
        match self.value() {
            None => Ok(None),
            Some(value @ Value::Object(_)) => {
                T::deserialize(value.clone()).map(Some).map_err(|error| Invalid::new(path, error.to_string()))
            }
            Some(_) => Err(Invalid::new(path, "must be an object")),
        }
    }

    /// As a list of values, each with its path.
    ///
    /// # Errors
    /// It is something else, or has more than `max` items.
    pub fn list(&self, path: &str, max: usize) -> Result<Option<Vec<(String, Self)>>, Invalid> {
        match self.value() {
            None => Ok(None),
            Some(Value::Array(items)) if items.len() <= max => {
                let item = |(index, value): (usize, &Value)| (format!("{path}[{index}]"), Self::Given(value.clone()));
                Ok(Some(items.iter().enumerate().map(item).collect()))
            }
            Some(Value::Array(_)) => Err(Invalid::new(path, format!("may have at most {max} items"))),
            Some(_) => Err(Invalid::new(path, "must be a list")),
        }
    }
}

/// Everything that is wrong with a body.
#[derive(Debug, Default)]
pub struct Errors(Vec<Invalid>);

impl Errors {
    /// Keeps a value, or what is wrong with it.
    pub fn keep<T>(&mut self, result: Result<T, Invalid>) -> Option<T> {
        result.map_err(|error| self.0.push(error)).ok()
    }

    /// Keeps an optional value, or what is wrong with it.
    pub fn optional<T>(&mut self, result: Result<Option<T>, Invalid>) -> Option<T> {
        self.keep(result).flatten()
    }

    /// Keeps a value that must be there.
    pub fn required<T>(&mut self, path: &str, result: Result<Option<T>, Invalid>) -> Option<T> {
        match self.keep(result) {
            Some(None) => {
                self.0.push(Invalid::new(path, "is required"));
                None
            }
            other => other.flatten(),
        }
    }

    /// Whether nothing is wrong so far.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What was made of the body, if nothing is wrong with it.
    ///
    /// # Errors
    /// 422 with all that is wrong.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Problem> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(Problem::invalid(self.0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_are_read_by_kind_and_errors_are_collected() {
        let field = |value: Value| Field::Given(value);
        let mut errors = Errors::default();
        assert_eq!(errors.optional(field(json!(7)).whole("a", 1, 9)), Some(7));
        for value in [json!(0), json!(10), json!(1.5), json!("7"), json!(-1), json!(u64::MAX), json!([])] {
            assert_eq!(errors.optional(field(value).whole("a", 1, 9)), None);
        }
        assert_eq!(errors.required("b", Field::Absent.text("b")), None);
        assert_eq!(errors.required("b", Field::Null.text("b")), None);
        assert_eq!(errors.keep(Field::Null.not_null("c")), None);
        assert_eq!(errors.optional(field(json!("x\u{0}")).words("d", 1, 9)), None);
        assert_eq!(errors.0.len(), 11);
        assert!(errors.finish(Some(())).is_err());
    }
}
