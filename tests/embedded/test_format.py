"""The file: its mode, its format, and readers beside its writer."""

import stat
from collections.abc import Callable, Collection
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import apsw
import pytest

from service.embedded.opening import FILE_NAME
from service.embedded.schema import VERSION, FormatError
from service.embedded.store import EmbeddedStore, open_embedded, open_embedded_for_reading
from service.forms.definition import Form
from service.store import StoreError, StoreUnavailable
from tests.embedded.samples import FORMS, INDEX, document

Opening = Callable[[Path, Collection[Form]], AbstractAsyncContextManager[EmbeddedStore]]


def modes_in(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


async def test_nobody_else_may_read_any_of_its_files(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).touch(mode=0o644)
    async with open_embedded(tmp_path, FORMS) as store:
        await store.create(INDEX, [document()])

        modes = modes_in(tmp_path)

    assert modes == dict.fromkeys((FILE_NAME, f"{FILE_NAME}-wal", f"{FILE_NAME}-shm"), 0o600)


@pytest.mark.parametrize("opening", [open_embedded, open_embedded_for_reading])
async def test_a_newer_format_is_refused(tmp_path: Path, opening: Opening) -> None:
    newer = apsw.Connection(str(tmp_path / FILE_NAME))
    newer.pragma("user_version", VERSION + 1)
    newer.close()

    with pytest.raises(FormatError, match="has format 2, this Formwell knows 1") as caught:
        async with opening(tmp_path, FORMS):
            pass

    assert isinstance(caught.value, StoreError)


async def test_a_reader_finds_what_a_running_service_wrote(
    store: EmbeddedStore, tmp_path: Path
) -> None:
    async with open_embedded_for_reading(tmp_path, FORMS) as reader:
        await store.create(INDEX, [document("Sega")])

        assert len(await reader.search(INDEX, "sega", limit=10)) == 1


async def test_a_reader_finds_what_a_stopped_service_wrote(tmp_path: Path) -> None:
    async with open_embedded(tmp_path, FORMS) as store:
        await store.create(INDEX, [document("Sega")])

    async with open_embedded_for_reading(tmp_path, FORMS) as reader:
        assert len(await reader.search(INDEX, "sega", limit=10)) == 1


async def test_a_reader_writes_nothing(store: EmbeddedStore, tmp_path: Path) -> None:
    async with open_embedded_for_reading(tmp_path, FORMS) as reader:
        with pytest.raises(StoreUnavailable, match="ReadOnlyError"):
            await reader.create(INDEX, [document()])

    assert not await store.find(INDEX, document().receipt)


async def test_a_missing_file_is_an_empty_store_and_is_not_made(tmp_path: Path) -> None:
    async with open_embedded_for_reading(tmp_path / "nowhere", FORMS) as reader:
        assert await reader.search(INDEX, "sega", limit=10) == []
        with pytest.raises(StoreUnavailable, match="ReadOnlyError"):
            await reader.create(INDEX, [document()])

    assert modes_in(tmp_path) == {}


async def test_an_empty_file_reads_as_an_empty_store(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).touch()

    async with open_embedded_for_reading(tmp_path, FORMS) as reader:
        assert await reader.search(INDEX, "sega", limit=10) == []
