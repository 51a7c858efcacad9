"""The provider over a source that does as it is told, with clocks that stand still."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import pytest
from structlog.testing import capture_logs

from service.observability.metrics import Metrics
from service.opensearch.aws.credential_provider import CredentialProvider, run_provider
from service.opensearch.aws.credential_source import CredentialsUnavailable
from service.opensearch.aws.credentials import Credentials
from service.store import StoreRefused

NOW = 1_800_000_000.0
HOUR = 3600.0


class Clock:
    """Stands still until it is moved; `broken` times it raises instead."""

    def __init__(self, now: float) -> None:
        self.now = now
        self.broken = 0

    def __call__(self) -> float:
        if self.broken:
            self.broken -= 1
            raise RuntimeError("no time")
        return self.now


class Source:
    """Gives set after set; `error` instead where there is one, and only when `gate` is open."""

    def __init__(self, wall_clock: Callable[[], float]) -> None:
        self._wall_clock = wall_clock
        self.lifetime: float | None = HOUR
        self.error: Exception | None = None
        self.renews = True
        self.fetches = 0
        self.sets = 0
        self.gate = asyncio.Event()
        self.gate.set()

    async def fetch(self) -> Credentials:
        self.fetches += 1
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        if self.renews or not self.sets:
            self.sets += 1
        now = self._wall_clock()
        return Credentials(
            access_key=f"ASIATEST{self.sets:04d}",
            secret_key="a secret key",
            token="a token",
            source="iam-role",
            expires_at=None if self.lifetime is None else now + self.lifetime,
            fetched_at=now,
        )


@dataclass(slots=True, kw_only=True)
class Rig:
    """A provider and everything around it."""

    provider: CredentialProvider
    source: Source
    clock: Clock
    wall_clock: Clock
    metrics: Metrics

    def move(self, seconds: float) -> None:
        """Move both clocks."""
        self.clock.now += seconds
        self.wall_clock.now += seconds

    def metric(self, name: str, **labels: str) -> float | None:
        """A sample's value."""
        return self.metrics.registry.get_sample_value(f"formwell_credentials_{name}", labels)


@pytest.fixture
def rig() -> Rig:
    """One whose refresh task does not run."""
    clock, wall_clock, metrics = Clock(1000.0), Clock(NOW), Metrics()
    source = Source(wall_clock)
    provider = CredentialProvider(
        source.fetch, metrics, random=lambda: 0.0, clock=clock, wall_clock=wall_clock
    )
    return Rig(
        provider=provider, source=source, clock=clock, wall_clock=wall_clock, metrics=metrics
    )


@asynccontextmanager
async def refreshing(rig: Rig) -> AsyncIterator[None]:
    """With its refresh task, from after the first fetch on."""
    async with run_provider(rig.provider):
        await until(lambda: rig.source.fetches > 0)
        await settle()
        yield


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not is_so():  # noqa: ASYNC110 (it waits for anything)
            await asyncio.sleep(0.001)


