"""Form files that change under a running service: SIGHUP, under load and at odd moments."""

import asyncio
import json
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aiohttp

from tests.system.ports import free_port
from tests.system.service_process import ServiceProcess, environment, running_service
from tests.system.status_page import read_status

WITHIN_SECONDS = 15.0
POLL = """\
title: {title}
index: {form}-answers
fields:
  - {{name: essay, type: textarea, label: Essay, required: true, max_length: 2047}}
"""
WRONG = "title: A poll\nfields:\n  - {name: Vote, type: tex, label: Vote}\n"


def write(folder: Path, form: str, title: str = "A poll") -> None:
    """A valid form file."""
    folder.mkdir(exist_ok=True)
    (folder / f"{form}.yaml").write_text(POLL.format(form=form, title=title))


def settings(folder: Path, **more: str) -> dict[str, str]:
    return {"FORMS_DIR": str(folder), "STORE_URL": "embedded", **more}


def events(service: ServiceProcess, name: str) -> list[Mapping[str, Any]]:
    """The lines of the log about one event."""
    whole = service.log_text().rpartition("\n")[0]  # of the last one there may be a part as yet
    lines = [line for line in whole.splitlines() if line.startswith("{")]
    return [line for line in map(json.loads, lines) if line.get("event") == name]


def wait_for(service: ServiceProcess, event: str, times: int = 1) -> Mapping[str, Any]:
    """The last of that many events, once they are in the log."""
    deadline = time.monotonic() + WITHIN_SECONDS
    while len(found := events(service, event)) < times:
        assert time.monotonic() < deadline, service.log_text()[-3_000:]
        time.sleep(0.02)
    return found[-1]


def hang_up(service: ServiceProcess) -> None:
    service.signal(signal.SIGHUP)


def test_a_hangup_loads_what_was_added_changed_and_removed(tmp_path: Path) -> None:
    forms = tmp_path / "forms"
    write(forms, "one")
    write(forms, "two")
    with running_service(tmp_path, settings(forms)) as service:
        before = read_status(service)["forms_loaded"]
        (forms / "one.yaml").unlink()
        write(forms, "two", title="Another title")
        write(forms, "three")
        hang_up(service)
        told = wait_for(service, "forms_reloaded")
        assert (told["added"], told["removed"], told["changed"]) == (["three"], ["one"], ["two"])
        status = read_status(service)
        assert list(status["forms"]) == ["three", "two"]
        assert status["forms_loaded"]["since"] > before["since"]
        assert status["forms_loaded"]["last_failure"] is None
        assert service.terminate() == 0


def test_wrong_files_leave_all_the_old_ones_and_are_told_as_at_a_start(tmp_path: Path) -> None:
    """F47: the old forms stay in force, and everybody who looks is told."""
    forms = tmp_path / "forms"
    write(forms, "one")
    with running_service(tmp_path, settings(forms)) as service:
        write(forms, "good")
        (forms / "bad.yaml").write_text(WRONG)
        hang_up(service)
        wait_for(service, "forms_not_reloaded")
        status = read_status(service)
        problems = status["forms_loaded"]["last_failure"]["problems"]
        assert list(status["forms"]) == ["one"]
        assert [line["problem"] for line in events(service, "forms_not_reloaded")] == problems
        binds = {f"{name}_BIND": f"127.0.0.1:{free_port()}" for name in ("PUBLIC", "INTERNAL")}
        for command in ("check", "serve"):
            ended = subprocess.run(
                [sys.executable, "-m", "service", command],
                cwd=tmp_path,
                env=environment({**service.settings, **binds}),
                capture_output=True,
                text=True,
                timeout=30,
                check=False,
            )
            assert ended.returncode == 2
            told = [line.removeprefix("formwell: ") for line in ended.stderr.splitlines()]
            assert told == problems
        (forms / "bad.yaml").unlink()
        hang_up(service)
        wait_for(service, "forms_reloaded")
        assert list(read_status(service)["forms"]) == ["good", "one"]


def test_hangups_at_odd_moments_do_no_harm(tmp_path: Path) -> None:
    forms = tmp_path / "forms"
    write(forms, "one")
    service = ServiceProcess(tmp_path, settings(forms))
    process = service.spawn()
    try:
        deadline = time.monotonic() + WITHIN_SECONDS
        while service.readiness() != 200:
            assert process.poll() is None, service.log_text()[-3_000:]
            assert time.monotonic() < deadline
            if _blocks_hangups(process.pid):
                hang_up(service)
        for _ in range(20):
            hang_up(service)
        wait_for(service, "forms_reloaded")
        service.signal(signal.SIGTERM)
        while process.poll() is None:
            process.send_signal(signal.SIGHUP)
        assert service.wait() == 0
    finally:
        service.end()


