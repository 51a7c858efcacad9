"""A full disk is a refusal, a failed disk ends all writing, other trouble means nobody knows."""

from pathlib import Path

import apsw
import pytest

from service.embedded.errors import store_error
from service.embedded.opening import FILE_NAME, open_file
from service.embedded.store import EmbeddedStore, open_embedded
from service.store import StoreRefused, StoreUnavailable
from tests.embedded.faulty_disk import FaultyDisk
from tests.embedded.samples import FORMS, INDEX, document


class NoSharedMemoryError(apsw.IOError):
    """As SQLite raises it where the file it shares with readers cannot grow."""

    extendedresult = apsw.SQLITE_IOERR_SHMSIZE


# The disk is named before the store in each test: fixtures are made in that order.


async def test_a_full_disk_refuses_the_batch_until_there_is_room(
    disk: FaultyDisk, store: EmbeddedStore
) -> None:
    before, after = document(key="before"), document(key="after")
    await store.create(INDEX, [before])
    disk.on_write = apsw.FullError

    with pytest.raises(StoreRefused, match="no room on the disk") as caught:
        await store.create(INDEX, [after])

    assert (caught.value.status, caught.value.error_type) == (507, "disk_full")
    assert not await store.find(INDEX, after.receipt)
    disk.on_write = None
    results = await store.create(INDEX, [before, after])
    assert [result.status for result in results] == [409, 201]


async def test_a_failed_sync_ends_writing_until_the_file_is_opened_anew(
    disk: FaultyDisk, store: EmbeddedStore, tmp_path: Path
) -> None:
    disk.on_sync = apsw.IOError
    with pytest.raises(StoreUnavailable, match="embedded store failed: IOError"):
        await store.create(INDEX, [document()])
    disk.on_sync = None

    with pytest.raises(StoreUnavailable, match="nothing is written until a restart"):
        await store.create(INDEX, [document()])

    assert not await store.find(INDEX, document().receipt)


async def test_a_commit_waits_for_the_disk(disk: FaultyDisk, store: EmbeddedStore) -> None:
    syncs: list[None] = []

    def count() -> Exception:
        syncs.append(None)
        return apsw.IOError()

    disk.on_sync = count
    with pytest.raises(StoreUnavailable):
        await store.create(INDEX, [document()])
    disk.on_sync = None

    assert syncs


async def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"not a database, but long enough to be read as one" * 100)

    with pytest.raises(StoreUnavailable, match=r"embedded\.db .* damaged \(NotADB"):
        async with open_embedded(tmp_path, FORMS):
            pass


async def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(StoreUnavailable, match=r"cannot be opened: .*file/folder"):
        async with open_embedded(tmp_path / "file" / "folder", FORMS):
            pass


def test_no_room_for_shared_memory_is_a_full_disk() -> None:
    assert isinstance(store_error(NoSharedMemoryError("disk I/O error")), StoreRefused)


async def test_an_open_file_belongs_to_its_thread(store: EmbeddedStore, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="belongs to the thread that opened it"):
        store._file.contains(INDEX, document().receipt)


def test_an_opened_file_says_that_it_is_durable(tmp_path: Path) -> None:
    opened = open_file(tmp_path)
    try:
        assert opened._connection.pragma("journal_mode") == "wal"
        assert opened._connection.pragma("synchronous") == 2
    finally:
        opened.close()
