//! Parameters that were cut into numbered pieces (RFC 2231, section 3), put together again before they are decoded.
//! mail-parser decodes each piece by itself: a character that is cut in two is lost then, and so is the charset, which the
//! first piece alone names.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// One piece: whether it is percent-encoded, and its value.
type Piece = (bool, String);

/// The header with each parameter in one piece.
pub(super) fn joined(written: &str) -> String {
    let mut whole: Vec<&str> = Vec::new();
    let mut cut: BTreeMap<String, BTreeMap<u16, Piece>> = BTreeMap::new();
    for parameter in split(written.trim_end()) {
        match piece(parameter) {
            Some((name, number, piece)) => {
                cut.entry(name).or_default().entry(number).or_insert(piece);
            }
            None => whole.push(parameter),
        }
    }
    let mut whole = whole.join(";");
    for (name, pieces) in &cut {
        let _ = write!(whole, "; {name}*={}", together(pieces));
    }
    whole.push('\n');
    whole
}

/// The value in one piece, percent-encoded, with the charset in front.
fn together(pieces: &BTreeMap<u16, Piece>) -> String {
    let names_charset =
        pieces.get(&0).is_some_and(|(is_encoded, value)| *is_encoded && value.matches('\'').count() >= 2);
    let mut value = if names_charset { String::new() } else { "utf-8''".to_owned() };
    for (is_encoded, piece) in pieces.values() {
        for byte in piece.bytes() {
            let is_kept =
                byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) || (*is_encoded && b"%'".contains(&byte));
            if is_kept {
                value.push(char::from(byte));
            } else {
                // Writing to a string cannot fail.
                let _ = write!(value, "%{byte:02X}");
            }
        }
    }
    value
}

/// What stands between semicolons, those within quotes left out.
fn split(written: &str) -> Vec<&str> {
    let (mut parameters, mut start, mut is_quoted, mut is_escaped) = (Vec::new(), 0, false, false);
    for (at, byte) in written.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_quoted => is_escaped = true,
            b'"' => is_quoted = !is_quoted,
            b';' if !is_quoted => {
                parameters.push(&written[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parameters.push(&written[start..]);
    parameters
}

/// Reads `name*1*=value`.
fn piece(parameter: &str) -> Option<(String, u16, Piece)> {
    let (key, value) = parameter.split_once('=')?;
    let (name, number) = key.trim().split_once('*')?;
    let (number, is_encoded) = match number.strip_suffix('*') {
        Some(number) => (number, true),
        None => (number, false),
    };
    let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let number = number.parse().ok().filter(|_| is_name)?;
    let value = value.trim();
    let value = value.strip_prefix('"').map_or(value, |quoted| quoted.strip_suffix('"').unwrap_or(quoted));
    Some((name.to_ascii_lowercase(), number, (is_encoded, value.replace('\\', ""))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_become_one() {
        let cut = "a/b; name*1*=%ac; x=\"1;2\"; name*0*=utf-8''%e2%82; name*2=\" 5;.pdf\"";
        assert_eq!(joined(cut), "a/b; x=\"1;2\"; name*=utf-8''%e2%82%ac%205%3B.pdf\n");
        assert_eq!(joined("a/b; name*0=long; name*1=er"), "a/b; name*=utf-8''longer\n");
        for whole in ["a/b", "a/b; name=x", "a/b; name*=utf-8''x", "", "; *0=x", "a; name*x=y", "a; b=\"c"] {
            assert_eq!(joined(whole).trim_end(), whole);
        }
    }
}
