"""The manual of form files says what the code does."""

import re
from pathlib import Path
from textwrap import indent

import pytest

from service.forms.field_types import FIELD_TYPES
from service.forms.parse import FORM_KEYS
from service.forms.parse_fields import FIELD_KEYS, GROUP_KEYS
from tests.forms.faults import faults

ROOT = Path(__file__).parents[2]
MANUAL = (ROOT / "docs" / "forms.md").read_text()
EXAMPLES = re.findall(r"```yaml\n(.*?)```", MANUAL, re.DOTALL)


@pytest.mark.parametrize("word", [*FORM_KEYS, *FIELD_KEYS, *GROUP_KEYS, *FIELD_TYPES])
def test_every_key_and_type_is_explained(word: str) -> None:
    assert f"`{word}`" in MANUAL


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_can_be_used_as_it_stands(example: str) -> None:
    if example.startswith("- "):
        example = "fields:\n" + indent(example, "  ")
    if "title:" not in example:
        example = "title: x\n" + example
    if "fields:" not in example:
        example += "fields: [{name: a, type: text, label: A}]\n"
    assert faults(example) == []


def test_there_are_examples_and_readers_find_the_manual() -> None:
    assert len(EXAMPLES) > 5
    assert "(docs/forms.md)" in (ROOT / "README.md").read_text()
