"""An owner's wish to have its adopted slot back, and what it ends."""

import asyncio


class Release:
    """Ends delivery from a slot at once when its owner asks for it: the owner sends it all again.

    Also while the adopter is stopping, and delivers for as long as there is time.
    """

    def __init__(self) -> None:
        self.asked = False
        self._delivering: asyncio.Task[None] | None = None

    def ask(self) -> None:
        """The owner is there, and waits."""
        self.asked = True
        if self._delivering is not None:
            self._delivering.cancel()

    def ends(self, delivering: asyncio.Task[None]) -> None:
        """This is what delivers from the slot."""
        self._delivering = delivering
        if self.asked:
            delivering.cancel()
