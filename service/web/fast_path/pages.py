"""GET of a form that takes answers: its page, which was rendered before, with a key of its own."""

import time
from http import HTTPStatus

from aiohttp import web
from aiohttp.helpers import rfc822_formatted_time
from aiohttp.http import RawRequestMessage

from service.forms.availability import Availability, availability
from service.forms.definition import Form
from service.observability.request_lines import new_request_id
from service.submission import new_key
from service.wall_clock import now_ms
from service.web.exchange import Exchange
from service.web.fast_path.heads import CLOSING
from service.web.fast_path.moulds import HeadMoulds
from service.web.fast_path.plain import Asked, find_client
from service.web.fast_path.record import Record
from service.web.kept_pages import KEPT_PAGES
from service.web.keys import CATALOGUE, INTAKE, METRICS, SITE
from service.web.languages import asked_by_header
from service.web.pages import PAGE_WITH_KEY, kept_fresh_page
from service.web.rendering import html_headers
from service.web.visit import description_link


class FormPages:
    """Pages of forms."""

    def __init__(self, app: web.Application) -> None:
        self._catalogue = app[CATALOGUE]
        self._intake = app[INTAKE]
        self._kept = app[KEPT_PAGES]
        self._site = app[SITE]
        self._record = Record(app[METRICS], "GET")
        self._heads = HeadMoulds(
            self._site, "GET", HTTPStatus.OK, ("Content-Length", "Date", "X-Request-Id")
        )

    def take(self, exchange: Exchange, message: RawRequestMessage, asked: Asked) -> bool:
        """Answer with the page; False where it was not rendered yet as one visitor's own."""
        started = time.perf_counter()
        now = now_ms()
        form = asked.form
        accepted = self._intake.accepted(form.id)
        if availability(form, now_ms=now, accepted=accepted) is not Availability.OPEN:
            return False
        client, is_clear = find_client(message, exchange.peer, self._site)
        chosen = asked.chosen
        if asked.by_header:
            chosen = asked_by_header(message.headers, self._catalogue, form.languages)
        form = form.in_language(chosen or form.language)
        body = kept_fresh_page(self._kept, form, key=new_key(now))
        if body is None or not is_clear:
            return False
        identifier = new_request_id()
        mould = self._heads.find(form, _headers(form), by_header=asked.by_header)
        last = exchange.in_flight.ending
        closing = CLOSING if last else ""
        head = mould % (len(body), rfc822_formatted_time(), identifier, closing)
        self._record.note(
            started=started,
            status=HTTPStatus.OK,
            size=len(body),
            client=client,
            identifier=identifier,
        )
        exchange.send(head.encode() + body, last=last)
        return True


def _headers(form: Form) -> dict[str, str]:
    return {
        **html_headers(language=form.language, cache=PAGE_WITH_KEY),
        "Link": description_link(form),
    }
