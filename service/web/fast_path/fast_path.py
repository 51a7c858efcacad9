"""Plain requests to a form, answered without a request object, router, middlewares and response.

Nothing is decided here that is not decided by the same functions on the whole way, and whatever is
not plain goes that way: an error, a form for other sites, a refusal other than `busy`. A test sends
the same to both and compares what comes back.
"""

from aiohttp import StreamReader, web
from aiohttp.http import RawRequestMessage

from service.web.exchange import Exchange
from service.web.fast_path.pages import FormPages
from service.web.fast_path.plain import asked_by, is_plain
from service.web.fast_path.submissions import Submissions
from service.web.keys import FORMS, SITE


class FastPath:
    """The fast path of one application, from its keys."""

    def __init__(self, app: web.Application) -> None:
        self._forms = app[FORMS]
        self._site = app[SITE]
        self._pages = FormPages(app)
        self._submissions = Submissions(app)

    def take(self, exchange: Exchange, message: RawRequestMessage, payload: StreamReader) -> bool:
        """As `exchange.Take`."""
        asked = asked_by(self._forms, message.method, message.path)
        if asked is None or not is_plain(message, payload, self._site):
            return False
        if message.method == "GET":
            return self._pages.take(exchange, message, asked)
        if message.method == "POST":
            return self._submissions.take(exchange, message, payload, asked)
        return False


FAST_PATH = web.AppKey("FAST_PATH", FastPath)
"""There where plain requests may go this way."""
