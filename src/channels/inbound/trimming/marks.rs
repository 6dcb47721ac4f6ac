//! By what programs tell the words of others: the lines above quotes, the rules between mails, what phones write below. In
//! the languages whose mail programs we know.

/// Longest line that can tell whose words follow, in bytes.
pub(super) const ATTRIBUTION_MAX_BYTES: usize = 500;
/// Most lines in which the headers of a quoted mail stand.
const HEADER_BLOCK_MAX_LINES: usize = 10;
/// Shortest rule, in characters.
const RULE_MIN_CHARACTERS: usize = 5;
/// Longest line that a phone writes below a mail, in bytes.
const DEVICE_SIGNATURE_MAX_BYTES: usize = 160;

/// How a line that tells whose words follow begins, and what it says then.
const ATTRIBUTIONS: [(&str, &str); 12] = [
    ("on ", " wrote"),
    ("am ", " schrieb"),
    ("le ", " a écrit"),
    ("el ", " escribió"),
    ("em ", " escreveu"),
    ("a ", " escreveu"),
    ("op ", " schreef"),
    ("il ", " ha scritto"),
    ("den ", " skrev"),
    ("w dniu ", " pisze"),
    ("w dniu ", " napisał"),
    ("dne ", " napsal"),
];
/// What such a line says that begins with a name.
const VERBS: [&str; 16] = [
    "wrote",
    "writes",
    "schrieb",
    "schreibt",
    "a écrit",
    "escribió",
    "escreveu",
    "schreef",
    "ha scritto",
    "skrev",
    "pisze",
    "napisał",
    "napsal",
    "пишет",
    "написал",
    "写道",
];
/// What stands between dashes above a quoted mail.
const SEPARATORS: [&str; 16] = [
    "original message",
    "original appointment",
    "reply message",
    "ursprüngliche nachricht",
    "originalnachricht",
    "message d'origine",
    "message original",
    "message d’origine",
    "mensaje original",
    "mensagem original",
    "messaggio originale",
    "oorspronkelijk bericht",
    "ursprungligt meddelande",
    "oprindelig meddelelse",
    "wiadomość oryginalna",
    "исходное сообщение",
];
/// What stands above a mail that was passed on.
const FORWARDED: [&str; 16] = [
    "forwarded message",
    "begin forwarded message",
    "weitergeleitete nachricht",
    "anfang der weitergeleiteten nachricht",
    "anfang der weitergeleiteten e-mail",
    "message transféré",
    "début du message transféré",
    "début du message réexpédié",
    "mensaje reenviado",
    "inicio del mensaje reenviado",
    "mensagem encaminhada",
    "mensagem reencaminhada",
    "messaggio inoltrato",
    "inizio messaggio inoltrato",
    "doorgestuurd bericht",
    "begin doorgestuurd bericht",
];
/// Headers of quoted mails: who wrote them.
const FROM: [&str; 8] = ["from", "von", "de", "van", "da", "från", "fra", "od"];
/// When, or to whom.
const SENT_OR_TO: [&str; 20] = [
    "sent",
    "date",
    "to",
    "gesendet",
    "datum",
    "an",
    "envoyé",
    "envoyé le",
    "à",
    "enviado",
    "enviado el",
    "enviada em",
    "fecha",
    "para",
    "data",
    "verzonden",
    "aan",
    "inviato",
    "a",
    "skickat",
];
/// About what.
const SUBJECT: [&str; 9] = ["subject", "betreff", "objet", "asunto", "assunto", "onderwerp", "oggetto", "ämne", "emne"];
/// What phones and programs write below each mail.
const DEVICE_SIGNATURES: [&str; 31] = [
    "sent from my ",
    "sent from mail for ",
    "sent from outlook",
    "sent from yahoo mail",
    "sent from proton mail",
    "sent from protonmail",
    "sent with proton mail",
    "sent via ",
    "sent using ",
    "get outlook for ",
    "von meinem ",
    "gesendet von ",
    "gesendet mit ",
    "diese nachricht wurde von meinem ",
    "outlook für ",
    "holen sie sich outlook für ",
    "envoyé de mon ",
    "envoyé depuis mon ",
    "envoyé à partir de ",
    "obtenez outlook pour ",
    "enviado desde mi ",
    "obtener outlook para ",
    "enviado do meu ",
    "enviado de meu ",
    "obter o outlook para ",
    "verstuurd vanaf mijn ",
    "verzonden vanaf mijn ",
    "outlook voor ",
    "inviato da iphone",
    "inviato dal mio ",
    "inviato da outlook",
];

