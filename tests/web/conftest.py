"""A public listener for each test that asks for one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.web.public_site import PublicSite, open_public_site


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[PublicSite]:
    async with open_public_site(tmp_path) as opened:
        yield opened
