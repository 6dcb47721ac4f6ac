//! What came with a mail: counted, weighed, and given a name that means no harm on anybody's disk.

use super::cleaning;
use super::header::Headers;
use crate::domain::invalid::Invalid;
use crate::domain::mail::{
    MAIL_ATTACHMENT_MAX_BYTES, MAIL_ATTACHMENT_NAME_MAX_CHARACTERS, MAIL_ATTACHMENTS_MAX, MAIL_ATTACHMENTS_MAX_BYTES,
    MailAttachment,
};

/// Longest ending of a name that is kept when the name is cut, in characters with its dot.
const ENDING_MAX_CHARACTERS: usize = 12;
/// Endings of files that came without a name.
const ENDINGS: [(&str, &str); 9] = [
    ("text/calendar", ".ics"),
    ("text/plain", ".txt"),
    ("text/html", ".html"),
    ("message/rfc822", ".eml"),
    ("message/delivery-status", ".txt"),
    ("application/pdf", ".pdf"),
    ("image/png", ".png"),
    ("image/jpeg", ".jpg"),
    ("image/gif", ".gif"),
];

/// The attachments of a mail.
#[derive(Default)]
pub(super) struct Attached {
    files: Vec<MailAttachment>,
    bytes: usize,
}

impl Attached {
    /// Takes one more.
    pub(super) fn add(&mut self, name: Option<&str>, content_type: &str, bytes: Vec<u8>) -> Result<(), Invalid> {
        let number = self.files.len();
        if number == MAIL_ATTACHMENTS_MAX {
            return Err(Invalid::new("attachments", format!("are more than {MAIL_ATTACHMENTS_MAX}")));
        }
        if bytes.len() > MAIL_ATTACHMENT_MAX_BYTES {
            let detail = format!("has more than {MAIL_ATTACHMENT_MAX_BYTES} bytes");
            return Err(Invalid::new(format!("attachments[{number}]"), detail));
        }
        self.bytes += bytes.len();
        if self.bytes > MAIL_ATTACHMENTS_MAX_BYTES {
            let detail = format!("have more than {MAIL_ATTACHMENTS_MAX_BYTES} bytes together");
            return Err(Invalid::new("attachments", detail));
        }
        let name = name.map(file_name).filter(|name| !name.is_empty());
        let name = name.unwrap_or_else(|| made_up(number + 1, content_type));
        self.files.push(MailAttachment { name, content_type: content_type.to_owned(), bytes });
        Ok(())
    }

    /// All that were taken.
    pub(super) fn into_files(self) -> Vec<MailAttachment> {
        self.files
    }
}

/// The name of a mail within a mail: its subject.
pub(super) fn name_of_mail(mail: &[u8]) -> Option<String> {
    let (headers, _) = Headers::split(mail).ok()?;
    let subject = headers.text("subject").ok()??;
    Some(format!("{}.eml", cleaning::line(&subject).replace(['/', '\\'], "-")))
}

fn made_up(number: usize, content_type: &str) -> String {
    let ending = ENDINGS.into_iter().find(|(known, _)| *known == content_type).map_or("", |(_, ending)| ending);
    format!("attachment-{number}{ending}")
}

/// A name without folders, control characters and what a file system or a shell reads as more than a name.
fn file_name(written: &str) -> String {
    let line = cleaning::line(written);
    let name = line.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name.chars().map(|c| if "<>:\"|?*".contains(c) { '_' } else { c }).collect();
    let name = name.trim_matches([' ', '.']);
    if name.chars().count() <= MAIL_ATTACHMENT_NAME_MAX_CHARACTERS {
        return name.to_owned();
    }
    let ending = name.rfind('.').map_or("", |dot| &name[dot..]);
    let ending = if ending.chars().count() <= ENDING_MAX_CHARACTERS { ending } else { "" };
    let kept = MAIL_ATTACHMENT_NAME_MAX_CHARACTERS - ending.chars().count();
    name.chars().take(kept).chain(ending.chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_means_no_harm() {
        for (written, name) in [
            ("invoice.pdf", "invoice.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\zoe\\photo 1.jpg", "photo 1.jpg"),
            ("a\r\nContent-Type: x\0.txt", "a Content-Type_ x.txt"),
            ("\u{202e}fdp.exe", "fdp.exe"),
            ("\u{200f}invoice\u{200e}.pdf\u{2069}", "invoice.pdf"),
            (" .. ", ""),
            ("Größe?.xlsx", "Größe_.xlsx"),
        ] {
            assert_eq!(file_name(written), name);
        }
        let long = file_name(&format!("{}.pdf", "ä".repeat(300)));
        assert_eq!((long.chars().count(), long.ends_with("ä.pdf")), (200, true));
    }
}
