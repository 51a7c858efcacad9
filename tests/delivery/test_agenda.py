"""Whose turn it is, by a clock made of numbers."""

from service.delivery.agenda import LINGER_SECONDS, Agenda


def _open(_index: str) -> float | None:
    return float("-inf")


def test_a_linger_counts_from_the_first_arrival() -> None:
    agenda = Agenda()
    agenda.arrived("a", 10)
    agenda.arrived("a", 10.2)
    assert agenda.next_at(_open) == 10 + LINGER_SECONDS
    assert agenda.next_ready(10.2, _open) is None
    assert agenda.next_ready(10.25, _open) == "a"


def test_indexes_with_more_take_turns() -> None:
    agenda = Agenda()
    for index in "abc":
        agenda.has_more(index, 0)
    turns = []
    for _ in range(6):
        turn = agenda.next_ready(0, _open)
        assert turn is not None
        agenda.take(turn)
        agenda.has_more(turn, 0)
        turns.append(turn)
    assert turns == ["a", "b", "c", "a", "b", "c"]


def test_an_index_whose_gate_is_shut_is_passed_over() -> None:
    agenda = Agenda()
    agenda.has_more("shut", 0)
    agenda.has_more("later", 0)
    gates = {"shut": None, "later": 5.0}
    assert agenda.next_ready(4.9, gates.__getitem__) is None
    assert agenda.next_at(gates.__getitem__) == 5
    assert agenda.next_ready(5, gates.__getitem__) == "later"


def test_rows_given_back_share_a_bulk_with_those_due_soon_after() -> None:
    agenda = Agenda()
    agenda.given_back("a", 0.001, 10)
    agenda.given_back("b", 4, 10)
    assert agenda.next_ready(10.2, _open) is None
    assert agenda.next_ready(10.25, _open) == "a"
    agenda.take("a")
    assert agenda.next_at(_open) == 14


def test_a_hurry_ends_the_linger_but_not_the_wait_for_another_try() -> None:
    agenda = Agenda()
    agenda.arrived("a", 10)
    agenda.given_back("b", 4, 10)
    agenda.hurry(10.1)
    assert agenda.next_ready(10.1, _open) == "a"
    agenda.take("a")
    assert agenda.next_at(_open) == 14
    agenda.arrived("c", 11)
    assert agenda.next_ready(11, _open) == "c"


def test_nothing_to_do_has_no_time() -> None:
    agenda = Agenda()
    assert agenda.next_at(_open) is None
    assert agenda.next_ready(1e9, _open) is None
