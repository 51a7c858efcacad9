"""A client that sends a submission every so often beside the load, and watches the clock."""

import http.client
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

EVERY_SECONDS = 0.05
ANSWER_WITHIN_SECONDS = 20.0
_BODY = urlencode({"essay_question": "Sega, says a probe", "email_addr": "ann@example.org"})
_HEADERS = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """How one of them was answered; `status` is None where it was not."""

    status: int | None
    seconds: float


def send_probe(url: str) -> Probe:
    """Send one, over a connection of its own. Blocks."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection(
        address.hostname or "", address.port, timeout=ANSWER_WITHIN_SECONDS
    )
    began = time.monotonic()
    try:
        connection.request("POST", address.path, _BODY, _HEADERS)
        answer = connection.getresponse()
        answer.read()
        status = answer.status
    except (OSError, http.client.HTTPException):
        status = None
    finally:
        connection.close()
    return Probe(status=status, seconds=time.monotonic() - began)


class Probing:
    """Probes for as long as the block. They are sent on time, whatever became of those before."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._over = threading.Event()
        self._sending: list[threading.Thread] = []
        self._probes: list[Probe] = []
        self._timetable = threading.Thread(target=self._run)

    @property
    def probes(self) -> Sequence[Probe]:
        """All of them, after the block."""
        return self._probes

    def __enter__(self) -> "Probing":
        self._timetable.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._timetable.join()
        for sending in self._sending:
            sending.join()

    def _run(self) -> None:
        due = time.monotonic()
        while not self._over.wait(max(0.0, due - time.monotonic())):
            sending = threading.Thread(target=self._send)
            sending.start()
            self._sending.append(sending)
            due += EVERY_SECONDS

    def _send(self) -> None:
        self._probes.append(send_probe(self._url))


def percentile(values: Sequence[float], part: float) -> float:
    """The value below which this part of them is; 0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else 0.0
