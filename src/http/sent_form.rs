//! A form of our own pages as it was sent: its fields, and the files that were chosen. With files it comes as `multipart/form-data`,
//! which needs no script.

use std::convert::Infallible;

use actix_web::HttpRequest;
use actix_web::http::header;
use futures_util::stream;
use multer::{Field, Multipart};

use super::body::LargeBody;
use super::problem::{Code, Problem};
use super::requests::desk::writing::is_media_type;
use crate::domain::desk::{
    ATTACHMENT_MAX_BYTES, ATTACHMENT_NAME_MAX_CHARACTERS, ATTACHMENTS_MAX, ATTACHMENTS_MAX_BYTES, Attachment,
};
use crate::domain::ids::AttachmentId;
use crate::domain::invalid;
use crate::identity;

/// Most parts of a form, files among them.
const PARTS_MAX: usize = 100;
/// The media type of a file whose browser does not say.
const UNKNOWN_CONTENT_TYPE: &str = "application/octet-stream";
/// In words: 1 MB.
const MEGABYTE: usize = 1024 * 1024;

/// A form as it was sent.
#[derive(Debug)]
pub struct SentForm {
    /// Its fields, in order.
    pub fields: Vec<(String, String)>,
    /// The files that were chosen; or what is wrong with them, in words.
    pub files: Result<Vec<Attachment>, String>,
}

impl SentForm {
    /// Reads a form.
    ///
    /// # Errors
    /// 400 for what is no form.
    pub async fn read(request: &HttpRequest, body: &LargeBody) -> Result<Self, Problem> {
        let said = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        match said.and_then(|said| multer::parse_boundary(said).ok()) {
            Some(boundary) => Self::of_parts(body, boundary).await.ok_or_else(|| Problem::of(Code::BodyUnreadable)),
            None => Ok(Self { fields: body.0.form_fields(), files: Ok(Vec::new()) }),
        }
    }

    async fn of_parts(body: &LargeBody, boundary: String) -> Option<Self> {
        let bytes = body.0.to_bytes();
        let mut parts = Multipart::new(stream::once(async { Ok::<_, Infallible>(bytes) }), boundary);
        let (mut fields, mut files) = (Vec::new(), Vec::new());
        for _ in 0..=PARTS_MAX {
            let Some(part) = parts.next_field().await.ok()? else {
                return Some(Self { fields, files: held_to_limits(files) });
            };
            if part.file_name().is_some() {
                files.extend(file(part).await?);
            } else {
                fields.push((part.name()?.to_owned(), part.text().await.ok()?));
            }
        }
        None
    }
}

/// A file as it was chosen; `Some(None)` where none was. Its name may be a whole path: only its last part is one.
async fn file(part: Field<'_>) -> Option<Option<Attachment>> {
    let name = part.file_name().and_then(|name| name.rsplit(['/', '\\']).next()).unwrap_or_default().to_owned();
    let said = part.content_type().map(|said| said.essence_str().to_owned()).filter(|said| is_media_type(said));
    let bytes = part.bytes().await.ok()?.to_vec();
    if name.is_empty() && bytes.is_empty() {
        return Some(None);
    }
    let id = AttachmentId::from_uuid(identity::new_uuid());
    Some(Some(Attachment { id, name, content_type: said.unwrap_or_else(|| UNKNOWN_CONTENT_TYPE.to_owned()), bytes }))
}

fn held_to_limits(files: Vec<Attachment>) -> Result<Vec<Attachment>, String> {
    if files.len() > ATTACHMENTS_MAX {
        return Err(format!("Choose at most {ATTACHMENTS_MAX} files."));
    }
    for file in &files {
        if invalid::text("", &file.name, 1, ATTACHMENT_NAME_MAX_CHARACTERS, false).is_err() {
            return Err("The name of a file is too long or holds a character that we can’t keep; rename it.".to_owned());
        }
        if file.bytes.len() > ATTACHMENT_MAX_BYTES {
            return Err(format!("{} is larger than {} MB.", file.name, ATTACHMENT_MAX_BYTES / MEGABYTE));
        }
    }
    match files.iter().map(|file| file.bytes.len()).sum::<usize>() {
        together if together > ATTACHMENTS_MAX_BYTES => {
            Err(format!("Together they are larger than {} MB.", ATTACHMENTS_MAX_BYTES / MEGABYTE))
        }
        _ => Ok(files),
    }
}

