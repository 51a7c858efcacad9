"""The metrics of several workers on one page."""

from prometheus_client.exposition import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from service.observability.metrics import Metrics
from service.workers.exposition import merge


def page(accepted: int) -> str:
    metrics = Metrics()
    metrics.accepted.labels("quiz").inc(accepted)
    metrics.request_seconds.labels("/f/{form}").observe(0.01)
    return generate_latest(metrics.registry).decode()


def test_every_sample_of_every_worker_is_there_once_with_its_number() -> None:
    pages = {0: page(3), 1: page(4)}
    merged = list(text_string_to_metric_families(merge(pages)))
    alone = {n: list(text_string_to_metric_families(text)) for n, text in pages.items()}
    assert [family.name for family in merged] == [family.name for family in alone[0]]
    for family in merged:
        for number, families in alone.items():
            (own,) = (each for each in families if each.name == family.name)
            found = [
                (
                    {k: v for k, v in sample.labels.items() if k != "worker"},
                    sample.name,
                    sample.value,
                )
                for sample in family.samples
                if sample.labels["worker"] == str(number)
            ]
            assert found == [(sample.labels, sample.name, sample.value) for sample in own.samples]
            assert (own.type, own.documentation) == (family.type, family.documentation)


def test_a_worker_that_does_not_answer_is_left_out() -> None:
    assert 'worker="1"' in merge({1: page(1)})
    assert 'worker="0"' not in merge({1: page(1)})
    assert merge({}) == ""
