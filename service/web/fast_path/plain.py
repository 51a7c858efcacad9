"""Which requests are plain: those that people's browsers send to a form when all is well. Pure."""

from dataclasses import dataclass

from aiohttp import StreamReader
from aiohttp.http import HttpVersion11, RawRequestMessage

from service.forms.definition import Form
from service.forms.in_force import FormsInForce
from service.web.client_address import Address, parse_hop
from service.web.client_address import find_client as find_forwarded
from service.web.heads import is_host_allowed, refusal_of
from service.web.languages import LANGUAGE_PARAMETER
from service.web.site import Site

MOST_BODY_BYTES = 64 * 1024

_PREFIX = "/f/"
_SENT_BY_THE_PAGE = "send"  # in the query of the page's own `action`
_CHOSEN = f"{LANGUAGE_PARAMETER}="


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A form, in its own language, and the language that the address chooses; None where it chooses
    none, and Accept-Language does."""

    form: Form
    chosen: str | None

    @property
    def by_header(self) -> bool:
        """Whether what is answered depends on Accept-Language."""
        return self.chosen is None and len(self.form.languages) > 1


def asked_by(forms: FormsInForce, method: str, target: str) -> Asked | None:
    """The form whose own address this is, letter by letter, with nothing in the query but what the
    pages themselves write there; None for any other."""
    if not target.startswith(_PREFIX):
        return None
    form_id, _, query = target[len(_PREFIX) :].partition("?")
    form = forms.get(form_id)
    if form is None or form.allowed_origins:
        return None
    words = query.split("&") if query else []
    if method == "POST" and words[:1] == [_SENT_BY_THE_PAGE]:
        del words[0]
    if not words:
        return Asked(form=form, chosen=None)
    chosen = words[0].removeprefix(_CHOSEN)
    if len(words) > 1 or chosen == words[0] or chosen not in form.languages:
        return None
    return Asked(form=form, chosen=chosen)


def is_plain(message: RawRequestMessage, payload: StreamReader, site: Site) -> bool:
    """Whether the whole request is there, and nothing about it asks for more than its answer."""
    return (
        message.version == HttpVersion11
        and not (message.should_close or message.upgrade or message.chunked)
        and message.compression is None
        and payload.is_eof()
        and payload.total_bytes <= MOST_BODY_BYTES
        and "Expect" not in message.headers
        and refusal_of(message.version, None, message.headers) is None
        and is_host_allowed(message.headers, site)
    )


def find_client(
    message: RawRequestMessage, peer: str | None, site: Site
) -> tuple[Address | None, bool]:
    """The client's address, and whether nothing is to be told of the way it was found."""
    forwarded = message.headers.getall("X-Forwarded-For", None)
    if forwarded is None:
        return parse_hop(peer or ""), True
    found = find_forwarded(peer, forwarded, site.trusted_proxies)
    return found.address, not (found.ignored or found.malformed)
