"""Changed form files come into force while the service runs: all of them, or none.

Nobody who fills in a form meets a mistake in a file that is being edited: as long as anything is
wrong in any file, the forms of before are served.
"""

import asyncio
import os
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import structlog

from service.forms.changes import FormChanges, compare_forms
from service.forms.definition import Form
from service.forms.in_force import FormsInForce, compile_forms
from service.forms.load import ENDINGS, FormsError
from service.wall_clock import now_ms

_LOG = structlog.get_logger(__name__)

LOOK_EVERY_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedReload:
    """When forms were refused, in ms since the epoch, and every sentence about why."""

    at: int
    problems: tuple[str, ...]


class Reloading:
    """Reads the forms anew when asked, one time after another, and puts them in force.

    `read_forms` blocks, and raises FormsError. `use_forms` tells the store of forms that are about
    to be served, `on_change` whoever else wants to know once they are.
    """

    def __init__(
        self,
        in_force: FormsInForce,
        read_forms: Callable[[], Mapping[str, Form]],
        *,
        use_forms: Callable[[Collection[Form]], None],
        on_change: Callable[[FormChanges], None] = lambda changes: None,
    ) -> None:
        self._in_force = in_force
        self._read_forms = read_forms
        self._use_forms = use_forms
        self._on_change = on_change
        self._asked = asyncio.Event()
        self.loaded_at = now_ms()
        self.failure: FailedReload | None = None
        """The last reload, where it failed; None once one passed again."""

    def ask(self) -> None:
        """Have the forms read again. Asking while they are being read has it done once more."""
        self._asked.set()

    async def run_for_ever(self) -> None:
        """Do what is asked for."""
        while True:
            await self._asked.wait()
            self._asked.clear()
            await self.reload()

    async def reload(self) -> None:
        """Read the forms and serve them from now on; where they are wrong, say so and go on."""
        try:
            forms = await asyncio.to_thread(self._read_forms)
            compiled = await asyncio.to_thread(compile_forms, forms)
        except FormsError as error:
            self._keep(error.problems)
            return
        except Exception as error:
            # A bug of ours in reading a file must not end a service that has forms to serve.
            self._keep((f"the forms could not be read: {type(error).__name__}",))
            return
        changes = compare_forms(self._in_force, forms)
        # No await between the two: a document of a new form never comes before its index is known.
        self._use_forms(forms.values())
        self._in_force.replace(compiled)
        self.loaded_at, self.failure = now_ms(), None
        _LOG.info(
            "forms_reloaded",
            added=list(changes.added),
            removed=list(changes.removed),
            changed=list(changes.changed),
        )
        self._on_change(changes)

    def _keep(self, problems: tuple[str, ...]) -> None:
        self.failure = FailedReload(at=now_ms(), problems=problems)
        for problem in problems:
            _LOG.error("forms_not_reloaded", problem=problem, still_served=list(self._in_force))


class FormFiles:
    """The form files of a folder as they are now: to be made, off the loop, before they are read,
    so that no change falls in between."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen = _look_at(folder)

    async def watch_for_ever(self, changed: Callable[[], None]) -> None:
        """Call `changed` whenever they are other than when they were last looked at."""
        while True:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            found = await asyncio.to_thread(_look_at, self._folder)
            if found != self._seen:
                self._seen = found
                changed()


def _look_at(folder: Path) -> frozenset[tuple[str, int, int, int]]:
    """What tells a changed file from the same one, without reading it; empty for no folder."""
    seen = set()
    with suppress(OSError):  # a file that goes away in between is looked at again soon
        for entry in os.scandir(folder):
            if entry.name.endswith(ENDINGS):
                found = entry.stat()
                seen.add((entry.name, found.st_mtime_ns, found.st_size, found.st_ino))
    return frozenset(seen)
