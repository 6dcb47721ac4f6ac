//! The plan itself, and the complaints about sources that leave it.

use std::collections::{BTreeMap, BTreeSet};

use crate::paths::{ModulePath, module_of, named_in};

/// Most lines of a source file.
const FILE_MAX_LINES: usize = 400;

/// Names that say nothing about what they hold.
const EMPTY_NAMES: [&str; 8] = ["util", "utils", "helper", "helpers", "common", "misc", "manager", "managers"];
/// Endings of type names that say nothing.
const EMPTY_ENDINGS: [&str; 4] = ["Manager", "Helper", "Utils", "Util"];

/// What anybody but the pure parts may use: they use nothing of the house but one another.
const LEAVES: [&str; 5] = ["clock", "config", "identity", "iso_duration", "telemetry"];

/// A part of the house and the parts that it may import, beside the leaves.
struct Part {
    name: &'static str,
    may_import: &'static [&'static str],
    leaves: bool,
}

const fn part(name: &'static str, may_import: &'static [&'static str]) -> Part {
    Part { name, may_import, leaves: true }
}

const fn pure(name: &'static str, may_import: &'static [&'static str]) -> Part {
    Part { name, may_import, leaves: false }
}

/// `http, pages -> actors -> workflows -> domain`, `actors -> store, channels -> domain`, `http, pages -> store::read`,
/// and pages use the sign-in and the views of http.
const PARTS: [Part; 8] = [
    pure("domain", &[]),
    pure("workflows", &["domain"]),
    part("store", &["domain"]),
    part("channels", &["domain"]),
    part("actors", &["workflows", "domain", "store", "channels"]),
    part("http", &["actors", "workflows", "domain", "store::read"]),
    part("pages", &["http", "actors", "workflows", "domain", "store::read"]),
    part("lib", &[]),
];

/// Wiring, which may import anything.
const WIRING: [&str; 3] = ["app", "cli", "demo"];

/// A source file: its name below `src`, with slashes, and its text.
pub struct Source {
    pub name: String,
    pub text: String,
}

/// Everything in which `sources` leave the plan, a line each.
pub fn complaints(sources: &[Source]) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut arrows: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in sources {
        complaints.extend(about_the_file(source));
        let module = module_of(&source.name);
        let from = module.first().map_or("lib", String::as_str);
        if !is_known(from) {
            complaints.push(format!("{}: {from} is no part of the house; see tests/architecture/plan.rs", source.name));
            continue;
        }
        for named in named_in(&source.text, &module) {
            if let Some(wrong) = wrong_arrow(from, &named) {
                complaints.push(format!("{}: {wrong} ({})", source.name, named.join("::")));
            }
            if let Some((start, end)) = edge(&module, &named, sources) {
                arrows.entry(start).or_default().insert(end);
            }
        }
    }
    complaints.extend(cycles(&arrows));
    complaints
}

fn about_the_file(source: &Source) -> Vec<String> {
    let mut complaints = Vec::new();
    let lines = source.text.lines().count();
    if lines > FILE_MAX_LINES {
        complaints.push(format!("{}: {lines} lines, more than {FILE_MAX_LINES}", source.name));
    }
    if !source.text.starts_with("//!") {
        complaints.push(format!("{}: no //! head comment that says why it exists", source.name));
    }
    for name in source.name.split(['/', '.']).filter(|name| EMPTY_NAMES.contains(name)) {
        complaints.push(format!("{}: the name {name} says nothing about what it holds", source.name));
    }
    for line in source.text.lines() {
        let words: Vec<&str> = line.split(|character: char| !character.is_alphanumeric() && character != '_').collect();
        let declared = words.windows(2).filter(|pair| ["struct", "enum", "trait", "type"].contains(&pair[0]));
        for name in declared.map(|pair| pair[1]).filter(|name| EMPTY_ENDINGS.iter().any(|end| name.ends_with(end))) {
            complaints.push(format!("{}: the name {name} says nothing about what it does", source.name));
        }
    }
    complaints
}

fn is_known(part: &str) -> bool {
    part == "main" || LEAVES.contains(&part) || WIRING.contains(&part) || PARTS.iter().any(|known| known.name == part)
}

/// Says what is wrong with a module of the part `from` naming the path `to`, if anything is.
fn wrong_arrow(from: &str, to: &ModulePath) -> Option<String> {
    let target = to.first()?;
    let is_own = target == from || !is_known(target);
    if is_own || from == "main" || from == "lib" || WIRING.contains(&from) {
        return None;
    }
    let allowed = match PARTS.iter().find(|part| part.name == from) {
        None => LEAVES.contains(&target.as_str()),
        Some(part) => {
            let below = |allowed: &str| allowed.split("::").eq(to.iter().take(allowed.split("::").count()));
            part.may_import.iter().any(|allowed| below(allowed)) || (part.leaves && LEAVES.contains(&target.as_str()))
        }
    };
    (!allowed).then(|| format!("an arrow against the plan, {from} -> {target}"))
}

/// The arrow between parts, or between the modules right below one part, that this path is, if it is one.
fn edge(module: &[String], named: &[String], sources: &[Source]) -> Option<(String, String)> {
    let (from, to) = (module.first()?, named.first()?);
    if from != to {
        return is_known(to).then(|| (from.clone(), to.clone()));
    }
    let (from_child, to_child) = (module.get(1)?, named.get(1)?);
    let is_module =
        sources.iter().any(|source| module_of(&source.name).get(..2) == Some(&[to.clone(), to_child.clone()]));
    (from_child != to_child && is_module).then(|| (format!("{from}::{from_child}"), format!("{to}::{to_child}")))
}

/// Every cycle once, from the first of its members in the order of the alphabet.
fn cycles(arrows: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    arrows
        .keys()
        .filter_map(|start| {
            let way = way_back(arrows, start)?;
            let is_first = way.iter().all(|member| member >= start);
            is_first.then(|| format!("a cycle: {start} -> {}", way.join(" -> ")))
        })
        .collect()
}

/// The shortest way from `start` back to it.
fn way_back(arrows: &BTreeMap<String, BTreeSet<String>>, start: &str) -> Option<Vec<String>> {
    let mut ways = std::collections::VecDeque::from([vec![start.to_owned()]]);
    let mut seen = BTreeSet::new();
    while let Some(way) = ways.pop_front() {
        for next in arrows.get(way.last()?).into_iter().flatten() {
            let mut longer = way.clone();
            longer.push(next.clone());
            if next == start {
                longer.remove(0);
                return Some(longer);
            }
            if seen.insert(next.clone()) {
                ways.push_back(longer);
            }
        }
    }
    None
}
