"""What fits a form, and what is only missing."""

from typing import Any

import pytest

from service.opensearch.index_plan import extend_template, find_gap, new_template

DATE = {"type": "date", "format": "strict_date_time"}


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({"type": "text"}, {"type": "text", "analyzer": "english"}),
        ({"type": "text", "fields": {"keyword": {"type": "keyword"}}}, {"type": "text"}),
        (DATE, {"type": "date"}),
        (DATE, {"type": "date", "format": "epoch_millis||strict_date_time"}),
        (DATE, {"type": "date", "format": "strict_date_optional_time||epoch_millis"}),
    ],
)
def test_a_field_that_takes_what_we_send_fits(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    gap = find_gap({"properties": {"f": ours}}, {"properties": {"f": theirs}})

    assert gap.missing == {}
    assert gap.conflicts == ()


@pytest.mark.parametrize(
    ("ours", "theirs", "said"),
    [
        ({"type": "text"}, {"type": "keyword"}, "field f is keyword, not text"),
        ({"type": "text"}, {"properties": {}}, "field f is object, not text"),
        (
            DATE,
            {"type": "date", "format": "epoch_second"},
            "field f is date (epoch_second), not date (strict_date_time)",
        ),
    ],
)
def test_a_field_that_takes_something_else_is_a_conflict(
    ours: dict[str, Any], theirs: dict[str, Any], said: str
) -> None:
    gap = find_gap({"properties": {"f": ours}}, {"properties": {"f": theirs}})

    assert gap.conflicts == (said,)
    assert gap.missing == {}


def test_an_index_without_any_mapping_lacks_every_field() -> None:
    assert find_gap({"properties": {"f": DATE}}, {}).missing == {"f": DATE}


def test_a_template_is_for_one_index_and_says_nothing_of_shards() -> None:
    template = new_template("survey", {"properties": {}})

    assert template["index_patterns"] == ["survey"]
    assert template["template"] == {"mappings": {"properties": {}}}


def test_a_template_that_has_every_field_is_not_written_again() -> None:
    mapping = {"properties": {"f": DATE}}

    assert extend_template(new_template("survey", mapping), mapping) is None
    assert extend_template({"index_patterns": ["survey"]}, mapping) == {
        "index_patterns": ["survey"],
        "template": {"mappings": {"properties": {"f": DATE}}},
    }
