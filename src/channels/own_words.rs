//! Messages in the words of an org: templates that its admins write, so nothing in them is trusted. What they may say is a
//! small part of the language: values, `if`, and `for` over what is there. With anything that builds values (`set`, `~`,
//! lists, calls) a few lines could fill the memory, which fuel does not count; with that left out, fuel and the longest
//! output bound it.

use std::io::{self, Write};

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};

use super::render::{Letter, SMS_MAX_CHARACTERS, SUBJECT_MAX_CHARACTERS, add_filters, in_one_line};
use crate::domain::invalid::Invalid;
use crate::domain::message::{Channel, Context, TemplateTerms};

/// How much work one template may make, in instructions of the template engine.
const FUEL: u64 = 20_000;
/// Longest output, in bytes.
const OUTPUT_MAX_BYTES: usize = 200_000;
/// What a tag may begin with.
const STATEMENTS: [&str; 6] = ["if", "elif", "else", "endif", "for", "endfor"];

/// What is wrong with a template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{part}, line {line}: {detail}")]
pub struct WordingError {
    part: &'static str,
    line: usize,
    detail: String,
}

/// A mail in these words. Without HTML of its own it is the text as it is.
///
/// # Errors
/// They do not fit the context.
pub fn letter(terms: &TemplateTerms, context: &Context) -> Result<Letter, WordingError> {
    let text = render("text", &terms.text, context)?;
    let html = terms.html.as_deref().map(|html| render("html", html, context)).transpose()?;
    Ok(Letter {
        subject: in_one_line(&render("subject", &terms.subject, context)?, SUBJECT_MAX_CHARACTERS),
        html: html.unwrap_or_else(|| as_it_is(&text)),
        text,
    })
}

/// A text message in these words.
///
/// # Errors
/// They do not fit the context.
pub fn sms(terms: &TemplateTerms, context: &Context) -> Result<String, WordingError> {
    Ok(in_one_line(&render("text", &terms.text, context)?, SMS_MAX_CHARACTERS))
}

/// Tries a template with examples: one that has everything, and one that has only what is always there.
///
/// # Errors
/// The part that does not fit, with its line and what is wrong.
pub fn try_out(terms: &TemplateTerms) -> Result<(), Invalid> {
    for context in [Context::sample(terms.kind), Context::bare_sample(terms.kind)] {
        let tried = match terms.channel {
            Channel::Email => letter(terms, &context).map(drop),
            Channel::Sms | Channel::Webhook => sms(terms, &context).map(drop),
        };
        tried
            .map_err(|error| Invalid::new(error.part, format!("is wrong in line {}: {}", error.line, error.detail)))?;
    }
    Ok(())
}

fn render(part: &'static str, source: &str, context: &Context) -> Result<String, WordingError> {
    let wrong = |line, detail: String| WordingError { part, line, detail };
    allowed(source).map_err(|(line, detail)| wrong(line, detail))?;
    let of_engine = |error: minijinja::Error| {
        let what = error.detail().map_or_else(|| error.kind().to_string(), ToOwned::to_owned);
        wrong(error.line().unwrap_or(1), what)
    };
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|name| match name {
        "html" => AutoEscape::Html,
        _ => AutoEscape::None,
    });
    environment.set_formatter(|out, state, value| match value.is_none() {
        true => Ok(()),
        false => minijinja::escape_formatter(out, state, value),
    });
    environment.set_fuel(Some(FUEL));
    add_filters(&mut environment);
    environment.add_filter("upper", |text: &str| text.to_uppercase());
    environment.add_filter("lower", |text: &str| text.to_lowercase());
    let template = environment.template_from_named_str(part, source).map_err(of_engine)?;
    let mut output = Limited::default();
    template.render_captured_to(Value::from(Serde(context)), &mut output).map_err(of_engine)?;
    String::from_utf8(output.0).map_err(|_| wrong(1, "is no text".to_owned()))
}

/// Whether a template keeps to what it may say, tag by tag; else the line, and what is wrong there.
fn allowed(source: &str) -> Result<(), (usize, String)> {
    let mut at = 0;
    while let Some(begin) = source[at..].find('{').map(|found| at + found) {
        let (closing, is_statement) = match source[begin + 1..].chars().next() {
            Some('{') => ("}}", false),
            Some('%') => ("%}", true),
            Some('#') => {
                at = source[begin..].find("#}").map_or(source.len(), |end| begin + end + 2);
                continue;
            }
            _ => {
                at = begin + 1;
                continue;
            }
        };
        let line = source[..begin].matches('\n').count() + 1;
        let inner = &source[begin + 2..];
        let end = end_of_tag(inner, closing);
        let tag = without_texts(&inner[..end.unwrap_or(inner.len())]);
        let tag = tag.trim_start_matches(['-', '+']).trim_end_matches(['-', '+']).trim();
        let word = tag.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default();
        if is_statement && !STATEMENTS.contains(&word) {
            return Err((line, format!("{word:?} is not known here; only {} are", STATEMENTS.join(", "))));
        }
        if let Some(bad) = unknown_in(tag) {
            return Err((line, format!("{bad:?} is not known in {tag:?}; only values, filters and comparisons are")));
        }
        at = end.map_or(source.len(), |end| begin + 2 + end + closing.len());
    }
    Ok(())
}

