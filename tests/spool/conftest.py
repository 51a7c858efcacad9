"""A spool in a folder of the test's own."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog

from service.observability.metrics import Metrics
from service.spool.limits import Limits
from service.spool.spool import Spool, open_spool


@pytest.fixture
def spool_path(tmp_path: Path) -> Path:
    return tmp_path / "spool.db"


@pytest.fixture
async def spool(spool_path: Path) -> AsyncIterator[Spool]:
    async with open_spool(spool_path, Metrics(), Limits()) as opened:
        yield opened


@pytest.fixture
def logs() -> Iterator[list[structlog.typing.EventDict]]:
    """What is logged meanwhile."""
    with structlog.testing.capture_logs() as lines:
        yield lines
