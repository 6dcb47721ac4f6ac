//! Mails of odd shape: damaged, bare, in old charsets, with odd senders.

use super::super::{MailForm, read, read_form};
use super::{attached, mail, mail_with};
use crate::domain::address::Email;
use crate::domain::mail::MailAttachment;

fn raw(parts: &[&[u8]]) -> Vec<u8> {
    [b"From: Zoe <zoe@x.example>\r\nSubject: Lamp\r\n".as_slice()]
        .iter()
        .chain(parts)
        .copied()
        .collect::<Vec<_>>()
        .concat()
}

#[test]
fn a_mail_may_be_empty() {
    let read = mail("From: zoe@x.example\nSubject:\n\n");
    assert_eq!((read.subject.as_str(), read.text.as_str(), read.full_text.as_str()), ("", "", ""));
    assert_eq!((read.message_id.as_ref(), read.automatic), (None, None));
    let read = mail("From: zoe@x.example");
    assert_eq!(read.text, "");
}

#[test]
fn a_mail_may_be_a_file_alone() {
    let read = mail(
        "From: zoe@x.example\nSubject: scan\nMIME-Version: 1.0\nContent-Type: application/pdf; name*0*=iso-8859-1''Rechnung%20f;\n name*1*=%FCr%20Mai; name*2=.pdf\nContent-Disposition: attachment\nContent-Transfer-Encoding: base64\n\nJVBERi0x\nLjQK\n",
    );
    assert_eq!(attached(&read), [("Rechnung für Mai.pdf", "application/pdf", 9)]);
    assert_eq!(read.text, "");
}

#[test]
fn old_charsets_are_read() {
    for (charset, bytes, text) in [
        ("iso-8859-1", b"Gr\xfc\xdfe".as_slice(), "Grüße"),
        ("windows-1252", b"\x93Lamp\x94 \x80 5", "“Lamp” € 5"),
        ("utf-16", b"\xff\xfeL\0a\0m\0p\0", "Lamp"),
        ("utf-16be", b"\0L\0a\0m\0p", "Lamp"),
        ("shift_jis", b"\x83\x89\x83\x93\x83v", "ランプ"),
        ("gb18030", b"\xb5\xc6", "灯"),
        ("koi8-r", b"\xec\xc1\xcd\xd0\xc1", "Лампа"),
        ("iso-2022-jp", b"\x1b$B%i%s%W\x1b(B", "ランプ"),
        ("utf-7", b"L+AOQ-mp ", "Lämp"),
        ("us-ascii", b"Gr\xfc\xdfe", "Grüße"),
        ("utf-8", b"Gr\xfc\xdfe", "Grüße"),
        ("x-unknown", "Grüße".as_bytes(), "Grüße"),
        ("\"utf-8 \"", "Grüße".as_bytes(), "Grüße"),
    ] {
        let written = raw(&[format!("Content-Type: text/plain; charset={charset}\r\n\r\n").as_bytes(), bytes]);
        assert_eq!(read(&written).unwrap().text, text, "{charset}");
    }
}

#[test]
fn headers_in_bare_bytes_are_read() {
    for (bytes, text) in [("Größe".as_bytes(), "Größe"), (b"Gr\xf6\xdfe".as_slice(), "Größe")] {
        let written = [b"From: ", bytes, b" <zoe@x.example>\r\nSubject: ", bytes, b"\r\n\r\nx"].concat();
        let read = read(&written).unwrap();
        assert_eq!((read.subject.as_str(), read.from_name.as_deref()), (text, Some(text)));
    }
    let read = mail_with("Subject: =?utf-8?q?Gr=C3=B6?=\n =?utf-8?q?=C3=9Fe?= [T-000001]\n\t=?x-none?b?TGFtcA==?=");
    assert_eq!(read.subject, "Größe [T-000001] Lamp");
}

#[test]
fn senders_are_found_in_odd_forms() {
    for (from, address, name) in [
        ("zoe@x.example", "zoe@x.example", None),
        ("<zoe@x.example>", "zoe@x.example", None),
        ("zoe@x.example (Zoe B)", "zoe@x.example", Some("Zoe B")),
        ("\"zoe@x.example\" <zoe@x.example>", "zoe@x.example", None),
        ("\"a@evil.example\" <zoe@x.example>", "zoe@x.example", Some("a@evil.example")),
        ("Zoe <zoe@x.example>, Bob <bob@x.example>", "zoe@x.example", Some("Zoe")),
        ("Team: Zoe <zoe@x.example>, Bob <bob@x.example>;", "zoe@x.example", Some("Zoe")),
        ("Bhronain, Zoe <zoe@x.example>", "zoe@x.example", Some("Zoe")),
        ("\"Z\\\"oe\\\" B\" <zoe@x.example>", "zoe@x.example", Some("Z\"oe\" B")),
        ("=?utf-8?q?Zo=C3=AB_=00=0D=0ABcc=3A_x?= <zoe@x.example>", "zoe@x.example", Some("Zoë Bcc: x")),
    ] {
        let read = mail(&format!("From: {from}\nSubject: x\n\nx"));
        assert_eq!((read.from.as_str(), read.from_name.as_deref()), (address, name), "{from}");
    }
    let read = mail("From: Zoe <zoe@x.example>, Bob <bob@x.example>\nSender: BOB@x.example\n\nx");
    assert_eq!(read.from.as_str(), "bob@x.example");
    for (mail, detail) in [
        ("Subject: x\n\nx", "nobody"),
        ("From: undisclosed-recipients:;\n\nx", "nobody"),
        ("From: Zoe\n\nx", "nobody"),
        ("From: a@x.example\nFrom: b@x.example\n\nx", "more than once"),
    ] {
        let invalid = read_bytes(mail);
        assert!(invalid.path == "from" && invalid.detail.contains(detail), "{mail}: {invalid}");
    }
}

