//! Pages as programs write them, and the texts that a person reads on them.

use super::plain;

fn reads(html: &str, text: &str) {
    assert_eq!(plain(html).trim_end(), text, "{html}");
}

#[test]
fn lines_of_gmail_and_paragraphs_stay_apart() {
    reads("<div>One</div><div><br></div><div>Two<br>Three</div>", "One\n\nTwo\nThree");
    reads("<p>One</p>\r\n<p>Two\r\n  lines</p>", "One\n\nTwo lines");
    reads("<p class=MsoNormal>One<o:p></o:p></p><p class='MsoNormal'>Two</p>", "One\nTwo");
    reads("a<br/><br/><br/><br/><br/>b", "a\n\n\nb");
    reads("<h1>Title</h1>Text<hr>End", "Title\n\nText\n---\nEnd");
}

#[test]
fn links_keep_their_addresses() {
    reads(
        "See <a href=\"https://x.example/a?b=1&amp;c=2\">this page</a>.",
        "See this page <https://x.example/a?b=1&c=2>.",
    );
    reads("<a href='https://x.example/'>https://x.example</a>", "https://x.example");
    reads("<a href=mailto:zoe@x.example>zoe@x.example</a>", "zoe@x.example");
    reads("<a href=\"javascript:alert(1)\">click</a> <a href=\"#top\">top</a> <a>bare</a>", "click top bare");
    reads("<a href=\"https://x.example\"><img src=x></a>", "<https://x.example>");
    reads("<img alt=' A  lamp '><img>", "[A lamp]");
}

#[test]
fn quotes_and_lists_are_marked() {
    reads(
        "New<blockquote>Old<br><br>lines<blockquote>Older</blockquote></blockquote>Newest",
        "New\n> Old\n> \n> lines\n> > Older\nNewest",
    );
    reads("<ul><li>One<li>Two<ol><li>a</li><li>b</li></ol></li></ul>x", "- One\n- Two\n  1. a\n  2. b\n\nx");
    reads("<table><tr><td>Lamp</td><td>12.50</td></tr><tr><th>Sum<th>12.50</tr></table>", "Lamp 12.50\nSum 12.50");
    reads("<pre>a\n  b</pre>", "a\n  b");
}

#[test]
fn what_nobody_reads_is_dropped() {
    reads("a<script>alert('<b>x</b>')</script>b<style>p{}</style>c<!-- d -->e", "abce");
    reads("<head><title>T</title></head><body>x</body>", "x");
    reads("<!--[if mso]><p>x</p><![endif]-->y<![if !mso]>z<![endif]>", "yz");
    reads("a<SCRIPT src=x>never ends <b>b</b>", "a");
    reads("a<!-- never ends <b>b</b>", "a");
    reads("a<img src=\"x onerror=alert(1)>b", "a");
    reads("&lt;script&gt;alert(1)&lt;/script&gt;", "<script>alert(1)</script>");
}

#[test]
fn entities_are_the_characters_that_they_stand_for() {
    reads("caf&eacute; &amp; &euro; &#8364; &#x20AC; &#150; &#146;", "café & € € € – ’");
    reads(
        "a&nbsp;&nbsp;b &unknown; &; & AT&T; 1 < 2 <3 &#xFFFFFFF; &#99999999999;",
        "a b &unknown; &; & AT&T; 1 < 2 <3 \u{fffd} &#99999999999;",
    );
}

#[test]
fn depth_costs_no_more_than_length() {
    let deep = format!("{}x", "<blockquote>".repeat(50_000) + &"<br>y".repeat(50_000));
    assert!(plain(&deep).len() < 50_000 * 24);
    let lists = "<ul>".repeat(50_000) + &"<li>y".repeat(50_000);
    assert!(plain(&lists).len() < 50_000 * 24);
    let links = "<a href=https://x.example>".repeat(50_000) + "y" + &"</a>".repeat(50_000);
    assert!(plain(&links).len() < 1_000);
    assert_eq!(plain(&"<a '".repeat(50_000)), "");
}
