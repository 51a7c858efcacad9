"""Whether answers were sent by a page of another site. Pure.

By headers alone, so that pages need neither a cookie nor a token and stay the same for all: no
browser lets a page write Sec-Fetch-Site, Origin or Referer.
"""

from collections.abc import Collection
from functools import lru_cache
from urllib.parse import urlsplit

from multidict import CIMultiDictProxy

from service.forms.origins import canonical_origin

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

_SCHEMES = ("http", "https")
_OWN_SITES = ({"same-origin"}, {"none"})  # `none` is a person: an address typed, a reload
# RFC 9110, 10.1.3: what a client sends that has no page to name.
_NO_REFERER = ("", "about:blank")


@lru_cache(maxsize=256)
def own_origins(public_url: str | None, host: str | None) -> frozenset[str]:
    """The origins of this service's own pages, in canonical form.

    Without a public address the scheme is not known, as a proxy may have taken TLS off: then it is
    the Host alone that must agree.
    """
    addresses = [public_url] if public_url else [f"{scheme}://{host or ''}" for scheme in _SCHEMES]
    return frozenset(origin for text in addresses if (origin := canonical_origin(text)))


def origin_of(headers: CIMultiDictProxy[str]) -> str | None:
    """The canonical origin that the request names; None where it names none, or no single one."""
    named = set(headers.getall("Origin", []))
    return canonical_origin(named.pop()) if len(named) == 1 else None


def is_cross_site(
    headers: CIMultiDictProxy[str], *, own: Collection[str], allowed: Collection[str]
) -> bool:
    """Whether a request that changes something comes from a page that may not send it.

    A page of `allowed` may. Otherwise the first of Sec-Fetch-Site, Origin and Referer that is there
    decides; a request with none of them is from no browser of these years, and may too.
    """
    origin = origin_of(headers)
    if origin is not None and origin in allowed:
        return False
    if "Sec-Fetch-Site" in headers:
        return set(headers.getall("Sec-Fetch-Site")) not in _OWN_SITES
    if "Origin" in headers:
        return origin not in own
    referers = set(headers.getall("Referer", [])) - set(_NO_REFERER)
    return any(_origin_of_address(referer) not in {*own, *allowed} for referer in referers)


def _origin_of_address(address: str) -> str | None:
    try:
        parts = urlsplit(address)
    except ValueError:  # brackets that are no IPv6 address
        return None
    return canonical_origin(f"{parts.scheme}://{parts.netloc}")
