//! How deeply a condition is nested, told before it is parsed: the parser calls itself for each bracket and each operator
//! of a chain, with so much of the stack each time that a short text could exhaust it.

use crate::domain::invalid::Invalid;

/// Deepest nesting, in operators of one chain; see [`BRACKET`]. The parser needs at most half of a thread's 2 MiB for it.
const NESTING_MAX: usize = 36;
/// What a bracket costs, in operators.
const BRACKET: usize = 6;

/// What is known of one pair of brackets while it is open.
#[derive(Clone, Copy, Default)]
struct Level {
    /// Operators of the chain so far: what stands between `&&`, `||`, `,`, `?` and `:`.
    chain: usize,
    /// The deepest bracket of the chain so far.
    within: usize,
    /// The deepest chain so far.
    deepest: usize,
}

impl Level {
    fn end_chain(&mut self) {
        self.deepest = self.deepest.max(self.chain + self.within);
        (self.chain, self.within) = (0, 0);
    }
}

/// Checks that a text is not nested too deeply to be parsed. It refuses what would make that hard to tell: backslashes,
/// triple quotes and comments.
pub(super) fn check(source: &str) -> Result<(), Invalid> {
    let refused = |detail: &str| Err(Invalid::new("", detail));
    if source.contains('\\') || source.contains("'''") || source.contains("\"\"\"") {
        return refused("may hold neither backslashes nor triple quotes");
    }
    let mut levels = vec![Level::default()];
    let mut text: Option<char> = None;
    let mut words = String::new();
    let mut previous = ' ';
    for character in source.chars() {
        if let Some(quote) = text {
            text = text.filter(|_| character != quote);
            continue;
        }
        let Some(level) = levels.last_mut() else { return refused("closes a bracket that is not open") };
        let is_word = character.is_alphanumeric() || character == '_';
        match character {
            '\'' | '"' => text = Some(character),
            '/' if previous == '/' => return refused("may hold no comments"),
            '(' | '[' | '{' => {
                level.chain += 1;
                levels.push(Level::default());
            }
            ')' | ']' | '}' => {
                level.end_chain();
                let cost = BRACKET + level.deepest;
                levels.pop();
                let Some(outer) = levels.last_mut() else { return refused("closes a bracket that is not open") };
                outer.within = outer.within.max(cost);
            }
            '&' | '|' | ',' | '?' | ':' => level.end_chain(),
            '+' | '-' | '*' | '/' | '%' | '<' | '>' | '=' | '!' => {
                let is_second = character == '=' && matches!(previous, '<' | '>' | '=' | '!');
                level.chain += usize::from(!is_second);
            }
            _ if !is_word && words == "in" => level.chain += 1,
            _ => {}
        }
        match is_word {
            true => words.push(character),
            false => words.clear(),
        }
        previous = character;
        if levels.len() * BRACKET > NESTING_MAX + BRACKET {
            return refused("is nested too deeply");
        }
    }
    let Some(mut whole) = levels.first().copied() else { return refused("closes a bracket that is not open") };
    whole.end_chain();
    let is_deep = whole.deepest > NESTING_MAX || source.matches('?').count() > NESTING_MAX;
    if is_deep { refused("is nested too deeply") } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_of_daily_life_are_not_deep() {
        for source in [
            "ticket.priority == 'urgent' || ticket.priority == 'high' && !(ticket.status in ['pending', 'resolved'])",
            "ticket.tags.exists(tag, tag.startsWith('vip') || (tag == 'press' && size(ticket.subject) > 3 + 4))",
            "ticket.subject.contains('http://example.com/(((((((((((((')",
            &vec!["ticket.subject == 'a-b-c-d'"; 40].join(" || "),
        ] {
            assert_eq!(check(source), Ok(()), "{source}");
        }
    }

    #[test]
    fn what_is_deep_is_refused_however_it_is_written() {
        for source in [
            "(".repeat(16),
            "(".repeat(16) + "1" + &")".repeat(16),
            "[".repeat(7) + &"]".repeat(7),
            vec!["1"; 40].join("+"),
            vec!["1"; 40].join(" in "),
            "true?1:".repeat(40) + "1",
            "a".to_owned() + &"[0]".repeat(40),
            "a".to_owned() + &".f()".repeat(40),
            "(((1+1+1+1+1+1+1+1+1+1)+1+1+1+1+1+1+1+1+1)+1+1+1+1+1)+1+1+1+1+1+1+1".to_owned(),
            ")".to_owned(),
            "1)(1".to_owned(),
            "1 // (".to_owned(),
            "'\\''".to_owned(),
            "'''(".to_owned(),
        ] {
            assert!(check(&source).is_err(), "{source}");
        }
    }
}
