"""A language that nobody speaks: English with accents, a third longer, from right to left.

It shows what a layout does with longer texts and the other direction, and which texts were
forgotten: those stay plain English. Pure.
"""

import re
from gettext import NullTranslations

PSEUDO_TAG = "ar-XB"

_RIGHT_TO_LEFT = "\u202e"
_BACK = "\u202c"
_ACCENTED = str.maketrans(
    "ACDEGHIJKLNORSTUWYZacdeghijklnorstuwyz",
    "ÀÇĎÉĜĤÎĴĶĽÑÖŘŠŤÛŴÝŽàçďéĝĥîĵķľñöřšťûŵýž",
)
# Placeholders, doubled per cent signs, and what is markup in texts of templates stay themselves.
_KEPT = re.compile(r"(%\(\w+\)s|%%|<[^>]*>|&#?\w+;|\{\w+\})")


def pseudo(text: str) -> str:
    """A text in the pseudo-language, with every placeholder kept."""
    parts = _KEPT.split(text)
    accented = "".join(
        part if place % 2 else part.translate(_ACCENTED) for place, part in enumerate(parts)
    )
    letters = sum(len(part) for part in parts[::2])
    return f"{_RIGHT_TO_LEFT}{accented}{'~' * -(-letters // 3)}{_BACK}"


class PseudoTranslations(NullTranslations):
    """Translates by computing."""

    def gettext(self, message: str) -> str:
        """The text in the pseudo-language."""
        return pseudo(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The English form of the number, in the pseudo-language."""
        return pseudo(msgid1 if n == 1 else msgid2)