/// Where a tag ends; texts in quotes may hold anything.
fn end_of_tag(inner: &str, closing: &str) -> Option<usize> {
    let (mut quote, mut is_escaped) = (None, false);
    for (at, c) in inner.char_indices() {
        match quote {
            Some(_) if is_escaped => is_escaped = false,
            Some(_) if c == '\\' => is_escaped = true,
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if matches!(c, '"' | '\'') => quote = Some(c),
            None if inner[at..].starts_with(closing) => return Some(at),
            None => {}
        }
    }
    None
}

/// A tag with each text in quotes as one letter.
fn without_texts(tag: &str) -> String {
    let (mut quote, mut is_escaped, mut bare) = (None, false, String::new());
    for c in tag.chars() {
        match quote {
            Some(_) if is_escaped => is_escaped = false,
            Some(_) if c == '\\' => is_escaped = true,
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if matches!(c, '"' | '\'') => {
                quote = Some(c);
                bare.push('t');
            }
            None => bare.push(c),
        }
    }
    bare
}

/// The first character that makes more of a tag than values, filters and comparisons. A bracket may follow the name of a
/// filter alone, and a comma stand in it.
fn unknown_in(tag: &str) -> Option<char> {
    let mut is_inside = false;
    for (at, c) in tag.char_indices() {
        let is_known = match c {
            '_' | '.' | '|' | '=' | '!' | '<' | '>' => true,
            ',' => is_inside,
            '(' => !std::mem::replace(&mut is_inside, true) && is_filter(&tag[..at]),
            ')' => std::mem::replace(&mut is_inside, false),
            _ => c.is_ascii_alphanumeric() || c.is_ascii_whitespace(),
        };
        if !is_known {
            return Some(c);
        }
    }
    None
}

fn is_filter(before: &str) -> bool {
    let name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    before.trim_end_matches(name).trim_end().ends_with('|')
}

/// A text as HTML shows it unchanged.
fn as_it_is(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<p style=\"white-space: pre-line\">{escaped}</p>")
}

/// An output that does not grow beyond its limit.
#[derive(Default)]
struct Limited(Vec<u8>);

impl Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > OUTPUT_MAX_BYTES {
            return Err(io::Error::other("the message would be too long"));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::message::MessageKind;

    fn terms(text: &str) -> TemplateTerms {
        TemplateTerms {
            kind: MessageKind::ReservationConfirmed,
            channel: Channel::Email,
            locale: None,
            subject: "{{ business }}".to_owned(),
            text: text.to_owned(),
            html: Some("<b>{{ customer_name }}</b>".to_owned()),
            active: true,
        }
    }

    #[test]
    fn values_conditions_loops_and_filters_are_filled_in_and_html_is_escaped() {
        let own = terms(
            "{# ours #}Hi {{ customer_name | upper }}!{% if location %} {{ location }}{% endif %}\n\
             {%- for name in staff %} with {{ name }}{% endfor %} on {{ start | day(timezone) }} {{ \"{{ a ~ b }}\" }}",
        );
        try_out(&own).unwrap();
        let letter = letter(&own, &Context::sample(own.kind)).unwrap();
        assert_eq!(letter.subject, "Harbour & Finch");
        let text = "Hi ZOË <NÍ> BHRAONÁIN! Kai 12, by the ferry with Mia Wu on Tuesday, 12 May 2026 {{ a ~ b }}";
        assert_eq!(letter.text, text);
        assert_eq!(letter.html, "<b>Zoë &lt;Ní&gt; Bhraonáin</b>");
        let plain = TemplateTerms { html: None, ..terms("a < b {{ notes }}") };
        let bare = super::letter(&plain, &Context::bare_sample(plain.kind)).unwrap();
        assert_eq!((bare.text.as_str(), bare.html.contains("a &lt; b")), ("a < b ", true));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        for (text, line, word) in [
            ("one\ntwo {{ nobody }}", 2, "undefined"),
            ("one\n\n{% if x %}", 3, "unexpected"),
            ("{{ start | shout }}", 1, "shout"),
            ("{{ previous_start | day(timezone) }}", 1, ""),
            ("{% set a = 1 %}", 1, "set"),
            ("\n{% include 'facts.txt' %}", 2, "include"),
            ("{{ notes ~ notes }}", 1, "~"),
            ("{{ number * 9 }}", 1, "*"),
            ("{% for x in [notes, notes] %}{% endfor %}", 1, "["),
            ("{% for x in (notes, notes) %}{% endfor %}", 1, "("),
            ("{{ start | day((1, 2)) }}", 1, "("),
            ("{% for x in range(9) %}{% endfor %}", 1, "("),
            ("{{ {1: 2} }}", 1, "{"),
        ] {
            let invalid = try_out(&terms(text)).unwrap_err();
            assert_eq!(invalid.path, "text", "{text}");
            assert!(invalid.detail.contains(&format!("line {line}")), "{text}: {invalid}");
            assert!(invalid.detail.contains(word), "{text}: {invalid}");
        }
    }

    #[test]
    fn neither_work_nor_output_grows_without_end() {
        let mut context = Context::sample(MessageKind::ReservationConfirmed);
        if let Context::Reservation(reservation) = &mut context {
            reservation.staff = vec!["x".repeat(2_000); 200];
        }
        let nested = "{% for a in staff %}{% for b in staff %}{{ b }}{% endfor %}{% endfor %}";
        assert!(letter(&terms(nested), &context).is_err());
        let busy = "{% for a in staff %}{% for b in staff %}{% for c in staff %}{% endfor %}{% endfor %}{% endfor %}";
        assert!(letter(&terms(busy), &context).unwrap_err().to_string().contains("fuel"));
    }
}
