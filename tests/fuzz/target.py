"""The service that is fired at: a process as in production, its log, and its spool on the disk."""

import json
import socket
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import apsw

from tests.system.ports import closed_url
from tests.system.service_process import ServiceProcess, running_service
from tests.web.answered import Answer, answers_in
from tests.web.bad_input.form_files import FORM_FILES

WITHIN_SECONDS = 10.0
"""Less than any deadline for what never comes: what is answered only then was not seen as whole."""

_PING = b"GET /ping HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What came back. `interrupted`: the service ended the connection while we still wrote, and
    what it said before may be lost with it."""

    answers: Sequence[Answer]
    interrupted: bool


class Target:
    """One service, and a connection of our own to it."""

    def __init__(self, service: ServiceProcess, spool: Path) -> None:
        self._service = service
        self._spool = spool
        self._log = service.log.open("rb")
        self._own = self._connect()

    def close(self) -> None:
        """Leave it."""
        self._log.close()
        self._own.close()

    def send(self, pieces: Sequence[bytes], *, ends: bool) -> Heard:
        """What is answered until the service closes the connection.

        Where nobody knows whether the bytes `end`, the connection is left once they were read.
        Raises TimeoutError where it stays open then, and NoAnswerError for what is no answer.
        """
        received, interrupted = b"", False
        with self._connect() as connection:
            try:
                for piece in pieces:
                    connection.sendall(piece)
                    if not ends or len(pieces) > 1:
                        self._wait_until_read()
                if not ends:
                    connection.shutdown(socket.SHUT_WR)
                while data := connection.recv(65_536):
                    received += data
            except TimeoutError:
                raise
            except OSError:
                interrupted = True
        return Heard(answers=answers_in(received, ended=True), interrupted=interrupted)

    def log_lines(self) -> Iterator[bytes]:
        """The lines that were logged since the last call."""
        for line in self._log:
            if not line.endswith(b"\n"):
                self._log.seek(-len(line), 1)
                return
            yield line

    def document(self, receipt: UUID) -> Mapping[str, object] | None:
        """What waits in the spool under this receipt; None where nothing does."""
        query = "SELECT body FROM submission JOIN document USING (seq) WHERE receipt = ?"
        with closing(apsw.Connection(str(self._spool), flags=apsw.SQLITE_OPEN_READONLY)) as spool:
            body = spool.execute(query, (receipt.bytes,)).get
        document: Mapping[str, object] | None = json.loads(body) if body else None
        return document

    def _connect(self) -> socket.socket:
        address = urlsplit(self._service.url)
        connection = socket.create_connection((address.hostname, address.port), WITHIN_SECONDS)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def _wait_until_read(self) -> None:
        """The service reads its connections in turn: once it answered here twice, whatever was
        sent elsewhere before was read and, unless it waits for the disk, answered."""
        for _ in range(2):
            self._own.sendall(_PING)
            received = b""
            while not answers_in(received):
                received += self._own.recv(65_536)


@contextmanager
def open_target(folder: Path, *python_options: str) -> Iterator[Target]:
    """A service of its own. Its store is not there, so that all answers wait in its spool."""
    forms = folder / "forms"
    forms.mkdir(parents=True)
    for form_id, text in FORM_FILES.items():
        (forms / f"{form_id}.yaml").write_text(text)
    settings = {
        "FORMS_DIR": str(forms),
        "STORE_URL": closed_url(),
        "LOG_LEVEL": "debug",
        "LOG_FORMAT": "json",
    }
    command = [sys.executable, *python_options, "-m", "service", "serve"]
    with running_service(folder, settings, command=command) as service:
        with closing(Target(service, folder / "data" / "slot-0" / "spool.db")) as target:
            yield target
        assert service.terminate() == 0
