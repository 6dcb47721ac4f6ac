//! Text whose lines were broken for the way only (RFC 3676): they are joined again, so that a paragraph is one line.

/// Marks a signature; it ends with a blank and does not flow.
const SIGNATURE: &str = "-- ";

/// The text with its flowing lines joined.
pub(super) fn joined(text: &str, deletes_spaces: bool) -> String {
    let mut joined = String::with_capacity(text.len());
    let mut open: Option<usize> = None;
    for line in text.lines() {
        let depth = line.bytes().take_while(|byte| *byte == b'>').count();
        let content = &line[depth..];
        let content = content.strip_prefix(' ').unwrap_or(content);
        if open == Some(depth) && content != SIGNATURE {
            if deletes_spaces {
                joined.pop();
            }
        } else {
            if !joined.is_empty() || open.is_some() {
                joined.push('\n');
            }
            joined.extend(std::iter::repeat_n('>', depth));
            if depth > 0 {
                joined.push(' ');
            }
        }
        joined.push_str(content);
        open = (content.ends_with(' ') && content != SIGNATURE).then_some(depth);
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flowing_lines_are_joined_at_the_same_depth_only() {
        let text =
            "One \r\nparagraph.\r\n\r\n> quoted \r\n> text\r\n>> deeper \r\n> less\r\n From the post\r\n-- \r\nZoe";
        let expected = "One paragraph.\n\n> quoted text\n>> deeper \n> less\nFrom the post\n-- \nZoe";
        assert_eq!(joined(text, false), expected);
        assert_eq!(joined("ab \ncd", true), "abcd");
    }
}
