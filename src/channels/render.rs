//! Messages as people read them: a folder of templates for each kind, carried in the program itself.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value};

use crate::domain::message::{Context, Message, MessageKind};

/// How much work one template may make, in instructions of the template engine.
const FUEL: u64 = 50_000;
/// Longest subject, in characters; what is longer is cut.
pub const SUBJECT_MAX_CHARACTERS: usize = 200;
/// Longest text message, in characters: what ten parts of a message carry; what is longer is cut.
pub const SMS_MAX_CHARACTERS: usize = 670;

/// A message's template does not fit it.
#[derive(Debug, thiserror::Error)]
#[error("a message could not be put into words: {0:#}")]
pub struct RenderError(#[from] Error);

/// A message as a mail says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// One line.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// What a kind of message has templates for.
#[derive(Clone, Copy)]
enum Part {
    Subject,
    Text,
    Html,
    Sms,
}

impl Part {
    #[cfg(test)]
    const ALL: [Self; 4] = [Self::Subject, Self::Text, Self::Html, Self::Sms];

    fn file(self) -> &'static str {
        match self {
            Self::Subject => "subject.txt",
            Self::Text => "text.txt",
            Self::Html => "html.html",
            Self::Sms => "sms.txt",
        }
    }
}

macro_rules! folders {
    ($($folder:literal),+ $(,)?) => {
        &[
            ("layout.html", include_str!("templates/messages/layout.html")),
            ("facts.html", include_str!("templates/messages/facts.html")),
            ("facts.txt", include_str!("templates/messages/facts.txt")),
            $(
                folders!(@ $folder, "subject.txt"),
                folders!(@ $folder, "text.txt"),
                folders!(@ $folder, "html.html"),
                folders!(@ $folder, "sms.txt"),
            )+
        ]
    };
    (@ $folder:literal, $file:literal) => {
        (concat!($folder, "/", $file), include_str!(concat!("templates/messages/", $folder, "/", $file)))
    };
}

const TEMPLATES: &[(&str, &str)] = folders!(
    "reservation.confirmed",
    "reservation.pending",
    "reservation.changed",
    "reservation.cancelled",
    "reservation.reminder",
    "reservation.waitlist_offered",
    "queue.next",
    "queue.your_turn",
    "ticket.received",
    "ticket.reply",
    "ticket.resolved",
    "ticket.escalated",
    "sla.warning",
    "sla.breached",
);

/// The templates of all messages.
pub struct Templates(Environment<'static>);

impl Templates {
    /// Reads them.
    ///
    /// # Errors
    /// One of them cannot be read.
    pub fn new() -> Result<Self, RenderError> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(escape);
        environment.set_fuel(Some(FUEL));
        add_filters(&mut environment);
        for (name, text) in TEMPLATES {
            environment.add_template(name, text)?;
        }
        Ok(Self(environment))
    }

    /// A message as a mail.
    ///
    /// # Errors
    /// It does not fit its template.
    pub fn letter(&self, message: &Message) -> Result<Letter, RenderError> {
        let render = |part| self.render(message.kind, part, &message.context);
        Ok(Letter {
            subject: in_one_line(&render(Part::Subject)?, SUBJECT_MAX_CHARACTERS),
            text: render(Part::Text)?,
            html: render(Part::Html)?,
        })
    }

    /// A message as a text message.
    ///
    /// # Errors
    /// It does not fit its template.
    pub fn sms(&self, message: &Message) -> Result<String, RenderError> {
        Ok(in_one_line(&self.render(message.kind, Part::Sms, &message.context)?, SMS_MAX_CHARACTERS))
    }

    fn render(&self, kind: MessageKind, part: Part, context: &Context) -> Result<String, RenderError> {
        let template = self.0.get_template(&format!("{}/{}", kind.word(), part.file()))?;
        Ok(template.render(Value::from(Serde(context)))?)
    }
}

/// What puts instants into words.
pub(super) fn add_filters(environment: &mut Environment<'_>) {
    environment.add_filter("day", |instant: &str, zone: &str| shown(instant, zone, "%A, %-d %B %Y"));
    environment.add_filter("short_day", |instant: &str, zone: &str| shown(instant, zone, "%a %-d %b"));
    environment.add_filter("time", |instant: &str, zone: &str| shown(instant, zone, "%H:%M"));
}

/// Only HTML needs what is filled in to be escaped.
fn escape(name: &str) -> AutoEscape {
    if name.ends_with(".html") { AutoEscape::Html } else { AutoEscape::None }
}

