"""The sites of the table, opened once for all of it."""

from collections.abc import AsyncIterator, Mapping

import pytest
import pytest_asyncio

from tests.web.bad_input.row import Place
from tests.web.bad_input.sites import open_sites
from tests.web.public_site import PublicSite


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def sites(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Mapping[Place, PublicSite]]:
    async with open_sites(tmp_path_factory.mktemp("sites")) as opened:
        yield opened
