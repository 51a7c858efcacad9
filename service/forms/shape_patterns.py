"""What validation asks of a text, as patterns of JSON Schema: found in a text that fits.

They mean the same in ECMA 262 (with its `u` flag) and in Python. `$` stands only where white space
may go before it, because Python's also matches before a last line end. No part repeats what the
part beside it may take too, so that a failure takes no longer than a match.
"""

from collections.abc import Iterable

from service.forms.portable_pattern import escaped

WHITE = r"\u0009-\u000d\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
"""White space as `str.strip` has it, for use within [ ]."""

NOT_BLANK = f"[^{WHITE}]"

# marshmallow's letters of addresses beyond ASCII.
_BEYOND = r"\u00a1-\uffff"
# Ignoring case, Python takes these for i, i, s and k.
_FOLDED = r"\u0130\u0131\u017f\u212a"
_LETTERS = f"[0-9A-Za-z{_BEYOND}]"
_HYPHENED = f"[0-9A-Za-z{_BEYOND}-]"
_NAME = f"(?:{_LETTERS}(?:{_HYPHENED}{{0,61}}{_LETTERS})?\\.)+{_HYPHENED}{{2,}}"
_DIGIT = f"[0-9{_BEYOND}]"
_OCTET = f"(?:25[0-5]|2[0-4]{_DIGIT}|[01]?{_DIGIT}?{_DIGIT})"
_LOCALHOST = r"[Ll][Oo][Cc][Aa][Ll][Hh][Oo][Ss\u017f][Tt]"
_ATOM = r'[^\u0000-\u0020"\(\),.:;<>@\[\\\]\u007f-\u00a0]+'
_QUOTED = f'"(?:[!#-\\[\\]-~{_FOLDED}]|\\\\[\\u0009\\u0020-~{_FOLDED}])*"'
_USER = f"(?:[0-9A-Za-z._~!$&'\\(\\)*+,;=:{_FOLDED}-]|%[0-9A-Fa-f]{{2}})*@"
_CONTROLS = r"\u0000-\u0008\u000e-\u001b\u007f-\u0084\u0086-\u009f"
_SPACE = (
    r"[\u0009\u000b\u000c\u001c-\u0020\u0085\u00a0\u1680"
    r"\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*"
)

EMAIL = (
    f"(?:{_ATOM}(?:\\.{_ATOM})*|{_QUOTED})"
    f"@(?:{_LOCALHOST}|{_NAME}|\\[{_OCTET}(?:\\.{_OCTET}){{3}}\\])"
)
URL = (
    f"[Hh][Tt][Tt][Pp][Ss]?://(?:{_USER})?"
    f"(?:{_NAME}\\.?|{_LOCALHOST}|(?:{_DIGIT}{{1,3}}\\.){{3}}{_DIGIT}{{1,3}}"
    f"|\\[[0-9A-Fa-f]*:[0-9A-Fa-f:]+\\])(?::{_DIGIT}+)?(?:/?|[/?#][^{WHITE}]+)"
)
TEL = (
    f"\\+?{_SPACE}(?:[0-9\\(\\).*#/-]{_SPACE}){{3,}}"
    f"(?:(?:e{_SPACE}x{_SPACE}t{_SPACE}(?:\\.{_SPACE})?|x{_SPACE})(?:[0-9]{_SPACE}){{1,10}})?"
)
TEL_DIGITS = "(?:[^0-9]*[0-9]){3}"
DATE = "[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
TIME = "(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?"


def whole(pattern: str, *, or_blank: bool) -> str:
    """A whole text that this pattern takes, white space around it or not."""
    found = f"^[{WHITE}]*(?:{pattern})[{WHITE}]*$"
    return f"{found}|^[{WHITE}]*$" if or_blank else found


def one_of(texts: Iterable[str]) -> str:
    """Any of these texts."""
    return "|".join(map(escaped, texts))


def forbidden(*, many_lines: bool) -> str:
    """What is in a text with control characters that no trimming takes away."""
    plain = r"\u0009\u0020\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
    white_controls = r"\u000b\u000c\u001c-\u001f\u0085"
    line_ends = r"\u000a\u000d"
    spaces, refused = (
        (plain + line_ends, white_controls) if many_lines else (plain, white_controls + line_ends)
    )
    within = f"[^{WHITE}][{spaces}]*[{refused}][{WHITE}]*[^{WHITE}]"
    return f"[{_CONTROLS}]|{within}"


def at_least(low: str) -> str:
    """The beginning of a date or time that is this one or later."""
    return "|".join([*_beyond(low, later=True), low])


def at_most(high: str) -> str:
    """The beginning of a date or time that is this one or earlier."""
    return "|".join([*_beyond(high, later=False), high])


def _beyond(limit: str, *, later: bool) -> Iterable[str]:
    for place, sign in enumerate(limit):
        if sign.isdigit() and sign != ("9" if later else "0"):
            digits = f"{int(sign) + 1}-9" if later else f"0-{int(sign) - 1}"
            yield f"{limit[:place]}[{digits}]"
