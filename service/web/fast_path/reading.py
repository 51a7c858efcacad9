"""What a browser sent, made a submission: by the steps of the whole way, where each says yes."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import StreamReader, web
from aiohttp.http import RawRequestMessage
from aiohttp.streams import EMPTY_PAYLOAD

from service.submission import Submission, make_submission
from service.web.bodies import parse_urlencoded
from service.web.client_address import Address, apply_policy
from service.web.exchange import Exchange
from service.web.fast_path.parser import whole_body
from service.web.fast_path.plain import Asked
from service.web.keys import FORMS
from service.web.requests import split_key, submission_key
from service.web.traps import Trap, sprung_traps

_URLENCODED = frozenset(
    {
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded; charset=UTF-8",
        "application/x-www-form-urlencoded;charset=UTF-8",
    }
)


class InvalidError(Exception):
    """Something is to be said about the answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """Answers that somebody sent to a form. `started` is of `time.perf_counter`."""

    exchange: Exchange
    message: RawRequestMessage
    payload: StreamReader
    asked: Asked
    client: Address | None
    started: float


def is_form_data(sent: Sent) -> bool:
    """Whether there is a body, in the coding that browsers use for forms."""
    kind = sent.message.headers.get("Content-Type")
    return sent.payload is not EMPTY_PAYLOAD and kind in _URLENCODED


class Reader:
    """Makes submissions of what was sent to the forms in force."""

    def __init__(self, app: web.Application) -> None:
        self._forms = app[FORMS]

    def read(self, sent: Sent, now: int) -> tuple[Submission, Sequence[Trap]]:
        """The submission, received at `now` (ms since the epoch), and the traps that it went into.

        RefusedError or InvalidError where something is to be said about it.
        """
        form = sent.asked.form
        raw, page_key = split_key(parse_urlencoded(whole_body(sent.payload)))
        key = submission_key(sent.message.headers, page_key)
        spam: Sequence[Trap] = ()
        if form.spam_traps:
            raw, spam = sprung_traps(form, raw, page_key, now_ms=now)
        answers = self._forms.validator(form.id).valid_answers(raw)
        if answers is None:
            raise InvalidError
        submission = make_submission(
            form=form.id,
            index=form.index,
            key=key,
            answers=answers,
            tags=form.tags,
            client_address=apply_policy(sent.client, form.client_address),
            received_at=now,
            spam=spam,
        )
        return submission, spam
