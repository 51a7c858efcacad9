"""The oldest versions of other people's packages that the service runs with.

Whatever is older has a weakness that somebody has published and mended. The list is offline: it is
looked through whenever the locks are made anew, against the advisories of that day.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from packaging.version import Version


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """The first version without a weakness, and which one it is without."""

    version: str
    reason: str


FLOORS: Mapping[str, Floor] = {
    "aiohttp": Floor(
        version="3.14.4",
        reason="PYSEC-2026-4369, CVE-2026-128126: a form blocks everybody else's requests",
    ),
    "apsw": Floor(version="3.51.3", reason="SQLite may lose commits when a WAL is reset"),
    "idna": Floor(version="3.7", reason="CVE-2024-3651: a name takes quadratic time"),
    "jinja2": Floor(version="3.1.6", reason="CVE-2025-27516: a way out of the sandbox"),
    "marshmallow": Floor(version="4.1.2", reason="CVE-2025-68480: errors take quadratic time"),
    "multipart": Floor(version="1.3.1", reason="CVE-2026-28356: a header takes exponential time"),
    "pyyaml": Floor(version="5.4", reason="CVE-2020-14343: a file runs code"),
    "urllib3": Floor(version="2.7.0", reason="CVE-2026-44432: a small answer fills the memory"),
}


def below_floors(version_of: Callable[[str], str] = version) -> tuple[str, ...]:
    """A sentence for each package that is installed in a version below its floor.

    `version_of` raises PackageNotFoundError for what is not installed.
    """
    sentences = []
    for name, floor in FLOORS.items():
        try:
            installed = version_of(name)
        except PackageNotFoundError:
            continue
        if Version(installed) < Version(floor.version):
            sentences.append(
                f"{name} {installed} is installed, which has a known weakness "
                f"({floor.reason}); install {floor.version} or newer"
            )
    return tuple(sentences)
