"""The store for one machine and no set-up: SQLite FTS5 in one file.

Everything that touches the file runs on one thread of the store's own, in order, so the loop never
waits for the disk. A document counts as created only after its transaction is on disk.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import apsw

from service.embedded.errors import store_error
from service.embedded.file import EmbeddedFile
from service.embedded.opening import open_file, open_file_for_reading
from service.embedded.operations import (
    create_documents,
    fetch_all_of,
    fetch_documents,
    search_documents,
)
from service.embedded.queries import analysed_fields
from service.forms.definition import Form
from service.store import Document, Hit, ItemResult, StoreRefused, StoreUnavailable

T = TypeVar("T")


class EmbeddedStore:
    """A `service.store.Store` over an open file.

    An index that none of the forms has is refused with 404 `form_missing`, a full disk with 507
    `disk_full`; any other trouble with the file raises StoreUnavailable.
    """

    def __init__(self, file: EmbeddedFile, thread: Executor, forms: Collection[Form]) -> None:
        self._file = file
        self._thread = thread
        self._fields = dict(analysed_fields(forms))

    def use_forms(self, forms: Collection[Form]) -> None:
        """Search looks at these forms' fields in what comes from now on. The indexes of forms that
        are gone still take what waits for them."""
        self._fields |= analysed_fields(forms)

    async def create(self, index: str, documents: Sequence[Document]) -> Sequence[ItemResult]:
        """Create all documents in one transaction; one that is no JSON object gives 400."""
        fields = self._fields_of(index)
        return await _run(
            self._thread, lambda: create_documents(self._file, index, fields, documents)
        )

    async def find(self, index: str, receipt: UUID) -> bool:
        """Whether a document with this id is there."""
        self._fields_of(index)
        return await _run(self._thread, lambda: self._file.contains(index, receipt))

    async def search(self, index: str, query: str, *, limit: int) -> Sequence[Hit]:
        """Documents whose analysed answers match any word of `query`, the best first."""
        self._fields_of(index)
        return await _run(self._thread, lambda: search_documents(self._file, index, query, limit))

    async def fetch(self, index: str, wanted: UUID | int) -> Sequence[Hit]:
        """What a receipt or a short reference names; see `Archive.fetch`."""
        self._fields_of(index)
        return await _run(self._thread, lambda: fetch_documents(self._file, index, wanted))

    async def fetch_many(
        self, index: str, receipts: Sequence[UUID]
    ) -> Mapping[UUID, Mapping[str, object]]:
        """See `Archive.fetch_many`; of an index that no form has any more, too."""
        return await _run(self._thread, lambda: fetch_all_of(self._file, index, receipts))

    async def count(self, index: str) -> int:
        """How many documents are there."""
        self._fields_of(index)
        return await _run(self._thread, lambda: self._file.count(index))

    async def ping(self) -> str:
        """Read from the file; the store's name and version."""
        await _run(self._thread, self._file.check)
        return f"embedded store (SQLite {apsw.sqlite_lib_version()})"

    def _fields_of(self, index: str) -> Sequence[str]:
        fields = self._fields.get(index)
        if fields is None:
            raise StoreRefused(
                f"no form has the index {index}", status=404, error_type="form_missing"
            )
        return fields


@asynccontextmanager
async def open_embedded(folder: Path, forms: Collection[Form]) -> AsyncIterator[EmbeddedStore]:
    """The store in `folder`, made where it is missing, for the one service that writes to it.

    Raises schema.FormatError (a StoreError) for a newer format than is known or a file system that
    cannot do WAL, and StoreRefused or StoreUnavailable where the file cannot be opened.
    """
    async with _opened(lambda: open_file(folder), forms) as store:
        yield store


@asynccontextmanager
async def open_embedded_for_reading(
    folder: Path, forms: Collection[Form]
) -> AsyncIterator[EmbeddedStore]:
    """The store in `folder`, for searching only, beside a running service or without one.

    Nothing is made: a missing file is an empty store. Raises what `open_embedded` raises.
    """
    async with _opened(lambda: open_file_for_reading(folder), forms) as store:
        yield store


@asynccontextmanager
async def _opened(
    open_it: Callable[[], EmbeddedFile], forms: Collection[Form]
) -> AsyncIterator[EmbeddedStore]:
    thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="embedded-store")
    try:
        file = await _run(thread, open_it)
        try:
            yield EmbeddedStore(file, thread, forms)
        finally:
            await asyncio.shield(_run(thread, file.close))
    finally:
        thread.shutdown(wait=False)  # nothing is left to run, and waiting would block the loop


async def _run(thread: Executor, work: Callable[[], T]) -> T:
    try:
        return await asyncio.get_running_loop().run_in_executor(thread, work)
    except apsw.Error as error:
        raise store_error(error) from error
    except OSError as error:
        where = error.filename or "its file"
        raise StoreUnavailable(
            f"the embedded store cannot be opened: {where}: {error.strerror}"
        ) from error
