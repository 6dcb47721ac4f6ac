//! Style sheets, scripts and pictures, carried in the program itself. Named with the hash of its content a file is kept for
//! ever by browsers; named without, it is asked for anew and mostly answered with "you have it".

use std::sync::LazyLock;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use sha2::{Digest as _, Sha256};

use crate::http::{Code, Problem};

/// How many digits of the hash are in an address.
const HASH_DIGITS: usize = 12;

struct Asset {
    name: &'static str,
    content: &'static str,
    hash: String,
}

macro_rules! assets {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("assets/", $name)))),+]
    };
}

/// Every file there is.
const FILES: &[(&str, &str)] = assets!(
    "base.css",
    "board.css",
    "phone.css",
    "outbox.css",
    "book.css",
    "board.js",
    "book.js",
    "feed.js",
    "join.js",
    "place.js",
    "words.js",
    "icons.svg",
    "logo.svg",
    "live.css",
    "live-panel.css",
    "live/acts.js",
    "live/cards.js",
    "live/clock.js",
    "live/connection.js",
    "live/counter.js",
    "live/entry_acts.js",
    "live/main.js",
    "live/moments.js",
    "live/order.js",
    "live/panel.js",
    "live/plot.js",
    "live/rows.js",
    "live/standing.js",
    "live/toast.js",
    "desk.css",
    "desk-ticket.css",
    "why.css",
    "ticket.css",
    "desk/main.js",
    "desk/clocks.js",
    "desk/list.js",
    "files.js",
);

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let asset = |&(name, content): &(&'static str, &'static str)| {
        let digest = Sha256::digest(content.as_bytes());
        let mut hash: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        hash.truncate(HASH_DIGITS);
        Asset { name, content, hash }
    };
    FILES.iter().map(asset).collect()
});

/// The address of a file, with the hash of its content; `None`: there is no such file.
#[must_use]
pub fn address(name: &str) -> Option<String> {
    let asset = ASSETS.iter().find(|asset| asset.name == name)?;
    Some(format!("/assets/{}?v={}", asset.name, asset.hash))
}

/// `GET /assets/{file}`.
///
/// # Errors
/// 404 for a file that is not there.
pub async fn show(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let name = request.match_info().get("file").unwrap_or_default();
    let asset = ASSETS.iter().find(|asset| asset.name == name).ok_or_else(|| Problem::of(Code::NotFound))?;
    let tag = format!("\"{}\"", asset.hash);
    let is_named_by_hash = request.query_string().strip_prefix("v=") == Some(asset.hash.as_str());
    let caching = if is_named_by_hash { "public, max-age=31536000, immutable" } else { "no-cache" };
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let is_known = known.is_some_and(|known| known.split(',').any(|each| each.trim().trim_start_matches("W/") == tag));
    let mut response = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header((header::ETAG, tag)).insert_header((header::CACHE_CONTROL, caching));
    if is_known {
        return Ok(response.finish());
    }
    Ok(response.insert_header((header::CONTENT_TYPE, content_type(asset.name))).body(asset.content))
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    async fn answer(uri: &str, file: &'static str, known: &str) -> (u16, String) {
        let request = TestRequest::with_uri(uri).param("file", file).insert_header((header::IF_NONE_MATCH, known));
        let response = show(request.to_http_request()).await.unwrap();
        let caching = response.headers().get(header::CACHE_CONTROL).unwrap().to_str().unwrap().to_owned();
        (response.status().as_u16(), caching)
    }

    #[actix_web::test]
    async fn a_file_is_kept_for_ever_only_under_its_hash() {
        let address = address("base.css").unwrap();
        let hash = address.split_once("?v=").unwrap().1;
        assert!(answer(&address, "base.css", "").await.1.contains("immutable"));
        assert_eq!(answer("/assets/base.css?v=old", "base.css", "").await, (200, "no-cache".to_owned()));
        assert_eq!(answer("/assets/base.css", "base.css", &format!("\"{hash}\"")).await.0, 304);
        let missing = TestRequest::with_uri("/assets/x").param("file", "../mod.rs").to_http_request();
        assert!(show(missing).await.is_err());
    }

    #[test]
    fn every_import_of_a_script_is_there() {
        for (name, content) in FILES.iter().filter(|(name, _)| name.ends_with(".js")) {
            let folder = name.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
            for (start, within) in [(" from \"./", folder.as_str()), (" from \"/assets/", "")] {
                for line in content.lines().filter(|line| line.contains(start)) {
                    let rest = line.split(start).nth(1).and_then(|rest| rest.split('"').next()).unwrap();
                    let imported = format!("{within}{rest}");
                    assert!(address(&imported).is_some(), "{name} imports {imported}");
                }
            }
        }
    }
}
