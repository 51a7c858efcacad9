"""A public listener, and what is logged, for each test that asks for one."""

import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from service.observability.logs import configure_logs
from tests.web.public_site import PublicSite, open_public_site


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[PublicSite]:
    async with open_public_site(tmp_path) as opened:
        yield opened


@pytest.fixture
def log() -> io.StringIO:
    """What is logged from now on, at every level, as in production."""
    stream = io.StringIO()
    configure_logs(level="debug", json_lines=True, stream=stream)
    return stream
