//! Mails that no person wrote to us.

use super::{mail, mail_with};
use crate::domain::mail::Automatic;

#[test]
fn each_mark_of_a_program_is_known() {
    for (headers, reason) in [
        ("Auto-Submitted: auto-replied (vacation)", Automatic::AutoSubmitted),
        ("Auto-Submitted: auto-generated; owner-email=\"x\"", Automatic::AutoSubmitted),
        ("AUTO-SUBMITTED:AUTO-NOTIFIED", Automatic::AutoSubmitted),
        ("Precedence: bulk", Automatic::Precedence),
        ("Precedence: Auto_Reply", Automatic::Precedence),
        ("Precedence: list", Automatic::Precedence),
        ("X-Autoreply: yes", Automatic::Autoresponder),
        ("X-Autorespond: Away", Automatic::Autoresponder),
        ("List-Id: Lamps <lamps.x.example>", Automatic::MailingList),
        ("List-Unsubscribe: <mailto:out@x.example>", Automatic::MailingList),
        ("Return-Path: <>", Automatic::EmptyReturnPath),
        ("Return-Path: < >", Automatic::EmptyReturnPath),
        ("X-Failed-Recipients: bob@x.example", Automatic::DeliveryReport),
        ("Subject: Automatic reply: Lamp", Automatic::Subject),
        ("Subject: Automatische Antwort: Lampe", Automatic::Subject),
        ("Subject: =?utf-8?q?R=C3=A9ponse_automatique_=3A_Lampe?=", Automatic::Subject),
    ] {
        assert_eq!(mail_with(headers).automatic, Some(reason), "{headers}");
    }
    for headers in [
        "Auto-Submitted: no",
        "Auto-Submitted: No (a person)",
        "Auto-Submitted:",
        "Precedence: normal",
        "Return-Path: <zoe@x.example>",
        "X-Auto-Response-Suppress: All",
        "Subject: Re: Automatic reply: what is that?",
        "Subject: automatic door is broken",
    ] {
        assert_eq!(mail_with(headers).automatic, None, "{headers}");
    }
}

#[test]
fn a_person_may_want_no_receipt() {
    for (written, is_wanted) in
        [("All", true), ("DR, OOF, AutoReply", true), ("oof", true), ("None", false), ("DR, RN", false)]
    {
        let read = mail_with(&format!("X-Auto-Response-Suppress: {written}"));
        assert_eq!((read.wants_no_receipt, read.automatic), (is_wanted, None), "{written}");
    }
    assert!(!mail_with("Subject: Lamp").wants_no_receipt);
}

#[test]
fn addresses_that_nobody_reads_are_known() {
    for from in [
        "MAILER-DAEMON@x.example",
        "postmaster@x.example",
        "no-reply@x.example",
        "NoReply@x.example",
        "do.not_reply@x.example",
        "noreply+123@x.example",
        "bounces+zoe=x@list.example",
        "MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@x.example",
    ] {
        assert_eq!(mail(&format!("From: {from}\n\nx")).automatic, Some(Automatic::Sender), "{from}");
    }
    for from in ["reply@x.example", "noreply.zoe@x.example", "zoe@noreply.example", "bouncer@x.example"] {
        assert_eq!(mail(&format!("From: {from}\n\nx")).automatic, None, "{from}");
    }
}

#[test]
fn a_bounce_is_a_report_with_our_mail_in_it() {
    let read = mail(
        r#"Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.example>
To: desk@desk.example
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="r"

--r
Content-Description: Notification

I'm sorry to have to inform you that your message could not be delivered.
--r
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; zoe@x.example
Status: 5.1.1
--r
Content-Type: message/rfc822

From: desk@desk.example
Subject: [T-000123] Lamp
Message-ID: <018f5a3e-7c1b-5d2a-9b7e-3f0a1c2d4e5f@desk.example>

Hello
--r--
"#,
    );
    assert_eq!(read.automatic, Some(Automatic::EmptyReturnPath));
    assert!(read.text.starts_with("I'm sorry"));
    let names: Vec<_> = read.attachments.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["attachment-1.txt", "[T-000123] Lamp.eml"]);
    let receipt = mail("From: z@x.example\nContent-Type: multipart/report; boundary=r\n\n--r\n\nRead.\n--r--\n");
    assert_eq!(receipt.automatic, Some(Automatic::DeliveryReport));
}

#[test]
fn a_mailing_list_and_a_holiday_note_are_no_tickets() {
    let list = mail(
        "From: Bob <bob@x.example>\nSender: lamps-bounces@list.example\nList-Id: Lamps <lamps.list.example>\nPrecedence: list\nSubject: [Lamps] New\n\nHi all\n_______________________________________________\nLamps mailing list\n",
    );
    assert_eq!((list.automatic, list.from.as_str()), (Some(Automatic::Precedence), "bob@x.example"));
    let vacation = mail(
        "From: Zoe <zoe@x.example>\nSubject: Out of Office: Re: [T-000123] Lamp\nIn-Reply-To: <a@desk.example>\nAuto-Submitted: auto-replied\nX-Auto-Response-Suppress: All\n\nI am away until Monday.\n",
    );
    assert_eq!(vacation.automatic, Some(Automatic::AutoSubmitted));
}

#[test]
fn who_answers_an_invitation_asks_nothing() {
    let read = mail(
        "From: z@x.example\nSubject: Accepted: Eye test\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\nZoe has accepted.\n--b\nContent-Type: text/calendar; method=REPLY\n\nBEGIN:VCALENDAR\n--b--\n",
    );
    assert_eq!(read.automatic, Some(Automatic::CalendarReply));
}

#[test]
fn our_own_mails_are_known_whatever_else_they_say() {
    let id = "018f5a3e-7c1b-5d2a-9b7e-3f0a1c2d4e5f";
    let own = mail_with(&format!("Message-ID: <{id}@desk.example>"));
    let (desk, other) = ("Desk@Desk.example", "desk@other.example");
    assert_eq!(own.refusal(desk), Some(Automatic::OwnMail));
    assert_eq!((own.refusal(other), own.refusal("")), (None, None));
    let colleague = mail_with("Message-ID: <CAF123@desk.example>");
    assert_eq!(colleague.refusal(desk), None);
    let program = mail_with("Precedence: bulk");
    assert_eq!(program.refusal(desk), Some(Automatic::Precedence));
    let ourselves = mail("From: The desk <DESK@desk.example>\n\nx");
    assert_eq!(ourselves.refusal(desk), Some(Automatic::OwnMail));
    assert_eq!(ourselves.refusal(other), None);
}
