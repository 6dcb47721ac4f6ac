//! Transfer encodings (RFC 2045, section 6). Damaged content gives what can be had of it: a mail with one bad byte is still a
//! mail that somebody wrote.

use std::borrow::Cow;

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode_char;

/// The bytes of a part as they were before they were encoded.
pub(super) fn decoded<'a>(body: &'a [u8], encoding: Option<&str>) -> Cow<'a, [u8]> {
    match encoding.map(|name| name.trim().to_ascii_lowercase()).as_deref() {
        Some("base64") => Cow::Owned(from_base64(body)),
        Some("quoted-printable") => Cow::Owned(from_quoted_printable(body)),
        _ => Cow::Borrowed(body),
    }
}

fn from_base64(body: &[u8]) -> Vec<u8> {
    base64_decode(body).unwrap_or_else(|| {
        let is_digit = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
        let digits: Vec<u8> = body.iter().copied().filter(is_digit).collect();
        base64_decode(&digits).unwrap_or_default()
    })
}

fn from_quoted_printable(body: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(body.len());
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let content = line.trim_ascii_end();
        let ends_softly = content.last() == Some(&b'=');
        let mut rest = if ends_softly { &content[..content.len() - 1] } else { content };
        while let Some((&byte, after)) = rest.split_first() {
            let hex = match after {
                [high, low, ..] if byte == b'=' => quoted_printable_decode_char(*high, *low),
                _ => None,
            };
            decoded.push(hex.unwrap_or(byte));
            rest = if hex.is_some() { &after[2..] } else { after };
        }
        if !ends_softly && line.ends_with(b"\n") {
            decoded.push(b'\n');
        }
    }
    decoded
}
