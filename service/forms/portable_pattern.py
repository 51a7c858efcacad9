"""A form's own patterns for others: in ECMA 262 (with its `u` flag), which JSON Schema names, and
in Python they mean the same. So there are no classes by letter, and no escapes that only one knows.
"""

from dataclasses import dataclass

# As a letter, because no escape for it is the same in both languages.
_LAST = "\U0010ffff"
_CLASSES = {
    "d": "0-9",
    "D": f"\\u0000-/:-{_LAST}",
    "w": "0-9A-Z_a-z",
    "W": f"\\u0000-/:-@\\[-\\^`\\u007b-{_LAST}",
    "s": "\\u0009-\\u000d\\u0020",
    "S": f"\\u0000-\\u0008\\u000e-\\u001f!-{_LAST}",
}
_CLASS_SAMPLES = {"d": "7", "D": "x", "w": "x", "W": "-", "s": " ", "S": "x"}
_SYNTAX = "^$\\.*+?()[]{}|/"


@dataclass(frozen=True, slots=True, kw_only=True)
class PortablePattern:
    """An expression in the common language, and one text that it matches."""

    text: str
    sample: str


def escaped(text: str) -> str:
    """A pattern that matches this text only."""
    return "".join(f"\\{sign}" if sign in _SYNTAX else sign for sign in text)


def portable(pattern: str) -> PortablePattern:
    """A form's own pattern, one that `safe_pattern.check_pattern` lets pass."""
    return _Reader(pattern).alternatives()


class _Reader:
    """Reads an expression from left to right; that it is sound was seen before."""

    def __init__(self, pattern: str) -> None:
        self._rest = pattern

    def alternatives(self) -> PortablePattern:
        found = [self._row()]
        while self._take("|"):
            found.append(self._row())
        return PortablePattern(text="|".join(one.text for one in found), sample=found[0].sample)

    def _row(self) -> PortablePattern:
        text = sample = ""
        while self._rest and self._rest[0] not in "|)":
            atom = self._atom()
            quantifier = self._quantifier()
            text += atom.text + quantifier
            sample += atom.sample * _fewest(quantifier)
        return PortablePattern(text=text, sample=sample)

    def _atom(self) -> PortablePattern:
        if self._take("("):
            self._take("?:")
            inner = self.alternatives()
            self._take(")")
            return PortablePattern(text=f"(?:{inner.text})", sample=inner.sample)
        if self._take("["):
            return self._class()
        sign = self._next()
        if sign == ".":
            return PortablePattern(text="[^\\u000a]", sample="x")
        if sign == "\\":
            sign = self._next()
            if sign in _CLASSES:
                return PortablePattern(text=f"[{_CLASSES[sign]}]", sample=_CLASS_SAMPLES[sign])
        return PortablePattern(text=escaped(sign), sample=sign)

    def _class(self) -> PortablePattern:
        negated = self._take("^")
        text = sample = ""
        while not self._take("]"):
            sign = self._next()
            if sign == "\\":
                sign = self._next()
                if sign in _CLASSES:
                    text += _CLASSES[sign]
                    sample = sample or _CLASS_SAMPLES[sign]
                    continue
            text += _in_class(sign)
            sample = sample or sign
            if self._rest.startswith("-") and not self._rest.startswith("-]"):
                self._take("-")
                text += "-" + _in_class(self._next())
        # What a negated class matches is not looked for: a letter is mostly right.
        return PortablePattern(text=f"[{'^' * negated}{text}]", sample="x" if negated else sample)

    def _quantifier(self) -> str:
        if self._rest[:1] in ("*", "+", "?"):
            return self._next()
        if not self._rest.startswith("{"):
            return ""
        end = self._rest.index("}") + 1
        quantifier, self._rest = self._rest[:end], self._rest[end:]
        return quantifier

    def _take(self, text: str) -> bool:
        taken = self._rest.startswith(text)
        if taken:
            self._rest = self._rest[len(text) :]
        return taken

    def _next(self) -> str:
        sign, self._rest = self._rest[0], self._rest[1:]
        return sign


def _in_class(sign: str) -> str:
    # Between [ and ] Python warns of signs that may get a meaning one day, and browsers have given
    # them one; only by its number is each of them always itself.
    return sign if sign.isalnum() or ord(sign) > 127 else f"\\u{ord(sign):04x}"


def _fewest(quantifier: str) -> int:
    if quantifier.startswith("{"):
        return int(quantifier[1:-1].partition(",")[0])
    return 0 if quantifier in ("*", "?") and quantifier else 1
