//! `scripts/ensure` on a machine that lacks something: in a search path of our own, with package managers that only write
//! down what they are asked.
#![expect(clippy::unwrap_used, reason = "what a test cannot go on without may end it")]
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A bare machine: the tools that the script itself uses, who we are, and nothing else.
struct Machine {
    path: TempDir,
}

impl Machine {
    fn of_user(id: u32) -> Self {
        let machine = Self { path: TempDir::new().unwrap() };
        for tool in ["sh", "env", "sed", "grep", "dirname", "readlink", "touch", "chmod"] {
            let real = ["/bin", "/usr/bin"].map(|place| Path::new(place).join(tool));
            symlink(real.iter().find(|real| real.exists()).unwrap(), machine.path.path().join(tool)).unwrap();
        }
        machine.program("id", &format!("echo {id}"));
        machine
    }

    /// A program of the machine; `$HERE` is its directory.
    fn program(&self, name: &str, script: &str) {
        let (here, file) = (self.path.path().display(), self.path.path().join(name));
        fs::write(&file, format!("#!/bin/sh\nHERE={here}\n{script}\n")).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// A package manager that writes down what it is asked, and then does `more`.
    fn apt(&self, more: &str) {
        self.program("apt-get", &format!("echo \"${{DEBIAN_FRONTEND:-asking}} $*\" >> $HERE/asked\n{more}"));
    }

    fn asked(&self) -> Vec<String> {
        let asked = fs::read_to_string(self.path.path().join("asked")).unwrap_or_default();
        asked.lines().map(str::to_owned).collect()
    }

    fn ensure(&self, what: &str, settings: &[(&str, &str)]) -> Output {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/ensure");
        let mut command = Command::new("/bin/sh");
        command.arg(script).arg(what).env_clear().env("PATH", self.path.path());
        command.envs(settings.iter().copied()).stdin(Stdio::null()).output().unwrap()
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

const INSTALLS_THE_BROWSER: &str = "case \"$*\" in
    *install*) for name in chromium chromedriver; do touch $HERE/$name; chmod +x $HERE/$name; done ;;
esac";

#[test]
fn what_is_there_is_not_installed_again() {
    let machine = Machine::of_user(0);
    machine.apt("");
    machine.program("chromium", "");
    machine.program("chromedriver", "");
    let output = machine.ensure("browser", &[]);
    assert!(output.status.success() && output.stderr.is_empty(), "{}", said(&output));
    assert_eq!(machine.asked(), [""; 0]);
}

#[test]
fn root_gets_what_is_missing_after_the_package_lists_and_without_questions() {
    let machine = Machine::of_user(0);
    machine.apt(INSTALLS_THE_BROWSER);
    let output = machine.ensure("browser", &[]);
    assert!(output.status.success(), "{}", said(&output));
    let asked = machine.asked();
    assert_eq!(asked[0], "asking update -q");
    assert!(asked[1].starts_with("noninteractive install -y --no-install-recommends chromium"), "{asked:?}");
    assert_eq!(asked.len(), 2);
}

#[test]
fn others_are_told_and_nothing_is_done_where_nobody_can_be_asked() {
    let machine = Machine::of_user(1000);
    machine.apt(INSTALLS_THE_BROWSER);
    let output = machine.ensure("browser", &[]);
    assert!(!output.status.success());
    assert!(said(&output).contains("sudo apt-get install -y --no-install-recommends chromium"), "{}", said(&output));
    assert_eq!(machine.asked(), [""; 0]);
}

#[test]
fn what_does_not_help_is_an_error() {
    let machine = Machine::of_user(0);
    let output = machine.ensure("browser", &[]);
    assert!(!output.status.success() && said(&output).contains("no package manager"), "{}", said(&output));
    machine.apt("");
    let output = machine.ensure("browser", &[]);
    assert!(!output.status.success() && said(&output).contains("still not there"), "{}", said(&output));
    let machine = Machine::of_user(0);
    machine.apt("exit 100");
    let output = machine.ensure("browser", &[]);
    assert!(!output.status.success(), "a failed update ends it");
    assert_eq!(machine.asked().len(), 1);
    assert!(!machine.ensure("coffee", &[]).status.success());
}

#[test]
fn a_wrong_pg_bin_is_named_and_not_papered_over() {
    let machine = Machine::of_user(0);
    machine.apt("");
    let old = TempDir::new().unwrap();
    for setting in ["/nowhere/bin", old.path().to_str().unwrap()] {
        let output = machine.ensure("postgres", &[("PG_BIN", setting)]);
        assert!(!output.status.success() && said(&output).contains(setting), "{}", said(&output));
    }
    for (version, is_enough) in [("14.11", false), ("15.2", true), ("17rc1", true)] {
        for program in ["postgres", "initdb"] {
            let file = old.path().join(program);
            fs::write(&file, format!("#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        }
        let output = machine.ensure("postgres", &[("PG_BIN", old.path().to_str().unwrap())]);
        assert_eq!(output.status.success(), is_enough, "{version}: {}", said(&output));
    }
    assert_eq!(machine.asked(), [""; 0]);
}
