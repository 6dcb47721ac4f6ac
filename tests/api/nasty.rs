//! Inputs that have broken servers before, and values that fit a schema of the OpenAPI document but for one thing.

use serde_json::{Map, Value, json};

use crate::support::dice::Dice;

/// Deepest value that is made from a schema.
const DEPTH_MAX: usize = 6;

/// Texts that no field expects.
const TEXTS: &[&str] = &[
    "",
    " ",
    "\u{0}",
    "a\u{0}b",
    "\u{feff}",
    "\u{202e}txet dekcert",
    "مرحبا بالعالم",
    "שלום",
    "👩🏽‍🚀👨‍👩‍👧‍👦",
    "Z\u{351}\u{36b}\u{343}\u{32a}alg\u{30d}o",
    "'; DROP TABLE queue_entry; --",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "%s%n%x",
    "../../etc/passwd",
    "..\\..\\",
    "T-000007",
    "null",
    "true",
    "NaN",
    "-0",
    "1e400",
    "0x10",
    "9223372036854775808",
    "2026-02-30T25:61:61Z",
    "0000-01-01T00:00:00Z",
    "+262143-01-01T00:00:00Z",
    "2026-05-10T09:00:00+99:99",
    "P-1D",
    "PT99999999999999999999S",
    "a@b",
    "@",
    "user@host@host",
    "+",
    "++49",
    "Europe/Atlantis",
    "\r\nset-cookie: a=b",
    "\u{1b}[31m",
    "\u{fffe}",
    "\u{10ffff}",
];

/// Bodies that are no JSON, or none that anybody means.
const RAW_BODIES: &[&[u8]] = &[
    b"",
    b"{",
    b"}",
    b"[]",
    b"null",
    b"\"text\"",
    b"0",
    b"{\"a\":}",
    b"{\"data\":{\"data\":{\"data\":{}}}}",
    b"{\"data\":[]}",
    b"{\"data\":null}",
    b"{\"id\":\"a\",\"id\":\"b\"}",
    b"{\"customer\":{\"name\":\"\xff\xfe\"}}",
    b"\xef\xbb\xbf{}",
    b"\xc3\x28",
    b"{\"name\":\"\\ud800\"}",
    b"{\"n\":1e999999}",
    b"{\"n\":-1}{\"n\":2}",
    b"a=b&c=d",
    b"\x00\x01\x02",
];

/// A text that no field expects; now and then a very long one.
pub fn text(dice: &mut Dice) -> String {
    match dice.below(40) {
        0 => "x".repeat(10_000),
        1 => "👩🏽‍🚀".repeat(2_000),
        2 => "a".repeat(65),
        3 => "\u{300}".repeat(500),
        _ => (*dice.pick(TEXTS)).to_owned(),
    }
}

/// Any value but the one that is expected.
pub fn value(dice: &mut Dice) -> Value {
    match dice.below(14) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(0),
        3 => json!(-1),
        4 => json!(1.5),
        5 => json!(1e300),
        6 => json!(i64::MIN),
        7 => json!(u64::MAX),
        8 => json!([]),
        9 => json!({}),
        10 => json!([[[[null]]]]),
        11 => json!({"": {"": ""}}),
        _ => Value::String(text(dice)),
    }
}

/// A body that is no value of the schema at all, as bytes.
pub fn raw_body(dice: &mut Dice) -> Vec<u8> {
    match dice.below(20) {
        0 => b"[".repeat(20_000),
        1 => [b"{\"a\":".repeat(5_000), b"1".to_vec(), b"}".repeat(5_000)].concat(),
        2 => format!("{{\"customer\":{{\"name\":\"{}\"}}}}", "x".repeat(60_000)).into_bytes(),
        _ => dice.pick(RAW_BODIES).to_vec(),
    }
}

/// A value of the schema, with something nasty in it in about half of the cases.
pub fn from_schema(dice: &mut Dice, document: &Value, schema: &Value, known_ids: &[String]) -> Value {
    let spoil = dice.chance(50);
    let mut maker = Maker { dice, document, known_ids, spoil };
    maker.make(schema, 0)
}

struct Maker<'a> {
    dice: &'a mut Dice,
    document: &'a Value,
    known_ids: &'a [String],
    spoil: bool,
}

impl Maker<'_> {
    fn make(&mut self, schema: &Value, depth: usize) -> Value {
        if depth > DEPTH_MAX || (self.spoil && self.dice.chance(8)) {
            return value(self.dice);
        }
        if let Some(name) = schema["$ref"].as_str() {
            let resolved = self.document.pointer(name.trim_start_matches('#')).cloned().unwrap_or(Value::Null);
            return self.make(&resolved, depth + 1);
        }
        for choice in ["oneOf", "anyOf"] {
            if let Some(choices) = schema[choice].as_array().filter(|choices| !choices.is_empty()) {
                let chosen = self.dice.pick(choices).clone();
                return self.make(&chosen, depth + 1);
            }
        }
        if let Some(parts) = schema["allOf"].as_array() {
            let made = parts.iter().filter_map(|part| self.make(part, depth + 1).as_object().cloned());
            return Value::Object(made.flatten().collect());
        }
        if let Some(values) = schema["enum"].as_array().filter(|values| !values.is_empty()) {
            return self.dice.pick(values).clone();
        }
        self.of_type(schema, depth)
    }

    fn of_type(&mut self, schema: &Value, depth: usize) -> Value {
        let kinds: Vec<&str> = match &schema["type"] {
            Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
            kind => kind.as_str().into_iter().collect(),
        };
        let kind = if kinds.is_empty() { "object" } else { *self.dice.pick(&kinds) };
        match kind {
            "null" => Value::Null,
            "boolean" => Value::Bool(self.dice.chance(50)),
            "integer" => json!(self.dice.below(200)),
            "number" => json!(self.dice.below(2_000) as f64 / 10.0),
            "array" => {
                let count = self.dice.below(4);
                (0..count).map(|_| self.make(&schema["items"], depth + 1)).collect()
            }
            "object" => self.object(schema, depth),
            _ => self.text(schema),
        }
    }

    fn object(&mut self, schema: &Value, depth: usize) -> Value {
        let mut made = Map::new();
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            if self.dice.chance(70) {
                made.insert(name.clone(), self.make(property, depth + 1));
            }
        }
        if self.dice.chance(5) {
            made.insert(text(self.dice), value(self.dice));
        }
        Value::Object(made)
    }

    fn text(&mut self, schema: &Value) -> Value {
        if self.spoil && self.dice.chance(25) {
            return Value::String(text(self.dice));
        }
        if let Some(example) = schema.get("example").filter(|_| self.dice.chance(40)) {
            return example.clone();
        }
        if self.dice.chance(40) && !self.known_ids.is_empty() {
            return Value::String(self.dice.pick(self.known_ids).clone());
        }
        let plain =
            ["Alice", "alice@example.com", "+15551234567", "UTC", "Europe/Berlin", "2026-05-10T09:00:00Z", "open"];
        Value::String((*self.dice.pick(&plain)).to_owned())
    }
}
