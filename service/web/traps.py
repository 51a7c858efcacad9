"""Traps for programs that fill in whatever form they find. Pure.

What goes into one is stored like any other submission, with a code for the reason: a trap that
refused would tell its author what to change, and would now and then lose a person's answers.
"""

import hashlib
from collections.abc import Iterator
from enum import StrEnum
from itertools import count

from service.forms.definition import Form
from service.submission import key_time
from service.web.bodies import Raw

SOONEST_MS = 2_000
"""Nobody has read a form and answered it sooner."""

_DIGITS = 6


class Trap(StrEnum):
    """What was odd; the values are stored, and labels of a metric."""

    HONEYPOT = "honeypot"
    TOO_FAST = "too_fast"


def honeypot_name(form: Form) -> str:
    """The name of the field that people neither see nor reach, the same on every replica.

    It says nothing that a browser would fill in by itself, differs from form to form, so that no
    list of such names helps, and is none of the form's own.
    """
    taken = {field.name for field in form.fields}
    return next(name for name in _names(form.id) if name not in taken)


def _names(form_id: str) -> Iterator[str]:
    for number in count():
        digest = hashlib.sha256(f"honeypot {number} {form_id}".encode()).hexdigest()
        yield f"more_{digest[:_DIGITS]}"


def sprung_traps(
    form: Form, raw: Raw, page_key: str | None, *, now_ms: int
) -> tuple[Raw, tuple[Trap, ...]]:
    """The answers without the honeypot, and the traps that they went into.

    The time trap reads the key of the page, so it is set only where that has been made here: a page
    for many has a key by the visitor's own clock, or none.
    """
    name = honeypot_name(form)
    sprung = [Trap.HONEYPOT] if raw.get(name) else []
    shown_at = None if form.cache_seconds else key_time(page_key or "")
    # Before it was shown: by the clock of another replica, which proves nothing.
    if shown_at is not None and 0 <= now_ms - shown_at < SOONEST_MS:
        sprung.append(Trap.TOO_FAST)
    return {key: value for key, value in raw.items() if key != name}, tuple(sprung)
