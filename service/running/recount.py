"""What other replicas took of forms with a limit: asked of the store, off the way of requests."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress

import structlog

from service.forms.definition import Form
from service.spool.ports import SpoolBroken, SpoolFull
from service.spool.spool import Spool
from service.store import Store, StoreError

_LOG = structlog.get_logger(__name__)

LOOK_EVERY_SECONDS = 10.0
ANSWER_WITHIN_SECONDS = 5.0
AT_START_SECONDS = 2.0


class Recount:
    """Tells the spool how many documents the store has of each form that has a limit.

    A store that does not answer changes nothing: what was known stands.
    """

    def __init__(self, forms: Mapping[str, Form], store: Store, spool: Spool) -> None:
        self._forms = forms
        self._store = store
        self._spool = spool
        self._soon = asyncio.Event()
        self._silent: set[str] = set()

    def soon(self) -> None:
        """Look at once: a form may have a limit that had none."""
        self._soon.set()

    async def run_for_ever(self) -> None:
        """Look every LOOK_EVERY_SECONDS; ends where the spool failed."""
        with suppress(SpoolBroken):
            while True:
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_EVERY_SECONDS):
                        await self._soon.wait()
                self._soon.clear()
                await self.look(within_seconds=ANSWER_WITHIN_SECONDS)

    async def look(self, *, within_seconds: float) -> None:
        """Ask about every form with a limit, at the same time. Raises SpoolBroken."""
        limited = [form for form in self._forms.values() if form.limit is not None]
        await asyncio.gather(*(self._look_at(form, within_seconds) for form in limited))

    async def _look_at(self, form: Form, within_seconds: float) -> None:
        try:
            async with asyncio.timeout(within_seconds):
                documents = await self._store.count(form.index)
        except (StoreError, TimeoutError) as error:
            if form.id not in self._silent:
                self._silent.add(form.id)
                _LOG.warning("form_not_counted", form=form.id, reason=str(error) or "no answer")
            return
        self._silent.discard(form.id)
        with suppress(SpoolFull):  # on a full disk nothing is taken, so nothing can be too much
            await self._spool.note_documents(form.id, documents)
