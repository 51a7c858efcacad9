"""How much of the disk is free, and what follows from it.

Two things keep a full disk from being the end. While little is free, new submissions are refused,
so that there is room to settle what was accepted. Where the disk runs full all the same, because
others write to it, the reserve is given up, and what it held is enough to settle with.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import structlog

from service.spool.footprint import PAGE
from service.spool.limits import Limits, disk_full
from service.spool.reserve import Reserve

_LOG = structlog.get_logger(__name__)

LOOK_EVERY_SECONDS = 0.5

_LARGEST_PART = 8  # of the disk, for the watermark and for the reserve: small disks are used too
_SMALLEST_RESERVE = 64 * 1024
_TIGHT = 4  # times what is kept free
_WRITES = 2  # of every page: to the write-ahead log, and from there to its place
_MOST_PAGES = 1_000  # in the log before a checkpoint: SQLite's own default


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskState:
    """What is free, what is kept free, what the reserve holds.

    `full`: submissions are refused; `tight`: they would be before long.
    """

    full: bool
    tight: bool
    free_bytes: int
    kept_free_bytes: int
    reserve_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """What a disk holds, and what is free of it for this user."""

    total_bytes: int
    free_bytes: int


def measure_space(folder: Path) -> Space:
    """The space of the disk this folder is on."""
    found = os.statvfs(folder)
    return Space(
        total_bytes=found.f_blocks * found.f_frsize, free_bytes=found.f_bavail * found.f_frsize
    )


class Disk:
    """The disk under one slot. Used on the writer's thread; `state` may be read anywhere."""

    def __init__(
        self, folder: Path, limits: Limits, *, measure: Callable[[Path], Space] = measure_space
    ) -> None:
        self._folder = folder
        self._space = measure
        self._reserve = Reserve(folder / "reserve")
        part = measure(folder).total_bytes // _LARGEST_PART
        self._kept_free = min(limits.free_disk_bytes, part)
        self._reserve_wanted = min(limits.reserve_bytes, part)
        self._looked_at = 0.0
        self._room = 0
        self._full = False
        self._says_less = False
        self.state = self._measure()

    @property
    def burst_pages(self) -> int:
        """How many pages may be written at once, so that the reserve has room for their like."""
        return min(_MOST_PAGES, max(16, self._reserve_wanted // 4 // PAGE))

    def prepare(self) -> None:
        """Take the reserve, or what part of it there is room for; warn where that is not all."""
        missing = self._reserve_wanted - self.state.reserve_bytes
        spare = (self.state.free_bytes - self._kept_free) // 2
        size = self.state.reserve_bytes + min(missing, spare)
        if missing > 0 and size >= _SMALLEST_RESERVE:
            self._reserve.make(size)
        self.look()
        if self.state.reserve_bytes < self._reserve_wanted:
            _LOG.warning(
                "disk_reserve_small",
                reserve_bytes=self.state.reserve_bytes,
                wanted_bytes=self._reserve_wanted,
                message="there is no room to set aside for the time when the disk is full",
            )

    def look(self) -> None:
        """See how much is free; tell of a change, and take the reserve again when there is room."""
        self.state = self._measure()
        missing = max(0, self._reserve_wanted - self.state.reserve_bytes)
        # More than where refusing begins, and more than the log takes when it grows again: a disk
        # at the mark would be full and not full by turns.
        roomy = self.state.free_bytes - missing >= self._kept_free * 3 // 2
        taken = not missing or (roomy and self._reserve.make(self._reserve_wanted))
        if self._full and roomy and (taken or not self._says_less):
            self._full = self._says_less = False
            self.state = self._measure()
            _LOG.info("disk_has_room", free_bytes=self.state.free_bytes)
        elif not self._full and self.state.free_bytes < self._kept_free:
            self._declare_full()

    def check(self, size: int) -> None:
        """Raise SpoolFull where submissions of this size would take what is kept free; see
        `footprint`."""
        takes = _WRITES * size
        if self._room < takes or time.monotonic() - self._looked_at >= LOOK_EVERY_SECONDS:
            self.look()
        if self._room < takes and not self._full:
            self._declare_full()
        if self._full:
            raise disk_full()
        self._room -= takes

    def ran_full(self) -> None:
        """A write failed for want of room: give up the reserve, and take nothing new."""
        gave = self._reserve.release()
        self.state = self._measure()
        # A quota, as a rule: what it leaves cannot be asked for, but the reserve can be tried.
        self._says_less |= gave and self.state.free_bytes >= self._kept_free * 3 // 2
        if not self._full:
            self._declare_full()

    def give_up_reserve(self) -> bool:
        """For a start on a full disk; whether that made any room."""
        return self._reserve.release()

    def _declare_full(self) -> None:
        self._full = True
        self.state = self._measure()
        _LOG.error(
            "disk_full",
            free_bytes=self.state.free_bytes,
            kept_free_bytes=self._kept_free,
            folder=str(self._folder),
            message="new answers are refused, accepted ones are kept and delivered: free some "
            "space or make the disk larger",
        )

    def _measure(self) -> DiskState:
        free = self._space(self._folder).free_bytes
        self._looked_at = time.monotonic()
        self._room = free - self._kept_free
        return DiskState(
            full=self._full,
            tight=self._full or free < _TIGHT * self._kept_free,
            free_bytes=free,
            kept_free_bytes=self._kept_free,
            reserve_bytes=self._reserve.size(),
        )
