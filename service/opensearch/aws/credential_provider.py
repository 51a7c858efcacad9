"""The credentials that requests are signed with, kept fresh in the background.

What others rely on:

- `current` never blocks and never fails; a set is given out until it really expires, whatever its
  source does meanwhile.
- At any moment there is one fetch at most. Whoever waits for it may be cancelled; it goes on.
- Nothing of a secret is in a status, a log line or an error.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from traceback import walk_tb

import structlog

from service.observability.metrics import Metrics
from service.opensearch.aws.credential_source import CredentialSource, CredentialsUnavailable
from service.opensearch.aws.credentials import Credentials
from service.opensearch.aws.held_credentials import CredentialStatus, HeldCredentials
from service.opensearch.aws.refresh_plan import Random, is_same_set, may_fetch_for_a_request

LOOK_SECONDS = 60.0
"""The longest sleep: the wall clock may jump, or go on while the machine stands still."""

CRASH_SECONDS = 1.0

_log = structlog.get_logger(__name__)

Fetch = Callable[[], Awaitable[Credentials]]
"""Gives credentials within seconds, or raises CredentialsUnavailable."""


class CredentialProvider:
    """Has credentials ready, and fetches others before anybody needs them."""

    def __init__(
        self,
        fetch: Fetch,
        metrics: Metrics,
        *,
        random: Random = random.random,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._fetch = fetch
        self._clock = clock
        self._held = HeldCredentials(metrics, random=random, wall_clock=wall_clock)
        self._flight: asyncio.Task[None] | None = None
        self._landed_at: float | None = None
        self._due_at = clock()
        self._planned = asyncio.Event()

    @property
    def current(self) -> Credentials | None:
        """The last good credentials; None where there are none or they expired."""
        return self._held.current

    async def ensure_fresh(self) -> Credentials:
        """Credentials to sign with: at once while they are good, else after one fetch for all.

        Raises StoreRefused with "credentials_missing" or "credentials_expired" and what to do.
        """
        if not self._held.is_good():
            await self._fetch_for_a_request()
        return self._held.usable()

    async def replace(self, rejected: Credentials) -> Credentials:
        """Other credentials than these, which the service refused.

        At once where they were replaced meanwhile, else after one fetch for all callers, of which
        there is one every two seconds at most. The same again where the source has no others.
        Raises as `ensure_fresh` does.
        """
        current = self.current
        if current is None or is_same_set(current, rejected):
            await self._fetch_for_a_request()
        return self._held.usable()

    def status(self) -> CredentialStatus:
        """How they stand; those that expired are still shown."""
        return self._held.status()

    async def run(self) -> None:
        """Refresh until cancelled; whatever goes wrong in it is logged, and it goes on."""
        try:
            while True:
                try:
                    await self._refresh_when_due()
                except Exception as error:
                    _log_crash("credentials_refresh_crashed", error)
                    await asyncio.sleep(CRASH_SECONDS)
        finally:
            if self._flight is not None:
                self._flight.cancel()
                await asyncio.wait({self._flight})

    async def _refresh_when_due(self) -> None:
        self._planned.clear()
        rest = self._due_at - self._clock()
        if rest <= 0 or (self._held.expired_unseen() and self._may_fetch_for_a_request()):
            await self._fetch_once()
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(min(rest, LOOK_SECONDS)):
                await self._planned.wait()

    async def _fetch_for_a_request(self) -> None:
        if self._flight is not None or self._may_fetch_for_a_request():
            await self._fetch_once()

    def _may_fetch_for_a_request(self) -> bool:
        since = None if self._landed_at is None else self._clock() - self._landed_at
        return may_fetch_for_a_request(self._held.last, seconds_since=since)

    async def _fetch_once(self) -> None:
        """Wait for the fetch under way, or for a new one; waiting may be cancelled, it is not."""
        if self._flight is None:
            self._flight = asyncio.create_task(self._fly(), name="credentials-fetch")
        await asyncio.wait({self._flight})

    async def _fly(self) -> None:
        delay = CRASH_SECONDS
        try:
            delay = await self._fetch_and_plan()
        except Exception as error:
            _log_crash("credentials_fetch_crashed", error)
            # By its type only: the text of a bug may hold anything.
            delay = self._held.fail(f"getting AWS credentials failed: {type(error).__name__}")
        finally:
            self._flight = None
            self._landed_at = self._clock()
            self._due_at = self._landed_at + delay
            self._planned.set()

    async def _fetch_and_plan(self) -> float:
        """Seconds until the next fetch."""
        try:
            fetched = await self._fetch()
        except CredentialsUnavailable as error:
            return self._held.fail(str(error))
        return self._held.accept(fetched)


@asynccontextmanager
async def open_credentials(
    metrics: Metrics, *, region: str | None = None
) -> AsyncIterator[CredentialProvider]:
    """Credentials from wherever AWS provides them, refreshed until the end.

    Where there are none it looks for them again and again, and raises nothing. `region` is that of
    STS where neither the environment nor the profile names one.
    """
    source = CredentialSource(region=region)
    async with run_provider(CredentialProvider(source.fetch, metrics)) as provider:
        yield provider


@asynccontextmanager
async def run_provider(provider: CredentialProvider) -> AsyncIterator[CredentialProvider]:
    """The provider with its refresh task, which is ended with all that it waits for."""
    refreshing = asyncio.create_task(provider.run(), name="credentials")
    try:
        yield provider
    finally:
        refreshing.cancel()
        await asyncio.wait({refreshing})


def _log_crash(event: str, error: BaseException) -> None:
    """Where it came from: files, lines and names only."""
    trace = [
        f"{frame.f_code.co_filename}:{line} {frame.f_code.co_name}"
        for frame, line in walk_tb(error.__traceback__)
    ]
    _log.error(event, error_type=type(error).__name__, trace=trace)
