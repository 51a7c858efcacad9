"""What setup.cfg and pyproject.toml ask for, and what the files in locks/ pin.

There is a lock for building (`build`), for running (`run`), and for each extra, to be installed
together with what running takes.
"""

import tomllib
from collections.abc import Iterator, Mapping
from configparser import ConfigParser
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

TREE = Path(__file__).parents[2]
LOCKS = TREE / "locks"
BUILD, RUN = "build", "run"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """One version of one package, with the digests its files may have."""

    name: NormalizedName
    version: Version
    marker: Marker | None
    hashes: tuple[str, ...]

    @property
    def applies_here(self) -> bool:
        """Whether this Python on this system is to have it."""
        return self.marker is None or self.marker.evaluate()


def asked_for() -> Mapping[str, tuple[Requirement, ...]]:
    """What each lock is made from, by the lock's name."""
    setup = ConfigParser(interpolation=None)
    setup.read(TREE / "setup.cfg", encoding="utf-8")
    project = tomllib.loads((TREE / "pyproject.toml").read_text(encoding="utf-8"))
    extras = setup["options.extras_require"].items()
    return {
        BUILD: _requirements(project["build-system"]["requires"]),
        RUN: _requirements(setup["options"]["install_requires"].split("\n")),
        **{extra: _requirements(lines.split("\n")) for extra, lines in extras},
    }


def oldest_python() -> str:
    """The oldest version the package may be installed on, like 3.11."""
    setup = ConfigParser(interpolation=None)
    setup.read(TREE / "setup.cfg", encoding="utf-8")
    return setup["options"]["python_requires"].removeprefix(">=").strip()


def lock_file(name: str) -> Path:
    """Where a lock is."""
    return LOCKS / f"{name}.txt"


def pins_of(name: str) -> Mapping[NormalizedName, tuple[Pin, ...]]:
    """What a lock pins. Several pins of one package have markers that exclude each other."""
    pins: dict[NormalizedName, tuple[Pin, ...]] = {}
    for pin in _pins(lock_file(name).read_text(encoding="utf-8")):
        pins[pin.name] = (*pins.get(pin.name, ()), pin)
    return pins


def _requirements(lines: list[str]) -> tuple[Requirement, ...]:
    return tuple(Requirement(line) for line in lines if line.strip())


def _pins(text: str) -> Iterator[Pin]:
    lines = (line for line in text.splitlines() if not line.startswith(("#", "--")))
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        if not line.strip():
            continue
        pinned, *hashes = line.split("--hash=")
        requirement = Requirement(pinned.strip())
        (version,) = requirement.specifier
        if version.operator != "==":
            raise ValueError(f"not a pin: {line}")
        yield Pin(
            name=canonicalize_name(requirement.name),
            version=Version(version.version),
            marker=requirement.marker,
            hashes=tuple(each.strip() for each in hashes),
        )
