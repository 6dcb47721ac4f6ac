//! The parts of a mail: which of them are what it says, and which came with it.
//!
//! mail-parser reads headers and encodings, but the parts are walked here: its own walk looks for the end of each part anew
//! (a mail of 1 MB that names a boundary that never comes takes it 10 s) and nests a value for each mail within a mail, whose
//! drop overflows the stack (a mail of 3 MB ends the process). This walk looks at each byte at most once a level, has a
//! limited number of levels, and leaves mails within mails closed.

use super::attachment::{self, Attached};
use super::charset;
use super::flowed;
use super::header::Headers;
use super::media::Media;
use super::transfer;
use crate::domain::invalid::Invalid;

/// Most parts of a mail, those that hold others included.
pub const PARTS_MAX: usize = 100;
/// Most levels of parts within parts.
pub const LEVELS_MAX: usize = 20;
/// Longest boundary between parts, in bytes (RFC 2046 allows 70).
const BOUNDARY_MAX_BYTES: usize = 200;

/// Something that is to be read.
pub(super) enum Readable {
    /// As it is.
    Plain(String),
    /// A page.
    Html(String),
}

impl Readable {
    fn is_blank(&self) -> bool {
        let (Self::Plain(text) | Self::Html(text)) = self;
        text.trim().is_empty()
    }

    fn is_plain(&self) -> bool {
        matches!(self, Self::Plain(_))
    }
}

/// All that is in a mail.
#[derive(Default)]
pub(super) struct Contents {
    /// What it says, piece by piece.
    pub(super) readable: Vec<Readable>,
    /// What came with it.
    pub(super) attached: Attached,
    /// Whether it says whether somebody comes to an appointment.
    pub(super) answers_invitation: bool,
}

/// Opens a mail.
pub(super) fn contents(headers: &Headers<'_>, body: &[u8]) -> Result<Contents, Invalid> {
    let mut walk = Walk::default();
    let readable = walk.part(headers, body, Level { number: 0, is_in_digest: false })?;
    Ok(Contents { readable, attached: walk.attached, answers_invitation: walk.answers_invitation })
}

#[derive(Default)]
struct Walk {
    parts: usize,
    attached: Attached,
    answers_invitation: bool,
}

/// Where a part stands.
#[derive(Clone, Copy)]
struct Level {
    number: usize,
    is_in_digest: bool,
}

impl Walk {
    fn part(&mut self, headers: &Headers<'_>, body: &[u8], level: Level) -> Result<Vec<Readable>, Invalid> {
        self.parts += 1;
        if self.parts > PARTS_MAX {
            return Err(Invalid::new("parts", format!("are more than {PARTS_MAX}")));
        }
        if level.number > LEVELS_MAX {
            return Err(Invalid::new("parts", format!("lie within one another more than {LEVELS_MAX} times")));
        }
        let media = Media::of(headers, level.is_in_digest)?;
        if media.kind != "multipart" {
            return self.leaf(headers, &media, body, level);
        }
        let boundary = media.parameter("boundary").filter(|b| (1..=BOUNDARY_MAX_BYTES).contains(&b.len()));
        match boundary.map(|boundary| between(body, boundary.as_bytes())) {
            Some(entities) if !entities.is_empty() => self.parts_of(&media, &entities, level),
            // Nothing tells the parts apart: what is there is read as it stands.
            _ => Ok(vec![Readable::Plain(charset::text(body, None))]),
        }
    }

    fn parts_of(&mut self, media: &Media, entities: &[&[u8]], level: Level) -> Result<Vec<Readable>, Invalid> {
        let below = Level { number: level.number + 1, is_in_digest: media.subtype == "digest" };
        let mut found = Vec::new();
        for entity in entities {
            let (headers, body) = Headers::split(entity)?;
            found.push(self.part(&headers, body, below)?);
        }
        if media.subtype != "alternative" {
            return Ok(found.into_iter().flatten().collect());
        }
        let says = |part: &Vec<Readable>, plainly: bool| {
            part.iter().any(|piece| !piece.is_blank() && (piece.is_plain() || !plainly))
        };
        let best = found.iter().position(|part| says(part, true));
        let best = best.or_else(|| found.iter().position(|part| says(part, false)));
        Ok(best.map(|best| found.swap_remove(best)).unwrap_or_default())
    }

    fn leaf(
        &mut self,
        headers: &Headers<'_>,
        media: &Media,
        body: &[u8],
        level: Level,
    ) -> Result<Vec<Readable>, Invalid> {
        let bytes = transfer::decoded(body, headers.raw("content-transfer-encoding")?.as_deref());
        if media.is("text", "calendar") && media.parameter("method").is_some_and(|m| m.eq_ignore_ascii_case("reply")) {
            self.answers_invitation = true;
        }
        if media.is_readable(level.number == 0) {
            let text = charset::text(&bytes, media.parameter("charset"));
            return Ok(vec![match media.subtype.as_str() {
                "html" => Readable::Html(text),
                _ if media.is_flowed() => Readable::Plain(flowed::joined(&text, media.deletes_spaces())),
                _ => Readable::Plain(text),
            }]);
        }
        // An empty part that says nothing of itself is no file.
        if !(bytes.is_empty() && media.is_assumed) {
            let name = match &media.name {
                Some(name) => Some(name.clone()),
                None if media.kind == "message" => attachment::name_of_mail(&bytes),
                None => None,
            };
            self.attached.add(name.as_deref(), &media.essence(), bytes.into_owned())?;
        }
        Ok(Vec::new())
    }
}

/// What lies between the lines that hold a boundary; the last piece may have no end. Not more than can be used.
fn between<'a>(body: &'a [u8], boundary: &[u8]) -> Vec<&'a [u8]> {
    let mut entities = Vec::new();
    let mut open: Option<usize> = None;
    let mut at = 0;
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let start = at;
        at += line.len();
        let after = line.strip_prefix(b"--").and_then(|rest| rest.strip_prefix(boundary)).map(<[u8]>::trim_ascii);
        let is_last = match after {
            Some(b"") => false,
            Some(b"--") => true,
            _ => continue,
        };
        if let Some(begun) = open.take() {
            entities.push(without_line_end(&body[begun..start]));
        }
        if is_last || entities.len() > PARTS_MAX {
            return entities;
        }
        open = Some(at);
    }
    if let Some(begun) = open {
        entities.push(&body[begun..]);
    }
    entities
}

/// The line end before a boundary belongs to the boundary (RFC 2046, 5.1.1).
fn without_line_end(entity: &[u8]) -> &[u8] {
    let entity = entity.strip_suffix(b"\n").unwrap_or(entity);
    entity.strip_suffix(b"\r").unwrap_or(entity)
}
