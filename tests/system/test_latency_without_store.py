"""What a POST takes does not depend on the store: there, away, or hanging, side by side."""

import asyncio
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.system.form_folder import write_form
from tests.system.hanging_store import hanging_store
from tests.system.ports import closed_url
from tests.system.service_process import running_service
from tests.system.side_by_side import Station, assert_unaffected, measure, table
from tests.system.store_view import StoreView

pytestmark = pytest.mark.slow


async def test_a_post_takes_what_it_takes_whether_the_store_is_there_away_or_hanging(
    opensearch_url: str,
    index: str,
    store_view: StoreView,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """F15: a store that connects and never answers costs those who post nothing."""
    forms = write_form(tmp_path / "forms", index)
    async with hanging_store() as hanging_url:
        with ExitStack() as stack:
            stations = [
                Station(
                    name=name,
                    service=stack.enter_context(
                        running_service(tmp_path / name, {"STORE_URL": url, "FORMS_DIR": forms})
                    ),
                )
                for name, url in (
                    ("reachable", opensearch_url),
                    ("unreachable", closed_url()),
                    ("hanging", hanging_url),
                )
            ]
            await measure(stations)
            codes = [await asyncio.to_thread(station.service.terminate) for station in stations]
    with capsys.disabled():
        sys.stdout.write("\n" + table(stations))
    assert await store_view.documents(), "the reachable store got nothing"
    assert_unaffected(stations)
    assert codes == [0, 0, 0]
