"""POST of answers that are valid and find room: the receipt's address, once they are on disk."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

from aiohttp import StreamReader, web
from aiohttp.helpers import rfc822_formatted_time
from aiohttp.http import RawRequestMessage
from aiohttp.streams import EMPTY_PAYLOAD

from service.forms.availability import Availability, availability
from service.observability.request_lines import new_request_id
from service.spool.ports import Accepted, SpoolError
from service.submission import Submission, make_submission
from service.wall_clock import now_ms
from service.web.bodies import parse_urlencoded
from service.web.busy_answers import BusyAnswers
from service.web.client_address import Address, apply_policy
from service.web.exchange import Exchange
from service.web.fast_path.heads import CLOSING
from service.web.fast_path.moulds import HeadMoulds
from service.web.fast_path.parser import whole_body
from service.web.fast_path.plain import Asked, find_client
from service.web.fast_path.record import Record
from service.web.keys import FORMS, INTAKE, METRICS, RECEIPT_LINKS, SITE
from service.web.limited_submit import LIMITS
from service.web.negotiation import wants_json
from service.web.provenance import is_cross_site, own_origins
from service.web.refusals import BUSY, RefusedError
from service.web.requests import split_key, submission_key
from service.web.submit import TOLD, receipt_page_of
from service.web.traps import Trap, sprung_traps
from service.web.unhandled import report

_URLENCODED = frozenset(
    {
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded; charset=UTF-8",
        "application/x-www-form-urlencoded;charset=UTF-8",
    }
)

_HEADERS = {**TOLD, "Content-Length": "0"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sent:
    """Answers that somebody sent to a form. `started` is of `time.perf_counter`."""

    exchange: Exchange
    message: RawRequestMessage
    payload: StreamReader
    asked: Asked
    client: Address | None
    started: float


class Submissions:
    """Answers to forms. Where submissions are limited, they are counted on the whole way."""

    def __init__(self, app: web.Application) -> None:
        self._forms = app[FORMS]
        self._intake = app[INTAKE]
        self._links = app[RECEIPT_LINKS]
        self._is_limited = bool(app[LIMITS])
        self._metrics = app[METRICS]
        self._site = app[SITE]
        self._record = Record(app[METRICS], "POST")
        given = ("Location", "Date", "X-Request-Id")
        self._busy = BusyAnswers(app)
        self._heads = HeadMoulds(self._site, "POST", HTTPStatus.SEE_OTHER, given)

    def take(
        self, exchange: Exchange, message: RawRequestMessage, payload: StreamReader, asked: Asked
    ) -> bool:
        """Take the answers, or say that there is no room now; False where they are not plain or not
        valid."""
        started = time.perf_counter()
        client, is_clear = find_client(message, exchange.peer, self._site)
        sent = _Sent(
            exchange=exchange,
            message=message,
            payload=payload,
            asked=asked,
            client=client,
            started=started,
        )
        if not is_clear or not self._is_from_here(message):
            return False
        if not exchange.in_flight.has_room(payload.total_bytes):
            self._turn_away(sent)
            return True
        now = now_ms()
        if self._is_limited or not self._is_welcome(sent, now):
            return False
        try:
            self._intake.check_room()
            submission, spam = self._make(sent, now)
            committed = self._intake.put(submission, limit=asked.form.limit)
        except (SpoolError, RefusedError, _InvalidError):
            return False
        exchange.in_flight.admit(payload.total_bytes)
        committed.add_done_callback(partial(self._finish, sent, spam))
        return True

    def _is_from_here(self, message: RawRequestMessage) -> bool:
        own = own_origins(self._site.public_url, message.headers.get("Host"))
        return not is_cross_site(message.headers, own=own, allowed=())

    def _is_welcome(self, sent: _Sent, now: int) -> bool:
        """Whether the form takes answers now, and these came in the way in which browsers send
        them from its page."""
        form, headers = sent.asked.form, sent.message.headers
        if sent.payload is EMPTY_PAYLOAD or headers.get("Content-Type") not in _URLENCODED:
            return False
        if wants_json(headers):
            return False
        accepted = self._intake.accepted(form.id)
        return availability(form, now_ms=now, accepted=accepted) is Availability.OPEN

    def _make(self, sent: _Sent, now: int) -> tuple[Submission, Sequence[Trap]]:
        """The submission, and the traps that it went into."""
        form = sent.asked.form
        raw, page_key = split_key(parse_urlencoded(whole_body(sent.payload)))
        key = submission_key(sent.message.headers, page_key)
        spam: Sequence[Trap] = ()
        if form.spam_traps:
            raw, spam = sprung_traps(form, raw, page_key, now_ms=now)
        answers = self._forms.validator(form.id).valid_answers(raw)
        if answers is None:
            raise _InvalidError
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

    def _finish(
        self, sent: _Sent, spam: Sequence[Trap], committed: "asyncio.Future[Accepted]"
    ) -> None:
        exchange = sent.exchange
        last = exchange.in_flight.ending
        exchange.in_flight.release(sent.payload.total_bytes)
        try:
            answer = self._thank(sent, committed.result(), spam, last=last)
        except SpoolError:  # there is no row, so the whole way begins anew
            exchange.give_back(sent.message, sent.payload)
        except (Exception, asyncio.CancelledError) as error:
            # There may be one. Whoever gets no answer sends the same again, with its key.
            report("fast_path_failed", error)
            exchange.send(b"", last=True)
        else:
            exchange.send(answer, last=last)

    def _thank(self, sent: _Sent, accepted: Accepted, spam: Sequence[Trap], *, last: bool) -> bytes:
        form = sent.asked.form
        mould = self._heads.find(form, _HEADERS, by_header=sent.asked.by_header)
        location = receipt_page_of(self._links, accepted, sent.asked.chosen)
        identifier = new_request_id()
        answer = mould % (location, rfc822_formatted_time(), identifier, CLOSING if last else "")
        if not accepted.repeated:
            for trap in spam:
                self._metrics.flagged.labels(form.id, trap).inc()
        self._note(sent, HTTPStatus.SEE_OTHER, 0, identifier)
        return answer.encode()

    def _turn_away(self, sent: _Sent) -> None:
        last = sent.exchange.in_flight.ending
        identifier = new_request_id()
        busy = self._busy.find(sent.asked.form, sent.message.headers, chosen=sent.asked.chosen)
        self._metrics.refused.labels(BUSY.code).inc()
        self._note(sent, BUSY.status, busy.size, identifier)
        sent.exchange.send(busy.cast(identifier=identifier, last=last), last=last)

    def _note(self, sent: _Sent, status: int, size: int, identifier: str) -> None:
        self._record.note(
            started=sent.started,
            status=status,
            size=size,
            client=sent.client,
            identifier=identifier,
        )


class _InvalidError(Exception):
    """Something is to be said about the answers."""
