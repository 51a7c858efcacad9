"""Held indexes, by a clock made of numbers."""

from service.delivery.holds import Holds


def test_an_index_that_is_not_held_is_open() -> None:
    holds = Holds()
    assert "a" not in holds
    assert holds.opens_at("a") == float("-inf")
    assert holds.release("a") is None


def test_a_held_index_is_probed_every_five_seconds_and_one_at_a_time() -> None:
    holds = Holds()
    holds.hold("a", "full", 10)
    assert holds.opens_at("a") == 15
    assert holds.opens_at("b") == float("-inf")
    holds.start_probe("a")
    assert holds.opens_at("a") is None
    holds.hold("a", "full", 17)
    assert holds.opens_at("a") == 22
    holds.start_probe("a")
    holds.postpone("a", 30)
    assert holds.opens_at("a") == 35


def test_a_hold_is_news_once_and_again_when_its_reason_changes() -> None:
    holds = Holds()
    assert holds.hold("a", "full", 10)
    assert not holds.hold("a", "full", 15)
    assert holds.hold("a", "missing", 20)
    (hold,) = holds.all()
    assert (hold.reason, hold.since) == ("missing", 10)


def test_the_longest_held_comes_first_and_a_released_one_is_gone() -> None:
    holds = Holds()
    holds.hold("b", "full", 1)
    holds.hold("a", "full", 2)
    assert [hold.index for hold in holds.all()] == ["b", "a"]
    released = holds.release("b")
    assert released is not None
    assert released.index == "b"
    assert [hold.index for hold in holds.all()] == ["a"]
