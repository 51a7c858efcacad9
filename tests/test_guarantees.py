"""docs/guarantees.md and the tests name each other: no fault without a test, none untold.

A test that injects a fault says so in the first words of its docstring: `F12: …`, or
`F31 and F39: …`; where all tests of a file are about one, the file's docstring does. A row of the
table names exactly those.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
ROOT = TESTS.parent
PAGE = ROOT / "docs" / "guarantees.md"

FAULTS = [f"F{number}" for number in range(1, 51)]

_ROW = re.compile(r"^\| (F\d+) \| (.+) \|$", re.MULTILINE)
_NAMED = re.compile(r"`(tests/[\w/]+\.py(?:::\w+)?)`")
_CLAIM = re.compile(r"(F\d+(?:(?:,| and|, and) F\d+)*): ")
_NOT_HERE = re.compile(r"not yet: issue \d+|nothing to break: ")

Definition = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def rows() -> Mapping[str, str]:
    """What the table says of each fault; it says it once."""
    found = _ROW.findall(PAGE.read_text())
    assert len(dict(found)) == len(found), "a fault has two rows"
    return dict(found)


@cache
def known_tests() -> Mapping[str, Definition | None]:
    """Every test as the page names it, and every file of tests, which has no definition."""
    found: dict[str, Definition | None] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        name = str(path.relative_to(ROOT))
        found[name] = None
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, Definition) and node.name.startswith("test_"):
                found[f"{name}::{node.name}"] = node
    return found


def faults_claimed() -> Iterator[tuple[str, str]]:
    """Each fault that a test says it injects, and the test's name."""
    for name, definition in known_tests().items():
        node = definition or ast.parse((ROOT / name).read_text())
        claim = _CLAIM.match(ast.get_docstring(node) or "")
        if claim is not None:
            yield from ((fault, name) for fault in re.findall(r"F\d+", claim[1]))


def test_every_fault_has_its_row_in_order() -> None:
    assert list(rows()) == FAULTS


@pytest.mark.parametrize("fault", FAULTS)
def test_a_row_names_the_tests_that_inject_the_fault_or_the_issue_that_will(fault: str) -> None:
    told = rows()[fault]
    assert bool(_NAMED.search(told)) is not bool(_NOT_HERE.search(told)), told


def test_every_test_that_the_page_names_is_there_and_is_run() -> None:
    known = known_tests()
    for name in _NAMED.findall(PAGE.read_text()):
        assert name in known, f"{name} is not there"
        definition = known[name]
        marks = [] if definition is None else [ast.unparse(it) for it in definition.decorator_list]
        assert not [mark for mark in marks if "skip" in mark or "xfail" in mark], name


def test_rows_and_tests_name_each_other() -> None:
    claimed: dict[str, set[str]] = defaultdict(set)
    for fault, name in faults_claimed():
        claimed[fault].add(name)
    named = {fault: set(_NAMED.findall(told)) for fault, told in rows().items()}
    differing = {
        fault: {
            "only in the table": sorted(named.get(fault, set()) - claimed[fault]),
            "only in the tests": sorted(claimed[fault] - named.get(fault, set())),
        }
        for fault in {*named, *claimed}
        if named.get(fault, set()) != claimed[fault]
    }
    assert differing == {}
