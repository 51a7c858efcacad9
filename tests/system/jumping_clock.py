"""A wall clock that jumps for one process, by libfaketime; its monotonic clock does not."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest


class JumpingClock:
    """The wall clock of whatever runs `command`. Skips the test without libfaketime."""

    def __init__(self, folder: Path) -> None:
        libraries = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
        if not libraries:
            pytest.skip("libfaketime is not installed")
        self._offset = folder / "clock offset"
        self.jump_to(0)
        self.command: Sequence[str] = (
            "env",
            f"LD_PRELOAD={libraries[0]}",
            f"FAKETIME_TIMESTAMP_FILE={self._offset}",
            "FAKETIME_NO_CACHE=1",
            "FAKETIME_DONT_FAKE_MONOTONIC=1",
            "NO_FAKE_STAT=1",
            # Else waits for a lock end at once, and threads that want Python's spin.
            "FAKETIME_FORCE_MONOTONIC_FIX=0",
            *(sys.executable, "-m", "service", "serve"),
        )

    def jump_to(self, seconds: int) -> None:
        """Be so far before (positive) or behind the true time from now on."""
        aside = self._offset.with_suffix(".new")
        aside.write_text(f"{seconds:+d}\n")
        aside.replace(self._offset)  # never half of it, as it is read all the time
