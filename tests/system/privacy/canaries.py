"""A word for each place that something private may come from: a leak names its source. Pure."""

import secrets
from base64 import b64encode
from collections.abc import Collection, Iterator


class Canaries:
    """Words nobody else says. Lower-case letters and digits: nothing has to escape them."""

    def __init__(self) -> None:
        self._run = secrets.token_hex(4)
        self.words: dict[str, str] = {}
        # Of the networks for documentation; what is masked of them is not found again.
        self.address_4 = "198.51.100.77"
        self.address_6 = "2001:db8:77:77::77"

    def word(self, place: str) -> str:
        """The word of a place, always the same."""
        return self.words.setdefault(place, f"canary{len(self.words):03d}x{self._run}")

    def sung_in(self, text: str, *, but_for: Collection[str] = ()) -> list[str]:
        """The places whose words are in a text, in any case, plain or in base 64."""
        lowered = text.lower()
        found = [
            place
            for place, word in self.words.items()
            if place not in but_for and (word in lowered or any(b in text for b in _base64(word)))
        ]
        addresses = [each for each in (self.address_4, self.address_6) if each in lowered]
        return [*found, *([] if "address" in but_for else addresses)]


def _base64(word: str) -> Iterator[str]:
    """What of it stands in base 64, wherever it begins in a group of three bytes."""
    for before in range(3):
        encoded = b64encode(b"-" * before + word.encode()).decode()
        yield encoded[4 if before else 0 : -4]
