"""Three times as much as the service can take, for a while; and what becomes of it soon after."""

import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.cores import Cores
from bench.figures.probes import Probing, percentile
from bench.figures.sizes import Sizes
from bench.figures.starts import formwell
from bench.measurement import Figure
from bench.wrk import Kind, send, send_at_rate

TIMES = 3.0
PEAK_CONNECTIONS = 64
CONNECTIONS = 2_000
REST_SECONDS = 5.0
_REFUSED = (429, 503)
_TAKEN = 303


def measure_overload(cores: Cores, sizes: Sizes) -> Iterator[Figure]:
    """Goodput and answers as parts of the peak, and how long one of the load's connections, which
    never wait as they are told to, waited for any answer; how fast probes beside them were taken or
    refused; and the throughput and a probe's time five seconds after the end."""
    for number in range(sizes.rounds):
        with (
            tempfile.TemporaryDirectory(prefix="formwell-bench-") as folder,
            formwell(Path(folder), cores, store_url="null:", index="bench") as started,
        ):
            url = started.url
            send(url, Kind.SUBMIT, connections=PEAK_CONNECTIONS, seconds=sizes.peak_seconds / 3)
            peak = send(
                url, Kind.SUBMIT, connections=PEAK_CONNECTIONS, seconds=sizes.peak_seconds
            ).per_second
            with Probing(url) as during:
                counted = send_at_rate(
                    url,
                    per_second=TIMES * peak,
                    connections=CONNECTIONS,
                    seconds=sizes.overload_seconds,
                )
            time.sleep(REST_SECONDS)
            with Probing(url) as after:
                time.sleep(REST_SECONDS)
            again = send(
                url, Kind.SUBMIT, connections=PEAK_CONNECTIONS, seconds=sizes.peak_seconds
            ).per_second
        taken = [1000 * one.seconds for one in during.probes if one.status == _TAKEN]
        refused = [1000 * one.seconds for one in during.probes if one.status in _REFUSED]
        later = [1000 * one.seconds for one in after.probes if one.status == _TAKEN]
        for name, value, unit in (
            ("peak", peak, "requests/s"),
            ("offered", counted.per_second / peak, "× the peak"),
            ("goodput", counted.acknowledged / counted.seconds / peak, "× the peak"),
            ("refused", counted.refused / counted.requests, "of all"),
            ("broken", counted.broken, "requests"),
            ("insisting_p99", counted.p99_ms, "ms"),
            ("taken_p99", percentile(taken, 0.99), "ms"),
            *_of_refusals(refused),
            ("unanswered", len(during.probes) - len(taken) - len(refused), "probes"),
            ("after_peak", again / peak, "× the peak"),
            ("after_p99", percentile(later, 0.99), "ms"),
            ("after_refused", len(after.probes) - len(later), "probes"),
        ):
            yield Figure(name=f"overload.{name}", round=number, value=value, unit=unit)


def _of_refusals(milliseconds: Sequence[float]) -> Iterator[tuple[str, float, str]]:
    if milliseconds:
        yield "refused_p50", percentile(milliseconds, 0.5), "ms"
        yield "refused_p99", percentile(milliseconds, 0.99), "ms"
