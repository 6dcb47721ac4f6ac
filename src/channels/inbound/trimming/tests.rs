//! Mails as people send them, cut down to what is new.

use super::newest;

#[test]
fn the_line_above_a_quote_goes_with_the_quote_in_each_language() {
    for above in [
        "On Tue, 12 May 2026 at 10:30, Harbour & Finch <desk@example.com> wrote:",
        "On Tue, 12 May 2026 at 10:30, Harbour & Finch <desk@example.com>\nwrote:",
        "On May 12, 2026, at 10:30 AM, Harbour & Finch Front Desk\n<desk@example.com> wrote:",
        "Am Di., 12. Mai 2026 um 10:30 Uhr schrieb Harbour & Finch <desk@example.com>:",
        "Am 12.05.26 um 10:30 schrieb Harbour & Finch:",
        "Le mar. 12 mai 2026 à 10:30, Harbour & Finch <desk@example.com> a\u{a0}écrit\u{a0}:",
        "El mar, 12 may 2026 a las 10:30, Harbour & Finch (<desk@example.com>) escribió:",
        "Em ter., 12 de mai. de 2026 às 10:30, Harbour & Finch <desk@example.com> escreveu:",
        "Op di 12 mei 2026 om 10:30 schreef Harbour & Finch <desk@example.com>:",
        "Il giorno mar 12 mag 2026 alle ore 10:30 Harbour & Finch <desk@example.com> ha scritto:",
        "Den tis 12 maj 2026 kl 10:30 skrev Harbour & Finch <desk@example.com>:",
        "2026-05-12 10:30 GMT+02:00 Harbour & Finch <desk@example.com>:",
        "Harbour & Finch <desk@example.com> wrote:",
    ] {
        let mail = format!("It still flickers.\n\n{above}\n\n> Does it still flicker?\n>> My lamp flickers.\n");
        assert_eq!(newest(&mail), "It still flickers.", "{above}");
    }
}

#[test]
fn quotes_without_marks_end_the_mail() {
    for above in [
        "-----Original Message-----",
        "-----Ursprüngliche Nachricht-----",
        "-------- Message d'origine --------",
        "________________________________\nFrom: Desk <desk@example.com>\nSent: Tuesday\nTo: Zoe\nSubject: Re: Lamp",
        "Von: Desk <desk@example.com>\nGesendet: Dienstag, 12. Mai 2026 10:30\nAn: Zoe\nBetreff: AW: Lampe",
        "*De :* Desk\n*Envoyé :* mardi\n*À :* Zoe\n*Objet :* Lampe",
        "Van: Desk\nVerzonden: dinsdag\nAan: Zoe\nOnderwerp: Lamp",
        "Da: Desk\nInviato: martedì\nA: Zoe\nOggetto: Lampada",
        "De: Desk\nEnviado el: martes\nPara: Zoe\nAsunto: Lámpara",
        "On Tuesday, 12 May 2026 at 10:30, Desk <desk@example.com> wrote:",
    ] {
        let mail = format!("It still flickers.\n\n{above}\n\nDoes it still flicker?\n");
        assert_eq!(newest(&mail), "It still flickers.", "{above}");
    }
}

#[test]
fn answers_between_quotes_stay() {
    let mail = "Hi,\n\nOn 12 May 2026 Desk <desk@example.com> wrote:\n> Which lamp?\n\nThe green one.\n\n> Since when?\nSince Monday.\n-- \nZoe";
    assert_eq!(newest(mail), "Hi,\n\nThe green one.\n\nSince Monday.");
    assert_eq!(newest("> Which lamp?\nThe green one.\n> Since when?\nMonday."), "The green one.\n\nMonday.");
    let signed_above = "See below.\n-- \nZoe\n\nOn 12 May 2026 Desk wrote:\n> Which?\nGreen.";
    assert_eq!(newest(signed_above), "See below.\n\nGreen.");
}

#[test]
fn signatures_go() {
    assert_eq!(newest("Hi\n\n-- \nZoe\nACME\n"), "Hi");
    assert_eq!(newest("Hi\n--\nZoe"), "Hi");
    assert_eq!(newest("Hi\n\nSent from my iPhone\n"), "Hi");
    assert_eq!(newest("Hallo\n\nVon meinem iPhone gesendet\n\n> alt"), "Hallo");
    assert_eq!(
        newest(
            "Hi\n\nGet Outlook for iOS<https://aka.ms/x>\n________________________________\nFrom: a\nTo: b\nSubject: c\n"
        ),
        "Hi"
    );
    let text_below_a_dash = format!("Part one\n--\n{}", "line\n".repeat(30));
    assert_eq!(newest(&text_below_a_dash), text_below_a_dash.trim_end());
}

#[test]
fn what_only_looks_like_a_quote_stays() {
    for mail in [
        "On Monday I wrote:\nplease call me back.",
        "I need a ride.\nFrom: Hamburg\nTo: Berlin\nDate: 12 May",
        "Two things:\n1. lamp\n2. chair",
        "Sent from my iPhone I cannot open the page, and then it\nsays error 5.",
        "Original message: none",
        "The prices: 12 > 10",
    ] {
        assert_eq!(newest(mail), mail);
    }
}

#[test]
fn what_was_passed_on_stays_whole() {
    let mail = "Please see below.\n\n---------- Forwarded message ---------\nFrom: Bob <bob@x.example>\nDate: Tue\nSubject: Lamp\nTo: Zoe\n\nBroken.\n> really?\n";
    assert_eq!(newest(mail), mail.trim_end());
    let mail = "FYI\n\nBegin forwarded message:\n\nFrom: Bob\nSubject: Lamp\nDate: Tue\n\nBroken.";
    assert_eq!(newest(mail), mail);
}

#[test]
fn never_is_nothing_left_of_something() {
    for mail in [
        "> only\n> quotes",
        "--\nZoe",
        "Sent from my iPhone",
        "On 12 May 2026 a@x wrote:\n> x",
        "-----Original Message-----\nx",
    ] {
        assert_eq!(newest(mail), mail);
    }
    assert_eq!(newest(""), "");
    assert_eq!(newest("\n \n"), "");
}
