//! What the README promises about settings, held against the list that the program goes by.

use std::fs;
use std::path::Path;

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
