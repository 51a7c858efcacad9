"""Texts in Python that are put into a language later, where the person is known."""


def mark(text: str) -> str:
    """The text itself. Its place in the source is where `make texts` finds it for translators."""
    return text


def mark_plural(singular: str, plural: str) -> tuple[str, str]:
    """Both forms of a text that counts something, found in the same way."""
    return singular, plural
