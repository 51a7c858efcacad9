"""Whether translations can be filled in: one that cannot would fail in a request. Pure."""

import re
from collections.abc import Iterator, Sequence

from babel.messages.catalog import Catalog

_NAME = re.compile(r"%\((\w+)\)s")


def placeholders(text: str) -> frozenset[str]:
    """The names in a text that values are put in for."""
    return frozenset(_NAME.findall(text))


def faults(catalog: Catalog) -> Iterator[str]:
    """A sentence for each translation that is used and cannot be filled in."""
    for message in catalog:
        if message.id and not message.fuzzy:
            known = frozenset().union(*map(placeholders, _forms(message.id)))
            for text in filter(None, _forms(message.string)):
                if not _can_be_filled(text, known):
                    yield (
                        f"line {message.lineno}: {text!r} must have no other placeholders than "
                        f"{', '.join(f'%({name})s' for name in sorted(known)) or 'none'}, "
                        "and a per cent sign is written twice"
                    )


def _forms(text: str | Sequence[str] | None) -> Sequence[str]:
    """Every form of a text: one, or those for singular and plurals."""
    return [text] if isinstance(text, str) else text or []


def _can_be_filled(text: str, names: frozenset[str]) -> bool:
    return placeholders(text) <= names and "%" not in _NAME.sub("", text).replace("%%", "")