/// What fits, in words, to be read before files are chosen.
#[must_use]
pub fn files_that_fit() -> String {
    let (each, together) = (ATTACHMENT_MAX_BYTES / MEGABYTE, ATTACHMENTS_MAX_BYTES / MEGABYTE);
    format!("up to {ATTACHMENTS_MAX}, {each} MB each, {together} MB together")
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;
    use crate::http::body::RawBody;

    async fn read(content_type: &str, body: &str) -> Result<SentForm, Code> {
        let request = TestRequest::post().insert_header(("content-type", content_type)).to_http_request();
        SentForm::read(&request, &LargeBody(RawBody::of(body))).await.map_err(|problem| problem.code())
    }

    fn part(head: &str, said: &str) -> String {
        format!("--x\r\nContent-Disposition: form-data; {head}\r\n\r\n{said}\r\n")
    }

    async fn of(parts: &[String]) -> Result<SentForm, Code> {
        read("multipart/form-data; boundary=x", &format!("{}--x--\r\n", parts.concat())).await
    }

    #[actix_web::test]
    async fn a_form_is_read_with_its_files_and_without() {
        let plain = read("application/x-www-form-urlencoded", "act=reply&reply=a%2Bb").await.unwrap();
        assert_eq!(plain.fields[1], ("reply".to_owned(), "a+b".to_owned()));
        assert_eq!(plain.files, Ok(Vec::new()));
        let none = part("name=\"files\"; filename=\"\"", "");
        let html =
            part("name=\"files\"; filename=\"C:\\tmp\\é.html\"\r\nContent-Type: text/html; charset=utf-8", "<b>\r\n");
        let form = of(&[part("name=\"reply\"", "Grüße\r\nAnn"), none, html]).await.unwrap();
        assert_eq!(form.fields, [("reply".to_owned(), "Grüße\r\nAnn".to_owned())]);
        let files = form.files.unwrap();
        assert_eq!(files.len(), 1, "an empty field is no file");
        assert_eq!((files[0].name.as_str(), files[0].content_type.as_str()), ("é.html", "text/html"));
        assert_eq!(files[0].bytes, b"<b>\r\n");
    }

    #[actix_web::test]
    async fn what_does_not_fit_is_said_in_words_and_what_is_no_form_is_refused() {
        let file = |bytes: usize| part("name=\"files\"; filename=\"big.bin\"", &"7".repeat(bytes));
        let said = async |parts: &[String]| of(parts).await.unwrap().files.unwrap_err();
        assert_eq!(said(&vec![file(1); ATTACHMENTS_MAX + 1]).await, "Choose at most 10 files.");
        assert_eq!(said(&[file(ATTACHMENT_MAX_BYTES + 1)]).await, "big.bin is larger than 5 MB.");
        let together = [file(ATTACHMENT_MAX_BYTES), file(ATTACHMENT_MAX_BYTES), file(1)];
        assert_eq!(said(&together).await, "Together they are larger than 10 MB.");
        let long = part(&format!("name=\"files\"; filename=\"{}\"", "n".repeat(201)), "x");
        assert!(said(&[long]).await.contains("rename it"));
        assert_eq!(of(&vec![part("name=\"a\"", ""); PARTS_MAX + 1]).await.unwrap_err(), Code::BodyUnreadable);
        let cut = read("multipart/form-data; boundary=x", &part("name=\"a\"", "b")).await;
        assert_eq!(cut.unwrap_err(), Code::BodyUnreadable);
    }
}
