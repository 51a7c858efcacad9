"""Each contender starts, and takes once what the load generator sends again and again."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bench.contenders import (
    FASTAPI,
    FLASK,
    FORM_PATH,
    FORMWELL,
    LIMIT,
    NULL_STORE,
    Contender,
    Place,
)
from bench.figures.probes import send_probe
from bench.running import StartError, running
from bench.store import delivered, wait_until_drained
from tests.system.ports import free_port

pytestmark = pytest.mark.slow


class Store(ThreadingHTTPServer):
    """As much of an OpenSearch as writing a document takes: it keeps what comes signed."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.documents: list[dict[str, object]] = []
        self.url = f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Store

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if "Credential=AKIDEXAMPLE/" in self.headers.get("Authorization", ""):
            self.server.documents.append(json.loads(body))
        answer = b'{"result": "created"}'
        self.send_response(201)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def store() -> Iterator[Store]:
    """A store on a free port."""
    with Store() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def place(folder: Path, store_url: str) -> Place:
    return Place(
        folder=folder,
        port=free_port(),
        internal_port=free_port(),
        store_url=store_url,
        index="bench-test",
    )


@pytest.mark.parametrize("contender", [LIMIT, FORMWELL, FASTAPI, FLASK], ids=lambda one: one.name)
def test_a_contender_starts_and_takes_a_submission(
    contender: Contender, tmp_path: Path, store: Store
) -> None:
    writes = contender in (FASTAPI, FLASK)
    launch = contender.launch(here := place(tmp_path, store.url if writes else NULL_STORE))
    with running(launch, launch.command, tmp_path) as server:
        probe = send_probe(f"http://127.0.0.1:{here.port}{FORM_PATH}")
        taken = server.taken()
        if launch.internal_url is not None:
            assert wait_until_drained(launch.internal_url, 10.0) == 0
            assert delivered(launch.internal_url) == 1
    assert probe.status == 303
    assert taken.cpu_seconds > 0
    assert taken.peak_bytes > 10 * 1024**2
    essays = [document["essay_question"] for document in store.documents]
    assert essays == ["Sega, says a probe"] * writes


def test_who_cannot_start_says_why(tmp_path: Path) -> None:
    launch = FORMWELL.launch(place(tmp_path, NULL_STORE))
    command = (*launch.command, "--no-such-option")
    with pytest.raises(StartError, match="No such option"), running(launch, command, tmp_path):
        pass
