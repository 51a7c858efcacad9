"""Requests in the name of an AWS role: signed one by one, with credentials that may be replaced."""

import time
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar

import structlog

from service.opensearch.aws.credentials import Credentials
from service.opensearch.aws.refresh_plan import is_same_set
from service.opensearch.aws.signing import signing_headers
from service.opensearch.aws.suspicion import Suspicion
from service.store import StoreRefused

T = TypeVar("T")

_log = structlog.get_logger(__name__)

# The client's callable is given a request and nothing of ours, so the credentials of an attempt
# reach it with the context: two requests at once may have different ones.
_in_use: ContextVar[Credentials] = ContextVar("credentials_in_use")


def _utc_now() -> datetime:
    return datetime.now(UTC)


class CredentialSupply(Protocol):
    """Where credentials come from. Both raise StoreRefused with status 401 where there are none."""

    async def ensure_fresh(self) -> Credentials:
        """Credentials that are good now; waits only where there are none."""
        ...

    async def replace(self, rejected: Credentials) -> Credentials:
        """Others than these, which the service refused; the same where there are no others."""
        ...


class AwsAuthentication:
    """Signs requests to `service` (`es` or `aoss`) in `region`.

    `clock` gives seconds, and never goes back.
    """

    def __init__(
        self,
        provider: CredentialSupply,
        *,
        service: str,
        region: str,
        now: Callable[[], datetime] = _utc_now,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.service = service
        self.region = region
        self._provider = provider
        self._now = now
        self._suspicion = Suspicion(service, clock=clock)

    async def run(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Run an attempt at a request with good credentials, once more where they are refused.

        Inside it, `sign` signs. The second time is with others, and does not happen where there
        are none, nor where Serverless does not say why it refuses and others did not help lately.
        Raises what the attempt raises, and StoreRefused without credentials.
        """
        credentials = await self._provider.ensure_fresh()
        try:
            return await self._run_with(credentials, attempt)
        except StoreRefused as refused:
            if not self._suspicion.falls_on_credentials(refused):
                raise
            others = await self._provider.replace(credentials)
            if is_same_set(others, credentials):
                self._suspicion.note_refused(others, refused)
                raise
            # Not where there are none: then the index is held, and that is told once.
            _log.info(
                "credentials_replaced",
                refused=credentials.key_suffix,
                key_suffix=others.key_suffix,
                source=others.source,
                reason=str(refused),
            )
        try:
            return await self._run_with(others, attempt)
        except StoreRefused as refused:
            self._suspicion.note_refused(others, refused)
            raise

    def sign(
        self, method: str, url: str, body: bytes | None, headers: Mapping[Any, Any]
    ) -> dict[Any, Any]:
        """The headers to add to a request inside `run`; opensearch-py's `http_auth`. No I/O."""
        return signing_headers(
            credentials=_in_use.get(),
            service=self.service,
            region=self.region,
            method=method,
            url=url,
            headers=headers,
            body=body or b"",
            now=self._now(),
        )

    async def _run_with(self, credentials: Credentials, attempt: Callable[[], Awaitable[T]]) -> T:
        token = _in_use.set(credentials)
        try:
            answer = await attempt()
        finally:
            _in_use.reset(token)
        self._suspicion.note_passed(credentials)
        return answer