async def settle() -> None:
    """Let every task go on until it waits for a clock."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_good_credentials_cost_nothing(rig: Rig) -> None:
    first = await rig.provider.ensure_fresh()
    for _ in range(100):
        rig.move(10)
        assert await rig.provider.ensure_fresh() is first
    assert rig.source.fetches == 1


async def test_callers_at_the_same_time_share_one_fetch(rig: Rig) -> None:
    rig.source.gate.clear()
    waiting = [asyncio.create_task(rig.provider.ensure_fresh()) for _ in range(50)]
    await settle()
    rig.source.gate.set()
    assert len({each.access_key for each in await asyncio.gather(*waiting)}) == 1
    assert rig.source.fetches == 1


async def test_a_cancelled_caller_does_not_cancel_the_fetch_of_the_others(rig: Rig) -> None:
    rig.source.gate.clear()
    first, second = (asyncio.create_task(rig.provider.ensure_fresh()) for _ in range(2))
    await settle()
    first.cancel()
    await settle()
    assert first.cancelled()
    rig.source.gate.set()
    assert (await second).access_key == "ASIATEST0001"
    assert rig.source.fetches == 1


async def test_the_last_good_set_is_used_until_it_really_expires(rig: Rig) -> None:
    held = await rig.provider.ensure_fresh()
    rig.source.error = CredentialsUnavailable("the metadata service is gone")
    rig.move(HOUR - 1)
    assert await rig.provider.ensure_fresh() is held
    assert rig.provider.current is held
    assert rig.source.fetches == 2, "it was about to expire"
    rig.move(1)
    assert rig.provider.current is None
    with pytest.raises(StoreRefused, match=r"…0001 expired at .*: the metadata .* gone") as caught:
        await rig.provider.ensure_fresh()
    assert (caught.value.status, caught.value.error_type) == (401, "credentials_expired")


async def test_credentials_that_never_were_are_missing(rig: Rig) -> None:
    rig.source.error = CredentialsUnavailable("none found anywhere")
    with pytest.raises(StoreRefused, match="there are no AWS credentials: none found") as caught:
        await rig.provider.ensure_fresh()
    assert (caught.value.status, caught.value.error_type) == (401, "credentials_missing")
    assert rig.provider.status().last_error == "none found anywhere"


async def test_many_requests_without_credentials_do_not_hammer_their_source(rig: Rig) -> None:
    rig.source.error = CredentialsUnavailable("none")
    for _ in range(100):
        with pytest.raises(StoreRefused):
            await rig.provider.ensure_fresh()
        rig.move(0.1)
    assert rig.source.fetches == 5, "one every two seconds"


async def test_credentials_that_appear_are_found(rig: Rig) -> None:
    rig.source.error = CredentialsUnavailable("none yet")
    async with refreshing(rig):
        assert rig.provider.current is None
        rig.source.error = None
        rig.move(2)
        assert (await rig.provider.ensure_fresh()).access_key == "ASIATEST0001"
        assert rig.provider.status().last_error is None


async def test_refused_credentials_are_replaced_by_one_fetch_for_all(rig: Rig) -> None:
    rejected = await rig.provider.ensure_fresh()
    rig.move(60)
    others = await asyncio.gather(*(rig.provider.replace(rejected) for _ in range(20)))
    assert {each.access_key for each in others} == {"ASIATEST0002"}
    assert rig.source.fetches == 2
    # Somebody whose request was under way for long.
    rig.move(60)
    assert (await rig.provider.replace(rejected)).access_key == "ASIATEST0002"
    assert rig.source.fetches == 2


async def test_a_source_that_gives_refused_credentials_again_is_not_hammered(rig: Rig) -> None:
    rig.source.renews = False
    rejected = await rig.provider.ensure_fresh()
    rig.move(60)
    for _ in range(100):
        assert (await rig.provider.replace(rejected)).access_key == rejected.access_key
        rig.move(0.1)
    assert rig.source.fetches == 1 + 5


async def test_refused_credentials_stay_where_no_others_can_be_had(rig: Rig) -> None:
    rejected = await rig.provider.ensure_fresh()
    rig.source.error = CredentialsUnavailable("the source is gone")
    rig.move(60)
    assert await rig.provider.replace(rejected) is rejected
    rig.move(HOUR)
    with pytest.raises(StoreRefused, match="the source is gone"):
        await rig.provider.replace(rejected)


async def test_the_task_refreshes_before_anybody_needs_it() -> None:
    source = Source(time.time)
    source.lifetime = 0.6
    async with run_provider(CredentialProvider(source.fetch, Metrics())) as provider:
        await provider.ensure_fresh()
        while source.fetches < 4:
            assert provider.current is not None
            await asyncio.sleep(0.005)


async def test_a_crash_of_the_task_is_logged_and_it_goes_on(rig: Rig) -> None:
    rig.clock.broken = 1
    with capture_logs() as logs:
        async with refreshing(rig):
            assert rig.provider.current is not None
    crash = next(entry for entry in logs if entry["event"] == "credentials_refresh_crashed")
    assert crash["error_type"] == "RuntimeError"
    assert any("_refresh_when_due" in line for line in crash["trace"])


async def test_an_unexpected_error_of_the_source_is_named_by_its_type_only(rig: Rig) -> None:
    rig.source.error = RuntimeError("a secret key")
    with capture_logs() as logs, pytest.raises(StoreRefused) as caught:
        await rig.provider.ensure_fresh()
    assert "RuntimeError" in str(caught.value)
    assert "a secret key" not in f"{caught.value} {rig.provider.status()} {logs}"
    rig.source.error = None
    rig.move(2)
    assert (await rig.provider.ensure_fresh()).access_key == "ASIATEST0001"


async def test_a_set_that_comes_expired_does_not_push_out_a_good_one(rig: Rig) -> None:
    rig.source.lifetime = 100
    held = await rig.provider.ensure_fresh()
    rig.source.lifetime = -1
    rig.move(97)
    assert await rig.provider.ensure_fresh() is held
    assert "expired at 2027-01-15T08:01:36Z" in (rig.provider.status().last_error or "")


async def test_the_status_and_the_metrics_show_how_credentials_stand(rig: Rig) -> None:
    assert rig.provider.status().source is None
    assert rig.metric("expiry_seconds", source="none") == 0
    await rig.provider.ensure_fresh()
    status = rig.provider.status()
    assert (status.source, status.key_suffix) == ("iam-role", "0001")
    assert (status.fetched_at, status.expires_at) == (NOW, NOW + HOUR)
    assert rig.metric("expiry_seconds", source="none") is None
    rig.move(600)
    assert rig.metric("expiry_seconds", source="iam-role") == 3000
    rig.source.error = CredentialsUnavailable("gone")
    rig.move(HOUR)
    with pytest.raises(StoreRefused):
        await rig.provider.ensure_fresh()
    assert rig.metric("expiry_seconds", source="iam-role") == 0
    assert replace(rig.provider.status(), last_error=None) == status
    assert rig.metric("refreshes_total", outcome="renewed") == 1
    assert rig.metric("refreshes_total", outcome="failed") == 1


async def test_a_failure_that_lasts_is_logged_once_and_its_end_too(rig: Rig) -> None:
    rig.source.error = CredentialsUnavailable("gone")
    with capture_logs() as logs:
        for _ in range(10):
            with pytest.raises(StoreRefused):
                await rig.provider.ensure_fresh()
            rig.move(10)
        rig.source.error = None
        await rig.provider.ensure_fresh()
    assert [entry["event"] for entry in logs] == ["credentials_fetch_failed", "credentials_fetched"]
    assert "a secret key" not in str(logs)
    assert "a token" not in str(logs)


async def test_closing_ends_a_fetch_that_hangs(rig: Rig) -> None:
    rig.source.gate.clear()
    before = asyncio.all_tasks()
    async with run_provider(rig.provider):
        waiting = asyncio.create_task(rig.provider.ensure_fresh())
        await settle()
    with pytest.raises(StoreRefused):
        await waiting
    assert asyncio.all_tasks() == before