/// An instant on the wall clock of a zone.
fn shown(instant: &str, zone: &str, format: &str) -> Result<String, Error> {
    let wrong = |what: &str| Error::new(ErrorKind::InvalidOperation, format!("{what} is needed here"));
    let instant: DateTime<Utc> = instant.parse().map_err(|_| wrong("an instant"))?;
    let zone: Tz = zone.parse().map_err(|_| wrong("a time zone"))?;
    Ok(instant.with_timezone(&zone).format(format).to_string())
}

/// A subject with a line break would end the header that it stands in.
pub(super) fn in_one_line(text: &str, max_characters: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= max_characters {
        return line;
    }
    line.chars().take(max_characters - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::OrgId;
    use crate::domain::message::{Draft, ReservationContext};

    fn message(kind: MessageKind, context: Context) -> Message {
        let draft = Draft { context, ..Draft::sample(kind, "zoe@example.com") };
        Message::of(&OrgId::parse("demo").unwrap(), draft).unwrap()
    }

    #[test]
    fn every_message_fits_its_templates_and_says_who_writes_and_to_whom() {
        let templates = Templates::new().unwrap();
        for kind in MessageKind::ALL {
            let message = message(kind, Context::sample(kind));
            let Letter { subject, text, html } = templates.letter(&message).unwrap();
            let sms = templates.sms(&message).unwrap();
            assert!(!subject.is_empty() && !subject.contains('\n'), "{subject:?}");
            // What an agent writes greets by itself.
            let greets = kind != MessageKind::TicketReply;
            assert!(text.contains("Harbour & Finch"), "{text}");
            assert_eq!(text.contains("Zoë <Ní> Bhraonáin"), greets, "{text}");
            assert!(html.contains("Harbour &amp; Finch"), "{html}");
            assert_eq!(html.contains("Zoë &lt;Ní&gt; Bhraonáin"), greets, "{html}");
            assert!(!html.contains("<Ní>") && !html.contains("{{"), "{html}");
            assert!(sms.contains("Harbour & Finch") && sms.chars().count() < 240, "{sms}");
            let has_link = kind != MessageKind::ReservationCancelled;
            assert_eq!(text.contains("https://desk.example/"), has_link, "{text}");
            assert!(!text.contains("\n\n\n") && text.ends_with("\n\nHarbour & Finch"), "{text}");
        }
    }

    #[test]
    fn what_need_not_be_known_may_be_left_out() {
        let templates = Templates::new().unwrap();
        let bare = ReservationContext {
            previous_start: None,
            staff: Vec::new(),
            location: None,
            meeting_link: None,
            party_size: 1,
            notes: None,
            ..ReservationContext::sample()
        };
        for kind in
            MessageKind::ALL.into_iter().filter(|kind| matches!(Context::sample(*kind), Context::Reservation(_)))
        {
            let letter = templates.letter(&message(kind, Context::Reservation(Box::new(bare.clone())))).unwrap();
            for word in ["none", "With", "Where", "Video", "People", "Before"] {
                assert!(!letter.text.contains(&format!("{word}:")), "{}", letter.text);
                assert!(!letter.html.contains(&format!(">{word}<")), "{}", letter.html);
            }
        }
    }

    #[test]
    fn times_are_those_of_the_business() {
        let templates = Templates::new().unwrap();
        let changed = message(MessageKind::ReservationChanged, Context::sample(MessageKind::ReservationChanged));
        let letter = templates.letter(&changed).unwrap();
        assert_eq!(letter.subject, "Changed: Eye test is now on Tuesday, 12 May 2026, 12:30");
        assert!(letter.text.contains("Tuesday, 12 May 2026, 12:30 to 13:00 (Europe/Berlin)"), "{}", letter.text);
        assert!(letter.text.contains("Before: Monday, 11 May 2026, 12:30"), "{}", letter.text);
    }

    #[test]
    fn a_subject_is_one_line_of_limited_length() {
        assert_eq!(in_one_line(" a\r\nBcc: b\n", 200), "a Bcc: b");
        assert_eq!(in_one_line(&"x".repeat(200), 200).chars().count(), 200);
        let cut = in_one_line(&"x".repeat(201), 200);
        assert!(cut.chars().count() == 200 && cut.ends_with('…'));
    }

    #[test]
    fn every_part_of_every_kind_is_carried() {
        for kind in MessageKind::ALL {
            for part in Part::ALL {
                let name = format!("{}/{}", kind.word(), part.file());
                assert!(TEMPLATES.iter().any(|(known, _)| *known == name), "{name}");
            }
        }
    }
}
