"""What an examination says of one thing it looked at; `formwell check` prints them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at, in words for a person.

    `ok` is None for what is only worth a look, and for what was `skipped` because something it
    depends on is wrong.
    """

    about: str
    ok: bool | None
    text: str
    skipped: bool = False
