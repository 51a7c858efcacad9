"""How long an index's rows may be told to wait."""

from service.delivery.patience import Patience


def test_a_first_wait_is_half_a_second_at_most() -> None:
    patience = Patience()
    assert patience.longest_wait("a", 100.0) == 0.5
    patience.gave_back("a", 100.0)
    assert patience.longest_wait("a", 100.0) == 0.5


def test_waits_are_as_long_as_it_has_gone_on_up_to_half_a_minute() -> None:
    patience = Patience()
    for at in (100.0, 101.0, 105.0):
        patience.gave_back("a", at)
    assert patience.longest_wait("a", 107.0) == 7.0
    assert patience.longest_wait("b", 107.0) == 0.5
    assert patience.longest_wait("a", 10_000.0) == 30.0


def test_a_bulk_that_was_taken_whole_ends_the_waiting() -> None:
    patience = Patience()
    patience.gave_back("a", 100.0)
    patience.took_all("a")
    patience.took_all("never heard of")
    patience.gave_back("a", 200.0)
    assert patience.longest_wait("a", 201.0) == 1.0
