"""Forms are replaced all together, one reload after another, or not at all."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

import pytest

from service.forms.definition import Form
from service.forms.in_force import FormsInForce
from service.forms.load import FormsError
from service.running.reloading import FormFiles, Reloading
from tests.system.polling import until
from tests.web.public_site import quiz

Read = Callable[[], Mapping[str, Form]]


def forms(*ids: str) -> Mapping[str, Form]:
    return {form_id: quiz(form_id) for form_id in ids}


def reloading(in_force: FormsInForce, read: Read, told: list[list[str]]) -> Reloading:
    """One whose store writes down what it is told, and what was served then."""

    def use(used: Collection[Form]) -> None:
        told.append([form.id for form in used])
        told.append(list(in_force))

    return Reloading(in_force, read, use_forms=use)


async def test_the_store_knows_the_forms_before_they_are_served() -> None:
    in_force, told = FormsInForce(forms("old")), list[list[str]]()
    await reloading(in_force, lambda: forms("new"), told).reload()
    assert told == [["new"], ["old"]]
    assert list(in_force) == ["new"]


@pytest.mark.parametrize("error", [FormsError(("a.yaml:1:1: wrong", "b.yaml: odd")), KeyError("x")])
async def test_whatever_goes_wrong_the_old_forms_stay(error: Exception) -> None:
    in_force, told = FormsInForce(forms("old")), list[list[str]]()

    def fail() -> Mapping[str, Form]:
        raise error

    reloads = reloading(in_force, fail, told)
    await reloads.reload()
    assert list(in_force) == ["old"]
    assert not told
    assert reloads.failure is not None
    if isinstance(error, FormsError):
        assert reloads.failure.problems == error.problems


async def test_a_reload_that_passes_ends_the_failure() -> None:
    in_force, attempts = FormsInForce(forms("old")), list[int]()

    def read() -> Mapping[str, Form]:
        attempts.append(1)
        if len(attempts) == 1:
            raise FormsError(("wrong",))
        return forms("new")

    reloads = reloading(in_force, read, [])
    await reloads.reload()
    await reloads.reload()
    assert reloads.failure is None
    assert list(in_force) == ["new"]


async def test_asking_during_a_reload_has_the_forms_read_once_more() -> None:
    in_force, reads = FormsInForce(forms("old")), list[int]()
    loop = asyncio.get_running_loop()
    done = asyncio.Event()

    def read() -> Mapping[str, Form]:
        reads.append(1)
        if len(reads) == 1:
            loop.call_soon_threadsafe(reloads.ask)
            loop.call_soon_threadsafe(reloads.ask)
        else:
            loop.call_soon_threadsafe(done.set)
        return forms(f"form-{len(reads)}")

    reloads = reloading(in_force, read, [])
    reloads.ask()
    task = asyncio.create_task(reloads.run_for_ever())
    async with asyncio.timeout(10):
        await done.wait()

    async def is_served() -> bool:
        return list(in_force) == ["form-2"]

    await until(is_served, within_seconds=5, hoping_for="the second reading in force")
    task.cancel()
    assert len(reads) == 2


async def test_files_that_change_while_the_service_starts_are_read_again(tmp_path: Path) -> None:
    watched = await asyncio.to_thread(FormFiles, tmp_path)
    (tmp_path / "late.yaml").write_text("title: Late")
    asked = asyncio.Event()
    watching = asyncio.create_task(watched.watch_for_ever(asked.set))
    try:
        await asyncio.wait_for(asked.wait(), 10)
    finally:
        watching.cancel()
