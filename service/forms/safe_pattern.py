"""Whether a regular expression can be trusted with what strangers send.

Python's `re` tries every way to match. This reads the expression, in the part of the language that
browsers, JSON Schema and Python share, and refuses it where there may be too many ways: repetition
within repetition at all, and one after the other where both may take the same characters.
"""

import re
from dataclasses import dataclass

MOST_CHARACTERS = 500
MOST_STEPS = 4_000_000
"""Steps for one answer, by a careful estimate; they take a few hundredths of a second."""

_MOST_DEPTH = 10
_MOST_REPEATS = 1_000
_ASCII = (1 << 128) - 1
_ANY = (1 << 129) - 1  # a bit for each character of ASCII, and one for all others
_QUANTIFIER = re.compile(r"\?|\*|\+|\{([0-9]{1,4})(,([0-9]{1,4})?)?\}")


class UnsafePatternError(ValueError):
    """The text says what is wrong with the expression, and what would be right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """An atom and how often: `starts` are the characters it may begin with.

    `inner` are the alternatives of a group, none for a single character.
    """

    starts: int
    low: int
    high: int | None
    empty: bool
    inner: tuple[tuple["_Part", ...], ...] = ()

    @property
    def varies(self) -> bool:
        return self.low != self.high


def check_pattern(pattern: str, longest: int) -> None:
    """Raise UnsafePatternError unless answers of this length are matched in little time."""
    if len(pattern) > MOST_CHARACTERS:
        raise UnsafePatternError(f"the pattern has more than {MOST_CHARACTERS} characters")
    reader = _Reader(pattern)
    alternatives = reader.alternatives(0)
    if reader.rest:
        raise UnsafePatternError("the pattern has a ')' without its '('; write \\) for the letter")
    try:
        re.compile(pattern)
    except (re.error, OverflowError) as error:
        raise UnsafePatternError(f"the pattern cannot be read: {error}") from error
    if _ways(alternatives, 0, longest) * longest > MOST_STEPS:
        raise UnsafePatternError(
            f"the pattern may take too long for an answer of {longest} characters; set a smaller "
            "max_length, or let parts that repeat be divided by a character that none of them has"
        )


def _ways(alternatives: tuple[tuple[_Part, ...], ...], follow: int, longest: int) -> int:
    """In how many ways a text may be divided among the parts, at most."""
    total = 0
    for parts in alternatives:
        ways, after = 1, follow
        for part in reversed(parts):
            if part.inner:
                ways *= _ways(part.inner, after, longest)
            if part.varies and part.starts & after:
                high = longest if part.high is None else min(part.high, longest)
                ways *= max(1, high - part.low + 1)
            after = part.starts | after if part.empty else part.starts
        total += ways
    return total


class _Reader:
    """Reads an expression from left to right."""

    def __init__(self, pattern: str) -> None:
        self.rest = pattern

    def alternatives(self, depth: int) -> tuple[tuple[_Part, ...], ...]:
        if depth > _MOST_DEPTH:
            raise UnsafePatternError(f"the pattern has more than {_MOST_DEPTH} groups in groups")
        found: list[tuple[_Part, ...]] = []
        parts: list[_Part] = []
        while self.rest and not self.rest.startswith(")"):
            if self._take("|"):
                found.append(tuple(parts))
                parts = []
            else:
                parts.append(self._part(depth))
        return (*found, tuple(parts))

    def _part(self, depth: int) -> _Part:
        inner: tuple[tuple[_Part, ...], ...] = ()
        if self._take("("):
            if self.rest.startswith("?") and not self._take("?:"):
                raise UnsafePatternError("of groups, only (…) and (?:…) can be used in a pattern")
            inner = self.alternatives(depth + 1)
            if not self._take(")"):
                raise UnsafePatternError("the pattern has a '(' without its ')'")
            starts, empty = _starts(inner)
        else:
            starts, empty = self._characters(), False
        low, high = self._quantifier()
        if inner and high != 1 and high != 0 and _chooses(inner):
            raise UnsafePatternError(
                "the pattern repeats a group that has repetition or alternatives in it, which may "
                "take for ever; repeat single characters or [classes], or a group of fixed length"
            )
        return _Part(starts=starts, low=low, high=high, empty=empty or low == 0, inner=inner)

    def _quantifier(self) -> tuple[int, int | None]:
        match = _QUANTIFIER.match(self.rest)
        if match is None:
            return 1, 1
        self.rest = self.rest[match.end() :]
        if _QUANTIFIER.match(self.rest):
            raise UnsafePatternError("the pattern has two of ? * + {…} in a row; keep one")
        sign = match[0]
        if sign in ("?", "*", "+"):
            return int(sign == "+"), 1 if sign == "?" else None
        low = int(match[1])
        high = low if match[2] is None else int(match[3]) if match[3] else None
        if max(low, high or 0) > _MOST_REPEATS:
            raise UnsafePatternError(f"the pattern repeats more than {_MOST_REPEATS} times")
        return low, high

    def _characters(self) -> int:
        if self._take("["):
            return self._class()
        sign = self._next()
        if sign in "*+?{}":
            raise UnsafePatternError(f"{sign!r} stands for nothing here; write \\{sign}")
        if sign in "^$":
            raise UnsafePatternError(
                f"leave {sign!r} out: the pattern is compared with the whole answer"
            )
        if sign == ".":
            return _ANY & ~_bit("\n")
        return self._escaped() if sign == "\\" else _bit(sign)

    def _class(self) -> int:
        negated = self._take("^")
        found = 0
        while not self._take("]"):
            sign = self._next()
            if sign == "[":
                raise UnsafePatternError("write \\[ for a '[' within [ ]")
            first = self._escaped() if sign == "\\" else _bit(sign)
            if self.rest.startswith("-") and not self.rest.startswith("-]"):
                self._take("-")
                last = self._next()
                first = _between(sign, last)
            found |= first
        if not found:
            raise UnsafePatternError("the pattern has a [ ] with nothing in it")
        # What is not in ASCII is one bit, so that a class with one of them excludes not all.
        return (_ANY & ~found) | (1 << 128) if negated else found

    def _escaped(self) -> int:
        sign = self._next()
        if sign in "dDwWsS":
            inside = sum(1 << code for code in range(128) if re.match(f"\\{sign}", chr(code)))
            return inside | (1 << 128 if sign.isupper() or sign == "s" else 0)
        if sign.isalnum() or ord(sign) > 127:
            raise UnsafePatternError(
                f"\\{sign} cannot be used in a pattern; known are \\d \\w \\s, their opposites "
                "\\D \\W \\S, and signs that are meant as such, like \\."
            )
        return _bit(sign)

    def _take(self, text: str) -> bool:
        taken = self.rest.startswith(text)
        if taken:
            self.rest = self.rest[len(text) :]
        return taken

    def _next(self) -> str:
        if not self.rest:
            raise UnsafePatternError("the pattern ends in the middle of a [ ] or an escape")
        sign, self.rest = self.rest[0], self.rest[1:]
        return sign


def _between(first: str, last: str) -> int:
    if "\\" in (first, last) or first > last:
        raise UnsafePatternError(f"[{first}-{last}] is no range; for the sign itself write \\-")
    if ord(last) > 127:
        return (_ASCII & ~((1 << min(ord(first), 128)) - 1)) | 1 << 128
    return (1 << ord(last) + 1) - (1 << ord(first))


def _starts(alternatives: tuple[tuple[_Part, ...], ...]) -> tuple[int, bool]:
    """The characters that one of them may begin with, and whether one may be empty."""
    starts, empty = 0, False
    for parts in alternatives:
        for part in parts:
            starts |= part.starts
            if not part.empty:
                break
        else:
            empty = True
    return starts, empty


def _chooses(alternatives: tuple[tuple[_Part, ...], ...]) -> bool:
    """Whether there is more than one way through a group."""
    return len(alternatives) > 1 or any(
        part.varies or _chooses(part.inner) for parts in alternatives for part in parts if parts
    )


def _bit(sign: str) -> int:
    return 1 << min(ord(sign), 128)
