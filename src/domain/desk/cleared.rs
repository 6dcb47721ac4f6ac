//! Tells a field that is `null` from one that was left out.

use serde::{Deserialize, Deserializer};

/// A field that is there is `Some`, even when it is `null`: that clears it.
///
/// # Errors
/// The value is none of its type.
pub fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}
