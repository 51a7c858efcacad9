"""Which If-None-Match says that an answer is known."""

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from service.web.validators import is_known


@pytest.mark.parametrize(
    ("lines", "known"),
    [
        (['"one"'], True),
        (['W/"one"'], True),
        (['"other", W/"one"'], True),
        (['"other"', '"one"'], True),
        (["*"], True),
        (['"*"'], False),
        (['"on"'], False),
        (["one"], False),
        (["", '"'], False),
        ([], False),
    ],
)
def test_an_answer_is_known_by_its_etag_or_star_in_any_line(lines: list[str], known: bool) -> None:
    headers = CIMultiDictProxy(CIMultiDict(("If-None-Match", line) for line in lines))
    assert is_known(headers, "one") is known
