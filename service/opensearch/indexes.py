"""Before the first document goes to an index: template, index and mapping are there.

They are looked at again every VERIFY_SECONDS in which documents go there, as somebody may remove
index and template together: then the next bulk would have OpenSearch make an index of guesses, and
no option of a bulk forbids it. Asks for nothing that OpenSearch Serverless lacks.
"""

import asyncio
import time
from collections.abc import Callable, Collection, Mapping
from typing import Any

import structlog
from opensearchpy import AsyncOpenSearch

from service.forms.definition import Form
from service.forms.mapping import index_mapping
from service.opensearch.aws.auth_refusals import ACCESS_DENIED, CLOCK_SKEWED, SIGNATURE_REFUSED
from service.opensearch.index_plan import extend_template, find_gap, new_template, template_name
from service.opensearch.live_indexes import read_mappings, read_template
from service.store import StoreRefused, StoreUnavailable

_log = structlog.get_logger(__name__)

VERIFY_SECONDS = 30.0
"""How long an index is taken to be as it was seen last."""

_UNAUTHORIZED = 401
_FORBIDDEN = 403
_NOT_FOUND = 404
_DENIED = frozenset({ACCESS_DENIED, "security_exception"})
_ABOUT_US = frozenset({CLOCK_SKEWED, SIGNATURE_REFUSED})


class Indexes:
    """The forms' indexes, and which of them are known to be ready.

    `clock` gives seconds, and never goes back.
    """

    def __init__(
        self,
        client: AsyncOpenSearch,
        forms: Collection[Form],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.changed = asyncio.Event()
        """Set whenever there are other forms."""
        self._client = client
        self._clock = clock
        self._forms = {form.index: form for form in forms}
        self._locks = {index: asyncio.Lock() for index in self._forms}
        self._ready_until: dict[str, float] = {}
        self._failed: dict[str, StoreUnavailable] = {}
        self._templates_denied: set[str] = set()
        self._warned_of: set[str] = set()

    def names(self) -> tuple[str, ...]:
        """All indexes that a form has or had."""
        return tuple(self._forms)

    def form(self, index: str) -> Form | None:
        """The form whose documents go to this index."""
        return self._forms.get(index)

    def use_forms(self, forms: Collection[Form]) -> None:
        """These are the forms from now on; an index whose form is new or changed is looked at anew.

        The index of a form that is gone still takes what waits for it.
        """
        for form in forms:
            if self._forms.get(form.index) != form:
                self.forget(form.index)
                self._forms[form.index] = form
                self._locks.setdefault(form.index, asyncio.Lock())
                self.changed.set()

    def forget(self, index: str) -> None:
        """Look at it anew before the next document, and at its template even where denied."""
        self._ready_until.pop(index, None)
        self._failed.pop(index, None)
        self._templates_denied.discard(index)

    async def prepare(self, index: str) -> None:
        """Make the index ready where it was not seen to be for VERIFY_SECONDS; callers at the same
        time share it, and that a store does not answer.

        What is missing is made or added; what is there is never changed. A template that was denied
        while the index was not is left alone until `forget`. Raises StoreRefused with
        "form_missing" where no form has this index, "mapping_conflict" where its fields are other
        than the form's, "index_not_prepared" where OpenSearch found our request wrong.
        """
        if self.form(index) is None:
            raise StoreRefused(
                f"no form has the index {index}", status=_NOT_FOUND, error_type="form_missing"
            )
        if self._is_ready(index):
            return
        lock = self._locks[index]
        shares = lock.locked()
        async with lock:
            failure = self._failed.pop(index, None)
            if shares and failure is not None and not self._is_ready(index):
                # Whoever waited for a time-out is not to wait for one more before it is told.
                self._failed[index] = failure
                raise StoreUnavailable(str(failure)) from failure
            while not self._is_ready(index):
                form = self._forms[index]
                try:
                    await self._prepare(form)
                except StoreUnavailable as error:
                    self._failed[index] = error
                    raise
                if self._forms[index] is form:  # else it was replaced meanwhile
                    self._ready_until[index] = self._clock() + VERIFY_SECONDS

    def _is_ready(self, index: str) -> bool:
        return self._clock() < self._ready_until.get(index, float("-inf"))

    async def _prepare(self, form: Form) -> None:
        mapping = index_mapping(form)
        try:
            denied = form.index in self._templates_denied or not await self._ensure_template(
                form.index, mapping
            )
            await self._ensure_index(form.index, mapping)
        except StoreRefused as error:
            if error.status != 400:
                raise
            # A 400 for a bulk is some document's fault; this one is not.
            raise StoreRefused(
                f"the index {form.index} cannot be made ready: {error.error_type}: {error}",
                status=409,
                error_type="index_not_prepared",
            ) from error
        # Not before: where the index was refused as well, it was not about templates.
        if denied:
            self._templates_denied.add(form.index)

    async def _ensure_template(self, index: str, mapping: Mapping[str, Any]) -> bool:
        """So that an index that is removed while we run comes back as it was; False where the role
        has no right to that."""
        name = template_name(index)
        try:
            existing = await read_template(self._client, name)
            body = (
                new_template(index, mapping)
                if existing is None
                else extend_template(existing, mapping)
            )
            if body is not None:
                await self._client.indices.put_index_template(name=name, body=body)
                _log.info("index_template_written", index=index, template=name)
            self._warned_of.discard(index)
        except StoreRefused as error:
            if error.status == _UNAUTHORIZED or error.error_type in _ABOUT_US:
                raise  # it is not about templates, and whatever comes next has the same answer
            # Only a second line: the index itself is made with its mapping in any case.
            if index not in self._warned_of:
                self._warned_of.add(index)
                _log.warning(
                    "index_template_refused",
                    index=index,
                    template=name,
                    status=error.status,
                    error_type=error.error_type,
                )
            return error.status != _FORBIDDEN or error.error_type not in _DENIED
        return True

    async def _ensure_index(self, index: str, mapping: Mapping[str, Any]) -> None:
        existing = await read_mappings(self._client, index)
        if not existing:
            try:
                await self._client.indices.create(index=index, body={"mappings": mapping})
            except StoreRefused as error:
                if error.error_type != "resource_already_exists_exception":
                    raise
                existing = await read_mappings(self._client, index)  # another replica was faster
            else:
                _log.info("index_created", index=index)
                return
        for name, current in existing.items():
            gap = find_gap(mapping, current)
            if gap.conflicts:
                raise StoreRefused(
                    f"the index {name} does not fit its form: {'; '.join(gap.conflicts)}",
                    status=409,
                    error_type="mapping_conflict",
                )
            if gap.missing:
                await self._client.indices.put_mapping(index=name, body={"properties": gap.missing})
                _log.info("index_fields_added", index=name, fields=sorted(gap.missing))
