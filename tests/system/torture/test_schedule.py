"""A seed says what happens, so that a failure can be had again; three leave nothing out."""

from itertools import islice

from tests.system.torture.schedule import (
    ServiceFault,
    StoreFault,
    own_share,
    service_steps,
    store_steps,
)


def test_the_same_seed_does_the_same_and_another_does_something_else() -> None:
    for steps in (store_steps, service_steps):
        first = [*islice(steps(7), 40)]
        assert [*islice(steps(7), 40)] == first
        assert [*islice(steps(8), 40)] != first


def test_each_kind_of_fault_comes_before_any_comes_again() -> None:
    kinds = len(StoreFault)
    dealt = [step.fault for step in islice(store_steps(1), 2 * kinds)]
    assert set(dealt[:kinds]) == set(dealt[kinds:]) == set(StoreFault)
    assert {step.fault for step in islice(service_steps(1), 5)} == set(ServiceFault)


def test_three_seeds_in_a_row_begin_with_every_kind_between_them() -> None:
    for first in (-2, 1, 4, 65_533):
        shares = [own_share(seed) for seed in range(first, first + 3)]
        assert sorted(kind for share in shares for kind in share) == sorted(StoreFault)
        for seed, share in enumerate(shares, first):
            steps = islice(store_steps(seed), len(share))
            assert [step.fault for step in steps] == share
