"""The circuit, by a clock made of numbers."""

from service.delivery.circuit import FAILURES_TO_OPEN, Circuit


def _opened(at: float) -> Circuit:
    circuit = Circuit()
    opened = [circuit.failed("a", at, was_probe=False) for _ in range(FAILURES_TO_OPEN)]
    assert opened == [False, False, False, False, True]
    return circuit


def test_it_opens_after_five_failures_in_a_row() -> None:
    circuit = Circuit()
    for _ in range(4):
        circuit.failed("a", 0, was_probe=False)
    circuit.answered()
    for _ in range(4):
        circuit.failed("a", 0, was_probe=False)
    assert not circuit.is_open
    assert circuit.opens_at("a") == float("-inf")
    assert circuit.failed("a", 10, was_probe=False)
    assert circuit.is_open
    assert circuit.opens_at("a") == 15


def test_one_probe_passes_every_five_seconds() -> None:
    circuit = _opened(at=10)
    circuit.start_probe("a")
    assert circuit.opens_at("a") is None
    assert not circuit.failed("a", 16, was_probe=True)
    assert circuit.opens_at("a") == 21


def test_a_failure_of_a_bulk_sent_before_lets_no_second_probe_pass() -> None:
    circuit = _opened(at=10)
    circuit.start_probe("a")
    circuit.failed("a", 16, was_probe=False)
    assert circuit.opens_at("a") is None


def test_the_first_answer_closes_it() -> None:
    circuit = _opened(at=10)
    circuit.start_probe("a")
    assert circuit.answered()
    assert not circuit.is_open
    assert not circuit.answered()
    assert not circuit.failed("a", 20, was_probe=False)


def test_a_failed_probe_of_a_held_index_does_not_open_it() -> None:
    circuit = Circuit()
    assert not circuit.failed("a", 0, was_probe=True)
    assert not circuit.is_open


def test_an_index_that_was_not_tried_yet_has_a_probe_of_its_own() -> None:
    circuit = _opened(at=10)
    circuit.start_probe("a")
    assert circuit.opens_at("b") == float("-inf")
    circuit.start_probe("b")
    circuit.failed("b", 16, was_probe=True)
    assert circuit.opens_at("b") is None, "the probe of the other index is still on its way"
    circuit.failed("a", 17, was_probe=True)
    assert circuit.opens_at("a") == circuit.opens_at("b") == 22


def test_after_a_long_silence_one_failure_opens_it() -> None:
    circuit = Circuit()
    circuit.asked(100.0)
    circuit.asked(119.0)
    assert not circuit.failed("a", 119.9, was_probe=False)
    assert circuit.failed("a", 120.0, was_probe=False)


def test_an_answer_ends_a_silence() -> None:
    circuit = Circuit()
    circuit.asked(100.0)
    circuit.answered()
    circuit.asked(115.0)
    assert not circuit.failed("a", 125.0, was_probe=False)
