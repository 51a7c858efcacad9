"""The credentials that are held, and what became of every fetch. Awaits nothing."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from service.observability.metrics import Metrics
from service.opensearch.aws.credentials import Credentials
from service.opensearch.aws.refresh_plan import (
    Random,
    delay_after_failure,
    delay_after_success,
    has_expired,
    is_good,
    is_same_set,
    merge,
)
from service.store import StoreRefused

_UNAUTHORIZED = 401

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialStatus:
    """How credentials stand, fit for anybody's eyes. Times are seconds since the epoch.

    All but `last_error` are None where there never were any; `last_error` says why the last fetch
    failed, None where it did not. `expires_at` is None for those that do not expire, too.
    """

    source: str | None
    key_suffix: str | None
    expires_at: float | None
    fetched_at: float | None
    last_error: str | None


class HeldCredentials:
    """The last good set; it is given out until it really expires."""

    def __init__(
        self, metrics: Metrics, *, random: Random, wall_clock: Callable[[], float] = time.time
    ) -> None:
        self._metrics = metrics
        self._random = random
        self._wall_clock = wall_clock
        self._last_error: str | None = None
        self._failures = 0
        self.last: Credentials | None = None
        """The last that were good when they came; they may have expired."""
        self._show_expiry("none")

    @property
    def current(self) -> Credentials | None:
        """The last good ones; None where there are none or they expired."""
        if self.last is None or has_expired(self.last, self._wall_clock()):
            return None
        return self.last

    def is_good(self) -> bool:
        """Whether a request can be signed without a fetch before it."""
        return self.last is not None and is_good(self.last, self._wall_clock())

    def expired_unseen(self) -> bool:
        """Whether they expired and no fetch has failed since: the wall clock jumped."""
        return self._failures == 0 and self.last is not None and self.current is None

    def usable(self) -> Credentials:
        """The current ones. Raises StoreRefused with what to do where there are none."""
        if (current := self.current) is not None:
            return current
        why = self._last_error or "others are about to be fetched"
        if self.last is None:
            raise StoreRefused(
                f"there are no AWS credentials: {why}",
                status=_UNAUTHORIZED,
                error_type="credentials_missing",
            )
        raise StoreRefused(
            f"the AWS credentials …{self.last.key_suffix} expired at {_iso(self.last.expires_at)}"
            f" and no others came: {why}",
            status=_UNAUTHORIZED,
            error_type="credentials_expired",
        )

    def accept(self, fetched: Credentials) -> float:
        """Hold what was fetched, if it is of use; seconds until the next fetch."""
        now = self._wall_clock()
        if has_expired(fetched, now):
            return self.fail(
                f"{fetched.source} gave credentials that expired at {_iso(fetched.expires_at)};"
                " if that is still to come, this machine's clock is wrong"
            )
        renewed = self.last is None or not is_same_set(self.last, fetched)
        self.last = merge(self.last, fetched)
        if renewed:
            self._show_expiry(fetched.source)
        if renewed or self._failures:
            _log.info(
                "credentials_fetched",
                source=fetched.source,
                key_suffix=fetched.key_suffix,
                expires_at=_iso(fetched.expires_at),
            )
        self._count("renewed" if renewed else "unchanged")
        self._failures, self._last_error = 0, None
        return delay_after_success(self.last, now=now, random=self._random)

    def fail(self, reason: str) -> float:
        """Note why there was nothing; seconds until the next fetch."""
        self._failures += 1
        if reason != self._last_error:
            _log.warning("credentials_fetch_failed", reason=reason, usable=self.current is not None)
        self._last_error = reason
        self._count("failed")
        return delay_after_failure(self._failures, random=self._random)

    def status(self) -> CredentialStatus:
        """How they stand; those that expired are still shown."""
        return CredentialStatus(
            source=self.last.source if self.last else None,
            key_suffix=self.last.key_suffix if self.last else None,
            expires_at=self.last.expires_at if self.last else None,
            fetched_at=self.last.fetched_at if self.last else None,
            last_error=self._last_error,
        )

    def _count(self, outcome: str) -> None:
        self._metrics.credentials_refreshes.labels(outcome).inc()

    def _show_expiry(self, source: str) -> None:
        gauge = self._metrics.credentials_expiry_seconds
        gauge.clear()
        gauge.labels(source).set_function(self._seconds_left)

    def _seconds_left(self) -> float:
        if self.last is None:
            return 0.0
        if self.last.expires_at is None:
            return float("inf")
        return max(0.0, self.last.expires_at - self._wall_clock())


def _iso(moment: float | None) -> str | None:
    if moment is None:
        return None
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
