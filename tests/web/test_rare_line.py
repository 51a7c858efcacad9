"""What strangers can cause in the log stays small."""

import io

from service.web.rare_line import RareLine
from tests.web.observed import lines_of


def test_a_line_that_strangers_cause_comes_once_a_second_with_a_count(log: io.StringIO) -> None:
    now = 100.0
    line = RareLine("odd", clock=lambda: now)
    for _ in range(5):
        line.write(ValueError("SECRET"))
    now = 100.99
    line.write(ValueError())
    now = 101.0
    line.write(KeyError())
    assert [(one["error_type"], one["count"]) for one in lines_of(log)] == [
        ("ValueError", 1),
        ("KeyError", 6),
    ]
    assert "SECRET" not in log.getvalue()
