//! The house's plan, held against the sources: who may import whom, no cycles, files that fit a screen or two, names
//! that say something, and a head comment that says why a file exists. Reasons: ARCHITECTURE.md.
#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

mod paths;
mod plan;

use std::fs;
use std::path::{Path, PathBuf};

use plan::{Source, complaints};

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut pending = vec![root.clone()];
    let mut sources = Vec::new();
    while let Some(directory) = pending.pop() {
        for child in fs::read_dir(&directory).unwrap() {
            let path: PathBuf = child.unwrap().path();
            if path.is_dir() {
                pending.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
                sources.push(Source { name, text: fs::read_to_string(&path).unwrap() });
            }
        }
    }
    sources.sort_by(|one, other| one.name.cmp(&other.name));
    sources
}

#[test]
fn the_sources_follow_the_plan() {
    let sources = sources();
    assert!(sources.len() > 20, "the sources were not found");
    let complaints = complaints(&sources);
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

/// What the plan says about made-up sources, given as (name, text); the head comment is added.
fn judged(sources: &[(&str, &str)]) -> Vec<String> {
    let source = |(name, text): &(&str, &str)| Source { name: (*name).to_owned(), text: format!("//! Why.\n{text}") };
    complaints(&sources.iter().map(source).collect::<Vec<_>>())
}

#[track_caller]
fn assert_refused(sources: &[(&str, &str)], word: &str) {
    let complaints = judged(sources);
    assert!(complaints.iter().any(|complaint| complaint.contains(word)), "no complaint about {word}: {complaints:?}");
}

#[test]
fn arrows_to_the_right_are_fine() {
    let sources = [
        ("http/queue.rs", "use crate::actors::Directory;\nuse crate::store::read::{Reader, Page};\nuse crate::config;"),
        ("pages/board.rs", "use crate::{domain::queue, clock::Clock, http::Identity};"),
        ("actors/desk.rs", "use crate::workflows::rules;\nuse crate::store::Lane;\nuse crate::channels::Mail;"),
        ("workflows/rules.rs", "use crate::domain::ids;"),
        ("store/lane.rs", "use crate::domain::ids;\nuse super::super::identity;"),
        ("app.rs", "use crate::{actors, http, pages, store::Store};"),
        ("domain/ids.rs", "// use crate::store;\nconst EXAMPLE: &str = \"use crate::store;\";\n/* crate::http */"),
    ];
    assert_eq!(judged(&sources), Vec::<String>::new());
}

#[test]
fn every_wrong_arrow_is_found_however_it_is_written() {
    assert_refused(&[("domain/ids.rs", "use crate::store::Lane;")], "domain -> store");
    assert_refused(&[("domain/queue/state.rs", "use crate::clock;")], "domain -> clock");
    assert_refused(&[("workflows/rules.rs", "use crate::{domain::ids, actors::Desk};")], "workflows -> actors");
    assert_refused(&[("store/lane.rs", "fn f() { crate::actors::go() }")], "store -> actors");
    assert_refused(&[("store/rows/queue.rs", "use super::super::super::http::Problem;")], "store -> http");
    assert_refused(&[("http/queue.rs", "use crate::store::Lane;")], "http -> store");
    assert_refused(&[("http/queue.rs", "use crate::store::{read::Reader, Lane};")], "http -> store");
    assert_refused(&[("http/queue.rs", "use crate::pages::board;")], "http -> pages");
    assert_refused(&[("clock.rs", "use crate::domain::ids;")], "clock -> domain");
    assert_refused(&[("attic/box.rs", "")], "attic");
}

#[test]
fn cycles_are_found_between_parts_and_between_the_modules_of_a_part() {
    let parts = [("config.rs", "use crate::telemetry;"), ("telemetry.rs", "use crate::config::LogFormat;")];
    assert_refused(&parts, "cycle: config -> telemetry -> config");
    let modules = [
        ("store/lane/batch.rs", "use crate::store::rows::Row;"),
        ("store/rows/queue.rs", "use super::super::fence;"),
        ("store/fence.rs", "use super::{StoreError, lane::Lane};"),
    ];
    assert_refused(&modules, "cycle: store::fence -> store::lane -> store::rows -> store::fence");
    let straight = [("store/lane.rs", "use super::rows;"), ("store/rows.rs", "use super::StoreError;")];
    assert_eq!(judged(&straight), Vec::<String>::new());
}

#[test]
fn long_nameless_and_unexplained_files_are_found() {
    assert_refused(&[("domain/ids.rs", &"\n".repeat(400))], "401 lines");
    assert_refused(&[("domain/utils.rs", "")], "utils");
    assert_refused(&[("store/helpers/mod.rs", "")], "helpers");
    assert_refused(&[("actors/desk.rs", "struct QueueManager;")], "QueueManager");
    let silent = Source { name: "domain/ids.rs".to_owned(), text: "use std::fmt;\n".to_owned() };
    assert!(complaints(&[silent])[0].contains("//!"));
}
