//! What may not stand in a text: control characters, which Postgres or a mail cannot carry, and in names those that turn the
//! direction of reading, which make `exe.fdp` of a file look like `pdf.exe`.

use crate::domain::file_name::turns_direction;

/// A text of several lines, each ending with a line feed alone.
pub(super) fn lines(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' => {
                if characters.peek() != Some(&'\n') {
                    cleaned.push('\n');
                }
            }
            '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => cleaned.push('\n'),
            '\n' | '\t' => cleaned.push(character),
            '\u{feff}' => {}
            other if other.is_control() => {}
            other => cleaned.push(other),
        }
    }
    cleaned
}

/// A text on one line, its blanks folded.
pub(super) fn line(text: &str) -> String {
    let is_kept = |c: &char| c.is_whitespace() || !(c.is_control() || turns_direction(*c) || *c == '\u{feff}');
    let kept: String = text.chars().filter(is_kept).collect();
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text without blank ends, its lines without blanks behind them.
pub(super) fn trimmed(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n").trim_matches('\n').trim_end().to_owned()
}
