"""The short reference: the same for the same receipt, read out and typed in without harm."""

import re
from collections import Counter
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.submission import (
    derive_receipt,
    new_key,
    parse_reference,
    reference_bits,
    short_reference,
)

NOW = 1_790_000_000_123
LETTERS = "ABCFHJKLMPQRTWXY"


def test_a_receipt_has_one_reference_for_good() -> None:
    receipt = UUID("019aab00-1234-8abc-9def-0123456789ab")
    assert short_reference(receipt) == "QC7-PX3-FJ5"
    assert short_reference(UUID(int=0)) == "AA2-AA2-AA2"
    assert short_reference(UUID(int=(1 << 128) - 1)) == "YY9-YY9-YY9"


@given(st.uuids())
def test_a_reference_is_three_triples_of_two_letters_and_a_digit(receipt: UUID) -> None:
    assert re.fullmatch(
        rf"[{LETTERS}]{{2}}[2-9](-[{LETTERS}]{{2}}[2-9]){{2}}", short_reference(receipt)
    )


@pytest.mark.parametrize("alike", ["O0", "I1", "MN", "FS", "UV", "CG", "EF", "BD", "CZ", "BV"])
def test_of_those_that_look_or_sound_alike_one_at_most_is_used(alike: str) -> None:
    used = set("".join(short_reference(UUID(int=bits)) for bits in range(2048)))
    assert len(used & set(alike)) <= 1


@given(st.uuids())
def test_a_reference_leads_back_to_the_end_of_its_receipt(receipt: UUID) -> None:
    assert parse_reference(short_reference(receipt)) == reference_bits(receipt)
    assert reference_bits(receipt) == receipt.int % 2**33


def test_receipts_are_spread_over_all_characters_in_every_place() -> None:
    receipts = {derive_receipt("quiz", new_key(NOW), b"{}") for _ in range(4000)}
    references = [short_reference(receipt).replace("-", "") for receipt in receipts]
    for place in range(9):
        counts = Counter(reference[place] for reference in references)
        expected = len(references) / (8 if place % 3 == 2 else 16)
        assert len(counts) == (8 if place % 3 == 2 else 16)
        assert max(abs(count - expected) for count in counts.values()) < expected / 2
    assert len(set(references)) > len(references) - 3


@pytest.mark.parametrize(
    "typed",
    [
        "BK4-TM7-PX2",
        "bk4tm7px2",
        "  bk4 tm7 px2\n",
        "BK4\N{EN DASH}TM7\N{NON-BREAKING HYPHEN}PX2",
        "B K 4, T M 7, P X 2",
        "8KA-TN7-PXZ",
    ],
)
def test_a_reference_may_be_typed_as_it_was_heard(typed: str) -> None:
    bits = parse_reference(typed)
    assert bits is not None
    assert short_reference(UUID(int=bits)) == "BK4-TM7-PX2"


@pytest.mark.parametrize(
    "typed", ["", "BK4-TM7", "BK4-TM7-PX2-A", "4BK-TM7-PX2", "BK1-TM7-PX2", "ßK4TM7PX"]
)
def test_what_is_no_reference_is_not_taken_for_one(typed: str) -> None:
    assert parse_reference(typed) is None


@given(st.text(max_size=20))
def test_whatever_is_typed_gives_bits_or_none(typed: str) -> None:
    bits = parse_reference(typed)
    assert bits is None or 0 <= bits < 2**33
