"""PRIV-2: whatever is sent, and whatever fails, no answer, key or address gets where it is not to
be read: the log at its loudest, the metrics, /status, errors, and commands that show no answers."""

import asyncio
import contextlib
import json
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.opensearch.lying_server import run_lying_server
from tests.system.failing_disk_service import Operation, command
from tests.system.polling import until
from tests.system.privacy.canaries import Canaries
from tests.system.privacy.quoting_store import FORMS, QuotingStore
from tests.system.privacy.sendings import sendings, submission
from tests.system.privacy.surfaces import command_outputs, internal_pages
from tests.system.service_process import ServiceProcess
from tests.system.status_page import read_status
from tests.web.raw import ask

pytestmark = pytest.mark.slow

WITHIN_SECONDS = 30.0
MOST_A_CLIENT = 100
FORM = """\
title: Canaries
index: {name}
client_address: full
fields:
  - {{name: essay, type: textarea, label: Essay, required: true, max_length: 300}}
  - {{name: mail, type: email, label: Mail, required: true}}
  - {{name: age, type: integer, label: Age}}
  - {{name: size, type: select, label: Size, choices: [small, large]}}
"""
NAMES = ("unknown name", "part name")  # who sends a field that is none of the form's is told which
# A page that is shown again has the answers in it, and the key of the page: they go to nobody but
# to whoever sent them.
TYPED = (
    "essay",
    "other essay",
    "mail",
    "mail domain",
    "bad mail",
    "age",
    "size",
    "key of the page",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A service, a store that quotes whatever it is sent, and the words to listen for."""

    canaries: Canaries
    store: QuotingStore
    service: ServiceProcess
    word_to_fail: Path

    async def send(self, request: bytes) -> tuple[int, str, str]:
        """Send bytes; status, head and body of the answer."""
        head, _, body = (await ask(self.service.url, request)).partition(b"\r\n\r\n")
        return int(head.split(maxsplit=2)[1]), head.decode(), body.decode(errors="replace")

    def assert_silence(self, where: str, text: str, *, but_for: tuple[str, ...] = ()) -> None:
        """No canary sings there."""
        assert not self.canaries.sung_in(text, but_for=but_for), f"{where}:\n{text[-3_000:]}"


@pytest.fixture
async def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scene]:
    canaries = Canaries()
    (tmp_path / "forms").mkdir()
    for name in FORMS:
        (tmp_path / "forms" / f"{name}.yaml").write_text(FORM.format(name=name))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", canaries.word("access key"))
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", canaries.word("secret access key"))
    monkeypatch.setenv("AWS_SESSION_TOKEN", canaries.word("session token"))
    store = QuotingStore()
    async with run_lying_server() as server:
        server.bulk = store.bulk
        login = f"{canaries.word('store user')}:{canaries.word('store password')}"
        word_to_fail = tmp_path / "fail"
        service = ServiceProcess(
            tmp_path,
            {
                "STORE_URL": server.url.replace("://", f"://{login}@"),
                "FORMS_DIR": str(tmp_path / "forms"),
                "SECRET_KEYS": canaries.word("signing key") * 2,
                "ALLOWED_HOSTS": "127.0.0.1",
                "TRUSTED_PROXIES": "127.0.0.0/8",
                "RATE_LIMIT_CLIENT": f"{MOST_A_CLIENT}/hour",
                "LOG_LEVEL": "debug",
                "LOG_FORMAT": "json",
            },
            command=command(Operation.WRITE, word_to_fail),
        )
        with contextlib.ExitStack() as stack:
            stack.callback(service.end)
            await asyncio.to_thread(service.start)
            yield Scene(canaries=canaries, store=store, service=service, word_to_fail=word_to_fail)


async def test_no_answer_key_or_address_is_told_whatever_is_sent_and_whatever_fails(
    scene: Scene, tmp_path: Path
) -> None:
    """PRIV-2: one service from its start to the failure of its disk, and what comes after."""
    await every_kind_of_answer(scene)
    await every_refusal_of_the_store(scene)
    await more_than_a_client_may(scene)
    await signed_requests_and_a_changed_row(scene)
    await a_damaged_file(scene, tmp_path)
    log = scene.service.log_text()
    scene.assert_silence("log", log)
    told = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    events = {line["event"] for line in told}
    assert {"request", "unreadable_request", "index_held", "spool_broken"} <= events
    assert [line for line in log.splitlines() if line[:1] != "{"] == [
        line for line in log.splitlines() if line.startswith(("Formwell is ready", "formwell: "))
    ]


async def every_kind_of_answer(scene: Scene) -> None:
    """From 200 to 505; in JSON nothing is repeated, on a page only what was typed into it."""
    for sending in sendings(scene.canaries, "taken"):
        status, head, body = await scene.send(sending.request)
        assert status == sending.status, f"{sending.name}: {head}"
        scene.assert_silence(f"head of {sending.name}", head)
        is_page = "text/html" in head
        scene.assert_silence(sending.name, body, but_for=(*NAMES, *(TYPED if is_page else ())))


async def every_refusal_of_the_store(scene: Scene) -> None:
    """Each quotes the documents and the headers that it was sent."""
    for form in FORMS:
        status, _, body = await scene.send(submission(scene.canaries, form))
        assert status == 201, body

    async def all_are_asked() -> bool:
        return scene.store.asked == set(FORMS)

    await until(all_are_asked, within_seconds=WITHIN_SECONDS, hoping_for="a bulk for each form")

    async def some_are_dead() -> bool:
        status = await asyncio.to_thread(read_status, scene.service)
        return bool(status["spool"]["dead"]["rows"] >= 2 and status["delivery"]["holds"])

    await until(some_are_dead, within_seconds=WITHIN_SECONDS, hoping_for="dead letters and holds")
    await look_around(scene)


async def more_than_a_client_may(scene: Scene) -> None:
    """The limit is by the address that the proxy vouches for; who is told of it sees no address."""
    several = list(sendings(scene.canaries, "taken"))
    (as_json,) = [each for each in several if each.name == "invalid"]
    (as_page,) = [each for each in several if each.name == "invalid page"]
    for _ in range(MOST_A_CLIENT):
        status, head, body = await scene.send(as_json.request)
        if status == 429:
            break
    else:
        pytest.fail("there is no limit")
    scene.assert_silence("429", head + body, but_for=NAMES)
    status, head, body = await scene.send(as_page.request)
    assert status == 429
    scene.assert_silence("head of the page of 429", head)
    scene.assert_silence("page of 429", body, but_for=(*NAMES, *TYPED))


async def look_around(scene: Scene) -> None:
    """At the internal listener, and at what commands print beside the running service."""
    for name, text in (await internal_pages(scene.service)).items():
        scene.assert_silence(name, text)
    for line, text in (await command_outputs(scene.service.settings)).items():
        scene.assert_silence(line, text)


async def signed_requests_and_a_changed_row(scene: Scene) -> None:
    """What waits is sent anew, with credentials of AWS, which the store repeats; but for a row that
    the disk gives back otherwise than it was written. Then a write fails."""
    assert await asyncio.to_thread(scene.service.terminate) == 0
    spool = await asyncio.to_thread(spool_file, scene)
    await asyncio.to_thread(change_a_document, spool)
    scene.store.asked.clear()
    address = scene.service.settings["STORE_URL"].rpartition("@")[2]
    signing = {"STORE_URL": f"http://{address}", "AWS_SERVICE": "es", "AWS_REGION": "eu-west-1"}
    scene.service.settings.update(signing)
    await asyncio.to_thread(scene.service.start)

    async def both_are_told() -> bool:
        metrics = (await internal_pages(scene.service))["metrics"]
        return "forbidden" in scene.store.asked and "formwell_spool_damaged_total 1.0" in metrics

    await until(
        both_are_told, within_seconds=WITHIN_SECONDS, hoping_for="a signed bulk, and damage"
    )
    for name, text in (await internal_pages(scene.service)).items():
        scene.assert_silence(name, text)
    scene.word_to_fail.touch()
    status, _, body = await scene.send(submission(scene.canaries, "taken"))
    assert status == 503
    scene.assert_silence("503", body)
    assert await asyncio.to_thread(scene.service.wait) == 1


async def a_damaged_file(scene: Scene, folder: Path) -> None:
    """The file is refused; what is told of it, and of getting back what is whole."""
    spool = await asyncio.to_thread(spool_file, scene)
    await asyncio.to_thread(overwrite_the_beginning, spool)
    with pytest.raises(RuntimeError, match="did not get ready"):
        await asyncio.to_thread(scene.service.start)
    commands = (
        ("recover", str(spool), str(folder / "new" / "spool.db")),
        ("spool", "status"),
        ("check",),
    )
    for line, text in (await command_outputs(scene.service.settings, commands)).items():
        scene.assert_silence(line, text)


def spool_file(scene: Scene) -> Path:
    """The spool of the service's one slot."""
    (path,) = Path(scene.service.settings["DATA_DIR"]).glob("slot-0/spool.db")
    return path


def change_a_document(spool: Path) -> None:
    """As a disk would that gives back something else than was written."""
    with contextlib.closing(sqlite3.connect(spool)) as connection, connection:
        changed = connection.execute(
            "UPDATE document SET body = CAST(replace(CAST(body AS TEXT), 'I say', 'I bet') AS BLOB)"
            " WHERE seq = (SELECT seq FROM submission WHERE index_name = 'page')"
        )
        assert changed.rowcount == 1


def overwrite_the_beginning(spool: Path) -> None:
    with spool.open("r+b") as file:
        file.write(b"\xa5" * 4_096)
