//! A page cut into texts and tags, from front to back, each byte once. What never ends is dropped, as browsers do.

/// What holds nothing that is read, with everything up to its end tag.
const UNREAD: [&str; 9] = ["script", "style", "title", "template", "svg", "xml", "math", "noembed", "iframe"];
/// Longest name of a tag that means anything, in bytes.
const NAME_MAX_BYTES: usize = 16;

/// A piece of a page.
pub(super) enum Token<'a> {
    /// A text, its entities still to be resolved.
    Text(&'a str),
    /// A tag.
    Tag(Tag<'a>),
}

/// A tag.
pub(super) struct Tag<'a> {
    /// Its name, in lower case.
    pub(super) name: String,
    /// Whether it ends what one of its name began.
    pub(super) is_end: bool,
    attributes: &'a str,
}

impl<'a> Tag<'a> {
    /// The value of an attribute, as it is written.
    pub(super) fn attribute(&self, name: &str) -> Option<&'a str> {
        let mut rest = self.attributes;
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/' || c == '=');
            let end = rest.find(|c: char| c.is_ascii_whitespace() || c == '=' || c == '/').unwrap_or(rest.len());
            if end == 0 {
                return None;
            }
            let key = &rest[..end];
            rest = &rest[end..];
            let mut value = "";
            if let Some(after) = rest.trim_start().strip_prefix('=') {
                (value, rest) = attribute_value(after.trim_start());
            }
            if key.eq_ignore_ascii_case(name) {
                return Some(value);
            }
        }
    }
}

fn attribute_value(written: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(quoted) = written.strip_prefix(quote) {
            return quoted.split_once(quote).unwrap_or((quoted, ""));
        }
    }
    written.split_at(written.find(|c: char| c.is_ascii_whitespace()).unwrap_or(written.len()))
}

/// The pieces of a page.
pub(super) struct Tokens<'a> {
    rest: &'a str,
}

impl<'a> Tokens<'a> {
    /// The pieces of this page.
    pub(super) fn of(html: &'a str) -> Self {
        Self { rest: html }
    }

    /// Goes on behind what was at the beginning of the rest; what has no end goes on to the end of the page.
    fn skip_past(&mut self, end: &str) {
        self.rest = self.rest.find(end).map_or("", |at| &self.rest[at + end.len()..]);
    }

    fn markup(&mut self) -> Option<Token<'a>> {
        if let Some(comment) = self.rest.strip_prefix("<!--") {
            self.rest = comment.strip_prefix('>').or_else(|| comment.strip_prefix("->")).unwrap_or(comment);
            if self.rest.len() == comment.len() {
                self.skip_past("-->");
            }
            return None;
        }
        if self.rest.starts_with("<!") || self.rest.starts_with("<?") {
            self.skip_past(">");
            return None;
        }
        let inner = &self.rest[1..];
        let is_end = inner.starts_with('/');
        let inner = if is_end { &inner[1..] } else { inner };
        if !inner.starts_with(|c: char| c.is_ascii_alphabetic()) {
            // A sign that is less than something.
            let (text, rest) = self.rest.split_at(1);
            self.rest = rest;
            return Some(Token::Text(text));
        }
        let name_end = inner.find(|c: char| c.is_ascii_whitespace() || c == '/' || c == '>').unwrap_or(inner.len());
        let name = inner[..name_end].to_ascii_lowercase();
        let attributes_end = end_of_tag(&inner[name_end..]);
        let attributes = &inner[name_end..name_end + attributes_end];
        self.rest = inner.get(name_end + attributes_end + 1..).unwrap_or_default();
        if !is_end && UNREAD.contains(&name.as_str()) && !attributes.ends_with('/') {
            self.skip_content(&name);
        }
        (name.len() <= NAME_MAX_BYTES).then_some(Token::Tag(Tag { name, is_end, attributes }))
    }

    fn skip_content(&mut self, name: &str) {
        while let Some(at) = self.rest.find("</") {
            self.rest = &self.rest[at + 2..];
            if self.rest.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name)) {
                self.skip_past(">");
                return;
            }
        }
        self.rest = "";
    }
}

/// Where the `>` of a tag stands, outside of quotes.
fn end_of_tag(attributes: &str) -> usize {
    let mut quote = None;
    let mut is_value = false;
    for (at, byte) in attributes.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at,
            (None, b'"' | b'\'') if is_value => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
        is_value = byte == b'=' || (is_value && byte.is_ascii_whitespace());
    }
    attributes.len()
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        while !self.rest.is_empty() {
            match self.rest.find('<') {
                Some(0) => {
                    if let Some(token) = self.markup() {
                        return Some(token);
                    }
                }
                at => {
                    let (text, rest) = self.rest.split_at(at.unwrap_or(self.rest.len()));
                    self.rest = rest;
                    return Some(Token::Text(text));
                }
            }
        }
        None
    }
}
