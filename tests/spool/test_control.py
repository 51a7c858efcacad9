"""A command beside a running service is answered, whatever it asks."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from service.spool.control import ControlError, ask_service, serve_control


async def double(request: Mapping[str, object]) -> Mapping[str, object]:
    number = request["number"]
    if not isinstance(number, int):
        raise ControlError("number must be a number")
    return {"doubled": number * 2}


async def test_a_command_gets_its_result(tmp_path: Path) -> None:
    path = tmp_path / "control.sock"
    async with serve_control(path, {"double": double}):
        assert await ask_service(path, "double", number=21) == {"doubled": 42}
        assert path.stat().st_mode & 0o777 == 0o600
    assert not path.exists()


async def test_a_long_path_works_too(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 30)
    folder.mkdir()
    async with serve_control(folder / "control.sock", {"double": double}):
        assert await ask_service(folder / "control.sock", "double", number=1) == {"doubled": 2}


async def test_a_refusal_says_why(tmp_path: Path) -> None:
    path = tmp_path / "control.sock"
    async with serve_control(path, {"double": double}):
        with pytest.raises(ControlError, match="number must be a number"):
            await ask_service(path, "double", number="x")
        with pytest.raises(ControlError, match="its log says why"):
            await ask_service(path, "unknown")


async def test_a_service_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ControlError, match=r"control\.sock"):
        await ask_service(tmp_path / "control.sock", "double", number=1)


async def test_a_socket_left_by_a_killed_process_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "control.sock"
    path.touch()
    async with serve_control(path, {"double": double}):
        assert await ask_service(path, "double", number=2) == {"doubled": 4}
