"""It shows what prometheus_client's own shows of the same values."""

from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.exposition import generate_latest

from service.observability.batch_histogram import BatchHistogram

BUCKETS = (0.1, 0.25, 1, 3_600, 86_400)
VALUES = st.one_of(st.sampled_from((0.0, *BUCKETS)), st.floats(min_value=0, max_value=1e6))


def lines(registry: CollectorRegistry) -> list[str]:
    text = generate_latest(registry).decode()
    return [line for line in text.splitlines() if "_created" not in line]


@given(st.lists(st.lists(VALUES, max_size=20), max_size=4))
def test_it_is_a_histogram(batches: list[list[float]]) -> None:
    ours, theirs = CollectorRegistry(), CollectorRegistry()
    batch = BatchHistogram("age_seconds", "How old.", buckets=BUCKETS, registry=ours)
    single = Histogram("age_seconds", "How old.", buckets=BUCKETS, registry=theirs)
    for values in batches:
        batch.observe_all(values)
        for value in values:
            single.observe(value)
    assert lines(ours) == lines(theirs)
