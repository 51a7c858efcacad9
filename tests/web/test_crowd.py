"""Who has to go where there is no more room, and who for being slow."""

from dataclasses import dataclass

from service.observability.metrics import Metrics
from service.web.capacity import Capacity
from service.web.crowd import GO_AT_ONCE, Crowd


@dataclass(eq=False, slots=True)
class Guest:
    """A connection that is what a test says."""

    quiet: float | None = None
    unsent: int = 0
    dropped: bool = False
    looks: int = 0

    def quiet_since(self) -> float | None:
        return self.quiet

    def unsent_bytes(self) -> int:
        return self.unsent

    def check_pace(self, now: float) -> None:
        self.looks += 1

    def drop(self) -> None:
        self.dropped = True


def crowd(*guests: Guest, metrics: Metrics | None = None, **bounds: float) -> Crowd:
    capacity = Capacity(**bounds)  # type: ignore[arg-type]  # of two types, by name
    made = Crowd(capacity, metrics or Metrics())
    for guest in guests:
        assert made.join(guest)
    return made


def dropped(metrics: Metrics, reason: str) -> float | None:
    name = "formwell_connections_dropped_total"
    return metrics.registry.get_sample_value(name, {"reason": reason})


def test_who_waited_longest_makes_room_and_who_is_answered_stays() -> None:
    """SRV-3: idle connections, however many, keep nobody out."""
    busy, old, new = Guest(), Guest(quiet=0.0), Guest(quiet=2.0)
    metrics = Metrics()
    full = crowd(busy, new, old, metrics=metrics, most_connections=3)
    assert full.join(Guest())
    assert [one.dropped for one in (busy, old, new)] == [False, True, False]
    assert len(full) == 3
    assert dropped(metrics, "idle") == 1


def test_where_everybody_is_answered_nobody_else_gets_in() -> None:
    """SRV-3: a cap is a cap."""
    metrics = Metrics()
    full = crowd(Guest(), Guest(), metrics=metrics, most_connections=2)
    assert not full.join(Guest())
    assert len(full) == 2
    assert dropped(metrics, "crowded") == 1


def test_several_make_room_at_once_so_that_not_everyone_has_to_be_looked_at_each_time() -> None:
    guests = [Guest(quiet=float(n)) for n in range(1_000)]
    full = crowd(*guests, most_connections=1_000)
    assert full.join(Guest())
    assert [one.dropped for one in guests] == [True] * GO_AT_ONCE + [False] * (1_000 - GO_AT_ONCE)


def test_who_reads_nothing_of_an_answer_is_dropped_and_who_reads_is_not() -> None:
    """An answer has 60 s to be read to its end; then what waits for its reader is given up."""
    stuck, slow = Guest(unsent=10), Guest(unsent=10)
    swept = crowd(stuck, slow, answer_seconds=60.0)
    swept.sweep(100.0)
    slow.unsent = 0
    swept.sweep(130.0)
    slow.unsent = 10
    swept.sweep(159.9)
    assert (stuck.dropped, slow.dropped) == (False, False)
    swept.sweep(160.0)
    assert (stuck.dropped, slow.dropped) == (True, False)
    assert len(swept) == 1
    assert (stuck.looks, slow.looks) == (4, 4)


def test_where_too_much_waits_for_its_readers_the_slowest_go_first() -> None:
    first, second, reading = Guest(unsent=60), Guest(unsent=0), Guest()
    metrics = Metrics()
    swept = crowd(second, first, reading, metrics=metrics, most_unsent_bytes=100)
    swept.sweep(1.0)
    second.unsent = 60
    swept.sweep(2.0)
    assert [one.dropped for one in (first, second, reading)] == [True, False, False]
    assert dropped(metrics, "unread") == 1


def test_where_those_that_are_late_had_too_much_nobody_else_goes() -> None:
    late, fresh = Guest(unsent=60), Guest()
    swept = crowd(late, fresh, answer_seconds=10.0, most_unsent_bytes=100)
    swept.sweep(1.0)
    fresh.unsent = 60
    swept.sweep(11.0)
    assert (late.dropped, fresh.dropped) == (True, False)


def test_who_has_left_is_not_looked_at() -> None:
    gone = Guest()
    swept = crowd(gone)
    swept.leave(gone)
    swept.leave(gone)
    swept.sweep(1.0)
    assert gone.looks == len(swept) == 0