fn read_bytes(mail: &str) -> crate::domain::invalid::Invalid {
    read(mail.as_bytes()).unwrap_err()
}

#[test]
fn damaged_parts_give_what_they_have() {
    let no_end = mail(
        "From: z@x.example\nContent-Type: multipart/mixed; boundary=b\n\npreamble\n--b\n\nHello\n--b\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\niVBO!!Rw0K",
    );
    assert_eq!((no_end.text.as_str(), attached(&no_end)), ("Hello", vec![("attachment-1.png", "image/png", 6)]));
    let never = mail("From: z@x.example\nContent-Type: multipart/mixed; boundary=b\n\nHello\n--c\n");
    assert_eq!(never.text, "Hello\n--c");
    let nameless = mail("From: z@x.example\nContent-Type: multipart/mixed\n\nHello");
    assert_eq!(nameless.text, "Hello");
    let quoted = mail("From: z@x.example\nContent-Transfer-Encoding: quoted-printable\n\n100=zz =C3=A4=\n=3D =");
    assert_eq!(quoted.text, "100=zz ä=");
    let garbage = mail("From: z@x.example\nthis is no header\nSubject: still read\n\nHello");
    assert_eq!((garbage.subject.as_str(), garbage.text.as_str()), ("still read", "Hello"));
    let prefix = mail("From: z@x.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nA\n--bc\nB\n--b--\n");
    assert_eq!(prefix.text, "A\n--bc\nB");
}

#[test]
fn mails_within_mails_and_invitations_are_files() {
    let read = mail(
        "From: z@x.example\nSubject: see\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nSee this.\n--b\nContent-Type: message/rfc822\n\nFrom: bob@x.example\nSubject: Lamp / chair\nContent-Type: multipart/mixed; boundary=b2\n\n--b2\n\nInner\n--b2--\n--b\nContent-Type: text/calendar; method=REQUEST; charset=utf-8\n\nBEGIN:VCALENDAR\nEND:VCALENDAR\n--b--\n",
    );
    assert_eq!(read.text, "See this.");
    let names: Vec<_> = attached(&read).into_iter().map(|(name, kind, _)| (name, kind)).collect();
    assert_eq!(names, [("Lamp - chair.eml", "message/rfc822"), ("attachment-2.ics", "text/calendar")]);
    assert_eq!(read.automatic, None);
    let digest = mail(
        "From: z@x.example\nContent-Type: multipart/digest; boundary=b\n\n--b\n\nFrom: a@x\nSubject: one\n\nx\n--b\n\nSubject: two\n\ny\n--b--\n",
    );
    assert_eq!(attached(&digest).iter().map(|(name, ..)| *name).collect::<Vec<_>>(), ["one.eml", "two.eml"]);
}

#[test]
fn nothing_in_a_text_can_hurt_a_table_or_a_mail() {
    let read = read(&raw(&[b"Message-ID: <a\0@x>\r\n\r\na\0b\x07c\x1b[31m\r\nd\re\x0cf\xc2\x85g"])).unwrap();
    assert_eq!(read.text, "abc[31m\nd\ne\nf\ng");
    assert_eq!(read.message_id, None);
}

#[test]
fn a_form_is_read_like_a_mail() {
    let from = Email::parse("zoe@x.example").unwrap();
    let form = MailForm {
        from_name: Some("Zoë\n".to_owned()),
        subject: "Re: [T-000009]\tLamp".to_owned(),
        html: Some("<p>Green</p><blockquote>Which?</blockquote>".to_owned()),
        text: Some(" ".to_owned()),
        message_id: Some("<a@x>".to_owned()),
        in_reply_to: Some("b@x".to_owned()),
        references: vec!["<c@x> <b@x>".to_owned(), "d@x".to_owned(), "<b@x>".to_owned()],
        attachments: vec![MailAttachment {
            name: "../x.png".to_owned(),
            content_type: "Image/PNG; a=b".to_owned(),
            bytes: vec![1],
        }],
    };
    let read = read_form(from.clone(), form).unwrap();
    assert_eq!((read.subject.as_str(), read.text.as_str()), ("Re: [T-000009] Lamp", "Green"));
    assert_eq!(read.full_text, "Green\n\n> Which?");
    assert_eq!(read.answered(), ["b@x", "c@x"]);
    assert_eq!((attached(&read), read.from_name.as_deref()), (vec![("x.png", "image/png", 1)], Some("Zoë")));
    let empty = read_form(from, MailForm::default()).unwrap();
    assert_eq!((empty.text.as_str(), empty.automatic), ("", None));
}
