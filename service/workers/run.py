"""Everything several workers are run with, in start order, and how it ends."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing, contextmanager

import structlog

from service.lifespan import BACKLOG, ListenError, listen
from service.observability.worker_metrics import WorkerMetrics
from service.running.server import Ending
from service.running.signals import heed_hangups, heed_signals
from service.secret_keys import load_secret_keys
from service.setting_values import Address
from service.settings import Settings
from service.workers.listener import Asking, create_workers_app
from service.workers.process import Worker
from service.workers.supervisor import Supervisor

_LOG = structlog.get_logger(__name__)

new_loop = asyncio.new_event_loop
"""Makes the loop that `run_workers` is to be run on: see `Worker.start`."""


async def run_workers(
    settings: Settings, *, on_ready: Callable[[Address, Address], None], options: Sequence[str] = ()
) -> Ending:
    """Run `settings.workers` processes until asked to stop; how they ended, the worst of them.

    `on_ready` is told both addresses once all take submissions; `options` are for each worker's
    command line. Raises ListenError, SecretKeyError, or StartFailed where a worker cannot start.
    """
    metrics = WorkerMetrics()
    async with AsyncExitStack() as stack:
        stop = await stack.enter_async_context(heed_signals(settings.shutdown_seconds))
        # Before the workers, so that they find the same one.
        await asyncio.to_thread(load_secret_keys, settings.secret_keys, settings.data_dir)
        public = stack.enter_context(_listening(settings.public_bind))
        lifeline = stack.enter_context(_lifeline())
        workers = [
            stack.enter_context(closing(Worker(number, public, lifeline, options)))
            for number in range(settings.workers)
        ]
        asking = await stack.enter_async_context(_asking(workers))
        internal = await stack.enter_async_context(
            listen(
                create_workers_app(asking, metrics),
                settings.internal_bind,
                finish_seconds=1,
                hurry=stop.hurry,
            )
        )
        supervisor = Supervisor(workers, metrics, stop, is_ready=asking.is_ready)
        stack.enter_context(heed_hangups(supervisor.reload))
        host, port = public.getsockname()[:2]
        ending = await supervisor.run(lambda: on_ready(Address(host=host, port=port), internal))
    _LOG.info("workers_stopped", ending=ending.value)
    return ending


@contextmanager
def _listening(address: Address) -> Iterator[socket.socket]:
    try:
        family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
        listening = socket.create_server(
            (address.host, address.port), family=family, backlog=BACKLOG
        )
    except (OSError, UnicodeError) as error:
        raise ListenError(address, getattr(error, "strerror", None) or str(error)) from error
    with listening:
        yield listening


@contextmanager
def _lifeline() -> Iterator[int]:
    """The end of a pipe for workers; the other end is this process's, and dies with it."""
    reading, writing = os.pipe()
    try:
        yield reading
    finally:
        os.close(reading)
        os.close(writing)


@asynccontextmanager
async def _asking(workers: Sequence[Worker]) -> AsyncIterator[Asking]:
    asking = Asking(workers)
    try:
        yield asking
    finally:
        await asking.close()
