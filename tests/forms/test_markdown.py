"""Markdown of a form file becomes HTML that is safe, or is refused with what would be right."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.forms.markdown import MOST_CHARACTERS, MarkdownError, markdown_to_html
from service.forms.parse import parse_form
from tests.forms.faults import faults

ELEMENTS = {
    *("p", "br", "hr", "em", "strong", "a", "code", "pre", "ul", "ol", "li", "blockquote"),
    *("h2", "h3", "h4", "h5", "h6"),
}
ATTRIBUTES = {"a": {"href", "rel", "title"}, "ol": {"start"}}
HOSTILE = (
    *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>"),
    *("[a](javascript:alert(1))", "<javascript:alert(1)>", "[a](JaVaScRiPt:alert(1))"),
    *("[a](&#106;avascript:alert(1))", "[a](java\tscript:alert(1))", "[a]( \x01javascript:x)"),
    *("[a]: javascript:x\n\n[a]", "[a](data:text/html,<script>x</script>)", "[a](//evil.example)"),
    *('[a](https://x.example "\\" onclick=x")', "![a](https://x.example/a.png)", "<!-- -->"),
    *('[a](https://x.example/"onclick="x)', '``` x" onclick="y\n<b>\n```', "<https://x.example>"),
    *(
        "<?php ?>",
        "<![CDATA[x]]>",
        "<!DOCTYPE x>",
        "</p>",
        "# a",
        "- a",
        "> a",
        "1. a",
        "&lt;b&gt;",
    ),
    *("\n", " ", "*", "_", "`", "[", "]", "(", ")", "<", ">", '"', "'", "\\", "\x00", "\ufeff"),
)


class Reader(HTMLParser):
    """Takes HTML apart as a browser would, and remembers what must not be there."""

    def __init__(self) -> None:
        super().__init__()
        self.odd: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ELEMENTS:
            self.odd.append(tag)
        for name, value in attrs:
            if name not in ATTRIBUTES.get(tag, ()):
                self.odd.append(f"{tag} {name}")
            address = (value or "").lower()
            if name == "href" and not address.startswith(("http://", "https://", "mailto:")):
                self.odd.append(address)

    def handle_comment(self, data: str) -> None:
        self.odd.append(data)

    def handle_decl(self, decl: str) -> None:
        self.odd.append(decl)

    def handle_pi(self, data: str) -> None:
        self.odd.append(data)

    def unknown_decl(self, data: str) -> None:
        self.odd.append(data)


def odd_parts(html: str) -> list[str]:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader.odd


def test_the_reader_of_these_tests_sees_what_must_not_be_there() -> None:
    html = '<script></script><p onclick="x"><a href=" javascript:x">a</a><!-- c --></p>'
    assert odd_parts(html) == ["script", "p onclick", " javascript:x", " c "]


@given(st.lists(st.sampled_from(HOSTILE) | st.text(max_size=8), max_size=12).map("".join))
def test_whatever_is_written_the_result_is_safe(text: str) -> None:
    try:
        html = markdown_to_html(text)
    except MarkdownError:
        return
    assert odd_parts(html) == []


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Hello, *you* & **all**.", "<p>Hello, <em>you</em> &amp; <strong>all</strong>.</p>"),
        ("1 < 2 and a<3", "<p>1 &lt; 2 and a&lt;3</p>"),
        ("# One\n\n## Two", "<h2>One</h2>\n<h3>Two</h3>"),
        ("### Three\n\n###### Six", "<h2>Three</h2>\n<h5>Six</h5>"),
        ("# One\n\n###### Six", "<h2>One</h2>\n<h6>Six</h6>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        (
            "[us](https://example.org/)",
            '<p><a href="https://example.org/" rel="noopener noreferrer">us</a></p>',
        ),
        (
            "<us@example.org>",
            '<p><a href="mailto:us@example.org" rel="noopener noreferrer">us@example.org</a></p>',
        ),
        ("\\<b>", "<p>&lt;b&gt;</p>"),
        ("", ""),
    ],
)
def test_markdown_becomes_html(text: str, html: str) -> None:
    assert markdown_to_html(text) == html


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("![a](https://example.org/a.png)", "an image cannot be shown here; link to it instead"),
        ("<b>a</b>", "HTML cannot be used here; write Markdown, or \\< for the sign itself"),
        ("<div>\na\n</div>", "HTML cannot be used here"),
        ("<!-- a -->", "HTML cannot be used here"),
        ("[a](javascript:alert)", "a link leads to 'javascript:alert'; it must begin with https:"),
        ("[a](/privacy)", "a link leads to '/privacy'; it must begin with https://"),
        ("[a](https:///x)", "a link leads to 'https:///x'"),
        ("[a](ftp://example.org)", "a link leads to 'ftp://example.org'"),
        ("a" * (MOST_CHARACTERS + 1), "the text has more than 20000 characters"),
    ],
)
def test_what_is_not_allowed_is_named(text: str, sentence: str) -> None:
    with pytest.raises(MarkdownError) as refused:
        markdown_to_html(text)
    assert str(refused.value).startswith(sentence)


FORM = """\
languages: [en, es]
title: 1 < 2 *here*
intro: {en: "*Hello*", es: "*Hola*"}
thanks: |
  # Done
  [More](https://example.org/)
fields: [{name: a, type: text, label: "<b>"}]
"""


def test_introduction_and_thanks_are_markdown_and_nothing_else_is() -> None:
    form, found = parse_form(FORM, file="quiz.yaml", default_id="quiz")
    assert found == ()
    assert form is not None
    assert (form.title, form.fields[0].label) == ("1 < 2 *here*", "<b>")
    assert form.intro == "<p><em>Hello</em></p>"
    assert form.in_language("es").intro == "<p><em>Hola</em></p>"
    assert (form.thanks or "").startswith("<h2>Done</h2>\n<p><a ")


def test_what_is_not_allowed_is_a_fault_of_the_file_in_whatever_language() -> None:
    assert faults(FORM.replace("*Hola*", "<b>Hola</b>").replace("https://", "")) == [
        "3:28 HTML cannot be used here; write Markdown, or \\< for the sign itself",
        "4:9 a link leads to 'example.org/'; it must begin with https://, http:// or mailto: and "
        "be a full address",
    ]
