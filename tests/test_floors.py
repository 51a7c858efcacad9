"""Versions with a known weakness are in no lock, and are refused at the start."""

import os
import subprocess
import sys
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from service.floors import FLOORS, below_floors
from tests.packaging.locked import BUILD, RUN, asked_for, pins_of

# Of what only builds the package; the service never meets it.
BUILD_FLOORS = {"setuptools": "78.1.1"}  # CVE-2025-47273: a download is written anywhere


def test_nothing_that_is_installed_here_is_below_its_floor() -> None:
    assert below_floors() == ()


@pytest.mark.parametrize("name", FLOORS)
def test_the_lock_has_nothing_below_its_floor(name: str) -> None:
    """SUP-2: where no advisory service can be reached, the committed list is the gate."""
    assert all(pin.version >= Version(FLOORS[name].version) for pin in pins_of(RUN)[name_of(name)])


def test_what_builds_the_package_is_not_below_its_floor_either() -> None:
    """SUP-2: the build is of the supply chain too."""
    for name, floor in BUILD_FLOORS.items():
        assert all(pin.version >= Version(floor) for pin in pins_of(BUILD)[name_of(name)])


def test_what_may_be_installed_without_the_lock_keeps_to_the_floors() -> None:
    """SUP-2: setup.cfg asks for no version that the service would refuse."""
    asked = {name_of(str(each)): each for each in asked_for()[RUN]}
    for name in map(name_of, FLOORS):
        if name in asked:
            lowest = [each.version for each in asked[name].specifier if each.operator == ">="]
            assert Version(*lowest) >= Version(FLOORS[name].version), name


@pytest.mark.parametrize(
    ("installed", "refused"),
    [
        ("3.14.3", True),
        ("3.14.4rc1", True),
        ("3.9.99", True),
        ("3.14.4", False),
        ("3.14.10", False),
        ("4.0", False),
    ],
)
def test_versions_are_compared_as_versions(installed: str, refused: bool) -> None:
    def version_of(name: str) -> str:
        if name == "aiohttp":
            return installed
        raise PackageNotFoundError(name)

    assert len(below_floors(version_of)) == refused


def test_a_service_with_an_aiohttp_below_the_floor_does_not_start(tmp_path: Path) -> None:
    """SUP-2: it says what is installed, what is wrong with it and what to install."""
    claimed = tmp_path / "aiohttp-3.14.3.dist-info"
    claimed.mkdir()
    (claimed / "METADATA").write_text("Metadata-Version: 2.1\nName: aiohttp\nVersion: 3.14.3\n")
    ended = subprocess.run(
        [sys.executable, "-m", "service", "serve"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr == (
        "formwell: aiohttp 3.14.3 is installed, which has a known weakness "
        f"({FLOORS['aiohttp'].reason}); install 3.14.4 or newer\n"
    )
    assert list(tmp_path.iterdir()) == [claimed]


def name_of(text: str) -> NormalizedName:
    return canonicalize_name(Requirement(text).name)
