//! Finds which modules a source file names: every path that begins at the crate's root or climbs there by `super`.

use std::collections::BTreeSet;

/// A path from the crate's root, such as `["store", "read", "Reader"]`.
pub type ModulePath = Vec<String>;

/// The module of a source file, by its name below `src`.
pub fn module_of(name: &str) -> ModulePath {
    let name = name.strip_suffix(".rs").unwrap_or(name);
    let mut path: ModulePath = name.split('/').map(str::to_owned).collect();
    if path.last().is_some_and(|last| last == "mod") || path == ["lib"] {
        path.pop();
    }
    path
}

/// All paths in `text`, the source of `module`, that begin with `crate` or `super`, from the crate's root.
pub fn named_in(text: &str, module: &[String]) -> BTreeSet<ModulePath> {
    let code = without_comments_and_strings(text);
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices("crate::").chain(code.match_indices("super::")) {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|character| character.is_alphanumeric() || character == '_' || character == ':') {
            continue;
        }
        let mut rest = &code[at..];
        let mut base: ModulePath = module.to_vec();
        if let Some(after) = rest.strip_prefix("crate::") {
            base.clear();
            rest = after;
        }
        while let Some(after) = rest.strip_prefix("super::") {
            base.pop();
            rest = after;
        }
        follow(rest, base, &mut found);
    }
    found
}

/// Reads one path, or the paths of a group in braces, that continue `base`; answers what follows.
fn follow<'a>(text: &'a str, base: ModulePath, found: &mut BTreeSet<ModulePath>) -> &'a str {
    let text = text.trim_start();
    if let Some(mut rest) = text.strip_prefix('{') {
        loop {
            rest = follow(rest, base.clone(), found).trim_start();
            // An alias (`as Other`) stands between an item and the comma.
            rest = rest.trim_start_matches(|character: char| !matches!(character, ',' | '}'));
            match rest.strip_prefix(',') {
                Some(after) if !after.trim_start().starts_with('}') => rest = after,
                Some(after) => return after.trim_start().strip_prefix('}').unwrap_or(after),
                None => return rest.strip_prefix('}').unwrap_or(rest),
            }
        }
    }
    let end = text.find(|character: char| !character.is_alphanumeric() && character != '_').unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let mut path = base;
    if !name.is_empty() {
        path.push(name.to_owned());
    }
    match rest.strip_prefix("::") {
        Some(after) => follow(after, path, found),
        None => {
            found.insert(path);
            rest
        }
    }
}

/// The code with comments dropped and the insides of strings blanked. Raw strings with quotes inside would confuse it,
/// which could only add a path that is not there, never hide one that is.
fn without_comments_and_strings(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if next == '"' {
            end_of_string(rest)
        } else if rest.starts_with("'\"'") {
            3
        } else {
            code.push(next);
            rest = &rest[next.len_utf8()..];
            continue;
        };
        code.push(' ');
        rest = &rest[skipped..];
    }
    code
}

fn end_of_string(text: &str) -> usize {
    let mut escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}
