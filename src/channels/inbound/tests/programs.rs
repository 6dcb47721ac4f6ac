//! Answers as the mail programs in use write them.

use super::{attached, mail};

#[test]
fn gmail_answers_with_both_forms_and_a_quote_below() {
    let read = mail(
        r#"MIME-Version: 1.0
References: <018f5a3e-7c1b-5d2a-9b7e-3f0a1c2d4e5f@desk.example>
In-Reply-To: <018f5a3e-7c1b-5d2a-9b7e-3f0a1c2d4e5f@desk.example>
From: =?UTF-8?B?Wm/DqyBCaHJvbmFpbg==?= <zoe@gmail.example>
Date: Tue, 12 May 2026 10:35:02 +0200
Message-ID: <CAF=abc123@mail.gmail.example>
Subject: Re: [T-000123] Lamp flickers
To: Harbour & Finch <desk@desk.example>
Content-Type: multipart/alternative; boundary="000000000000a1b2c3"

--000000000000a1b2c3
Content-Type: text/plain; charset="UTF-8"
Content-Transfer-Encoding: quoted-printable

It still flickers. =E2=82=AC 20 would be fine.

Zo=C3=AB

On Tue, 12 May 2026 at 10:30, Harbour & Finch <desk@desk.example> wrote:

> Dear Zo=C3=AB,
>
> does it still flicker?
>
--000000000000a1b2c3
Content-Type: text/html; charset="UTF-8"

<div dir="ltr">It still flickers.</div>
--000000000000a1b2c3--
"#,
    );
    assert_eq!(read.text, "It still flickers. € 20 would be fine.\n\nZoë");
    assert!(read.full_text.ends_with("> does it still flicker?\n>"), "{}", read.full_text);
    assert_eq!((read.from.as_str(), read.from_name.as_deref()), ("zoe@gmail.example", Some("Zoë Bhronain")));
    assert_eq!(read.message_id.as_deref(), Some("CAF=abc123@mail.gmail.example"));
    assert_eq!(read.answered(), ["018f5a3e-7c1b-5d2a-9b7e-3f0a1c2d4e5f@desk.example"]);
    assert_eq!(super::super::ticket_numbers(&read.subject), [123]);
    assert_eq!(read.refusal("desk@desk.example"), None);
}

#[test]
fn outlook_quotes_below_headers() {
    let read = mail(
        r#"From: "Doe, Jane" <jane@corp.example>
To: Desk <desk@desk.example>
Subject: AW: [T-000123] Lampe
Thread-Topic: Lampe
Message-ID:
 <DB9PR01MB1234567890@DB9PR01MB1234.eurprd01.prod.example>
Content-Language: de-DE
X-MS-Has-Attach:
Content-Type: text/plain; charset="Windows-1252"
Content-Transfer-Encoding: quoted-printable
MIME-Version: 1.0

Guten Tag,

sie flackert noch immer =96 seit Montag.

Mit freundlichen Gr=FC=DFen
Jane Doe

Von: Harbour & Finch <desk@desk.example>
Gesendet: Dienstag, 12. Mai 2026 10:30
An: Doe, Jane <jane@corp.example>
Betreff: [T-000123] Lampe

Flackert sie noch?
"#,
    );
    assert_eq!(read.text, "Guten Tag,\n\nsie flackert noch immer – seit Montag.\n\nMit freundlichen Grüßen\nJane Doe");
    assert_eq!(read.from_name.as_deref(), Some("Doe, Jane"));
    assert_eq!(read.message_id.as_deref(), Some("DB9PR01MB1234567890@DB9PR01MB1234.eurprd01.prod.example"));
}

#[test]
fn outlook_of_pages_alone_is_read_as_text() {
    let read = mail(
        r#"From: Jane Doe <jane@corp.example>
Subject: RE: Lamp
Content-Type: text/html; charset=utf-8

<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style><!-- p.MsoNormal {margin:0cm;} --></style>
<!--[if gte mso 9]><xml><o:shapedefaults v:ext="edit" spidmax="1026"/></xml><![endif]--></head><body lang=EN-GB>
<p class="MsoNormal">It still flickers, see
<a href="https://x.example/video?a=1&amp;b=2">the video</a>.<o:p></o:p></p>
<p class="MsoNormal"><o:p>&nbsp;</o:p></p><ul><li>green</li><li>old</li></ul>
<div><div style="border-top:solid #E1E1E1 1.0pt"><p class=MsoNormal><b>From:</b> Desk &lt;desk@desk.example&gt;<br>
<b>Sent:</b> Tuesday, May 12, 2026 10:30 AM<br><b>To:</b> Jane Doe<br><b>Subject:</b> Lamp</p></div></div>
<p class=MsoNormal>Does it still flicker?</p></body></html>
"#,
    );
    assert_eq!(read.text, "It still flickers, see the video <https://x.example/video?a=1&b=2>.\n\n- green\n- old");
    assert!(read.full_text.ends_with("Does it still flicker?"), "{}", read.full_text);
}

