"""503 to whoever sends answers while there is no room for more, made once for everybody.

It says what the whole way says of `busy`, letter for letter, in a fraction of the time: who refuses
three of four must have most of the core left for the fourth. A test compares the two.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import web
from aiohttp.helpers import rfc822_formatted_time
from multidict import CIMultiDictProxy

from service.forms.definition import Form
from service.texts.texts import Texts
from service.web.environments import render_text
from service.web.fast_path.heads import CLOSING
from service.web.fast_path.moulds import HeadMoulds
from service.web.in_flight import busy
from service.web.keys import CATALOGUE, SITE
from service.web.languages import asked_by_header
from service.web.negotiation import wants_json
from service.web.problems import problem_response
from service.web.refusals import BUSY
from service.web.rendering import html_headers

_STATUS = HTTPStatus(BUSY.status)


@dataclass(frozen=True, slots=True, kw_only=True)
class BusyAnswer:
    """An answer that lacks only what is of one request; `size` are the bytes of its body."""

    head: str
    body: bytes

    @property
    def size(self) -> int:
        """As the log of requests wants it."""
        return len(self.body)

    def cast(self, *, identifier: str, last: bool) -> bytes:
        """The whole answer, under a request's id; `last` ends the connection."""
        closing = CLOSING if last else ""
        head = self.head % (rfc822_formatted_time(), identifier, closing)
        return head.encode() + self.body


class BusyAnswers:
    """The answers of one application to POST; to be used once it has started.

    There is one for each form, language of it and kind, a page or a problem.
    """

    def __init__(self, app: web.Application) -> None:
        self._app = app
        self._catalogue = app[CATALOGUE]
        self._answers: dict[tuple[str, str, bool, bool], tuple[Form, BusyAnswer]] = {}
        given = ("Date", "X-Request-Id")
        self._heads = {
            is_json: HeadMoulds(app[SITE], "POST", _STATUS, given) for is_json in (False, True)
        }

    def find(
        self, form: Form, headers: CIMultiDictProxy[str], *, chosen: str | None = None
    ) -> BusyAnswer:
        """The answer to a request with these headers at a form's own address: a page for people, a
        problem for programs, in the language that the address chooses, or the best of the form's.

        Not for a form that pages of other sites may send to: those need headers of their own.
        """
        by_header = chosen is None and len(form.languages) > 1
        if by_header:
            chosen = asked_by_header(headers, self._catalogue, form.languages)
        form = form.in_language(chosen or form.language)
        is_json = wants_json(headers)
        kept = self._answers.get((form.id, form.language, is_json, by_header))
        if kept is not None and kept[0] is form:
            return kept[1]
        answer = self._make(form, is_json=is_json, by_header=by_header)
        self._answers[form.id, form.language, is_json, by_header] = (form, answer)
        return answer

    def _make(self, form: Form, *, is_json: bool, by_header: bool) -> BusyAnswer:
        tag = self._catalogue.best(form.language, self._catalogue.tags)
        texts = self._catalogue.texts(tag)
        headers, body = _problem(texts) if is_json else self._page(form, texts)
        own = {**headers, **busy().headers, "Content-Length": str(len(body))}
        head = self._heads[is_json].find(form, own, by_header=by_header)
        return BusyAnswer(head=head, body=body)

    def _page(self, form: Form, texts: Texts) -> tuple[Mapping[str, str], bytes]:
        context = {
            "form": form,
            "language": form.language,
            "direction": form.direction,
            "languages": (),
            "title": texts.gettext(BUSY.title),
            "text": texts.gettext(BUSY.text),
            "sent": True,
        }
        page = render_text(self._app, texts, "problem.html", context)
        return html_headers(language=form.language, cache="no-store"), page.encode()


def _problem(texts: Texts) -> tuple[Mapping[str, str], bytes]:
    response = problem_response(BUSY, detail=BUSY.text, texts=texts)
    # The type is wider than what there is: a body that was given as bytes stays so.
    return dict(response.headers), bytes(response.body)  # type: ignore[arg-type]
