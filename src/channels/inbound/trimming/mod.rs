//! What is new in a mail: without the mails that it quotes, without signature. Lines between quotes are answers and stay. When
//! in doubt a line stays: to read something twice is better than to miss it.

mod marks;

use super::cleaning;

/// Most lines over which the line above a quote ("On Tuesday ... wrote:") is broken.
const ATTRIBUTION_MAX_LINES: usize = 4;
/// Most lines behind `--` without the blank of a signature: more of them are a text below a dash.
const SIGNATURE_MAX_LINES: usize = 12;

/// What a line is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Line {
    New,
    Quoted,
}

/// The new part of a text; all of it where nothing else would be left.
pub(super) fn newest(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let kinds = kinds(&lines);
    let mut kept: Vec<&str> = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let length = kinds[at..].iter().take_while(|kind| **kind == kinds[at]).count();
        if kinds[at] == Line::New {
            let is_before_quote = at + length < lines.len();
            let segment = without_signature(&lines[at..at + length], is_before_quote);
            if !kept.is_empty() && !segment.is_empty() {
                kept.push("");
            }
            kept.extend(segment);
        }
        at += length;
    }
    let newest = cleaning::trimmed(&with_single_gaps(&kept));
    if newest.trim().is_empty() { cleaning::trimmed(text) } else { newest.trim().to_owned() }
}

/// Tells new lines from quoted ones.
fn kinds(lines: &[&str]) -> Vec<Line> {
    let is_quote = |line: &&str| line.trim_start().starts_with('>');
    let mut kinds: Vec<Line> = lines.iter().map(|line| if is_quote(line) { Line::Quoted } else { Line::New }).collect();
    let mut at = 0;
    while at < lines.len() {
        if kinds[at] == Line::Quoted {
            at += 1;
            continue;
        }
        if marks::begins_forwarded(lines[at]) {
            // What was passed on is what the mail is about, with its quotes.
            kinds[at..].fill(Line::New);
            break;
        }
        if marks::is_separator(lines[at]) || marks::begins_header_block(&lines[at..]) {
            kinds[at..].fill(Line::Quoted);
            break;
        }
        let Some((length, is_certain)) = attribution(&lines[at..], &kinds[at..]) else {
            at += 1;
            continue;
        };
        let next = (at + length..lines.len()).find(|next| !lines[*next].trim().is_empty());
        match next {
            Some(next) if kinds[next] == Line::Quoted => {
                kinds[at..next].fill(Line::Quoted);
                at = next;
            }
            Some(_) if is_certain => {
                kinds[at..].fill(Line::Quoted);
                break;
            }
            None if is_certain => {
                kinds[at..].fill(Line::Quoted);
                break;
            }
            _ => at += 1,
        }
    }
    kinds
}

/// How many lines say whose words follow, and whether they can say nothing else.
fn attribution(lines: &[&str], kinds: &[Line]) -> Option<(usize, bool)> {
    let mut joined = String::new();
    let can_begin = marks::can_begin_attribution(lines[0]);
    for (index, line) in lines.iter().enumerate().take(ATTRIBUTION_MAX_LINES) {
        if kinds[index] == Line::Quoted || line.trim().is_empty() || line.len() > marks::ATTRIBUTION_MAX_BYTES {
            return None;
        }
        joined.push_str(line);
        joined.push(' ');
        if line.trim_end().ends_with([':', '：']) {
            return match marks::attribution(&joined) {
                Some(is_certain) if can_begin || index == 0 => Some((index + 1, is_certain)),
                _ => None,
            };
        }
        if !can_begin {
            return None;
        }
    }
    None
}

/// A run of new lines without the signature at its end.
fn without_signature<'a>(segment: &[&'a str], is_before_quote: bool) -> Vec<&'a str> {
    let begins_signature = |(at, line): &(usize, &&str)| {
        let behind = segment[at + 1..].iter().filter(|line| !line.trim().is_empty()).count();
        **line == "-- " || (line.trim_end() == "--" && behind <= SIGNATURE_MAX_LINES)
    };
    let dashes = segment.iter().enumerate().filter(|(_, line)| line.trim_end() == "--");
    let end = dashes.take(SIGNATURE_MAX_LINES).find(begins_signature).map_or(segment.len(), |(at, _)| at);
    let mut kept = segment[..end].to_vec();
    while let Some(last) = kept.last() {
        let is_rule = is_before_quote && marks::is_rule(last);
        if !(last.trim().is_empty() || marks::is_device_signature(last) || is_rule) {
            break;
        }
        kept.pop();
    }
    let begin = kept.iter().take_while(|line| line.trim().is_empty()).count();
    kept.split_off(begin)
}

/// The lines with no more than one empty one at a stretch.
fn with_single_gaps(lines: &[&str]) -> String {
    let mut text = String::new();
    let mut was_empty = false;
    for line in lines {
        let is_empty = line.trim().is_empty();
        if !(is_empty && was_empty) {
            text.push_str(line);
            text.push('\n');
        }
        was_empty = is_empty;
    }
    text
}

#[cfg(test)]
mod tests;
