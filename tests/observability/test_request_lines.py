"""The lines of requests, as they reach whoever reads the log."""

import asyncio
import io
import json
from http import HTTPStatus
from select import PIPE_BUF

import structlog

from service.observability.request_lines import RequestLines


class Pieces(io.StringIO):
    """A stream that remembers what was written at once."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[str] = []

    def write(self, text: str) -> int:
        self.written.append(text)
        return super().write(text)


async def test_what_is_written_at_once_is_whole_lines_that_a_pipe_takes_in_one_piece() -> None:
    stream, lines = Pieces(), RequestLines()
    lines.send_to(stream)
    for number in range(100):
        lines.write(
            method="POST",
            route="/f/{form}",
            status=number,
            seconds=0.001,
            size=1,
            network=None,
            identifier="0123456789abcdef",
        )
    assert stream.written == []
    await asyncio.sleep(0)
    assert 1 < len(stream.written) < 20
    assert all(len(piece) <= PIPE_BUF and piece.endswith("\n") for piece in stream.written)
    statuses = [json.loads(line)["status"] for line in stream.getvalue().splitlines()]
    assert statuses == list(range(100))


def test_for_people_a_status_is_its_number() -> None:
    with structlog.testing.capture_logs() as logs:
        RequestLines().write(
            method="POST",
            route="/f/{form}",
            status=HTTPStatus.SEE_OTHER,
            seconds=0.001,
            size=0,
            network=None,
            identifier="0123456789abcdef",
        )
    assert repr(logs[0]["status"]) == "303"
