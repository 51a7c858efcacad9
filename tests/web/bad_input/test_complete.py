"""Nothing of section 11 is forgotten."""

import re

from tests.web.bad_input import test_in_a_row, test_limited, test_silence
from tests.web.bad_input.table import TABLE

OUTSIDE = (test_in_a_row, test_limited, test_silence)
"""Tests of what takes more than one request, or time."""


def test_every_row_of_section_11_is_tested() -> None:
    """Not B75 and B77, as keys never refuse and proof of work is for later; B87 and B88 are about
    pages that are not there yet."""
    tests = [one for module in OUTSIDE for name, one in vars(module).items() if "test_" in name]
    texts = (*TABLE, *(str(test.__doc__) for test in tests))
    numbers = {int(number) for text in texts for number in re.findall(r"B(\d+)", text)}
    assert numbers == {*range(1, 91)} - {75, 77, 87, 88}
