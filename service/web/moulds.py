"""Pages that are rendered once with holes in them; each visit fills the holes with what is its own.

Pure. A hole stands in a page as a text that nobody can guess, so that no other text is one.
"""

import re
from collections.abc import Mapping, Sequence
from secrets import token_hex

from markupsafe import escape

_MARK = f"hole{token_hex(12)}"
_HOLE = re.compile(rf"{_MARK}\(([\w-]+)\)", re.ASCII)


def hole(name: str) -> str:
    """What a template is given in the place of a text that differs from visit to visit."""
    return f"{_MARK}({name})"


class Mould:
    """A page with holes."""

    def __init__(self, page: str) -> None:
        parts = _HOLE.split(page)
        # What is shown again was never validated: a lone surrogate in it must not be our error.
        self._first = parts[0].encode("utf-8", "replace")
        names, texts = parts[1::2], parts[2::2]
        self._rest: Sequence[tuple[str, bytes]] = [
            (name, text.encode("utf-8", "replace")) for name, text in zip(names, texts, strict=True)
        ]

    def cast(self, values: Mapping[str, str]) -> bytes:
        """The page with these texts in its holes, escaped; a name may stand in it twice."""
        escaped = {name: escape(text).encode("utf-8", "replace") for name, text in values.items()}
        parts = [self._first]
        for name, text in self._rest:
            parts += (escaped[name], text)
        return b"".join(parts)
