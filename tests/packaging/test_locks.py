"""What is installed is what was looked at: the locks agree with setup.cfg, with each other and
with what is installed, offline."""

import importlib.metadata
from collections.abc import Iterator, Mapping

import pytest
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

from tests.packaging.locked import BUILD, RUN, Pin, asked_for, lock_file, pins_of

NAMES = tuple(asked_for())
EXTRAS = tuple(name for name in NAMES if name not in (BUILD, RUN))
# What `make test` installs, and what has to be there for `make bench`.
INSTALLED = tuple(name for name in NAMES if name != "lock")


def here(name: str) -> Mapping[NormalizedName, Pin]:
    """What a lock pins for this Python and this system."""
    chosen = {
        package: [pin for pin in pins if pin.applies_here]
        for package, pins in pins_of(name).items()
    }
    assert all(len(pins) <= 1 for pins in chosen.values())
    return {package: pins[0] for package, pins in chosen.items() if pins}


def needed_by(requirements: tuple[Requirement, ...]) -> set[NormalizedName]:
    """All packages that these need here, by what is installed says of itself."""
    found: set[NormalizedName] = set()
    seen: set[tuple[NormalizedName, str]] = set()
    waiting = [(each, "") for each in requirements]
    while waiting:
        requirement, extra = waiting.pop()
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        found.add(name)
        for asked in ("", *requirement.extras):
            if (name, asked) not in seen:
                seen.add((name, asked))
                waiting += [(each, asked) for each in _requirements_of(name)]
    return found


def _requirements_of(name: str) -> Iterator[Requirement]:
    for line in importlib.metadata.distribution(name).requires or ():
        yield Requirement(line)


@pytest.mark.parametrize("name", NAMES)
def test_a_lock_has_what_is_asked_for_in_a_version_that_fits(name: str) -> None:
    """SUP-1: CI fails when lock and manifest differ; `make lock` brings them together."""
    pins = pins_of(name)
    for requirement in asked_for()[name]:
        for pin in pins[canonicalize_name(requirement.name)]:
            assert pin.version in requirement.specifier, f"{requirement}, but {pin.version}"


@pytest.mark.parametrize("name", INSTALLED)
def test_a_lock_has_all_that_is_needed_and_nothing_else(name: str) -> None:
    """SUP-1: what a package needs in turn is pinned, and nothing that nobody needs any more."""
    assert set(here(name)) == needed_by(asked_for()[name])


@pytest.mark.parametrize("name", INSTALLED)
def test_what_is_installed_is_what_is_locked(name: str) -> None:
    """SUP-1: these very versions are what the tests ran with."""
    installed = {package: importlib.metadata.version(package) for package in here(name)}
    assert installed == {package: str(pin.version) for package, pin in here(name).items()}


@pytest.mark.parametrize("name", NAMES)
def test_a_lock_takes_wheels_by_their_digest_and_names_no_place(name: str) -> None:
    """SUP-1: hash-pinned, wheels only but for one thing that tests need, from one index."""
    text = lock_file(name).read_text(encoding="utf-8")
    options = [line for line in text.splitlines() if line.startswith("-")]
    expected = {BUILD: "--only-binary :all:", RUN: "--only-binary :all:"}
    expected["test"] = "--no-binary forbiddenfruit"
    assert options == ([expected[name]] if name in expected else [])
    assert "://" not in text
    for pins in pins_of(name).values():
        for pin in pins:
            assert pin.hashes, pin.name
            assert all(each.startswith("sha256:") for each in pin.hashes), pin.name


def test_locks_that_are_installed_together_agree() -> None:
    """SUP-1: pip refuses two versions of one package."""
    versions: dict[tuple[str, str], set[str]] = {}
    for name in (RUN, *EXTRAS):
        for package, pins in pins_of(name).items():
            for pin in pins:
                versions.setdefault((package, str(pin.marker)), set()).add(str(pin.version))
    assert {key: found for key, found in versions.items() if len(found) > 1} == {}