def _blocks_hangups(process: int) -> bool:
    """Whether the process got so far that a hangup does not end it: blocked, or caught."""
    status = Path(f"/proc/{process}/status").read_text()
    masks = dict(line.split(":\t") for line in status.splitlines() if line.startswith("Sig"))
    hangup = 1 << (signal.SIGHUP - 1)
    return bool((int(masks["SigBlk"], 16) | int(masks["SigCgt"], 16)) & hangup)


def test_serve_reload_sees_a_changed_file_by_itself(tmp_path: Path) -> None:
    forms = tmp_path / "forms"
    write(forms, "one")
    command = (sys.executable, "-m", "service", "serve", "--reload")
    with running_service(tmp_path, settings(forms), command=command) as service:
        write(forms, "two")
        assert wait_for(service, "forms_reloaded")["added"] == ["two"]
        (forms / "two.yaml").write_text(WRONG)
        wait_for(service, "forms_not_reloaded")
        assert list(read_status(service)["forms"]) == ["one", "two"]


async def test_under_load_no_request_fails_and_what_waits_of_a_removed_form_is_delivered(
    tmp_path: Path,
) -> None:
    forms = tmp_path / "forms"
    write(forms, "stays")
    write(forms, "goes")
    service = await asyncio.to_thread(_started, tmp_path, forms)
    try:
        async with aiohttp.ClientSession(service.url) as session:
            sent = await _send_until_reloaded(service, session, forms)
            assert set(sent["stays"]) == {201}
            assert set(sent["goes"]) <= {201, 404}
            taken = sum(statuses.count(201) for statuses in sent.values())
        deadline = time.monotonic() + WITHIN_SECONDS
        while (spool := await asyncio.to_thread(_spool_of, service))["pending"]["rows"]:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.05)
        assert spool["delivered"]["rows"] == taken
        assert await asyncio.to_thread(service.terminate) == 0
    finally:
        await asyncio.to_thread(service.end)


def _spool_of(service: ServiceProcess) -> Mapping[str, Any]:
    spool: Mapping[str, Any] = read_status(service)["spool"]
    return spool


def _started(folder: Path, forms: Path) -> ServiceProcess:
    service = ServiceProcess(folder, settings(forms))
    service.start()
    return service


async def _send_until_reloaded(
    service: ServiceProcess, session: aiohttp.ClientSession, forms: Path
) -> dict[str, list[int]]:
    """Post to both forms while files change ten times; every status by form."""
    sent: dict[str, list[int]] = {"stays": [], "goes": []}
    done = asyncio.Event()

    async def post(form: str) -> None:
        while not done.is_set():
            async with session.post(f"/f/{form}", json={"essay": "Sega"}) as response:
                sent[form].append(response.status)

    async with asyncio.TaskGroup() as tasks:
        for form in ("stays", "goes") * 3:
            tasks.create_task(post(form))
        for number in range(10):
            await asyncio.to_thread(write, forms, "stays", f"Title {number}")
            if number == 7:
                await asyncio.to_thread((forms / "goes.yaml").unlink)
            hang_up(service)
            hang_up(service)
            await asyncio.to_thread(wait_for, service, "forms_reloaded", number + 1)
        done.set()
    return sent


def test_a_form_that_gets_a_limit_counts_what_it_took_before(tmp_path: Path) -> None:
    limit = 3
    forms = tmp_path / "forms"
    write(forms, "one")
    with running_service(tmp_path, settings(forms)) as service:
        assert asyncio.run(_posts(service, limit)) == [201] * limit
        with (forms / "one.yaml").open("a") as file:
            file.write(f"limit: {limit}\n")
        hang_up(service)
        wait_for(service, "forms_reloaded")
        assert asyncio.run(_posts(service, 1)) == [403]
        told = read_status(service)["forms"]["one"]
        assert told == {
            "index": "one-answers",
            "availability": "full",
            "accepted": limit,
            "limit": limit,
        }


async def _posts(service: ServiceProcess, many: int) -> list[int]:
    async with aiohttp.ClientSession(service.url) as session:
        statuses = []
        for _ in range(many):
            async with session.post("/f/one", json={"essay": "Sega"}) as response:
                statuses.append(response.status)
        return statuses
