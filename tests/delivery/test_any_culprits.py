"""Any rows of a batch at fault, any number of them: each is found alone and no other is blamed."""

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from service.delivery.bisection import Bisection
from service.delivery.classify import ATTEMPTS_BEFORE_DEAD
from service.delivery.control import CONTROL
from service.delivery.window import HIGHEST_LIMIT, Window
from service.spool.ports import Ack, DeadLetter
from service.store import StoreRefused
from tests.delivery.fakes import CREATED, MAPPING, make_row

_BATCHES = st.integers(1, 300).flatmap(
    lambda count: st.tuples(st.just(count), st.sets(st.integers(1, count)))
)


def _requests_at_most(count: int, culprits: int) -> int:
    """A binary tree's path for each culprit, with what hangs on it, and a control for each."""
    depth = math.ceil(math.log2(count)) if count > 1 else 0
    return 1 + culprits * (2 * depth + 1)


@settings(deadline=None)
@given(batch=_BATCHES, status=st.sampled_from([400, 413]))
def test_each_culprit_is_set_aside_and_all_others_are_delivered(
    batch: tuple[int, set[int]], status: int
) -> None:
    count, culprits = batch
    rows = [make_row(seq, attempts=ATTEMPTS_BEFORE_DEAD - 1) for seq in range(1, count + 1)]
    bisection = Bisection(rows, lambda: 0.5, longest_wait=8.0)
    requests = 0
    while (part := bisection.next_part()) is not None:
        requests += 1
        if part == [CONTROL]:
            bisection.take([MAPPING])
        elif any(row.seq in culprits for row in part):
            bisection.take(StoreRefused("refused", status=status))
        else:
            bisection.take([CREATED for _ in part])
    verdicts = bisection.report().judgement.verdicts
    assert sorted(verdict.seq for verdict in verdicts) == list(range(1, count + 1))
    assert {verdict.seq for verdict in verdicts if isinstance(verdict, DeadLetter)} == culprits
    assert sum(isinstance(verdict, Ack) for verdict in verdicts) == count - len(culprits)
    assert requests <= _requests_at_most(count, len(culprits))


@given(st.lists(st.booleans(), max_size=100))
def test_a_window_stays_within_its_limits_and_recovers_whatever_happened(
    answers: list[bool],
) -> None:
    window = Window()
    for clean in answers:
        window.widen() if clean else window.halve()
        assert 1 <= window.limit <= HIGHEST_LIMIT
    for _ in range(HIGHEST_LIMIT - 1):
        window.widen()
    assert window.limit == HIGHEST_LIMIT
