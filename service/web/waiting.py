"""What a person is told who is over a limit: why, and for how long. Pure."""

import math

from service.texts.mark import mark, mark_plural
from service.texts.texts import Texts
from service.web.limits import Budget

_OWN = mark(
    "Many answers came in a short time from you, or from others who share your connection. "
    "These are not saved yet."
)
_ALL = mark("Very many people answer at this moment. Your answers are not saved yet.")
_SECONDS = mark_plural(
    "Please send them again in %(num)s second.", "Please send them again in %(num)s seconds."
)
_MINUTES = mark_plural(
    "Please send them again in %(num)s minute.", "Please send them again in %(num)s minutes."
)
_LONGEST_IN_SECONDS = 90


def why_to_wait(budget: Budget, seconds: int, texts: Texts) -> str:
    """Two sentences. Many minutes are not told in seconds, and never as less than they are."""
    reason = texts.gettext(_OWN if budget is Budget.CLIENT else _ALL)
    if seconds <= _LONGEST_IN_SECONDS:
        wait = texts.ngettext(*_SECONDS, seconds)
    else:
        wait = texts.ngettext(*_MINUTES, math.ceil(seconds / 60))
    return f"{reason} {wait}"
