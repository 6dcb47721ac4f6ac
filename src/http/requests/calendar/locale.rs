//! The language that a customer reads: their browser says so with every request.

use actix_web::http::header::{self, HeaderMap};

use crate::domain::calendar::LOCALE_MAX_CHARACTERS;

/// Most languages of a header that are looked at.
const LANGUAGES_MAX: usize = 20;

/// The language of `Accept-Language` that is liked best; of equals the first. What cannot be read does not count: nobody
/// is refused over their browser.
#[must_use]
pub fn preferred(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let mut best: Option<(&str, f32)> = None;
    for (tag, weight) in text.split(',').take(LANGUAGES_MAX).filter_map(weighted) {
        if weight > 0.0 && best.is_none_or(|(_, most)| weight > most) {
            best = Some((tag, weight));
        }
    }
    best.map(|(tag, _)| tag.to_owned())
}

fn weighted(item: &str) -> Option<(&str, f32)> {
    let (tag, parameters) = item.split_once(';').unwrap_or((item, ""));
    let tag = tag.trim();
    let is_tag = (1..=LOCALE_MAX_CHARACTERS).contains(&tag.len())
        && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let weight = match parameters.trim().strip_prefix("q=") {
        Some(weight) => weight.parse().ok()?,
        None => 1.0,
    };
    is_tag.then_some((tag, weight))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn read(value: &str) -> Option<String> {
        let request = TestRequest::get().insert_header((header::ACCEPT_LANGUAGE, value)).to_http_request();
        preferred(request.headers())
    }

    #[test]
    fn the_language_that_is_liked_best_counts() {
        assert_eq!(read("de-CH,de;q=0.9,en;q=0.8").as_deref(), Some("de-CH"));
        assert_eq!(read("en;q=0.5, pt-BR;q=0.9").as_deref(), Some("pt-BR"));
        assert_eq!(read("fr;q=1, de;q=1").as_deref(), Some("fr"));
    }

    #[test]
    fn what_is_no_language_does_not_count() {
        for nothing in ["*", "", "de;q=0", "de;q=x", "<b>", &"x".repeat(36), ";;;,,,"] {
            assert_eq!(read(nothing), None, "{nothing}");
        }
        assert_eq!(read(&"x".repeat(35)).map(|tag| tag.len()), Some(35));
        assert_eq!(preferred(&HeaderMap::new()), None);
    }
}
