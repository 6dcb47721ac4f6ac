//! Message-IDs: without angle brackets and blanks, and only such as could stand in a header of ours again.

use crate::domain::message::{MAIL_ID_MAX_CHARACTERS, REFERENCES_MAX};

/// The ids that a header names, each once, in its order.
pub(super) fn listed(value: &str) -> Vec<String> {
    let in_brackets: Vec<&str> =
        value.split('<').skip(1).filter_map(|rest| rest.split_once('>').map(|(id, _)| id)).collect();
    let written: Vec<&str> = if in_brackets.is_empty() {
        value.split(|c: char| c.is_whitespace() || c == ',').collect()
    } else {
        in_brackets
    };
    let mut seen = std::collections::HashSet::new();
    let ids = written.into_iter().map(|id| id.chars().filter(|c| !c.is_whitespace()).collect::<String>());
    ids.filter(|id| is_one(id) && seen.insert(id.clone())).collect()
}

/// The first id that a header names.
pub(super) fn first(value: &str) -> Option<String> {
    listed(value).into_iter().next()
}

/// As many ids as a mail may refer back to: the one that began it all, and the newest.
pub(super) fn shortened(mut ids: Vec<String>) -> Vec<String> {
    if ids.len() > REFERENCES_MAX {
        ids.drain(1..=ids.len() - REFERENCES_MAX);
    }
    ids
}

fn is_one(id: &str) -> bool {
    (3..=MAIL_ID_MAX_CHARACTERS).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>'))
        && id.contains('@')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_lose_brackets_folds_and_what_is_none() {
        assert_eq!(listed("<a@x> <b@y>,<a@x>\t<c@\r\n z>"), ["a@x", "b@y", "c@z"]);
        assert_eq!(listed("a@x b@y"), ["a@x", "b@y"]);
        assert_eq!(listed("Your mail of Monday <a@x>"), ["a@x"]);
        for none in ["", "<>", "<a>", "<ä@x>", "<<a@x", "<a@x\0>", &format!("<{}@x>", "a".repeat(900))] {
            assert_eq!(listed(none), [""; 0], "{none}");
        }
    }

    #[test]
    fn of_a_long_thread_its_beginning_and_its_end_are_kept() {
        let ids: Vec<String> = (0..50).map(|number| format!("{number}@x")).collect();
        let kept = shortened(ids);
        assert_eq!(kept.len(), REFERENCES_MAX);
        assert_eq!((kept[0].as_str(), kept[1].as_str(), kept[19].as_str()), ("0@x", "31@x", "49@x"));
    }
}
