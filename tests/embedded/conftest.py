"""A store in a folder of the test's own, and a disk that can be told to fail."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from service.embedded.store import EmbeddedStore, open_embedded
from tests.embedded.faulty_disk import FaultyDisk, faulty_disk
from tests.embedded.samples import FORMS


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[EmbeddedStore]:
    async with open_embedded(tmp_path, FORMS) as opened:
        yield opened


@pytest.fixture
def disk() -> Iterator[FaultyDisk]:
    """Ask for it before the store: the store is then on it."""
    with faulty_disk() as faulty:
        yield faulty
