//! Mails made up from a seed: trees of parts, charsets, encodings, and then the damage that they take on their way.

/// Numbers that follow from a seed alone (SplitMix64).
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    fn of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }
}

const CHARSETS: [&str; 11] = [
    "utf-8",
    "iso-8859-1",
    "windows-1252",
    "utf-16",
    "utf-16le",
    "shift_jis",
    "gb18030",
    "koi8-r",
    "iso-2022-jp",
    "utf-7",
    "x-nobody-knows",
];
const TEXTS: [&str; 12] = [
    "My lamp flickers.\r\n",
    "Grüße aus Köln – für 20 €\r\n",
    "\r\nOn Tue, 12 May 2026 at 10:30, Desk <desk@desk.example> wrote:\r\n> Which?\r\n>> Why?\r\n",
    "-- \r\nZoë\r\nACME\r\n",
    "-----Original Message-----\r\nFrom: a@x\r\nSent: now\r\nTo: b\r\nSubject: c\r\n",
    "<div>One<br>Two</div><blockquote>x<ul><li>y</blockquote><a href='https://x.example/?a=1&amp;b'>z</a>",
    "<script>alert(1)</script><style>p{}</style><!-- c --><p>&eacute;&#8364;&#0;&#27;</p>",
    "a\0b\x07c\x1b[0m\u{85}d\u{202e}e\u{2028}f\r\n",
    "Sent from my iPhone\r\n",
    "ランプ 灯 Лампа 👩🏽‍🚀\r\n",
    "--\r\n--b0\r\n--b1--\r\n",
    "________________________________\r\nVon: a\r\nGesendet: b\r\nAn: c\r\nBetreff: d\r\n",
];
const HEADERS: [&str; 16] = [
    "Auto-Submitted: auto-replied",
    "Precedence: bulk",
    "List-Id: <x.example>",
    "Return-Path: <>",
    "References: <a@x> <b@x>\r\n <c@x>\r\n\t<d@x>",
    "In-Reply-To: <018f5a3e-7c1b-5d2a-9b7e-3f0a1c2d4e5f@desk.example>",
    "Message-ID: <CAF@x.example>",
    "Message-ID: <broken",
    "X-Odd:\r\n \r\n continued",
    "no header at all",
    ": nothing",
    "Subject: =?utf-8?q?unfinished",
    "Sender: Bob <bob@x.example>",
    "From : second@x.example",
    "Content-Type: text/plain; charset=\"",
    "MIME-Version: 1.0 (comment (nested \\) ))",
];
const FROMS: [&str; 8] = [
    "Zoe <zoe@x.example>",
    "=?utf-8?b?Wm/Dqw==?= <zoe@x.example>",
    "Team: Zoe <zoe@x.example>, bob@x.example;",
    "zoe@x.example (Zoe (nested))",
    "\"Bhronain, Zo\\\"e\" <zoe@x.example>",
    "=?shift_jis?b?g4mDk4N2?= <zoe@x.example>",
    "undisclosed:;",
    "Zoe =?utf-8?q?=00=0D=0ABcc:?= <zoe@x.example>",
];
const KINDS: [&str; 12] = [
    "text/plain",
    "text/html",
    "text/calendar; method=REPLY",
    "image/png; name=\"a.png\"",
    "application/pdf",
    "message/rfc822",
    "message/delivery-status",
    "text",
    "/",
    "application/x-(;=\"",
    "text/plain; format=flowed; delsp=yes",
    "application/octet-stream; name*0*=utf-8''%e2%82%ac; name*1*=%00%2f..%2f; name*9=x",
];

/// A mail that was damaged on its way or was never whole.
pub(super) fn mail(dice: &mut Dice) -> Vec<u8> {
    let mut mail = format!("From: {}\r\nSubject: {}\r\n", dice.of(&FROMS), subject(dice)).into_bytes();
    for _ in 0..dice.below(5) {
        mail.extend(format!("{}\r\n", dice.of(&HEADERS)).bytes());
    }
    if dice.one_in(150) {
        let length = dice.below(300_000);
        mail.extend(format!("X-Long: {}\r\n", "x =?y?q?".repeat(length / 8)).bytes());
    }
    part(dice, &mut mail, 0);
    damage(dice, &mut mail);
    mail
}

fn subject(dice: &mut Dice) -> String {
    let start = dice.of(&["Re: ", "AW: WG: ", "Fwd: ", "Automatic reply: ", "", "\r\n folded "]);
    let end = dice.of(&[
        "[T-000123] Lamp",
        "=?utf-8?q?Gr=C3=B6=C3?= =?utf-8?q?=9Fe?=",
        "=?x?b?!!!?=",
        "Lamp\x07\u{202e}",
        "",
    ]);
    format!("{start}{end}").repeat(if dice.one_in(50) { 60 } else { 1 })
}

