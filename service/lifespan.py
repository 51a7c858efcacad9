"""What lives as long as the service does: context managers, entered in start order and left in
reverse. Each makes one thing and cleans up after it."""

import asyncio
import socket
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Coroutine,
    Mapping,
    Sequence,
)
from contextlib import (
    AsyncExitStack,
    ExitStack,
    asynccontextmanager,
    suppress,
)
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import structlog
from aiohttp import web

from service.embedded.store import open_embedded, open_embedded_for_reading
from service.forms.definition import Form
from service.null_store import NullStore
from service.observability.metrics import Metrics
from service.opensearch.aws.authentication import AwsAuthentication
from service.opensearch.aws.credential_provider import CredentialProvider, open_credentials
from service.opensearch.client import open_opensearch
from service.opensearch.store import OpenSearchStore
from service.setting_values import EMBEDDED, NULL_STORE, Address
from service.settings import Settings
from service.spool.commands import dead_letter_commands
from service.spool.control import ControlError, serve_control
from service.spool.limits import Limits
from service.spool.slot import Slot
from service.spool.spool import Spool, open_spool
from service.store import Archive, Store
from service.web.in_flight import InFlight
from service.web.listening_site import ListeningSite, open_listening
from service.web.server import make_runner

# How long aiohttp waits for the last bytes of answers, and once more for handlers it cancelled.
CANCEL_SECONDS = 0.25

_LOG = structlog.get_logger(__name__)

BACKLOG = 1_024  # connections that may wait to be accepted

Report = Callable[[], Awaitable[Mapping[str, object]]]

S = TypeVar("S", bound=Store, covariant=True)


@asynccontextmanager
async def run_beside(work: Coroutine[Any, Any, None], name: str) -> AsyncIterator[None]:
    """Run this as a task for as long as the block; what it raises is told at once, and raised at
    the end."""
    task = asyncio.create_task(work, name=name)
    task.add_done_callback(_tell_of_failure)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def _tell_of_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        _LOG.error("task_failed", task=task.get_name(), error_type=type(error).__name__)


@asynccontextmanager
async def open_slot(
    slot: Slot,
    metrics: Metrics,
    *,
    on_release: Callable[[], None] | None = None,
    report: Report | None = None,
) -> AsyncIterator[Spool]:
    """The spool of a slot that this process has to itself, and the socket for commands to it.

    With `on_release` it is adopted: that is called when the slot's owner asks for it. `report`
    says how delivery from it stands, to `formwell spool status`.
    """
    with ExitStack() as held:
        hold = slot.hold(adopted=on_release is not None)
        await asyncio.to_thread(held.enter_context, hold)
        async with open_spool(slot.spool, metrics, Limits()) as spool:

            async def release(request: Mapping[str, object]) -> Mapping[str, object]:
                if on_release is None:
                    raise ControlError(f"{slot.folder} is the own slot of the process that has it")
                on_release()
                return {}

            async def status(_: Mapping[str, object]) -> Mapping[str, object]:
                return {} if report is None else await report()

            commands = {
                **dead_letter_commands(spool.dead_letters),
                "release": release,
                "status": status,
            }
            async with serve_control(slot.socket, commands):
                yield spool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectedStore(Generic[S]):
    """A store, and who requests to it are signed as; None where they are not signed.

    `use_forms` tells the store that other forms are served from now on.
    """

    store: S
    credentials: CredentialProvider | None = None
    use_forms: Callable[[Collection[Form]], None] = lambda forms: None


@asynccontextmanager
async def connect_store(
    settings: Settings, forms: Collection[Form], metrics: Metrics, *, reading: bool = False
) -> AsyncIterator[ConnectedStore[Archive]]:
    """The configured store; `reading` for a command that only searches.

    Credentials that are missing are no error here: they may come later.
    """
    if settings.store_url == NULL_STORE:
        yield ConnectedStore(store=NullStore())
    elif settings.store_url == EMBEDDED:
        open_it = open_embedded_for_reading if reading else open_embedded
        async with open_it(settings.data_dir, forms) as embedded:
            yield ConnectedStore(store=embedded, use_forms=embedded.use_forms)
    else:
        async with AsyncExitStack() as stack:
            opened = connect_opensearch(settings, forms, metrics)
            connected = await stack.enter_async_context(opened)
            if not reading:
                preparing = run_beside(connected.store.prepare_early(), "prepare-early")
                await stack.enter_async_context(preparing)
            yield ConnectedStore(
                store=connected.store,
                credentials=connected.credentials,
                use_forms=connected.use_forms,
            )


@asynccontextmanager
async def connect_opensearch(
    settings: Settings, forms: Collection[Form], metrics: Metrics
) -> AsyncIterator[ConnectedStore[OpenSearchStore]]:
    """The OpenSearch whose address is configured, signed where it is one of AWS."""
    async with AsyncExitStack() as stack:
        credentials = authentication = None
        if (aws := settings.aws) is not None:
            opened = open_credentials(metrics, region=aws.region)
            credentials = await stack.enter_async_context(opened)
            authentication = AwsAuthentication(credentials, service=aws.service, region=aws.region)
        store = await stack.enter_async_context(
            open_opensearch(
                settings.store_url,
                forms,
                authentication=authentication,
                ca_file=settings.store_ca_file,
            )
        )
        yield ConnectedStore(store=store, credentials=credentials, use_forms=store.use_forms)


class ListenError(Exception):
    """An address cannot be listened on; the text says why."""

    def __init__(self, address: Address, reason: str) -> None:
        super().__init__(reason)
        self.address = address


@asynccontextmanager
async def listen(
    app: web.Application,
    where: Address | socket.socket,
    *,
    finish_seconds: float,
    hurry: asyncio.Event | None = None,
) -> AsyncIterator[Address]:
    """Answer requests on an address, or on a socket that listens already; where that is.

    At the end those that are in flight are answered, for `finish_seconds` at most, or until
    `hurry` is set. The application must not have been started yet. Raises ListenError where the
    address cannot be bound.
    """
    runner = make_runner(app, shutdown_timeout=CANCEL_SECONDS)
    await runner.setup()
    try:
        async with run_beside(runner.crowd.sweep_for_ever(), "sweep"):
            site = await _start(runner, where)
            host, port = runner.addresses[0][:2]
            try:
                yield Address(host=host, port=port)
            finally:
                await site.stop()
                await _finish(runner.in_flight, finish_seconds, hurry)
    finally:
        await runner.cleanup()


async def _start(runner: web.AppRunner, where: Address | socket.socket) -> web.BaseSite:
    if isinstance(where, socket.socket):
        listening: Sequence[socket.socket] = [where]
    else:
        try:
            listening = await open_listening(where.host, where.port, backlog=BACKLOG)
        except (OSError, UnicodeError) as error:  # the latter for no name at all: "a..b"
            raise ListenError(where, getattr(error, "strerror", None) or str(error)) from error
    site = ListeningSite(runner, listening)
    await site.start()
    return site


async def _finish(in_flight: InFlight, seconds: float, hurry: asyncio.Event | None) -> None:
    endings = {asyncio.create_task(in_flight.finish(seconds))}
    if hurry is not None:
        endings.add(asyncio.create_task(_set(hurry)))
    await asyncio.wait(endings, return_when=asyncio.FIRST_COMPLETED)
    for ending in endings:
        ending.cancel()


async def _set(event: asyncio.Event) -> None:
    await event.wait()
