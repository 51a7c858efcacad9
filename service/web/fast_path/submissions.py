"""POST of answers that are valid and find room: the receipt's address, once they are on disk."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from functools import partial
from http import HTTPStatus

from aiohttp import StreamReader, web
from aiohttp.helpers import rfc822_formatted_time
from aiohttp.http import RawRequestMessage

from service.forms.availability import Availability, availability
from service.observability.request_lines import new_request_id
from service.spool.ports import Accepted, SpoolError
from service.wall_clock import now_ms
from service.web.busy_answers import BusyAnswers
from service.web.exchange import Exchange
from service.web.fast_path.heads import CLOSING, lines_of
from service.web.fast_path.moulds import HeadMoulds
from service.web.fast_path.plain import Asked, find_client
from service.web.fast_path.reading import InvalidError, Reader, Sent, is_form_data
from service.web.fast_path.record import Record
from service.web.keys import INTAKE, METRICS, RECEIPT_LINKS, SITE
from service.web.limited_submit import LIMITS
from service.web.negotiation import wants_json
from service.web.provenance import is_cross_site, own_origins
from service.web.refusals import BUSY, RefusedError
from service.web.submit import TOLD, receipt_page_of
from service.web.traps import Trap
from service.web.unhandled import report

_HEADERS = {**TOLD, "Content-Length": "0"}


class Submissions:
    """Answers to forms."""

    def __init__(self, app: web.Application) -> None:
        self._intake = app[INTAKE]
        self._links = app[RECEIPT_LINKS]
        self._limits = app[LIMITS]
        self._metrics = app[METRICS]
        self._site = app[SITE]
        self._reader = Reader(app)
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
        sent = Sent(
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
        if not self._is_welcome(sent, now):
            return False
        try:
            self._intake.check_room()
            submission, spam = self._reader.read(sent, now)
        except (SpoolError, RefusedError, InvalidError):
            return False
        budget: Mapping[str, str] = {}
        if self._limits:
            decision = self._limits.decide(client, asked.form.id)
            if decision.refused:  # it is so on the whole way as well, and takes nothing
                return False
            budget = decision.headers
        try:
            committed = self._intake.put(submission, limit=asked.form.limit)
        except Exception:
            self._count_anew(sent)
            raise  # to whoever leaves the request to the whole way, as nothing was begun
        exchange.in_flight.admit(payload.total_bytes)
        committed.add_done_callback(partial(self._finish, sent, spam, budget))
        return True

    def _count_anew(self, sent: Sent) -> None:
        """There is no row: the whole way begins anew."""
        if self._limits:
            self._limits.give_back(sent.client, sent.asked.form.id)

    def _is_from_here(self, message: RawRequestMessage) -> bool:
        own = own_origins(self._site.public_url, message.headers.get("Host"))
        return not is_cross_site(message.headers, own=own, allowed=())

    def _is_welcome(self, sent: Sent, now: int) -> bool:
        """Whether the form takes answers now, and these came in the way in which browsers send
        them from its page."""
        form = sent.asked.form
        if not is_form_data(sent) or wants_json(sent.message.headers):
            return False
        accepted = self._intake.accepted(form.id)
        return availability(form, now_ms=now, accepted=accepted) is Availability.OPEN

    def _finish(
        self,
        sent: Sent,
        spam: Sequence[Trap],
        budget: Mapping[str, str],
        committed: "asyncio.Future[Accepted]",
    ) -> None:
        exchange = sent.exchange
        last = exchange.in_flight.ending
        more = lines_of(budget) + (CLOSING if last else "")
        try:
            answer = self._thank(sent, committed.result(), spam, more)
        except SpoolError:
            self._count_anew(sent)
            exchange.in_flight.release(sent.payload.total_bytes)
            exchange.give_back(sent.message, sent.payload)
            return
        except (Exception, asyncio.CancelledError) as error:
            # There may be a row. Whoever gets no answer sends the same again, with its key.
            report("fast_path_failed", error)
            answer, last = b"", True
        exchange.in_flight.release(sent.payload.total_bytes)
        exchange.send(answer, last=last)

    def _thank(self, sent: Sent, accepted: Accepted, spam: Sequence[Trap], more: str) -> bytes:
        if not accepted.repeated:
            for trap in spam:
                self._metrics.flagged.labels(sent.asked.form.id, trap).inc()
        mould = self._heads.find(sent.asked.form, _HEADERS, by_header=sent.asked.by_header)
        location = receipt_page_of(self._links, accepted, sent.asked.chosen)
        identifier = new_request_id()
        self._note(sent, HTTPStatus.SEE_OTHER, 0, identifier)
        return (mould % (location, rfc822_formatted_time(), identifier, more)).encode()

    def _turn_away(self, sent: Sent) -> None:
        last = sent.exchange.in_flight.ending
        identifier = new_request_id()
        busy = self._busy.find(sent.asked.form, sent.message.headers, chosen=sent.asked.chosen)
        self._metrics.refused.labels(BUSY.code).inc()
        self._note(sent, BUSY.status, busy.size, identifier)
        sent.exchange.turn_away(busy.cast(identifier=identifier, last=last), last=last)

    def _note(self, sent: Sent, status: int, size: int, identifier: str) -> None:
        self._record.note(
            started=sent.started,
            status=status,
            size=size,
            client=sent.client,
            identifier=identifier,
        )
