"""A page as a program sees it: its elements, and what a browser would do with them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"br", "img", "input", "link", "meta", "wbr", "hr"}


@dataclass(slots=True, kw_only=True)
class Element:
    """`text` is all text in it; for a textarea, what a browser shows in it."""

    tag: str
    attributes: Mapping[str, str]
    text: str = ""
    children: list["Element"] = field(default_factory=list)


class Page(HTMLParser):
    """All elements of a page, in order; unclosed or badly nested ones are an AssertionError."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.html = html
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(html)
        self.close()
        assert not self._open, f"never closed: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"an attribute twice: {tag} {names}"
        element = Element(tag=tag, attributes={name: value or "" for name, value in attrs})
        self.elements.append(element)
        for outer in self._open:
            outer.children.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        closed = self._open.pop()
        assert closed.tag == tag, f"<{closed.tag}> closed by </{tag}>"
        if tag == "textarea":
            closed.text = closed.text.removeprefix("\n")  # as HTML's parsing rules have it

    def handle_data(self, data: str) -> None:
        for outer in self._open:
            outer.text += data

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Elements of this tag with these attributes; `_` for `-`, `class_` for `class`."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            element
            for element in self.elements
            if element.tag == tag
            and all(element.attributes.get(name) == value for name, value in wanted.items())
        ]

    def one(self, tag: str, **attributes: str) -> Element:
        """The only such element."""
        (element,) = self.all(tag, **attributes)
        return element

    def by_id(self, name: str) -> Element:
        """The only element with this id."""
        (element,) = [found for found in self.elements if found.attributes.get("id") == name]
        return element
