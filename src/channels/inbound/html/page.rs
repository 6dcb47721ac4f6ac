//! Lines as they grow while a page is read: blanks folded, blocks apart, quotes and lists marked.

/// Deepest quote and list that is marked; what is deeper looks like this.
const DEPTH_MAX: usize = 8;
/// Most lists within lists whose numbers are counted.
const LISTS_MAX: usize = 50;

/// The text of a page as far as it is written.
#[derive(Default)]
pub(super) struct Page {
    written: String,
    /// Where in the text the current line begins, behind its marks; `None` before anything stands on it.
    line: Option<usize>,
    is_blank_pending: bool,
    /// Lines wanted empty before the next text.
    empty_wanted: usize,
    quotes: usize,
    /// How deep the last line was quoted.
    quotes_before: usize,
    /// The last number of each open list; `None` for one without numbers.
    lists: Vec<Option<usize>>,
    item: Option<String>,
}

impl Page {
    /// Writes a text whose blanks and line ends mean one blank each run.
    pub(super) fn write(&mut self, text: &str) {
        for (index, word) in text.split(is_blank).enumerate() {
            self.is_blank_pending |= index > 0;
            if !word.is_empty() {
                self.word(word);
            }
        }
    }

    /// Writes a text whose blanks and line ends count.
    pub(super) fn write_as_is(&mut self, text: &str) {
        for (index, line) in text.split('\n').enumerate() {
            if index > 0 {
                self.end_line();
            }
            let line = line.trim_end();
            if !line.is_empty() {
                self.is_blank_pending = false;
                self.word(line);
            }
        }
    }

    fn word(&mut self, word: &str) {
        if self.line.is_none() {
            self.begin_line();
        } else if self.is_blank_pending {
            self.written.push(' ');
        }
        self.is_blank_pending = false;
        self.written.push_str(word);
    }

    fn begin_line(&mut self) {
        if !self.written.is_empty() {
            for _ in 0..self.empty_wanted {
                self.push_marks(self.quotes.min(self.quotes_before));
                self.written.push('\n');
            }
        }
        self.empty_wanted = 0;
        self.push_marks(self.quotes);
        self.written.extend(std::iter::repeat_n("  ", self.lists.len().saturating_sub(1).min(DEPTH_MAX)));
        match self.item.take() {
            Some(mark) => self.written.push_str(&mark),
            None if self.lists.is_empty() => {}
            None => self.written.push_str("  "),
        }
        self.line = Some(self.written.len());
    }

    fn push_marks(&mut self, quotes: usize) {
        self.written.extend(std::iter::repeat_n("> ", quotes.min(DEPTH_MAX)));
    }

    /// Ends the line, even an empty one.
    pub(super) fn end_line(&mut self) {
        if self.line.take().is_some() {
            self.written.push('\n');
            self.quotes_before = self.quotes;
        } else if !self.written.is_empty() {
            self.empty_wanted = (self.empty_wanted + 1).min(2);
        }
        self.is_blank_pending = false;
    }

    /// Sees to it that what comes next stands on a line of its own, as many line ends away.
    pub(super) fn begin_block(&mut self, line_ends: usize) {
        if self.line.is_some() {
            self.end_line();
        }
        self.is_blank_pending = false;
        self.empty_wanted = self.empty_wanted.max(line_ends - 1);
    }

    /// Keeps what comes next apart from what stands on the line.
    pub(super) fn separate(&mut self) {
        self.is_blank_pending = true;
    }

    /// Everything up to the end of the quote is quoted.
    pub(super) fn begin_quote(&mut self) {
        self.quotes = self.quotes.saturating_add(1);
    }

    /// Ends the innermost quote.
    pub(super) fn end_quote(&mut self) {
        self.quotes = self.quotes.saturating_sub(1);
    }

    /// Begins a list.
    pub(super) fn begin_list(&mut self, is_numbered: bool) {
        if self.lists.len() < LISTS_MAX {
            self.lists.push(is_numbered.then_some(0));
        }
    }

    /// Ends the innermost list.
    pub(super) fn end_list(&mut self) {
        self.lists.pop();
        self.item = None;
    }

    /// Whether a list is open, the one that ends here left out.
    pub(super) fn is_in_list(&self, one_ends: bool) -> bool {
        self.lists.len() > usize::from(one_ends)
    }

    /// Begins an item of the innermost list.
    pub(super) fn begin_item(&mut self) {
        self.item = Some(match self.lists.last_mut() {
            Some(Some(number)) => {
                *number += 1;
                format!("{number}. ")
            }
            Some(None) | None => "- ".to_owned(),
        });
    }

    /// Where the text ends so far.
    pub(super) fn position(&self) -> usize {
        self.written.len()
    }

    /// What was written since then.
    pub(super) fn since(&self, position: usize) -> &str {
        let start = self.line.filter(|line| *line > position).unwrap_or(position);
        self.written.get(start..).unwrap_or_default()
    }

    /// The whole text.
    pub(super) fn finished(self) -> String {
        self.written
    }
}

fn is_blank(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{200b}' | '\u{ad}' | '\u{feff}')
}
