"""A pattern that may take for ever is refused before it meets an answer."""

import re
import time

import pytest

from service.forms.safe_pattern import UnsafePatternError, check_pattern


@pytest.mark.parametrize(
    "pattern",
    [
        r"[A-Z]{2}-\d{4}",
        r"\w+@\w+\.\w+",
        r"(?:\d{3}-)+\d",
        r"(?:yes|no)",
        r"[^a-z]+é",
        r"[a-z]*[0-9]*[a-z]*",
        r"a?b?c?",
        r".*x",
        "",
    ],
)
def test_a_pattern_that_can_be_trusted_is_taken(pattern: str) -> None:
    check_pattern(pattern, 1_000)


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(a+)+", "repeats a group"),
        ("(a|aa)*", "repeats a group"),
        ("((a?)b)*", "repeats a group"),
        ("(a{1,9}){9}", "repeats a group"),
        (r".*.*x", "may take too long"),
        (r"\d*\d*\d*\d*x", "may take too long"),
        (r"(a*)(?:a*)(?:a*)b", "may take too long"),
        ("a**", "in a row"),
        ("a+?", "in a row"),
        (r"(a)\1", "cannot be used"),
        ("(?=a)", "only (…) and (?:…)"),
        ("^a", "leave '^' out"),
        ("(a", "without its ')'"),
        ("a)", "without its '('"),
        ("[a", "ends in the middle"),
        ("[]", "nothing in it"),
        ("[z-a]", "is no range"),
        ("a{3,1}", "cannot be read"),
        ("*", "stands for nothing"),
        ("(" * 20 + ")" * 20, "groups in groups"),
        ("a" * 501, "more than 500"),
    ],
)
def test_a_pattern_that_cannot_is_refused_with_the_reason(pattern: str, reason: str) -> None:
    with pytest.raises(UnsafePatternError, match=re.escape(reason)):
        check_pattern(pattern, 1_000)


def test_the_slowest_pattern_that_is_taken_is_fast() -> None:
    pattern, longest = ".*.*x", 140
    check_pattern(pattern, longest)
    before = time.process_time()
    assert re.fullmatch(pattern, "a" * longest) is None
    assert time.process_time() - before < 0.05
