//! Pages of lists by key, never by offset: a row that comes or goes between two pages neither repeats nor hides another.

use actix_web::HttpResponse;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::{Code, Problem};
use super::query::Query;

/// Rows on a page when the client does not say, in rows.
pub const PAGE_SIZE_DEFAULT: u32 = 50;
/// Most rows on a page, in rows.
pub const PAGE_SIZE_MAX: u32 = 200;
/// Longest cursor, in characters.
const CURSOR_MAX_CHARACTERS: usize = 300;

/// Which page a client wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRequest {
    /// Number of the page, from 1: counted along the cursors.
    pub page: u32,
    /// Rows on it.
    pub size: u32,
    /// The key of the last row of the page before.
    pub after: Option<String>,
}

impl PageRequest {
    /// Reads `pageSize` and `cursor`. A `page` may be given, as long as it is the one that the cursor leads to: nothing else
    /// leads to a page.
    ///
    /// # Errors
    /// 400 for a size out of range, a cursor that is not ours, or a page that it does not lead to.
    pub fn read(query: &Query) -> Result<Self, Problem> {
        let size = query.whole("pageSize", 1, PAGE_SIZE_MAX)?.unwrap_or(PAGE_SIZE_DEFAULT);
        let wanted = query.whole("page", 1, u32::MAX)?;
        let (page, after) = match query.get("cursor").filter(|cursor| !cursor.is_empty()) {
            None => (1, None),
            Some(cursor) => {
                let (page, after) = open(cursor).ok_or_else(|| Problem::of(Code::InvalidCursor))?;
                (page, Some(after))
            }
        };
        match wanted {
            Some(wanted) if wanted != page => {
                let detail = format!("page {wanted} is reached by the nextCursor of the page before, sent as cursor.");
                Err(Problem::new(Code::InvalidQuery, detail))
            }
            Some(_) | None => Ok(Self { page, size, after }),
        }
    }
}

fn open(cursor: &str) -> Option<(u32, String)> {
    if cursor.len() > CURSOR_MAX_CHARACTERS {
        return None;
    }
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let (page, key) = text.split_once(':')?;
    let page: u32 = page.parse().ok().filter(|page| *page >= 2)?;
    Some((page, key.to_owned()))
}

fn seal(page: u32, key: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("{page}:{key}"))
}

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    /// The rows.
    pub data: Vec<T>,
    /// How many rows there are on all pages together.
    pub total: u64,
    /// Number of this page, from 1.
    #[schema(example = 1)]
    pub page: u32,
    /// Most rows on a page.
    #[schema(example = 50)]
    pub page_size: u32,
    /// Whether a page follows.
    pub has_next: bool,
    /// What to send as `cursor` for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

impl<T: Serialize> Page<T> {
    /// The page made of `rows`, of which one more than asked for may be given: it says that a page follows.
    pub fn of<R>(
        wanted: &PageRequest,
        mut rows: Vec<R>,
        total: u64,
        key: impl Fn(&R) -> String,
        view: impl FnMut(R) -> T,
    ) -> Self {
        let size = usize::try_from(wanted.size).unwrap_or(usize::MAX);
        let has_next = rows.len() > size;
        rows.truncate(size);
        let next_cursor = rows.last().filter(|_| has_next).map(|row| seal(wanted.page.saturating_add(1), &key(row)));
        let data = rows.into_iter().map(view).collect();
        Self { data, total, page: wanted.page, page_size: wanted.size, has_next, next_cursor }
    }

    /// The page among rows that are all in memory, in the order of their keys.
    pub fn among<R>(
        wanted: &PageRequest,
        mut rows: Vec<R>,
        key: impl Fn(&R) -> &str,
        view: impl FnMut(R) -> T,
    ) -> Self {
        let total = rows.len() as u64;
        rows.retain(|row| wanted.after.as_deref().is_none_or(|after| key(row) > after));
        Self::of(wanted, rows, total, |row| key(row).to_owned(), view)
    }

    /// The same where the way on would tell too much.
    #[must_use]
    pub fn without_cursor(self) -> Self {
        Self { next_cursor: None, ..self }
    }

    /// The page as an answer.
    pub fn respond(&self) -> HttpResponse {
        HttpResponse::Ok().json(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Result<PageRequest, Code> {
        PageRequest::read(&Query::parse(query).unwrap()).map_err(|problem| problem.code())
    }

    #[test]
    fn cursors_lead_from_page_to_page() {
        let first = read("pageSize=2").unwrap();
        let page = Page::of(&first, vec!["a", "b", "c"], 3, ToString::to_string, |row| row);
        assert!(page.has_next);
        let cursor = page.next_cursor.unwrap();
        let second = read(&format!("pageSize=2&cursor={cursor}")).unwrap();
        assert_eq!(read(&format!("pageSize=2&page=2&cursor={cursor}")), Ok(second.clone()));
        assert_eq!(read(&format!("pageSize=2&page=3&cursor={cursor}")), Err(Code::InvalidQuery));
        assert_eq!(read("pageSize=2&page=1"), Ok(first));
        assert_eq!(second, PageRequest { page: 2, size: 2, after: Some("b".into()) });
        let last = Page::of(&second, vec!["c"], 3, ToString::to_string, |row| row);
        assert!(!last.has_next && last.next_cursor.is_none());
    }

    #[test]
    fn what_is_no_page_is_refused() {
        for bad in [
            "page=0",
            "page=-1",
            "page=x",
            "page=",
            "page=2",
            "pageSize=0",
            "pageSize=201",
            "pageSize=x",
            "pageSize=-1",
            "pageSize=1.5",
        ] {
            assert_eq!(read(bad), Err(Code::InvalidQuery), "{bad}");
        }
        for bad in ["cursor=%21", "cursor=YQ", "cursor=MTph", &format!("cursor={}", "A".repeat(400))] {
            assert_eq!(read(bad), Err(Code::InvalidCursor), "{bad}");
        }
        assert_eq!(read("").unwrap().size, PAGE_SIZE_DEFAULT);
    }
}
