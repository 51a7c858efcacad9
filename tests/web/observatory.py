"""The points that Mozilla's HTTP Observatory gives for headers, without asking it.

After its published scoring; only what a server of ours could do is told apart. A page begins with
100 points, and what adds to them counts only from 90 on.
"""

from collections.abc import Mapping

START = 100
EXTRA_FROM = 90
SIX_MONTHS = 15_768_000
_PRIVATE = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}


def score(headers: Mapping[str, str]) -> int:
    """The points of one page over https that sets no cookie and has scripts of its own only."""
    policy = _directives(headers.get("Content-Security-Policy", ""))
    parts = [
        _policy_points(policy),
        _framing_points(policy, headers.get("X-Frame-Options")),
        0 if headers.get("X-Content-Type-Options") == "nosniff" else -5,
        5 if headers.get("Referrer-Policy") in _PRIVATE else 0,
        _tls_points(headers.get("Strict-Transport-Security", "")),
        10 if headers.get("Cross-Origin-Resource-Policy") == "same-origin" else 0,
    ]
    base = START + sum(points for points in parts if points < 0)
    extra = sum(points for points in parts if points > 0)
    return base + extra if base >= EXTRA_FROM else base


def _directives(policy: str) -> Mapping[str, list[str]]:
    named = (part.split() for part in policy.split(";") if part.strip())
    return {name: sources for name, *sources in named}


def _policy_points(policy: Mapping[str, list[str]]) -> int:
    if not policy:
        return -25
    default = policy.get("default-src", ["*"])
    scripts = policy.get("script-src", default)
    styles = policy.get("style-src", default)
    loose = {"'unsafe-inline'", "'unsafe-eval'", "data:", "*", "https:", "http:"}
    if loose & {*scripts, *policy.get("object-src", default)}:
        return -20
    if "'unsafe-inline'" in styles:
        return 0
    return 10 if default == ["'none'"] else 5


def _framing_points(policy: Mapping[str, list[str]], option: str | None) -> int:
    if "frame-ancestors" in policy and "*" not in policy["frame-ancestors"]:
        return 5
    return 0 if option in ("DENY", "SAMEORIGIN") else -20


def _tls_points(header: str) -> int:
    for part in header.split(";"):
        name, _, seconds = part.strip().partition("=")
        if name == "max-age":
            return 0 if int(seconds) >= SIX_MONTHS else -10
    return -20