#[test]
fn apple_mail_puts_files_between_texts() {
    let read = mail(
        r#"From: Zoe <zoe@icloud.example>
Content-Type: multipart/alternative; boundary="Apple-Mail=_A"
Mime-Version: 1.0 (Mac OS X Mail 16.0)
Subject: Lamp
Message-Id: <A1B2@icloud.example>

--Apple-Mail=_A
Content-Transfer-Encoding: 7bit
Content-Type: text/plain;
	charset=us-ascii;
	format=flowed

Here is the 
lamp.

> On 12 May 2026, at 10:30, Desk <desk@desk.example> wrote:
> 
> Which lamp?

--Apple-Mail=_A
Content-Type: multipart/mixed; boundary="Apple-Mail=_B"

--Apple-Mail=_B
Content-Type: text/html; charset=us-ascii

<html><body>Here is the lamp.</body></html>
--Apple-Mail=_B
Content-Disposition: inline; filename*=UTF-8''Lampe%20gr%C3%BCn.png
Content-Type: image/png; x-unix-mode=0644; name="=?utf-8?Q?Lampe_gr=C3=BCn=2Epng?="
Content-Transfer-Encoding: base64

iVBORw0KGgo=
--Apple-Mail=_B--

--Apple-Mail=_A--
"#,
    );
    assert_eq!(read.text, "Here is the lamp.");
    assert_eq!(attached(&read), [("Lampe grün.png", "image/png", 8)]);
}

#[test]
fn thunderbird_answers_between_the_lines() {
    let read = mail(
        r#"Message-ID: <0d1a@x.example>
User-Agent: Mozilla Thunderbird
From: Zoe <zoe@x.example>
Subject: Re: Lamp
Content-Type: text/plain; charset=UTF-8; format=flowed
Content-Transfer-Encoding: 8bit

Am 12.05.26 um 10:30 schrieb Harbour & Finch:
> Welche Lampe?

Die grüne, mit dem sehr langen 
Kabel.

> Seit wann?

Seit Montag.

-- 
Zoë
"#,
    );
    assert_eq!(read.text, "Die grüne, mit dem sehr langen Kabel.\n\nSeit Montag.");
}

#[test]
fn phones_sign_below() {
    let read = mail(
        "From: zoe@x.example\nSubject: Re: Lamp\nX-Mailer: iPhone Mail (21F90)\n\nNo, thanks\n\nSent from my iPhone\n\n> On May 12, 2026, at 10:30 AM, Desk <desk@desk.example> wrote:\n> \n> \u{feff}Anything else?\n",
    );
    assert_eq!((read.text.as_str(), read.from_name), ("No, thanks", None));
    let read = mail(
        "From: zoe@x.example\nSubject: Re: Lamp\n\nNein\n\nHolen Sie sich Outlook für Android<https://aka.ms/x>\n________________________________\nVon: Desk\nGesendet: Dienstag\nAn: Zoe\nBetreff: Lampe\n\nNoch etwas?\n",
    );
    assert_eq!(read.text, "Nein");
}

#[test]
fn what_is_passed_on_stays_with_its_mail() {
    let read = mail(
        "From: zoe@x.example\nSubject: WG: Lampe\n\nBitte sehen Sie unten.\n\nVon: Bob\nGesendet: Montag\nAn: Zoe\nBetreff: Lampe\n\nKaputt.\n",
    );
    assert!(read.text.ends_with("Kaputt."), "{}", read.text);
}

#[test]
fn yahoo_and_web_mailers_of_pages_alone() {
    let read = mail(
        r#"From: Zoe <zoe@yahoo.example>
Subject: Re: Lamp
Content-Type: multipart/alternative; boundary=x

--x
Content-Type: text/plain; charset=UTF-8


--x
Content-Type: text/html; charset=UTF-8

<html><body><div class="ydp"><div dir="ltr">Yes &amp; no</div><div><br></div></div>
<div class="yahoo_quoted"><div>On Tuesday, May 12, 2026 at 10:30:00 AM GMT+2, Desk &lt;desk@desk.example&gt; wrote: </div>
<div><br></div><div>Is it?</div></div></body></html>
--x--
"#,
    );
    assert_eq!(read.text, "Yes & no");
}

#[test]
fn gmail_page_with_a_quote_is_cut_like_a_text() {
    let read = mail(
        "From: zoe@x.example\nSubject: Re: Lamp\nContent-Type: text/html\n\n<div dir=\"ltr\">Green.<div><br></div><div>Zo&euml;</div></div><br><div class=\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">On Tue, 12 May 2026 at 10:30, Desk &lt;<a href=\"mailto:desk@desk.example\">desk@desk.example</a>&gt; wrote:<br></div><blockquote class=\"gmail_quote\"><div>Which?</div></blockquote></div>\n",
    );
    assert_eq!(read.text, "Green.\n\nZoë");
    assert!(read.full_text.ends_with("Desk <desk@desk.example> wrote:\n> Which?"), "{}", read.full_text);
}