fn part(dice: &mut Dice, mail: &mut Vec<u8>, depth: usize) {
    if depth < 30 && dice.below(10) < if depth == 0 { 7 } else { 3 } {
        return branch(dice, mail, depth);
    }
    let kind = dice.of(&KINDS);
    let charset = dice.of(&CHARSETS);
    let encoding = dice.of(&["7bit", "8bit", "base64", "quoted-printable", "BASE64 ", "x-uuencode", "binary"]);
    mail.extend(
        format!("Content-Type: {kind}; charset={charset}\r\nContent-Transfer-Encoding: {encoding}\r\n").bytes(),
    );
    if dice.one_in(3) {
        let name = dice.of(&["\"../../x\"", "=?utf-8?q?a=C3=A4?=", "\"\u{202e}fdp.exe\"", "", "*=utf-8''%"]);
        mail.extend(
            format!("Content-Disposition: {}; filename={name}\r\n", dice.of(&["attachment", "inline"])).bytes(),
        );
    }
    mail.extend(b"\r\n");
    let count = if dice.one_in(300) { 4_000 } else { 1 + dice.below(12) };
    let text: String = (0..count).map(|_| dice.of(&TEXTS)).collect();
    mail.extend(encoded(dice, &in_charset(charset, &text), encoding));
    mail.extend(b"\r\n");
}

fn branch(dice: &mut Dice, mail: &mut Vec<u8>, depth: usize) {
    let kind =
        dice.of(&["mixed", "alternative", "related", "digest", "report; report-type=delivery-status", "signed", "x"]);
    let named = dice.below(40) + depth * 40;
    // Some name a boundary that never comes, or the one of the parts around them.
    let used = if dice.one_in(12) { dice.below(40) } else { named };
    mail.extend(format!("Content-Type: multipart/{kind}; boundary=\"b{named}\"\r\n\r\nPreamble\r\n").bytes());
    let count = if dice.one_in(80) { 150 } else { 1 + dice.below(4) };
    for _ in 0..count {
        mail.extend(format!("--b{used}{}\r\n", dice.of(&["", "", "", " ", "--", "x"])).bytes());
        if dice.one_in(4) {
            mail.extend(format!("\r\n{}\r\n", dice.of(&TEXTS)).bytes());
        } else {
            part(dice, mail, if count > 10 { 30 } else { depth + 1 });
        }
    }
    if !dice.one_in(5) {
        mail.extend(format!("--b{used}--\r\nEpilogue\r\n").bytes());
    }
}

fn in_charset(charset: &str, text: &str) -> Vec<u8> {
    match charset {
        "utf-16" => [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect(),
        "utf-16le" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        // What is beyond one byte becomes some byte, as damaged as mails come.
        "iso-8859-1" | "windows-1252" | "koi8-r" | "shift_jis" | "gb18030" => {
            text.chars().map(|c| c as u32 as u8).collect()
        }
        _ => text.as_bytes().to_vec(),
    }
}

fn encoded(dice: &mut Dice, bytes: &[u8], encoding: &str) -> Vec<u8> {
    use base64::Engine as _;
    match encoding.trim().to_ascii_lowercase().as_str() {
        "base64" => {
            let digits = base64::engine::general_purpose::STANDARD.encode(bytes);
            digits.as_bytes().chunks(76).flat_map(|line| [line, b"\r\n"].concat()).collect()
        }
        "quoted-printable" => {
            let mut encoded = Vec::new();
            for (index, byte) in bytes.iter().enumerate() {
                match byte {
                    b'=' | 0..=8 | 14..=31 | 127.. => encoded.extend(format!("={byte:02X}").bytes()),
                    _ => encoded.push(*byte),
                }
                if index % 60 == 59 {
                    encoded.extend(if dice.one_in(20) { b"=3\r\n".as_slice() } else { b"=\r\n" });
                }
            }
            encoded
        }
        _ => bytes.to_vec(),
    }
}

fn damage(dice: &mut Dice, mail: &mut Vec<u8>) {
    if dice.one_in(3) {
        for _ in 0..1 + dice.below(20) {
            let at = dice.below(mail.len());
            mail[at] = match dice.below(4) {
                0 => 0,
                1 => b'\n',
                2 => b'"',
                _ => dice.below(256) as u8,
            };
        }
    }
    if dice.one_in(6) {
        let length = dice.below(mail.len());
        mail.truncate(length);
    }
    if dice.one_in(8) {
        let (from, length) = (dice.below(mail.len()), dice.below(200));
        let copied: Vec<u8> = mail.iter().skip(from).take(length).copied().collect();
        let at = dice.below(mail.len() + 1);
        mail.splice(at..at, copied);
    }
    if dice.one_in(6) {
        mail.retain(|byte| *byte != b'\r');
    }
}
