"""The protective headers that answers are held to, byte for byte."""

from collections.abc import Mapping

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors {}; "
    "base-uri 'none'; object-src 'none'"
)
EXPECTED = {
    "Content-Security-Policy": _POLICY.format("'none'"),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
    "Server": "forms",
}
TLS = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}
NAMES = (*EXPECTED, *TLS, "X-XSS-Protection", "X-Powered-By")


def framed(*origins: str) -> Mapping[str, str]:
    """The headers of a form that these origins may show in a frame."""
    policy = _POLICY.format(" ".join(origins))
    kept = {name: value for name, value in EXPECTED.items() if name != "X-Frame-Options"}
    return {**kept, "Content-Security-Policy": policy}


def protection(answer: bytes) -> tuple[int, Mapping[str, str]]:
    """The status of an answer, and its protective headers; each is there once at most."""
    head = answer.partition(b"\r\n\r\n")[0].decode("latin-1")
    status, *lines = head.split("\r\n")
    found: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(": ")
        assert name not in found or name not in NAMES, f"{name} twice"
        if name in NAMES:
            found[name] = value
    return int(status.split()[1]), found
