//! What the README promises, held against the program: its settings, and its curl lines against a running server.
#![expect(clippy::unwrap_used, reason = "what a test cannot go on without may end it")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use frontdesk::config::{CATALOGUE, Environment, Inputs, Settings};

#[test]
fn the_readme_s_table_lists_every_setting_with_its_names() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let rows: Vec<&str> = readme.lines().filter(|line| line.starts_with("| `")).collect();
    for setting in CATALOGUE {
        let start =
            format!("| `{}` | {}", setting.key, setting.variable.map_or(String::new(), |name| format!("`{name}`")));
        let row = rows.iter().find(|row| row.starts_with(&start));
        assert!(row.is_some(), "README.md has no row that begins with {start}");
        if let Some(flag) = setting.flag {
            assert!(row.unwrap().contains(&format!("flag `{flag}`")), "README.md does not name the flag {flag}");
        }
    }
}

#[test]
fn the_readme_s_defaults_are_the_program_s() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let nowhere = Inputs { environment: Environment::of(&[]), directory: "/nowhere".into(), ..Inputs::default() };
    let settings = Settings::load(&nowhere).unwrap().settings;
    for (key, default) in [
        ("listen", settings.listen.to_string()),
        ("data_dir", format!("./{}", settings.data_dir.display())),
        ("public_rate_per_minute", settings.public_rate_per_minute.to_string()),
        ("log", settings.log),
        ("log_format", settings.log_format.to_string()),
        ("max_in_flight", settings.max_in_flight.to_string()),
        ("max_watchers", settings.max_watchers.to_string()),
    ] {
        let row = readme.lines().find(|line| line.starts_with(&format!("| `{key}` |"))).unwrap();
        assert_eq!(row.split('|').nth(3).unwrap().trim(), format!("`{default}`"), "{row}");
    }
}

/// The server of `make run`, on a free port and with data of its own; ends with the value.
struct Demo {
    server: Child,
    address: String,
    data: tempfile::TempDir,
}

impl Demo {
    fn start() -> Self {
        let data = tempfile::TempDir::new().unwrap();
        let mut server = Command::new(env!("CARGO_BIN_EXE_frontdesk"))
            .args(["serve", "--demo", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(data.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
        let address = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("Frontdesk listens on ").map(ToOwned::to_owned))
            .expect("the server says where it listens");
        // What it prints later must go somewhere.
        std::thread::spawn(move || lines.count());
        Self { server, address, data }
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // A server that has ended already needs no killing.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// What the script of a chapter says, run against a demo.
fn run_script_of(chapter: &str) -> String {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let chapter = readme.split(chapter).nth(1).expect("the chapter is there");
    let script = chapter.split("```sh\n").nth(1).and_then(|rest| rest.split("```").next()).expect("it has a script");
    let demo = Demo::start();
    let script = script
        .replace("http://127.0.0.1:8080", &demo.address)
        .replace("./target/release/frontdesk", env!("CARGO_BIN_EXE_frontdesk"));
    let run = Command::new("sh")
        .args(["-eu", "-c", &script])
        .env("FRONTDESK_DATA_DIR", demo.data.path())
        .output()
        .expect("a shell and curl are there");
    let (said, complained) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success(), "{said}\n{complained}");
    said.into_owned()
}

#[test]
fn the_readme_s_curl_lines_copied_work() {
    let said = run_script_of("## One visit by curl");
    assert!(said.contains("\"token\":"), "the join answered: {said}");
    assert!(said.contains("\"state\":\"served\""), "the visit was finished: {said}");
}

#[test]
fn the_readme_s_ticket_copied_has_its_clocks() {
    let said = run_script_of("## A ticket by curl");
    assert!(said.contains("The printer is on fire"), "{said}");
    for word in ["\"policyId\":\"standard\"", "\"metric\":\"firstResponse\"", "\"trace\":["] {
        assert!(said.contains(word), "{word}: {said}");
    }
}

#[test]
fn the_readme_s_question_for_free_times_copied_has_an_answer() {
    let said = run_script_of("## Free times by curl");
    for name in ["Eye test", "Frame adjustment", "Contact lenses for beginners", "Kwame Mensah"] {
        assert!(said.contains(name), "the demo offers {name}: {said}");
    }
    assert!(said.contains("\"spotsAvailable\":2,\"staffIds\":[\"ines\",\"kwame\"]"), "two people are free: {said}");
}
