//! A page as the plain text that a person reads on it: paragraphs, lists, quotes, links with their addresses. Scripts, styles
//! and comments are nothing that anybody reads. mail-parser's own conversion runs the lines of Gmail's and Outlook's mails
//! together, drops quotes and the addresses of links, so that no quoted text could be told from new text.

mod entity;
mod page;
mod tokens;

use page::Page;
use tokens::{Tag, Token, Tokens};

/// Longest address of a link that is shown, in bytes.
const LINK_MAX_BYTES: usize = 2_000;
/// Most links within links whose ends are awaited.
const OPEN_LINKS_MAX: usize = 8;

/// The text of a page.
pub(super) fn plain(html: &str) -> String {
    let mut writer = Writer { page: Page::default(), links: Vec::new(), preformatted: 0, is_outlook_line: false };
    for token in Tokens::of(html) {
        match token {
            Token::Text(text) => writer.text(text),
            Token::Tag(tag) => writer.tag(&tag),
        }
    }
    writer.page.finished()
}

struct Writer {
    page: Page,
    links: Vec<Link>,
    preformatted: usize,
    /// Whether the paragraph is one of those of which Outlook makes each line.
    is_outlook_line: bool,
}

/// A link whose end has not come yet.
struct Link {
    address: Option<String>,
    /// Where in the page its text begins.
    start: usize,
}

impl Writer {
    fn text(&mut self, text: &str) {
        let text = entity::resolved(text);
        if self.preformatted > 0 { self.page.write_as_is(&text) } else { self.page.write(&text) }
    }

    fn tag(&mut self, tag: &Tag<'_>) {
        match tag.name.as_str() {
            "br" => self.page.end_line(),
            "hr" => {
                self.page.begin_block(1);
                self.page.write("---");
                self.page.begin_block(1);
            }
            "a" if tag.is_end => self.end_link(),
            "a" => self.begin_link(tag),
            "img" => self.picture(tag),
            "td" | "th" if !tag.is_end => self.page.separate(),
            "li" => {
                self.page.begin_block(1);
                if !tag.is_end {
                    self.page.begin_item();
                }
            }
            "ul" | "ol" => {
                self.page.begin_block(if self.page.is_in_list(tag.is_end) { 1 } else { 2 });
                if tag.is_end { self.page.end_list() } else { self.page.begin_list(tag.name == "ol") }
            }
            "blockquote" => {
                self.page.begin_block(1);
                if tag.is_end { self.page.end_quote() } else { self.page.begin_quote() }
            }
            "pre" => {
                self.page.begin_block(2);
                self.preformatted =
                    if tag.is_end { self.preformatted.saturating_sub(1) } else { self.preformatted.saturating_add(1) };
            }
            "p" => {
                self.is_outlook_line = is_outlook_line(tag) || (tag.is_end && self.is_outlook_line);
                self.page.begin_block(if self.is_outlook_line { 1 } else { 2 });
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "table" | "dl" => self.page.begin_block(2),
            "div" | "tr" | "section" | "article" | "header" | "footer" | "address" | "dt" | "dd" | "center"
            | "form" | "fieldset" | "figure" | "figcaption" | "main" | "nav" | "aside" | "body" | "html" | "head"
            | "caption" | "option" => self.page.begin_block(1),
            _ => {}
        }
    }

    fn begin_link(&mut self, tag: &Tag<'_>) {
        if self.links.len() < OPEN_LINKS_MAX {
            let address = tag.attribute("href").and_then(|written| shown_address(&entity::resolved(written)));
            self.links.push(Link { address, start: self.page.position() });
        }
    }

    fn end_link(&mut self) {
        let Some(link) = self.links.pop() else { return };
        let Some(address) = link.address else { return };
        let said = self.page.since(link.start);
        let bare = |text: &str| {
            let text = text.trim().trim_end_matches('/');
            let text =
                ["https://", "http://", "mailto:", "tel:"].iter().find_map(|s| text.strip_prefix(s)).unwrap_or(text);
            text.to_lowercase()
        };
        if said.trim().is_empty() || bare(said) == bare(&address) {
            if said.trim().is_empty() && !address.starts_with("mailto:") {
                self.page.write(&format!("<{address}>"));
            }
        } else {
            self.page.write(&format!(" <{address}>"));
        }
    }

    fn picture(&mut self, tag: &Tag<'_>) {
        let told = tag.attribute("alt").map(entity::resolved).unwrap_or_default();
        let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
        if !told.is_empty() {
            self.page.write(&format!("[{told}]"));
        }
    }
}

/// Addresses that lead somewhere and do nothing.
fn shown_address(written: &str) -> Option<String> {
    let address: String =
        written.chars().filter(|c| !c.is_whitespace() && !c.is_control() && !"<>".contains(*c)).collect();
    let start: String = address.chars().take(8).collect::<String>().to_ascii_lowercase();
    let leads = ["https://", "http://", "mailto:", "tel:"].into_iter().any(|scheme| start.starts_with(scheme));
    (leads && address.len() <= LINK_MAX_BYTES).then_some(address)
}

/// Outlook writes each line as a paragraph without any space around it.
fn is_outlook_line(tag: &Tag<'_>) -> bool {
    tag.attribute("class").is_some_and(|class| class.to_ascii_lowercase().contains("msonormal"))
}

#[cfg(test)]
mod tests;
