"""The part of Markdown that a form may use, to HTML that is safe to show.

Safe because nothing but a list of known elements is written, links lead only to the web and to
mailboxes, and everything else is escaped by the renderer. What is not in the list is refused with
its name, not shown as text: who writes a form should see at once that it has no effect.
"""

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

MOST_CHARACTERS = 20_000
_TOP_HEADING = 2  # h1 is the title of the page
_LAST_HEADING = 6

_READER = MarkdownIt("commonmark", {"html": True, "maxNesting": 12})
# So that every address becomes a link and is judged here, by a list of what is allowed. The
# library's own list is of what is forbidden, and leaves such a link as text.
_READER.validateLink = lambda url: True  # type: ignore[method-assign]  # its documented way

_ALLOWED = frozenset(
    {
        *("inline", "text", "softbreak", "hardbreak", "hr"),
        *("code_inline", "code_block", "fence"),
        *("paragraph_open", "paragraph_close", "heading_open", "heading_close"),
        *("bullet_list_open", "bullet_list_close", "ordered_list_open", "ordered_list_close"),
        *("list_item_open", "list_item_close", "blockquote_open", "blockquote_close"),
        *("em_open", "em_close", "strong_open", "strong_close", "link_open", "link_close"),
    }
)
_REFUSED = {
    "image": "an image cannot be shown here; link to it instead",
    "html_inline": "HTML cannot be used here; write Markdown, or \\< for the sign itself",
    "html_block": "HTML cannot be used here; write Markdown, or \\< for the sign itself",
}
_ADDRESS = re.compile(r"(?:https?://[^/?#\s]|mailto:[^\s@]+@[^\s@])", re.IGNORECASE)


class MarkdownError(ValueError):
    """The text says what cannot be used, and what could be instead."""


def markdown_to_html(text: str) -> str:
    """Paragraphs, headings from h2 on, lists, quotations, code, emphasis and links.

    Raises MarkdownError for an image, HTML, or a link that is no full web or mail address.
    """
    if len(text) > MOST_CHARACTERS:
        raise MarkdownError(f"the text has more than {MOST_CHARACTERS} characters")
    tokens = _READER.parse(text)
    for token in _every(tokens):
        if token.type not in _ALLOWED:
            raise MarkdownError(
                _REFUSED.get(token.type, f"{token.type.replace('_', ' ')} cannot be used here")
            )
        if token.type == "link_open":
            _check_link(token)
        elif token.type == "fence":
            token.info = ""
    _lower_headings(tokens)
    html: str = _READER.renderer.render(tokens, _READER.options, {})
    return html.strip()


def _every(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _every(token.children or ())


def _check_link(token: Token) -> None:
    address = str(token.attrGet("href") or "")
    if not _ADDRESS.match(address):
        raise MarkdownError(
            f"a link leads to {address!r}; it must begin with https://, http:// or mailto: and be "
            "a full address"
        )
    token.attrSet("rel", "noopener noreferrer")


def _lower_headings(tokens: Sequence[Token]) -> None:
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    if not headings:
        return
    lowered = _TOP_HEADING - min(int(token.tag[1]) for token in headings)
    for token in headings:
        token.tag = f"h{min(int(token.tag[1]) + lowered, _LAST_HEADING)}"
