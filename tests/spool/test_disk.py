"""When a disk counts as full, and what is set aside for that time."""

from dataclasses import replace
from pathlib import Path

import pytest

from service.spool.disk import Disk, Space
from service.spool.footprint import footprint
from service.spool.limits import Limits
from service.spool.ports import SpoolFull

MIB = 1024**2
LIMITS = Limits(free_disk_bytes=8 * MIB, reserve_bytes=MIB)
SUBMISSION = footprint(4_000)  # a page of its own, and another in the log


class FakeDisk:
    """The space the test says there is, less what the reserve really takes."""

    def __init__(self, folder: Path, *, total: int = 1_000 * MIB, free: int) -> None:
        self.space = Space(total_bytes=total, free_bytes=free)
        self.reserve = folder / "reserve"

    def leave(self, free: int) -> None:
        self.space = replace(self.space, free_bytes=free)

    def measure(self, _: Path) -> Space:
        return self.space


def make(fake: FakeDisk, folder: Path) -> Disk:
    disk = Disk(folder, LIMITS, measure=fake.measure)
    disk.prepare()
    return disk


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    """The events since this was asked last."""
    events = [str(record.msg["event"]) for record in caplog.records if isinstance(record.msg, dict)]
    caplog.clear()
    return events


def test_the_reserve_is_really_taken_and_kept_for_the_next_start(tmp_path: Path) -> None:
    fake = FakeDisk(tmp_path, free=100 * MIB)
    assert make(fake, tmp_path).state.reserve_bytes == MIB
    assert fake.reserve.stat().st_blocks * 512 >= MIB
    assert fake.reserve.stat().st_mode & 0o777 == 0o600
    made_at = fake.reserve.stat().st_mtime_ns
    assert make(fake, tmp_path).state.reserve_bytes == MIB
    assert fake.reserve.stat().st_mtime_ns == made_at


def test_a_reserve_with_holes_in_it_is_filled(tmp_path: Path) -> None:
    fake = FakeDisk(tmp_path, free=100 * MIB)
    with fake.reserve.open("wb") as file:
        file.truncate(MIB)
    assert make(fake, tmp_path).state.reserve_bytes == MIB


@pytest.mark.parametrize(("spare", "taken"), [(MIB, MIB // 2), (1_000, 0)])
def test_where_there_is_little_room_the_reserve_is_smaller_or_absent_with_a_warning(
    spare: int, taken: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    disk = make(FakeDisk(tmp_path, free=LIMITS.free_disk_bytes + spare), tmp_path)
    assert disk.state.reserve_bytes == taken
    assert logged(caplog) == ["disk_reserve_small"]


def test_a_small_disk_is_used_too(tmp_path: Path) -> None:
    disk = make(FakeDisk(tmp_path, total=4 * MIB, free=4 * MIB), tmp_path)
    assert disk.state.kept_free_bytes == disk.state.reserve_bytes == MIB // 2
    disk.check(SUBMISSION)


def test_a_disk_is_full_below_its_mark_and_has_room_only_well_above_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fake = FakeDisk(tmp_path, free=100 * MIB)
    disk = make(fake, tmp_path)
    assert logged(caplog) == []
    for free in (LIMITS.free_disk_bytes - 1, 1, LIMITS.free_disk_bytes + MIB):
        fake.leave(free)
        disk.look()
        assert disk.state.full
        with pytest.raises(SpoolFull):
            disk.check(SUBMISSION)
    assert logged(caplog) == ["disk_full"]
    fake.leave(2 * LIMITS.free_disk_bytes)
    disk.look()
    assert not disk.state.full
    disk.check(SUBMISSION)
    assert logged(caplog) == ["disk_has_room"]


def test_submissions_between_two_looks_count_too(tmp_path: Path) -> None:
    fake = FakeDisk(tmp_path, free=100 * MIB)
    disk = make(fake, tmp_path)
    fake.leave(LIMITS.free_disk_bytes + 4 * 4096)
    disk.look()
    disk.check(SUBMISSION)
    fake.leave(LIMITS.free_disk_bytes + 4096)
    with pytest.raises(SpoolFull):
        disk.check(SUBMISSION)
    assert disk.state.full, "nobody would make room"


def test_a_disk_that_ran_full_gets_the_reserve_and_gives_it_back(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fake = FakeDisk(tmp_path, free=100 * MIB)
    disk = make(fake, tmp_path)
    fake.leave(0)
    disk.ran_full()
    disk.ran_full()
    assert not fake.reserve.exists()
    assert disk.state.full
    assert disk.state.reserve_bytes == 0
    fake.leave(12 * MIB)  # enough without the reserve, and not with it
    disk.look()
    assert disk.state.full
    assert not fake.reserve.exists()
    fake.leave(13 * MIB)
    disk.look()
    assert not disk.state.full
    assert disk.state.reserve_bytes == MIB
    assert logged(caplog) == ["disk_full", "disk_has_room"]


def test_a_disk_that_said_it_had_room_has_it_again_when_the_reserve_can_be_taken(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """F8: a quota, which is not in the numbers; without this it would be full and not by turns."""
    fake = FakeDisk(tmp_path, free=100 * MIB)
    disk = make(fake, tmp_path)
    disk.ran_full()
    fake.reserve.mkdir()  # so that it cannot be made
    disk.look()
    assert disk.state.full
    fake.reserve.rmdir()
    disk.look()
    assert not disk.state.full
    assert disk.state.reserve_bytes == MIB
    assert logged(caplog) == ["disk_full", "disk_has_room"]
