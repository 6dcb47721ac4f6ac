//! Bytes to text. What a mail says about its charset is believed where there is such a charset; mails that say nothing, or
//! nonsense, are in UTF-8 nearly always, and else in what Windows wrote.

use mail_parser::decoders::charsets::map::charset_decoder;

/// Charsets that programs name although they write something else.
const MEANINGLESS: [&str; 6] = ["", "us-ascii", "ascii", "ansi_x3.4-1968", "utf-8", "utf8"];
/// What is left where bytes are no UTF-8: every byte is a character.
const LAST_RESORT: &[u8] = b"windows-1252";

/// The text of these bytes.
pub(super) fn text(bytes: &[u8], charset: Option<&str>) -> String {
    let named = charset.map(|name| name.trim().trim_matches('"').to_ascii_lowercase());
    let decoder = named.filter(|name| !MEANINGLESS.contains(&name.as_str()));
    if let Some(decode) = decoder.and_then(|name| charset_decoder(name.as_bytes())) {
        return decode(bytes);
    }
    match (std::str::from_utf8(bytes), charset_decoder(LAST_RESORT)) {
        (Ok(text), _) => text.to_owned(),
        (Err(_), Some(decode)) => decode(bytes),
        (Err(_), None) => String::from_utf8_lossy(bytes).into_owned(),
    }
}
