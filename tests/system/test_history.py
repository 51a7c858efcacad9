"""The check of the system tests goes red where it must."""

from tests.system.history import Event, Kind, Stored, answered, count, find_faults, find_refusals

SENT = (
    Event(kind=Kind.INVOKE, essay="one"),
    Event(kind=Kind.OK, essay="one", receipt="r1"),
    Event(kind=Kind.INVOKE, essay="two"),
    Event(kind=Kind.INFO, essay="two", detail="reset"),
    Event(kind=Kind.OK, essay="two", receipt="r2"),
)
UNANSWERED = (
    Event(kind=Kind.INVOKE, essay="three"),
    Event(kind=Kind.INFO, essay="three", detail="reset"),
)
HELD = (Stored(id="r1", essay="one"), Stored(id="r2", essay="two"))


def test_a_store_that_holds_each_receipt_once_has_no_fault() -> None:
    assert find_faults(SENT, HELD) == []


def test_a_missing_document_is_a_fault() -> None:
    assert find_faults(SENT, HELD[:1]) == ["missing: r2 was answered for two"]


def test_an_essay_that_is_there_under_two_ids_is_a_fault() -> None:
    twice = (*HELD, Stored(id="r9", essay="two"))
    assert find_faults(SENT, twice) == ["doubled: essay two is there 2 times"]


def test_an_id_that_is_there_twice_is_a_fault() -> None:
    twice = (*HELD, HELD[0])
    assert find_faults(SENT, twice) == [
        "doubled: id r1 is there 2 times",
        "doubled: essay one is there 2 times",
    ]


def test_a_document_nobody_sent_is_a_fault() -> None:
    stranger = (*HELD, Stored(id="r9", essay="nine"))
    assert find_faults(SENT, stranger) == ["stranger: r9 was never sent"]


def test_a_receipt_that_holds_other_answers_is_a_fault() -> None:
    swapped = (Stored(id="r1", essay="two"), Stored(id="r2", essay="one"))
    assert find_faults(SENT, swapped) == [
        "mixed up: r1 was answered for one and holds two",
        "mixed up: r2 was answered for two and holds one",
    ]


def test_a_repeat_that_is_given_another_receipt_is_a_fault() -> None:
    other = (*SENT, Event(kind=Kind.OK, essay="one", receipt="r9"))
    faults = find_faults(other, HELD)
    assert faults == [
        "two receipts: one was answered with ['r1', 'r9']",
        "missing: r9 was answered for one",
    ]


def test_what_had_no_answer_may_be_there_or_not() -> None:
    history = (*SENT, *UNANSWERED)
    assert find_faults(history, HELD) == []
    assert find_faults(history, (*HELD, Stored(id="r3", essay="three"))) == []


def test_events_are_counted_by_kind_and_essays_by_their_receipt() -> None:
    history = (*SENT, *UNANSWERED)
    assert [count(history, kind) for kind in Kind] == [3, 2, 0, 2]
    assert answered(history) == {"one", "two"}


def test_what_is_refused_for_good_is_a_fault_and_what_may_be_sent_again_is_none() -> None:
    for detail, faults in (
        ("409", ["refused: one was answered with 409"]),
        ("404", ["refused: one was answered with 404"]),
        ("429", []),
        ("503", []),
        ("nobody there", []),
    ):
        assert find_refusals([*SENT, Event(kind=Kind.FAIL, essay="one", detail=detail)]) == faults
