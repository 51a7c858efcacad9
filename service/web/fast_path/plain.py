"""Which requests are plain: those that people's browsers send to a form when all is well. Pure."""

from aiohttp import StreamReader
from aiohttp.http import HttpVersion11, RawRequestMessage

from service.forms.definition import Form
from service.forms.in_force import FormsInForce
from service.web.client_address import Address, parse_hop
from service.web.client_address import find_client as find_forwarded
from service.web.heads import is_host_allowed, refusal_of
from service.web.site import Site

MOST_BODY_BYTES = 64 * 1024

_PREFIX = "/f/"


def form_of_target(forms: FormsInForce, target: str) -> Form | None:
    """The form whose own address this is, letter by letter, with no query."""
    return forms.get(target[len(_PREFIX) :]) if target.startswith(_PREFIX) else None


def is_plain(message: RawRequestMessage, payload: StreamReader, site: Site) -> bool:
    """Whether the whole request is there, and nothing about it asks for more than its answer."""
    return (
        message.version == HttpVersion11
        and not (message.should_close or message.upgrade or message.chunked)
        and message.compression is None
        and payload.is_eof()
        and payload.total_bytes <= MOST_BODY_BYTES
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
