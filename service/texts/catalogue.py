"""All languages that the service speaks."""

from collections.abc import Mapping, Sequence

from service.texts.preference import best_language
from service.texts.texts import Texts


class Catalogue:
    """Texts by language. The first language is the one for whom no other fits."""

    def __init__(self, languages: Mapping[str, Texts]) -> None:
        self._languages = dict(languages)

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags (BCP 47) of all languages, English first."""
        return tuple(self._languages)

    def texts(self, tag: str) -> Texts:
        """The texts of one of `tags`; KeyError for any other."""
        return self._languages[tag]

    def best(self, accept_language: str | None, offered: Sequence[str]) -> str:
        """The offered tag that an Accept-Language header fits best; the first where none does."""
        return best_language(accept_language, offered)
