"""Who sent a request, found once: what is stored, what is limited and what is logged agree."""

import logging

from aiohttp import web

from service.forms.definition import ClientAddress
from service.web.client_address import Address, Client, apply_policy, find_client
from service.web.keys import METRICS, SITE
from service.web.rare_line import RareLine

_APART_SECONDS = 600.0

_CLIENT = web.RequestKey("CLIENT", Client)

FORWARDED_IGNORED = web.AppKey("FORWARDED_IGNORED", RareLine)
"""Tells the operator of X-Forwarded-For that does not count: a proxy may have been forgotten."""


def setup_client_addresses(app: web.Application) -> None:
    """What `client_of` needs."""
    app[FORWARDED_IGNORED] = RareLine(
        "forwarded_for_ignored", level=logging.WARNING, apart_seconds=_APART_SECONDS
    )


def client_of(request: web.Request) -> Address | None:
    """The address of whoever sent the request; None where the socket has none."""
    found = request.get(_CLIENT)
    if found is None:
        forwarded = request.headers.getall("X-Forwarded-For", [])
        found = find_client(request.remote, forwarded, request.app[SITE].trusted_proxies)
        request[_CLIENT] = found
        if found.ignored or found.malformed:
            _tell(request, found)
    return found.address


def _tell(request: web.Request, found: Client) -> None:
    metrics = request.app[METRICS]
    if found.malformed:
        metrics.forwarded.labels("malformed").inc()
        return
    metrics.forwarded.labels("ignored").inc()
    peer = apply_policy(found.address, ClientAddress.MASKED)
    request.app[FORWARDED_IGNORED].write(
        None,
        peer=peer,
        message="X-Forwarded-For came from a peer that FORMWELL_TRUSTED_PROXIES does not name, and "
        "was not heeded; if that peer is your proxy, name its network there",
    )
