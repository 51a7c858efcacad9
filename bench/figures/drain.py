"""Draining a backlog into OpenSearch, beside a loader that does nothing else."""

import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.cores import Cores
from bench.figures.sizes import Sizes
from bench.figures.starts import fill, formwell
from bench.measurement import Figure
from bench.running import ROOT
from bench.store import StoreView, delivered, wait_until_drained
from bench.wrk import LoadError

DRAIN_WITHIN_SECONDS = 300.0
WARM_UP_PART = 3


def measure_drain(cores: Cores, sizes: Sizes, store: StoreView) -> Iterator[Figure]:
    """Documents a second of both, and the ratio, in each round. The node, Formwell and the loader
    may use all cores. LoadError where not all arrives in time."""
    _round(cores, sizes.drained_rows // WARM_UP_PART, store)  # a node that has just started is slow
    for number in range(sizes.rounds):
        ours, theirs = _round(cores, sizes.drained_rows, store)
        yield Figure(name="drain.formwell", round=number, value=ours, unit="documents/s")
        yield Figure(name="drain.loader", round=number, value=theirs, unit="documents/s")
        yield Figure(name="drain.ratio", round=number, value=ours / theirs, unit="× the loader")


def _round(cores: Cores, rows: int, store: StoreView) -> tuple[float, float]:
    index, bare = (f"bench-{secrets.token_hex(6)}" for _ in range(2))
    try:
        ours = _drain(cores, rows, store, index)
        store.ask("PUT", f"/{bare}", _like(store, index))
        return ours, _load(cores, rows, store, bare)
    finally:
        store.remove(index)
        store.remove(bare)


def _drain(cores: Cores, rows: int, store: StoreView, index: str) -> float:
    with tempfile.TemporaryDirectory(prefix="formwell-bench-") as folder:
        fill(Path(folder), rows, index)
        with formwell(
            Path(folder), cores, store_url=store.url, index=index, everywhere=True
        ) as started:
            # Delivery begins a little before the service is ready.
            before, began = delivered(started.internal_url), time.monotonic()
            left = wait_until_drained(started.internal_url, DRAIN_WITHIN_SECONDS)
            seconds = time.monotonic() - began
    found = store.count(index)
    if left or found != rows:
        raise LoadError(f"of {rows} rows {left} still wait, and {found} are in the store")
    return (rows - before) / seconds


def _load(cores: Cores, rows: int, store: StoreView, index: str) -> float:
    command = (sys.executable, "-m", "bench.peers.bulk_loader", store.url, index, str(rows))
    loaded = subprocess.run(
        cores.unpinned(command),
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        timeout=DRAIN_WITHIN_SECONDS,
    )
    found = store.count(index)
    if found != rows:
        raise LoadError(f"of {rows} documents of the loader {found} are in the store")
    return rows / float(loaded.stdout)


def _like(store: StoreView, index: str) -> object:
    """Settings and mapping of an index that Formwell made, to make another like it."""
    (made,) = store.ask("GET", f"/_index_template/formwell-{index}")["index_templates"]
    return made["index_template"]["template"]
