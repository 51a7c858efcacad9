"""One browser for all tests, services that are shared as far as their states allow, and visitors.

Everything here lives in one event loop for the whole run: a browser cannot change its loop.
"""

import secrets
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.browser.chromium import find_chromium, open_browser
from tests.browser.stage import Stage, open_stage
from tests.browser.visitor import Visitor
from tests.system.ports import closed_url
from tests.system.service_process import ServiceProcess, running_service

_HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Have every asynchronous test of this folder run in the loop of the browser."""
    for item in items:
        if _HERE in item.path.parents and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium: install Debian's package chromium, or name one in CHROMIUM")
    async with open_browser(path) as browser:
        yield browser


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    """The service as it starts without any setting, but for its folder and ports."""
    with running_service(tmp_path_factory.mktemp("service"), {}) as service:
        yield service


@pytest.fixture(scope="session")
def cut_off_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    """A service whose store is unreachable: nothing is ever delivered."""
    with running_service(
        tmp_path_factory.mktemp("cut-off"), {"STORE_URL": closed_url()}
    ) as service:
        yield service


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """A service in which a form is in every state."""
    async with open_stage(tmp_path_factory.mktemp("stage")) as stage:
        yield stage


@pytest.fixture
def word() -> str:
    """A word that is in no other answer."""
    return "w" + secrets.token_hex(6)


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(browser: Browser, service: ServiceProcess) -> AsyncIterator[Visitor]:
    """Somebody with an ordinary browser."""
    visitor = Visitor(await browser.new_page(), service)
    yield visitor
    await visitor.page.close()
    assert not visitor.violations


@pytest_asyncio.fixture(loop_scope="session")
async def scriptless(browser: Browser, service: ServiceProcess) -> AsyncIterator[Visitor]:
    """Somebody whose browser runs no scripts."""
    visitor = Visitor(await browser.new_page(java_script_enabled=False), service)
    yield visitor
    await visitor.page.close()


@pytest_asyncio.fixture(loop_scope="session")
async def visitor_without_store(
    browser: Browser, cut_off_service: ServiceProcess
) -> AsyncIterator[Visitor]:
    """Somebody whose answers wait for a store that is away."""
    visitor = Visitor(await browser.new_page(), cut_off_service)
    yield visitor
    await visitor.page.close()
    assert not visitor.violations
