"""How much is read of a header that is a list."""

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from service.web.listed import MOST_CHARACTERS, listed

LONG = "a" * (MOST_CHARACTERS - 1)


@pytest.mark.parametrize(
    ("lines", "read"),
    [
        ([], ""),
        (["es, en;q=0.5"], "es, en;q=0.5"),
        (["es", "en;q=0.5"], "es,en;q=0.5"),
        ([LONG + "b"], LONG + "b"),
        ([LONG + ",es"], LONG),
        ([f"es,{LONG}"], "es"),
        ([f"es,{LONG[:-3]},en"], f"es,{LONG[:-3]}"),
        ([f"{LONG}b,es"], LONG + "b"),
        ([LONG + "bc"], ""),
        (["es"] * 10_000, ",".join(["es"] * 683)),
    ],
)
def test_of_a_long_list_whole_items_are_left_out(lines: list[str], read: str) -> None:
    headers = CIMultiDictProxy(CIMultiDict(("Accept-Language", line) for line in lines))
    assert listed(headers, "Accept-Language") == read
