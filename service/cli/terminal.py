"""What strangers wrote, made safe to print on a terminal. Pure."""

import json


def tame(value: object) -> str:
    """A value as text in which what could steer the terminal is shown as a mark."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return "".join(
        letter if letter.isprintable() or letter == "\n" else "\N{REPLACEMENT CHARACTER}"
        for letter in text
    ).replace("\n", "\n    ")
