"""A browser, a service with the example form, and visitors."""

import secrets
from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser

from tests.browser.chromium import find_chromium, open_browser
from tests.browser.visitor import Visitor
from tests.system.ports import closed_url
from tests.system.service_process import ServiceProcess, running_service


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium: install Debian's package chromium, or name one in CHROMIUM")
    async with open_browser(path) as browser:
        yield browser


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    """The service as it starts without any setting, but for its folder and ports."""
    with running_service(tmp_path_factory.mktemp("service"), {}) as service:
        yield service


@pytest.fixture(scope="module")
def cut_off_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    """A service whose store is unreachable: nothing is ever delivered."""
    with running_service(
        tmp_path_factory.mktemp("cut-off"), {"STORE_URL": closed_url()}
    ) as service:
        yield service


@pytest.fixture
def word() -> str:
    """A word that is in no other answer."""
    return "w" + secrets.token_hex(6)


@pytest.fixture
async def visitor(browser: Browser, service: ServiceProcess) -> AsyncIterator[Visitor]:
    """Somebody with an ordinary browser."""
    visitor = Visitor(await browser.new_page(), service)
    yield visitor
    assert not visitor.violations


@pytest.fixture
async def scriptless(browser: Browser, service: ServiceProcess) -> Visitor:
    """Somebody whose browser runs no scripts."""
    return Visitor(await browser.new_page(java_script_enabled=False), service)


@pytest.fixture
async def visitor_without_store(
    browser: Browser, cut_off_service: ServiceProcess
) -> AsyncIterator[Visitor]:
    """Somebody whose answers wait for a store that is away."""
    visitor = Visitor(await browser.new_page(), cut_off_service)
    yield visitor
    assert not visitor.violations
