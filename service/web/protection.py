"""The protective headers of every answer. Pure.

What they close is closed for all pages: only who may show a form in a frame is the form's to say.
"""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from multidict import istr

from service.forms.definition import Form
from service.web.site import Site

POLICY = "Content-Security-Policy"

_NOBODY = "'none'"
_FRAMES = "X-Frame-Options"
_POLICY_BUT_FRAMES = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors {}; "
    "base-uri 'none'; object-src 'none'"
)
# Never `no-referrer`: with it browsers send `Origin: null` from a form's own page.
HEADERS = {
    POLICY: _POLICY_BUT_FRAMES.format(_NOBODY),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    _FRAMES: "DENY",
    "Server": "forms",
}
"""On an answer that is about no form. The server tells neither its software nor a version."""

_TLS_ONLY = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}


def protective_headers(site: Site | None, form: Form | None = None) -> Mapping[str, str]:
    """The headers of an answer at a form's address, or at any other. Browsers are told to insist on
    TLS only where the public address has it: from any other they could not come back."""
    has_tls = site is not None and (site.public_url or "").lower().startswith("https:")
    return _headers(has_tls, () if form is None else tuple(form.framed_by))


@lru_cache(maxsize=1024)
def _headers(has_tls: bool, framed_by: tuple[str, ...]) -> Mapping[str, str]:
    headers = HEADERS | _TLS_ONLY if has_tls else dict(HEADERS)
    if framed_by:
        headers[POLICY] = _POLICY_BUT_FRAMES.format(" ".join(framed_by))
        del headers[_FRAMES]
    # As multidict wants names to be, so that it need not make them so for every answer.
    return MappingProxyType({istr(name): text for name, text in headers.items()})
