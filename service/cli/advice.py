"""What would be wise where strangers reach the service. Pure."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from service.loopback import is_loopback
from service.settings import PREFIX, Settings


def advice(settings: Settings) -> Sequence[str]:
    """A sentence for each setting that is left open though the service is public: one that listens
    beyond this machine, or has a public address and so a proxy in front of it."""
    if not is_public(settings):
        return ()
    limited = settings.rate_limit_client is not None
    any_limit = limited or settings.rate_limit_form or settings.rate_limit_total
    sentences = []
    if not settings.allowed_hosts:
        sentences.append(
            f"{PREFIX}ALLOWED_HOSTS is unset: requests for any host name are answered; set it to "
            "the names that people use"
        )
    if not settings.trusted_proxies and limited:
        sentences.append(
            f"{PREFIX}RATE_LIMIT_CLIENT is set and {PREFIX}TRUSTED_PROXIES is not: behind a proxy "
            "everybody would share one limit; name the proxy's network, unless there is none"
        )
    elif not settings.trusted_proxies:
        sentences.append(
            f"{PREFIX}TRUSTED_PROXIES is unset: behind a proxy everybody has the proxy's address; "
            "name its network, unless there is none"
        )
    if not any_limit:
        sentences.append(
            f"{PREFIX}RATE_LIMIT_CLIENT, _FORM and _TOTAL are off: anybody may send as much as the "
            f"disk takes; set {PREFIX}RATE_LIMIT_CLIENT, to 60/minute perhaps, once the client's "
            "address is right"
        )
    return sentences


def is_public(settings: Settings) -> bool:
    """Whether others than this machine's own reach the public listener."""
    if not is_loopback(settings.public_bind.host):
        return True
    return settings.public_url is not None and not is_loopback(_host_of(settings.public_url))


def _host_of(url: str) -> str:
    return urlsplit(url).hostname or ""
