"""A slot belongs to one process at a time."""

import errno
import os
from pathlib import Path

import pytest

from service.spool.folder import sync_folder
from service.spool.slot import Slot, SlotError, SlotTaken, find_slots


def test_a_second_holder_is_refused_and_told_who_has_it(tmp_path: Path) -> None:
    slot = Slot(tmp_path)
    with slot.hold(), pytest.raises(SlotTaken, match=f"process {os.getpid()}"), slot.hold():
        pytest.fail("two have the slot")


def test_a_slot_is_free_again_after_its_holder(tmp_path: Path) -> None:
    slot = Slot(tmp_path)
    with slot.hold():
        pass
    with slot.hold():
        assert slot.lock.read_text() == f"{os.getpid()}\n"


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SlotError, match="slot-0 cannot be written"), Slot(tmp_path / "file").hold():
        pytest.fail("a file is no folder")


def test_a_disk_without_room_for_the_lock_file_is_named(tmp_path: Path) -> None:
    slot = Slot(tmp_path)
    slot.folder.mkdir()
    slot.lock.symlink_to("/dev/full")
    with pytest.raises(SlotError, match=r"No space left on device.*free some space"), slot.hold():
        pytest.fail("nobody knows who has the slot")


def test_the_name_of_a_longer_owner_leaves_nothing_behind(tmp_path: Path) -> None:
    slot = Slot(tmp_path)
    slot.folder.mkdir()
    slot.lock.write_text("12345678901234567890\n")
    with slot.hold():
        assert slot.lock.read_text() == f"{os.getpid()}\n"


@pytest.mark.parametrize("adopted", [False, True])
def test_who_is_refused_learns_whether_the_holder_lets_go_when_asked(
    tmp_path: Path, adopted: bool
) -> None:
    slot = Slot(tmp_path, 3)
    with slot.hold(adopted=not adopted):
        pass
    with slot.hold(adopted=adopted), pytest.raises(SlotTaken) as refused, slot.hold():
        pytest.fail("two have the slot")
    assert refused.value.adopted == adopted


def test_slots_with_a_spool_are_found_by_their_numbers_and_nothing_else_is(tmp_path: Path) -> None:
    for name in ("slot-10", "slot-2", "slot-007", "slot-x", "slots", "slot-1000"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "spool.db").touch()
    (tmp_path / "slot-1").mkdir()
    assert [slot.number for slot in find_slots(tmp_path)] == [2, 10]


def test_a_data_folder_that_is_not_there_has_no_slots(tmp_path: Path) -> None:
    assert find_slots(tmp_path / "none") == []


def test_a_data_folder_that_cannot_be_looked_into_is_named(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.symlink_to(secret)  # nobody can, not even the superuser
    with pytest.raises(SlotError, match=r"secret cannot be looked into .*FORMWELL_DATA_DIR"):
        find_slots(secret)


def test_a_slot_that_cannot_be_looked_into_is_found_too(tmp_path: Path) -> None:
    hidden = Slot(tmp_path, 3)
    hidden.folder.symlink_to(hidden.folder)  # nobody can, not even the superuser
    assert [slot.number for slot in find_slots(tmp_path)] == [3]


def test_the_names_of_new_folders_are_synced_before_anything_is_put_into_them(
    tmp_path: Path,
) -> None:
    """F5: a power cut right after the first acknowledgement."""
    synced: list[Path] = []
    data = tmp_path / "a" / "data"
    slot = Slot(data)

    def sync(folder: Path) -> None:
        assert slot.folder.is_dir()
        synced.append(folder)

    with slot.hold(sync=sync):
        assert synced[:3] == [data, data.parent, tmp_path]
        assert not slot.spool.exists()


def test_folders_that_a_start_before_had_no_time_to_sync_are_synced_by_the_next(
    tmp_path: Path,
) -> None:
    """F5: killed between the two, and the power cut later."""
    synced: list[Path] = []
    slot = Slot(tmp_path)
    slot.folder.mkdir()
    with slot.hold(sync=synced.append):
        assert synced[0] == tmp_path


def test_a_disk_that_does_not_keep_the_folder_is_no_start(tmp_path: Path) -> None:
    """F7: the first sync there is."""

    def sync(folder: Path) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    slot = Slot(tmp_path)
    with pytest.raises(SlotError, match="Input/output error"), slot.hold(sync=sync):
        pytest.fail("nobody knows whether it stays")


def test_a_folder_that_cannot_be_synced_by_its_nature_is_left_as_it_is() -> None:
    sync_folder(Path("/proc"))
