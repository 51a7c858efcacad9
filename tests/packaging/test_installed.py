"""Installed from a wheel or in editable mode, it works in an empty directory, without settings
but where to listen: the page, its style sheet, the example form, a receipt."""

import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urljoin

import aiohttp
import pytest

from tests.packaging.wheel import TREE, build_wheel, install_wheel
from tests.system.clients import Client
from tests.system.history import Event, Kind
from tests.system.service_process import ServiceProcess, environment, running_service

pytestmark = pytest.mark.slow

WHERE_IT_IS = "import service, service.templates as t; print(service.__file__, t.__file__)"

_STYLE = re.compile(r'<link[^>]*\bhref="([^"]+\.css)"')
_SCRIPT = re.compile(r'<script[^>]*\bsrc="([^"]+)"')


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment in which the wheel of this tree is installed."""
    folder = tmp_path_factory.mktemp("wheel")
    return install_wheel(build_wheel(folder), folder / "environment")


def test_the_wheel_brings_its_own_code_and_not_that_of_the_tree(
    programs: Path, tmp_path: Path
) -> None:
    found = output_of(programs / "python", "-c", WHERE_IT_IS, folder=tmp_path).split()
    assert [Path(each).is_relative_to(programs.parent) for each in found] == [True, True]


def test_an_editable_install_uses_the_code_of_the_tree(tmp_path: Path) -> None:
    found = output_of(Path(sys.executable), "-c", WHERE_IT_IS, folder=tmp_path).split()
    assert [Path(each).is_relative_to(TREE) for each in found] == [True, True]


async def test_a_wheel_works_in_an_empty_directory(programs: Path, tmp_path: Path) -> None:
    await use_in_an_empty_directory(programs, tmp_path)


async def test_an_editable_install_works_in_an_empty_directory(tmp_path: Path) -> None:
    await use_in_an_empty_directory(Path(sys.executable).parent, tmp_path)


async def use_in_an_empty_directory(programs: Path, tmp_path: Path) -> None:
    """Serve, fill in the form and search, all with nothing around."""
    empty = tmp_path / "empty"
    empty.mkdir()
    with running_service(
        tmp_path,
        {"DATA_DIR": "data"},
        command=[str(programs / "formwell"), "serve"],
        working_folder=empty,
    ) as service:
        await use(service)
        assert service.terminate() == 0
    assert [path.name for path in empty.iterdir()] == ["data"]
    found = output_of(
        programs / "formwell", "search", "console-wars", "Genesis", "--json", folder=empty
    )
    assert len(found.splitlines()) == 1


async def use(service: ServiceProcess) -> None:
    """What a browser would do: the list of forms, a form, what it refers to, the receipt."""
    history: list[Event] = []
    async with aiohttp.ClientSession(service.url) as session:
        async with session.get("/") as answer:
            listed = await answer.text()
            assert answer.status == 200
            assert all(f'href="/f/{name}"' in listed for name in ("console-wars", "every-field"))
        async with session.get("/f/console-wars") as answer:
            page = await answer.text()
            assert answer.status == 200
        for kind, pattern in (("text/css", _STYLE), ("javascript", _SCRIPT)):
            addresses = pattern.findall(page)
            assert addresses, kind
            for address in addresses:
                async with session.get(urljoin("/f/console-wars", address)) as answer:
                    assert answer.status == 200, address
                    assert kind in answer.content_type
                    assert await answer.read()
        client = Client(session, history)
        await client.send(await client.fill_in("Genesis, of course."))
        assert [event.kind for event in history] == [Kind.INVOKE, Kind.OK]
        receipt = str(history[1].receipt)
        async with session.get(f"/f/console-wars/receipts/{receipt}") as answer:
            assert answer.status == 200
            assert receipt in await answer.text()


def output_of(program: Path, *arguments: str, folder: Path) -> str:
    """What a program prints; it must end well."""
    ended = subprocess.run(
        [str(program), *arguments],
        cwd=folder,
        env=environment({}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout
