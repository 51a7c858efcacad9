"""Answers that can be read: what fits is stored as it was sent, what does not is told."""

from tests.web.bad_input.row import Row, shown_again, taken, wrong
from tests.web.bad_input.wire import as_json, post, urlencoded
from tests.web.raw import CANARY

_ESSAY = CANARY.decode()
_AS_JSON = b"Accept: application/json\r\n"
# A right-to-left override, characters without width, and a letter under 10,000 marks.
_ODD = "a\u202eb\u200b\u200d\ufeffc\u2066d" + "e" + "\u0301" * 10_000
_MARKUP = "</textarea><script>alert('x')</script> \"{{7*7}}\" ${7*7} <!-- & &amp;"
_FORMULA = '=HYPERLINK("http://x","y") +1 -1 @SUM(A1) |cmd'


def _unfit(name: str, field: str, value: str, code: str) -> Row:
    """The same text from a browser that asks for JSON and, where it is text there too, in JSON."""
    return wrong(
        name,
        urlencoded(_AS_JSON, essay=_ESSAY, **{field: value}),
        {field: code},
        most_cpu_seconds=0.5,
    )


ROWS = (
    *(
        _unfit(f"B32: U+{ord(control):04X}", "nick", f"a{control}b", "control_character")
        for control in "\0\x01\x08\x0b\x0c\x1b\x1f\x7f\x85"
    ),
    wrong("B32: NUL in JSON", as_json(essay=f"{_ESSAY}\0"), {"essay": "control_character"}),
    shown_again(
        "B32: a control character, on the page",
        urlencoded(essay=f"{_ESSAY}\x1b[2J"),
        {"essay": f"{_ESSAY}\x1b[2J"},
    ),
    # Tab, line feed and carriage return are what people type; ends of lines are stored as one kind.
    taken(
        "B32: tabs and ends of lines",
        post(b"essay=a%09b%0D%0Ac%0Dd%0Ae"),
        {"essay": "a\tb\nc\nd\ne"},
    ),
    _unfit("B32: a line end in one line", "nick", "a\nb", "control_character"),
    taken("B34: unusual characters", urlencoded(essay=_ODD), {"essay": _ODD}),
    taken("B34: unusual characters in JSON", as_json(essay=_ODD), {"essay": _ODD}, status=201),
    _unfit("B34: too many marks", "nick", "e" + "\u0301" * 100, "too_long"),
    taken(
        "B34: as many characters as fit, each of four bytes",
        urlencoded(essay="🎮" * 20_000),
        {"essay": "🎮" * 20_000},
    ),
    _unfit("B45: longer than the field", "nick", "x" * 101, "too_long"),
    shown_again(
        "B45: longer than the field, on the page",
        urlencoded(essay="a", nick=f"{_ESSAY}{'x' * 101}"),
        {"essay": "a", "nick": f"{_ESSAY}{'x' * 101}"},
    ),
    _unfit("B45: far longer than the field", "nick", "x" * 100_000, "too_long"),
    _unfit(
        "B46: 40,000 bytes for a keyword", "home", "https://example.org/" + "é" * 20_000, "too_long"
    ),
    _unfit("B46: 40,000 bytes for an address", "mail", "é" * 20_000 + "@example.org", "too_long"),
    _unfit("B46: 40,000 bytes for a choice", "colour", "é" * 20_000, "not_a_choice"),
    _unfit("B47: 100 KiB for an address", "mail", "a" * 102_400 + "!", "too_long"),
    _unfit("B47: 100 KiB for a pattern", "code", "A" * 102_400 + "!", "too_long"),
    _unfit("B47: all that fits for a pattern, and no more", "code", "A-" * 24_999 + "!", "pattern"),
    _unfit(
        "B47: all that fits for a web address", "home", "http://" + "a." * 1_000 + "!", "not_url"
    ),
    _unfit("B47: all that fits for an address", "mail", "a@" + "a." * 120 + "!", "not_email"),
    _unfit("B47: 100 KiB for a number", "age", "9" * 102_400 + "!", "not_integer"),
    _unfit("B47: 100 KiB for a date", "born", "1" * 102_400, "not_date"),
    _unfit("B48: a date that is none", "born", "9999-99-99", "not_date"),
    _unfit("B48: a date in Arabic digits", "born", "٢٠٢٦-01-01", "not_date"),
    _unfit("B48: a number of 5,000 digits", "age", "9" * 5_000, "not_integer"),
    _unfit("B48: a number beyond all", "weight", "1e400", "not_number"),
    _unfit("B48: no number", "weight", "nan", "not_number"),
    _unfit("B48: an infinity", "weight", "-inf", "not_number"),
    _unfit("B48: Arabic digits", "age", "٣", "not_integer"),
    _unfit("B48: a number with an underscore", "age", "1_0", "not_integer"),
    wrong(
        "B48: a date that is none, in JSON",
        as_json(essay="a", born="9999-99-99"),
        {"born": "not_date"},
    ),
    taken("B49: markup", urlencoded(essay=_MARKUP), {"essay": _MARKUP}),
    taken("B49: markup in JSON", as_json(essay=_MARKUP), {"essay": _MARKUP}, status=201),
    shown_again(
        "B49: markup on the page",
        urlencoded(essay=_MARKUP, nick=_MARKUP, mail=_MARKUP),
        {"essay": _MARKUP, "nick": _MARKUP, "mail": _MARKUP},
    ),
    taken("B50: a formula", urlencoded(essay=_FORMULA), {"essay": _FORMULA}),
)
