"""The texts of one language, and how it writes moments and numbers. Pure."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, lru_cache
from gettext import NullTranslations

from babel import Locale
from babel.dates import format_datetime
from babel.numbers import format_decimal

from service.texts.pseudo import PSEUDO_TAG, pseudo

SOURCE_TAG = "en"
"""The language that texts are written in; what has no translation is shown in it."""

# The texts are British English, so its dates are too: the plain "en" of CLDR is American.
_WRITTEN_AS = {SOURCE_TAG: "en-GB"}
# Unicode knows nothing of the pseudo-language; only its direction is Arabic's.
_STANDS_FOR = {PSEUDO_TAG: "ar"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The texts of one language. `tag` is BCP 47's; `written_as` is the tag of the language whose
    dates and numbers it uses, its own where None."""

    tag: str
    translations: NullTranslations = field(default_factory=NullTranslations)
    written_as: str | None = None

    @property
    def direction(self) -> str:
        """Which way the language is written: "ltr" or "rtl", as HTML's `dir`."""
        return locale_of(self.tag).text_direction

    @property
    def name(self) -> str:
        """What its own speakers call the language."""
        if self.tag == PSEUDO_TAG:
            return pseudo("Pseudo-language")
        name = locale_of(self.tag).display_name or self.tag
        return name[0].upper() + name[1:]

    def find(self, message: str) -> str:
        """A text with its placeholders still in it; the English one where there is no other."""
        return self.translations.gettext(message)

    def find_plural(self, singular: str, plural: str, number: int) -> str:
        """The form of a text that goes with a number, its placeholders still in it."""
        return self.translations.ngettext(singular, plural, number)

    def gettext(self, message: str, **values: object) -> str:
        """A text with these values for its %(name)s; a per cent sign in it is written twice."""
        return self.find(message) % values

    def ngettext(self, singular: str, plural: str, number: int, **values: object) -> str:
        """The form that goes with a number, which is %(num)s, as the language writes it."""
        return self.find_plural(singular, plural, number) % {"num": self.number(number), **values}

    def moment(self, at_ms: int) -> str:
        """Date and time of a moment (ms since the epoch), with UTC named."""
        return _moment(at_ms // 1000, self._locale)

    def number(self, number: int) -> str:
        """A whole number with the language's own marks between thousands."""
        return format_decimal(number, locale=self._locale)

    @property
    def _locale(self) -> Locale:
        return locale_of(self.written_as or _WRITTEN_AS.get(self.tag, self.tag))


@cache
def locale_of(tag: str) -> Locale:
    """What Unicode knows of a language; ValueError or UnknownLocaleError where it knows none."""
    return Locale.parse(_STANDS_FOR.get(tag, tag), sep="-")


ENGLISH = Texts(tag=SOURCE_TAG)


@lru_cache(maxsize=256)
def _moment(at: int, locale: Locale) -> str:
    return format_datetime(datetime.fromtimestamp(at, UTC), "long", locale=locale)
