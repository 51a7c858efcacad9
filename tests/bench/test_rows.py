"""The rows and figures that can be asked for, and the arithmetic of the probes."""

from bench.__main__ import NAMES
from bench.contenders import LIMIT
from bench.figures.probes import percentile
from bench.rows import ROWS
from bench.store import sums
from bench.wrk import SCRIPT, Kind


def test_every_name_is_one_thing_and_every_row_has_the_limit_beside_it() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert all(LIMIT in row.contenders for row in ROWS)


def test_the_load_generator_knows_every_kind() -> None:
    script = SCRIPT.read_text()
    for kind in Kind:
        assert f"\n  {kind} = function()" in script or f'\n  ["{kind}"] = function()' in script


def test_metrics_of_several_workers_count_together() -> None:
    found = sums(
        "# TYPE formwell_spool_rows gauge\n"
        'formwell_spool_rows{worker="0",state="pending"} 3.0\n'
        'formwell_spool_rows{worker="1",state="pending"} 4.0\n'
        'formwell_spool_rows{worker="1",state="dead"} 1.0\n'
    )
    assert found["formwell_spool_rows{pending}"] == 7
    assert found["formwell_spool_rows"] == 8


def test_a_percentile_is_one_of_the_values() -> None:
    values = [float(number) for number in range(100, 0, -1)]
    assert percentile(values, 0.5) == 51.0
    assert percentile(values, 0.99) == 100.0
    assert percentile([7.0], 0.99) == 7.0
