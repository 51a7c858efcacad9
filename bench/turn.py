"""One turn: a contender is started, warmed up, put under load, asked what it took, and stopped."""

import secrets
import tempfile
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.contenders import FORM_PATH, NULL_STORE, Contender, Launch, Place, Store
from bench.cores import Cores
from bench.measurement import Skipped, Turn
from bench.rows import Row
from bench.running import Running, StartError, running
from bench.store import StoreView, delivered, pending, wait_until_drained
from bench.wrk import LoadError, send
from tests.system.ports import free_port

DRAIN_WITHIN_SECONDS = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lengths:
    """How long things last, in seconds, and how often all of it is done."""

    rounds: int
    warm_up: float
    measured: float
    pause: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What all turns of one benchmark share. `store` is None where no row needs one."""

    cores: Cores
    lengths: Lengths
    store: StoreView | None

    def store_view(self) -> StoreView:
        """The OpenSearch. Raises LookupError where none was started."""
        if self.store is None:
            raise LookupError("this contender needs an OpenSearch, and none was started")
        return self.store


def take_turn(
    row: Row, contender: Contender, number: int, conditions: Conditions
) -> Turn | Skipped:
    """Measure a contender once; Skipped, with what went wrong, where that cannot be. What it needed
    is removed again."""
    with tempfile.TemporaryDirectory(prefix="formwell-bench-") as folder:
        place = _place(Path(folder), row, contender, conditions)
        launch = contender.launch(place)
        cores = conditions.cores
        pin = cores.unpinned if row.shares_cores else cores.pinned
        try:
            with running(launch, pin(launch.command), place.folder) as server:
                return _measure(row, contender, number, conditions, place, launch, server)
        except (StartError, LoadError, OSError) as error:
            return Skipped(row=row.name, contender=contender.name, reason=str(error))
        finally:
            if contender.store is Store.OPENSEARCH:
                conditions.store_view().remove(place.index)


def _place(folder: Path, row: Row, contender: Contender, conditions: Conditions) -> Place:
    store_url = NULL_STORE
    if contender.store is Store.OPENSEARCH:
        store_url = conditions.store_view().url
    return Place(
        folder=folder,
        port=free_port(),
        internal_port=free_port(),
        store_url=store_url,
        index=f"bench-{secrets.token_hex(6)}",
        workers=row.workers,
    )


def _measure(
    row: Row,
    contender: Contender,
    number: int,
    conditions: Conditions,
    place: Place,
    launch: Launch,
    server: Running,
) -> Turn:
    url = f"http://127.0.0.1:{place.port}{FORM_PATH}"
    lengths = conditions.lengths
    load = partial(
        send,
        url,
        row.kind,
        connections=row.connections,
        prefix=conditions.cores.unpinned(()) if row.shares_cores else (),
    )
    warm = load(seconds=lengths.warm_up)
    time.sleep(lengths.pause)
    before = server.taken()
    counted = load(seconds=lengths.measured)
    after = server.taken()
    cpu_seconds = after.cpu_seconds - before.cpu_seconds
    backlog = pending(launch.internal_url) if launch.internal_url else None
    return Turn(
        row=row.name,
        contender=contender.name,
        round=number,
        connections=row.connections,
        per_second=row.right_answers(contender, counted) / counted.seconds,
        p50_ms=counted.p50_ms,
        p99_ms=counted.p99_ms,
        cpu_seconds_per_1000=1000 * cpu_seconds / max(counted.requests, 1),
        peak_bytes=after.peak_bytes,
        wrong=counted.requests - row.right_answers(contender, counted),
        broken=counted.broken,
        acknowledged=warm.acknowledged + counted.acknowledged,
        found=_found(contender, conditions, place, launch) if row.keeps else None,
        backlog=backlog,
    )


def _found(
    contender: Contender, conditions: Conditions, place: Place, launch: Launch
) -> int | None:
    """What the store has in the end; delivery may take its time until then."""
    if launch.internal_url is not None:
        wait_until_drained(launch.internal_url, DRAIN_WITHIN_SECONDS)
    if contender.store is Store.OPENSEARCH:
        return conditions.store_view().count(place.index)
    return delivered(launch.internal_url) if launch.internal_url is not None else None
