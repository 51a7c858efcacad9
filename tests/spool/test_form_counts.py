"""What the store's number of documents says of submissions from elsewhere. Pure."""

from hypothesis import given
from hypothesis import strategies as st

from service.spool.form_counts import FormCount

few = st.integers(0, 20)


def test_what_the_store_has_beyond_ours_came_from_elsewhere() -> None:
    count = FormCount(accepted=5, delivered=5)
    assert count.seen_in_store(12).elsewhere == 7
    assert count.seen_in_store(12).total == 12


def test_documents_that_were_deleted_there_are_not_taken_from_ours() -> None:
    assert FormCount(accepted=5, delivered=5).seen_in_store(2).total == 5


def test_a_lost_spool_learns_from_the_store_what_it_took() -> None:
    assert FormCount().seen_in_store(40).total == 40


@given(ours=few, in_flight=few, delivered=few)
def test_a_single_process_never_takes_its_own_for_others(
    ours: int, in_flight: int, delivered: int
) -> None:
    """Whatever part of a bulk the store counted before it was settled here."""
    waiting = ours + in_flight
    count = FormCount(accepted=waiting + delivered, waiting=waiting, delivered=delivered)
    assert count.seen_in_store(delivered + in_flight).elsewhere == 0


@given(elsewhere=few, waiting=few, in_flight=few, delivered=few)
def test_what_is_known_stands_while_the_store_does_not_contradict_it(
    elsewhere: int, waiting: int, in_flight: int, delivered: int
) -> None:
    count = FormCount(
        accepted=waiting + delivered, waiting=waiting, delivered=delivered, elsewhere=elsewhere
    )
    seen = count.seen_in_store(elsewhere + delivered + min(in_flight, waiting))
    assert seen.elsewhere == elsewhere


@given(before=few, elsewhere=few, delivered=few)
def test_with_nothing_on_its_way_the_number_is_exact(
    before: int, elsewhere: int, delivered: int
) -> None:
    count = FormCount(accepted=delivered, delivered=delivered, elsewhere=before)
    assert count.seen_in_store(elsewhere + delivered).elsewhere == elsewhere
