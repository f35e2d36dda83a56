"""HTML mail as plain text: its lines, its lists, and whose words they are."""

from __future__ import annotations

import time

import pytest

from service.channels.mail_html import html_to_text


def text(html: str) -> str:
    return html_to_text(html)[0]


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<div>a</div><div><br></div><div>b<br>c</div>", "a\n\nb\nc"),
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ('<p class="MsoNormal">a<o:p></o:p></p><p class="MsoNormal">b</p>', "a\nb"),
        ('<p style="margin:0">a</p><p style="margin: 0px">b</p>', "a\nb"),
        ("a<br/>b<BR>c", "a\nb\nc"),
        ("  many \n  spaces&nbsp;kept  ", "many spaces\xa0kept"),
        ("<b>bo</b>ld <i>and</i> <a href='x'>link</a>", "bold and link"),
        ("<ul><li>a</li><li><p>b</p></li></ul>", "- a\n- b"),
        ("<ol start=7><li>a<li>b</ol>c", "7. a\n8. b\n\nc"),
        ("<ul><li>a<ol><li>b</li></ol></li><li>c</li></ul>", "- a\n1. b\n- c"),
        (
            "<table><tr><td>2</td><td>yes</td></tr><tr><td>5</td><td>no</td></tr></table>",
            "2 yes\n5 no",
        ),
        ("&lt;3 &amp; &eacute; &#233; &#x1F44D; &bogus;", "<3 & é é 👍 &bogus;"),
        ("age < 5 and > 2 <3", "age < 5 and > 2 <3"),
        ("<pre>one\n  two</pre>", "one\n  two"),
        ('<span title="a > b">x</span>', "x"),
        ("<p title=it's>a</p> it's <b>b</b>", "a\n\nit's b"),
    ],
)
def test_lines_and_lists_are_kept(html: str, words: str) -> None:
    assert text(html) == words


@pytest.mark.parametrize(
    "html",
    [
        "<head><title>t</title><style>p {color: red}</style></head><body>words</body>",
        "<script>if (a < b) { x() }</script>words",
        "<STYLE>x</STYLE>words",
        "<!-- <p>no</p> -->words<!--[if mso]><p>no</p><![endif]-->",
        '<div style="display:none;max-height:0">preheader</div>words',
        '<span style="mso-hide: all">x<span>y</span>z</span>words',
        "<div hidden><div>a</div>b</div>words",
        '<img src="https://t.example/p.gif" width="1" height="1" alt="tracker">words',
        "<xml><o:OfficeDocumentSettings/>no</xml>words",
        "<head><meta charset='utf-8'>words",
    ],
)
def test_what_nobody_sees_is_left_out(html: str) -> None:
    assert text(html) == "words"


def test_a_picture_of_an_emoji_is_that_emoji() -> None:
    assert text('<img goomoji="1f44d" alt="👍" src="x">') == "👍"


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("yes<blockquote>a<blockquote>b</blockquote>c</blockquote>", "yes\n> a\n> > b\n> c"),
        (
            '<div class="gmail_quote"><div class="gmail_attr">On X wrote:</div>'
            '<blockquote class="gmail_quote">1</blockquote>no<blockquote>2</blockquote></div>',
            "On X wrote:\n> 1\nno\n> 2",
        ),
        (
            'yes<div id="x_yahoo_quoted_1" class="x_yahoo_quoted"><div>a</div>b</div>',
            "yes\n> a\n> b",
        ),
        (
            '<div class="moz-cite-prefix">On X wrote:</div><blockquote type="cite">a</blockquote>',
            "> On X wrote:\n> a",
        ),
        ('yes<span id="OLK_SRC_BODY_SECTION">From: x<br>old</span>', "yes\n> From: x\n> old"),
        (
            '<body>yes<div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> x</div>'
            "<div>old</div></body>",
            "yes\n> From: x\n> old",
        ),
        ('<blockquote style="margin:0 0 0 40px;border:none">mine</blockquote>', "mine"),
        ("<div><blockquote>a<div>b</div></div>mine", "> a\n> b\nmine"),
    ],
)
def test_quoted_mail_is_marked(html: str, words: str) -> None:
    assert text(html) == words


PIECES = [
    "<", "</", "<!--", "<a ", '<a b="', "<a href='x\" ", "<p>", "</div>", "<td>", "<style>", "<li>",
    "<blockquote>x", "<SCRIPT>", "&#1", "&#" + "9" * 5_000, "<ol><li>", "<![CDATA[", "<x  y   ",
]  # fmt: skip


@pytest.mark.parametrize("piece", PIECES, ids=range(len(PIECES)))
def test_broken_html_takes_no_longer_than_it_is_long(piece: str) -> None:
    began = time.monotonic()
    html_to_text(piece * (60_000 // len(piece)))
    assert time.monotonic() - began < 4  # measured: at most 0.6; what explodes takes minutes


def test_the_end_of_endless_html_is_left_and_told() -> None:
    assert html_to_text("<b>x</b>" * 40_000)[1] is False
    assert html_to_text("<p>word</p>" * 100) == ("\n\n".join(["word"] * 100), True)
