//! Entities of HTML, such as `&eacute;` and `&#8364;`, as the characters that they stand for.

use mail_parser::decoders::html::add_html_token;

/// Longest entity, in bytes, with its `&` and `;` (the longest name in use has 31 letters).
const ENTITY_MAX_BYTES: usize = 33;
/// What the numbers 128 to 159 mean in pages: the characters of Windows (HTML, 13.2.5.80).
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// The text with its entities resolved; what only looks like one stays.
pub(super) fn resolved(text: &str) -> String {
    let mut resolved = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        resolved.push_str(&rest[..at]);
        rest = &rest[at..];
        let within = rest.as_bytes().iter().take(ENTITY_MAX_BYTES);
        let end = within.enumerate().skip(1).take_while(|(_, b)| b.is_ascii_alphanumeric() || matches!(b, b'#' | b';'));
        match end.into_iter().find(|(_, byte)| **byte == b';') {
            Some((semicolon, _)) => {
                push(&mut resolved, &rest[..=semicolon]);
                rest = &rest[semicolon + 1..];
            }
            None => {
                resolved.push('&');
                rest = &rest[1..];
            }
        }
    }
    resolved.push_str(rest);
    resolved
}

fn push(resolved: &mut String, entity: &str) {
    let number = entity.strip_prefix("&#").and_then(|number| number.strip_suffix(';'));
    let value = number.and_then(|number| match number.strip_prefix(['x', 'X']) {
        Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok(),
        None => number.parse().ok(),
    });
    match value.and_then(|value| value.checked_sub(0x80)).and_then(|value| WINDOWS.get(value as usize)) {
        Some(character) => resolved.push(*character),
        None => add_html_token(resolved, entity.as_bytes(), false),
    }
}
