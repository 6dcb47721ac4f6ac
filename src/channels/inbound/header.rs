//! The headers of a mail or of one of its parts: cut into fields here, read by mail-parser one by one. Nothing is parsed
//! that nobody asks for, and nothing that is longer than it has any right to be.

use mail_parser::parsers::MessageStream;
use mail_parser::{Address, ContentType, HeaderValue};

use super::charset;
use super::parameter;
use crate::domain::invalid::Invalid;

/// Longest headers of a mail or of a part, in bytes.
pub const HEADERS_MAX_BYTES: usize = 256 * 1024;
/// Longest single header that is read, in bytes.
pub const HEADER_MAX_BYTES: usize = 16 * 1024;
/// Most encoded words (RFC 2047) in one header: to look for the end of each costs the length of the header.
pub const ENCODED_WORDS_MAX: usize = 100;

/// One header, still folded.
struct Field<'a> {
    name: &'a [u8],
    value: &'a [u8],
}

/// The headers of a mail or of a part.
pub(super) struct Headers<'a> {
    fields: Vec<Field<'a>>,
}

impl<'a> Headers<'a> {
    /// Cuts headers off what follows them. Lines that are no headers are passed over.
    pub(super) fn split(entity: &'a [u8]) -> Result<(Self, &'a [u8]), Invalid> {
        let mut fields: Vec<Field<'a>> = Vec::new();
        let mut open: Option<(&'a [u8], usize)> = None;
        let mut at = 0;
        for line in entity.split_inclusive(|byte| *byte == b'\n') {
            let start = at;
            at += line.len();
            if start > HEADERS_MAX_BYTES {
                return Err(Invalid::new("headers", format!("have more than {HEADERS_MAX_BYTES} bytes")));
            }
            if matches!(line.first(), Some(b' ' | b'\t')) && !line.trim_ascii().is_empty() {
                continue;
            }
            if let Some((name, value)) = open.take() {
                fields.push(Field { name, value: &entity[value..start] });
            }
            if line.trim_ascii().is_empty() {
                return Ok((Self { fields }, &entity[at..]));
            }
            open = line.iter().position(|byte| *byte == b':').and_then(|colon| {
                let name = line[..colon].trim_ascii_end();
                let is_name = !name.is_empty() && name.iter().all(u8::is_ascii_graphic);
                is_name.then_some((name, start + colon + 1))
            });
        }
        if let Some((name, value)) = open {
            fields.push(Field { name, value: &entity[value..] });
        }
        if entity.len() > HEADERS_MAX_BYTES {
            return Err(Invalid::new("headers", format!("have more than {HEADERS_MAX_BYTES} bytes")));
        }
        Ok((Self { fields }, &[]))
    }

    /// Whether there is such a header.
    pub(super) fn has(&self, name: &str) -> bool {
        self.values(name).next().is_some()
    }

    /// How often there is such a header.
    pub(super) fn count(&self, name: &str) -> usize {
        self.values(name).count()
    }

    fn values(&self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        let is_it = move |field: &&Field<'a>| field.name.eq_ignore_ascii_case(name.as_bytes());
        self.fields.iter().filter(is_it).map(|field| field.value)
    }

    /// The first header of this name as it is written, in UTF-8, ending with a line feed, as the parsers want it.
    fn written(&self, name: &str) -> Result<Option<Vec<u8>>, Invalid> {
        let Some(value) = self.values(name).next() else { return Ok(None) };
        let refused = |detail: String| Err(Invalid::new(format!("headers.{name}"), detail));
        if value.len() > HEADER_MAX_BYTES {
            return refused(format!("has more than {HEADER_MAX_BYTES} bytes"));
        }
        if value.windows(2).filter(|pair| pair == b"=?").count() > ENCODED_WORDS_MAX {
            return refused(format!("has more than {ENCODED_WORDS_MAX} encoded words"));
        }
        let mut written = charset::text(value.trim_ascii(), None).into_bytes();
        written.push(b'\n');
        Ok(Some(written))
    }

    /// A header as it is written, without folds.
    pub(super) fn raw(&self, name: &str) -> Result<Option<String>, Invalid> {
        let written = self.written(name)?;
        Ok(written.map(|value| String::from_utf8_lossy(&value).split_whitespace().collect::<Vec<_>>().join(" ")))
    }

    /// A header whose text a person reads, with its encoded words decoded.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>, Invalid> {
        let Some(written) = self.written(name)? else { return Ok(None) };
        Ok(match MessageStream::new(&written).parse_unstructured() {
            HeaderValue::Text(text) => Some(text.into_owned()),
            _ => None,
        })
    }

    /// The addresses of a header with their names; the members of a group stand for it.
    pub(super) fn addresses(&self, name: &str) -> Result<Vec<(Option<String>, String)>, Invalid> {
        let Some(written) = self.written(name)? else { return Ok(Vec::new()) };
        let HeaderValue::Address(addresses) = MessageStream::new(&written).parse_address() else {
            return Ok(Vec::new());
        };
        let members = match addresses {
            Address::List(list) => list,
            Address::Group(groups) => groups.into_iter().flat_map(|group| group.addresses).collect(),
        };
        let known = members.into_iter().filter_map(|member| {
            let address = member.address?.into_owned();
            Some((member.name.map(std::borrow::Cow::into_owned), address))
        });
        Ok(known.collect())
    }

    /// A header of a word and parameters: Content-Type, Content-Disposition.
    pub(super) fn parameters(&self, name: &str) -> Result<Option<ContentType<'static>>, Invalid> {
        let Some(written) = self.written(name)? else { return Ok(None) };
        let written = parameter::joined(&String::from_utf8_lossy(&written));
        Ok(MessageStream::new(written.as_bytes()).parse_content_type().into_owned().into_content_type())
    }
}