/// A line as it is compared: in lower case, without marks of bold type, its blanks folded.
fn folded(line: &str) -> String {
    let plain: String = line.chars().filter(|c| *c != '*').collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Whether a line can be the first of several that tell whose words follow.
pub(super) fn can_begin_attribution(line: &str) -> bool {
    if line.len() > ATTRIBUTION_MAX_BYTES {
        return false;
    }
    let line = folded(line);
    ATTRIBUTIONS.iter().any(|(start, _)| line.starts_with(start)) && line.chars().any(|c| c.is_ascii_digit())
}

/// Whether this, which ends with a colon, may tell whose words follow; the value says whether it surely does.
pub(super) fn attribution(joined: &str) -> Option<bool> {
    let line = folded(joined);
    let names_address = line.contains('@');
    let names_time = line.chars().filter(char::is_ascii_digit).count() >= 3;
    let is_known = ATTRIBUTIONS.iter().any(|(start, verb)| line.starts_with(start) && line.contains(verb));
    if is_known && (names_time || names_address) {
        return Some(true);
    }
    let says_so = VERBS.iter().any(|verb| line.contains(verb)) && (names_time || names_address);
    (says_so || line.trim_end_matches([':', '：', ' ']).ends_with('>') && names_address).then_some(false)
}

/// Whether the line stands above a quoted mail.
pub(super) fn is_separator(line: &str) -> bool {
    between_dashes(line).is_some_and(|(words, has_dashes)| has_dashes && SEPARATORS.contains(&words.as_str()))
}

/// Whether the line stands above a mail that was passed on.
pub(super) fn begins_forwarded(line: &str) -> bool {
    between_dashes(line).is_some_and(|(words, has_dashes)| {
        let is_named = FORWARDED.contains(&words.trim_end_matches([':', ' ']));
        is_named && (has_dashes || words.ends_with(':'))
    })
}

fn between_dashes(line: &str) -> Option<(String, bool)> {
    if line.len() > ATTRIBUTION_MAX_BYTES {
        return None;
    }
    let line = folded(line);
    let words = line.trim_matches(['-', '_', '=', ' ', '\u{2013}', '\u{2014}']);
    Some((words.to_owned(), words.len() < line.len()))
}

/// Whether these lines begin with the headers of a mail, as Outlook writes them above what it quotes.
pub(super) fn begins_header_block(lines: &[&str]) -> bool {
    let label = |line: &str| {
        let end = line.find(':').filter(|end| *end <= 20)?;
        Some(folded(&line[..end]))
    };
    if !label(lines[0]).is_some_and(|name| FROM.contains(&name.as_str())) {
        return false;
    }
    let names: Vec<String> = lines[1..].iter().take(HEADER_BLOCK_MAX_LINES).filter_map(|line| label(line)).collect();
    let names_any = |known: &[&str]| names.iter().any(|name| known.contains(&name.as_str()));
    names_any(&SUBJECT) && names_any(&SENT_OR_TO)
}

/// Whether the line only separates.
pub(super) fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.chars().count() >= RULE_MIN_CHARACTERS && line.chars().all(|c| matches!(c, '-' | '_' | '=' | '*'))
        || line == "---"
}

/// Whether a phone or a program wrote this line.
pub(super) fn is_device_signature(line: &str) -> bool {
    if line.len() > DEVICE_SIGNATURE_MAX_BYTES {
        return false;
    }
    let line = folded(line);
    let line = line.trim_start_matches(['<', '[', '(', '-', ' ']);
    DEVICE_SIGNATURES.iter().any(|start| line.starts_with(start))
}
