"""How a command asks a running service to change its spool: a Unix socket in the slot's folder.

One request a connection: a line of JSON, answered by a line of JSON. The socket's mode (0600, in a
folder of mode 0700) is the whole permission.
"""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import structlog

_LOG = structlog.get_logger(__name__)

LONGEST_LINE = 64 * 1024
ANSWER_WITHIN_SECONDS = 60.0
_LONGEST_PATH = 100  # a Unix socket's address holds 108 bytes on Linux, 104 elsewhere

Command = Callable[[Mapping[str, object]], Awaitable[Mapping[str, object]]]


class ControlError(Exception):
    """The running service refused the command, or could not be asked; the text says why."""


@asynccontextmanager
async def serve_control(path: Path, commands: Mapping[str, Command]) -> AsyncIterator[None]:
    """Answer commands on this socket. A command that raises ControlError answers with its text."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = json.loads(await reader.readline())
            result = await commands[request.pop("command")](request)
            reply: Mapping[str, object] = {"result": dict(result)}
        except ControlError as error:
            reply = {"error": str(error)}
        except Exception:
            _LOG.exception("control_failed")
            reply = {"error": "the service could not carry out the command; its log says why"}
        try:
            writer.write(json.dumps(reply).encode() + b"\n")
            await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    # Left by a process that was killed: the slot's lock is ours, so nobody listens there.
    await asyncio.to_thread(path.unlink, missing_ok=True)
    with _short_path(path) as short:
        server = await asyncio.start_unix_server(answer, short, limit=LONGEST_LINE)
    await asyncio.to_thread(path.chmod, 0o600)
    try:
        async with server:
            yield
    finally:
        await asyncio.to_thread(path.unlink, missing_ok=True)


async def ask_service(path: Path, command: str, **arguments: object) -> Mapping[str, object]:
    """Have the running service carry out a command; its result, or ControlError."""
    try:
        with _short_path(path) as short:
            reader, writer = await asyncio.open_unix_connection(short, limit=LONGEST_LINE)
    except OSError as error:
        raise ControlError(
            f"no answer on {path} ({error.strerror or error}): "
            "the service is starting, stopping or hanging; try again"
        ) from error
    try:
        async with asyncio.timeout(ANSWER_WITHIN_SECONDS):
            writer.write(json.dumps({"command": command, **arguments}).encode() + b"\n")
            await writer.drain()
            reply = json.loads(await reader.readline() or b"{}")
    except (OSError, TimeoutError, ValueError) as error:
        raise ControlError(f"the service did not answer on {path}: {error}") from error
    finally:
        writer.close()
    if "result" not in reply:
        raise ControlError(reply.get("error", "the service ended while it was asked"))
    result: Mapping[str, object] = reply["result"]
    return result


@contextmanager
def _short_path(path: Path) -> Iterator[str]:
    """The path, or another of the same file that is short enough for a socket's address."""
    if len(os.fsencode(path)) <= _LONGEST_PATH:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
