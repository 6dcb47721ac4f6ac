//! 10,000 damaged mails: each is read within its limits or refused with a path, and nothing in what was read can hurt.

use super::super::{MAIL_MAX_BYTES, MailForm, read, read_form};
use super::corpus::{Dice, mail};
use crate::domain::invalid::Invalid;
use crate::domain::mail::{
    InboundMail, MAIL_ATTACHMENT_MAX_BYTES, MAIL_ATTACHMENT_NAME_MAX_CHARACTERS, MAIL_ATTACHMENTS_MAX,
    MAIL_FULL_TEXT_MAX_CHARACTERS, MAIL_NAME_MAX_CHARACTERS, MAIL_SUBJECT_MAX_CHARACTERS, MAIL_TEXT_MAX_CHARACTERS,
};
use crate::domain::message::{MAIL_ID_MAX_CHARACTERS, REFERENCES_MAX};

const SEED: u64 = 0x7ea_0b5e_55ed;
const MAILS: usize = 10_000;

#[test]
#[expect(clippy::disallowed_methods, reason = "the cost of a mail is printed; it decides nothing")]
fn ten_thousand_damaged_mails_are_read_within_limits_or_refused() {
    let mut dice = Dice::new(SEED);
    let (mut costs, mut bytes, mut refusals, mut automatic) = (Vec::new(), 0, 0, 0);
    for number in 0..MAILS {
        let mail = mail(&mut dice);
        bytes += mail.len();
        let begun = std::time::Instant::now();
        let outcome = read(&mail);
        costs.push(begun.elapsed());
        match outcome {
            Ok(read) => {
                keeps_limits(&read, number);
                automatic += usize::from(read.automatic.is_some());
            }
            Err(invalid) => {
                refusals += 1;
                is_told(&invalid, number);
            }
        }
    }
    costs.sort();
    let at = |share: usize| costs[(MAILS - 1) * share / 100];
    println!(
        "{MAILS} mails, {bytes} bytes, {refusals} refused, {automatic} automatic; cost p50 {:?}, p99 {:?}, most {:?}",
        at(50),
        at(99),
        at(100)
    );
    assert!(refusals < MAILS / 2 && refusals > MAILS / 100, "{refusals} refused: the corpus says little");
    assert!(automatic > MAILS / 100 && bytes / MAILS < MAIL_MAX_BYTES);
}

#[test]
fn damaged_forms_are_read_within_limits_or_refused() {
    let mut dice = Dice::new(SEED ^ 1);
    let piece = |dice: &mut Dice| String::from_utf8_lossy(&mail(dice)).into_owned();
    for number in 0..MAILS / 10 {
        let form = MailForm {
            from_name: Some(piece(&mut dice)),
            subject: piece(&mut dice).chars().take(250).collect(),
            text: number.is_multiple_of(2).then(|| piece(&mut dice)),
            html: Some(piece(&mut dice)),
            message_id: Some(piece(&mut dice)),
            in_reply_to: Some(piece(&mut dice)),
            references: vec![piece(&mut dice), piece(&mut dice)],
            attachments: Vec::new(),
        };
        match read_form(crate::domain::address::Email::parse("zoe@x.example").unwrap(), form) {
            Ok(read) => keeps_limits(&read, number),
            Err(invalid) => is_told(&invalid, number),
        }
    }
}

fn is_told(invalid: &Invalid, number: usize) {
    assert!(!invalid.path.is_empty() && !invalid.detail.is_empty(), "mail {number}: {invalid:?}");
}

fn keeps_limits(read: &InboundMail, number: usize) {
    let line = |text: &str, max: usize| {
        assert!(text.chars().count() <= max && !text.chars().any(char::is_control), "mail {number}: {text:?}");
    };
    let lines = |text: &str, max: usize| {
        let is_bad = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
        assert!(text.chars().count() <= max && !text.contains(is_bad), "mail {number}: {text:?}");
    };
    line(&read.subject, MAIL_SUBJECT_MAX_CHARACTERS);
    line(read.from_name.as_deref().unwrap_or_default(), MAIL_NAME_MAX_CHARACTERS);
    lines(&read.text, MAIL_TEXT_MAX_CHARACTERS);
    lines(&read.full_text, MAIL_FULL_TEXT_MAX_CHARACTERS);
    assert_eq!(read.text.is_empty(), read.full_text.is_empty(), "mail {number}");
    assert!(read.references.len() <= REFERENCES_MAX, "mail {number}");
    for id in read.message_id.iter().chain(&read.in_reply_to).chain(&read.references) {
        assert!(
            id.len() <= MAIL_ID_MAX_CHARACTERS && id.bytes().all(|b| b.is_ascii_graphic()),
            "mail {number}: {id:?}"
        );
    }
    assert!(read.attachments.len() <= MAIL_ATTACHMENTS_MAX, "mail {number}");
    for file in &read.attachments {
        line(&file.name, MAIL_ATTACHMENT_NAME_MAX_CHARACTERS);
        assert!(!file.name.is_empty() && !file.name.contains(['/', '\\']), "mail {number}: {:?}", file.name);
        let is_written = file.content_type.bytes().all(|b| b.is_ascii_graphic());
        assert!(is_written && file.content_type.split('/').count() == 2, "mail {number}: {:?}", file.content_type);
        assert!(file.bytes.len() <= MAIL_ATTACHMENT_MAX_BYTES, "mail {number}");
    }
}
