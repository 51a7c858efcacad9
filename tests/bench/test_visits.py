"""The visitors of the load test: what they send, and that a real service takes it."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from bench.contenders import FORMWELL, NULL_STORE, Place
from bench.running import ROOT, running
from bench.store import metrics_of
from bench.visits import (
    as_browser_sends,
    example_answers,
    key_of,
    one_of,
    read_answers,
    thinking_seconds,
    waiting_seconds,
)
from tests.system.ports import free_port


def test_a_browser_sends_its_key_and_of_a_list_every_value() -> None:
    answers = {"name": "Ann", "games": ["a", "b"], "agreed": True, "letter": False, "age": 3}
    assert parse_qsl(as_browser_sends(answers, "key-1")) == [
        ("submission_key", "key-1"),
        ("name", "Ann"),
        ("games", "a"),
        ("games", "b"),
        ("agreed", "true"),
        ("age", "3"),
    ]


def test_the_key_is_found_in_a_page_and_missed_in_one_for_many() -> None:
    assert key_of('<input type="hidden" name="submission_key" value="k-1">') == "k-1"
    assert key_of("<form></form>") is None


def test_answers_to_a_form_of_ones_own_are_read_a_line_each(tmp_path: Path) -> None:
    file = tmp_path / "answers"
    file.write_text('{"name": "Ann"}\n\n{"name": "Bo"}\n')
    answers = read_answers(file)
    assert answers == [{"name": "Ann"}, {"name": "Bo"}]
    assert one_of(answers) in answers
    assert one_of([]).keys() == example_answers().keys()
    for wrong in ("", "[1]\n"):
        file.write_text(wrong)
        with pytest.raises(ValueError, match="a JSON object in each line"):
            read_answers(file)


def test_nobody_thinks_or_waits_for_ever() -> None:
    assert all(0 < thinking_seconds(20.0) <= 200.0 for _ in range(1_000))
    assert all(2.0 <= waiting_seconds("2") <= 3.0 for _ in range(100))
    assert waiting_seconds("3600") <= 90.0
    assert 1.0 <= waiting_seconds("soon") <= waiting_seconds(None) + 1.0


@pytest.mark.slow
def test_visitors_and_programs_are_served_and_counted_by_both_sides(tmp_path: Path) -> None:
    place = Place(
        folder=tmp_path,
        port=free_port(),
        internal_port=free_port(),
        store_url=NULL_STORE,
        index="bench-test",
    )
    launch = FORMWELL.launch(place)
    with running(launch, launch.command, tmp_path):
        seen = _run_locust(f"http://127.0.0.1:{place.port}")
        counted = metrics_of(f"http://127.0.0.1:{place.internal_port}")
    assert not any(one["num_failures"] for one in seen.values())
    assert {"page", "submit", "receipt", "submit JSON"} <= seen.keys()
    sent = sum(seen[name]["num_requests"] for name in ("submit", "submit JSON"))
    assert counted["formwell_submissions_accepted_total"] == sent


def _run_locust(host: str) -> Mapping[str, Mapping[str, int]]:
    """A short run; what it counted, by the names of requests."""
    # By itself, because importing Locust replaces much of the standard library with its own.
    ended = subprocess.run(
        (
            *(sys.executable, "-m", "locust", "-f", "bench/locustfile.py", "--host", host),
            *("--headless", "--users", "20", "--spawn-rate", "100", "--run-time", "1s"),
            *("--stop-timeout", "10", "--thinking", "0.05", "--json", "--only-summary"),
        ),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return {one["name"]: one for one in json.loads(ended.stdout)}
