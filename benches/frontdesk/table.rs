//! The result as a table: what was measured, what was aimed at, whether it was reached.

use std::fmt::Write as _;

use serde_json::{Value, json};

/// Rows and remarks of one run.
pub struct Table {
    machine: String,
    rows: Vec<Row>,
    notes: Vec<String>,
}

struct Row {
    what: String,
    result: String,
    aim: String,
    reached: Option<bool>,
}

impl Table {
    pub fn new(postgres: &str) -> Self {
        Self { machine: machine(postgres), rows: Vec::new(), notes: Vec::new() }
    }

    /// A measurement with an aim.
    pub fn aimed(&mut self, what: impl Into<String>, result: String, aim: &str, reached: bool) {
        self.row(Row { what: what.into(), result, aim: aim.to_owned(), reached: Some(reached) });
    }

    /// A measurement that informs only.
    pub fn informs(&mut self, what: impl Into<String>, result: String) {
        self.row(Row { what: what.into(), result, aim: String::new(), reached: None });
    }

    /// Something to know when reading the rows.
    pub fn note(&mut self, text: String) {
        eprintln!("  {text}");
        self.notes.push(text);
    }

    /// The table in Markdown, ready for `benches/README.md`.
    pub fn print(&self) {
        let mut text = format!("\n{}\n\n| measured | result | aim | reached |\n|---|---|---|---|\n", self.machine);
        for row in &self.rows {
            let _ = writeln!(text, "| {} | {} | {} | {} |", row.what, row.result, row.aim, verdict(row.reached));
        }
        text.push('\n');
        for note in &self.notes {
            let _ = writeln!(text, "- {note}");
        }
        println!("{text}");
    }

    pub fn as_json(&self) -> Value {
        let rows: Vec<Value> = self
            .rows
            .iter()
            .map(|row| json!({"what": row.what, "result": row.result, "aim": row.aim, "reached": row.reached}))
            .collect();
        json!({"machine": self.machine, "rows": rows, "notes": self.notes})
    }

    fn row(&mut self, row: Row) {
        eprintln!("{}: {} {}", row.what, row.result, verdict(row.reached));
        self.rows.push(row);
    }
}

/// The middle of the values (of an even number, the higher of the two in the middle).
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = values.into_iter().collect();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

fn verdict(reached: Option<bool>) -> &'static str {
    match reached {
        Some(true) => "yes",
        Some(false) => "NO",
        None => "",
    }
}

fn machine(postgres: &str) -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let after = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name));
        line.and_then(|line| line.split_once(':')).map_or("unknown".to_owned(), |(_, value)| value.trim().to_owned())
    };
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let memory_kib: f64 = after(&read("/proc/meminfo"), "MemTotal").trim_end_matches(" kB").parse().unwrap_or(0.0);
    format!(
        "{} · {} · {cores} cores · {:.0} GiB · Linux {} · PostgreSQL {postgres}",
        chrono::Utc::now().format("%Y-%m-%d %H:%M UTC"),
        after(&read("/proc/cpuinfo"), "model name"),
        memory_kib / 1_048_576.0,
        read("/proc/sys/kernel/osrelease").trim(),
    )
}
