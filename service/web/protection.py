"""The protective headers of every answer. Pure.

What they close is closed for all pages: only who may show a form in a frame is the form's to say.
"""

from collections.abc import Mapping

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
HEADERS: Mapping[str, str] = {
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
    headers = dict(HEADERS)
    if site is not None and (site.public_url or "").lower().startswith("https:"):
        headers |= _TLS_ONLY
    if form is not None and form.framed_by:
        headers[POLICY] = _POLICY_BUT_FRAMES.format(" ".join(form.framed_by))
        del headers[_FRAMES]
    return headers
