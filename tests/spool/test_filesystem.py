"""A spool on a disk of other machines is refused by its name."""

from pathlib import Path

import pytest

from service.spool.filesystem import kind_of, read_mounts, refuse_network
from service.spool.slot import SlotError

MOUNTS = r"""
22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
23 22 0:21 / /proc rw,nosuid shared:2 - proc proc rw
40 22 0:40 / /srv/shared rw,relatime shared:9 master:3 - nfs4 10.0.0.1:/export rw,vers=4.2
41 22 0:41 / /srv/with\040space rw - cifs //host/share rw
42 40 254:2 / /srv/shared/disk rw - xfs /dev/vdb1 rw
43 22 0:43 / /srv/hidden rw - nfs 10.0.0.1:/old rw
44 22 254:3 / /srv/hidden rw - ext4 /dev/vdc1 rw
45 22 0:45 / /srv/keys rw - fuse.sshfs me@host:/ rw
46 22 0:46 / /srv/laptop rw - virtiofs share rw
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/var/lib/formwell", "ext4"),
        ("/srv/shared", "nfs4"),
        ("/srv/shared/formwell/slot-0", "nfs4"),
        ("/srv/sharedwith", "ext4"),
        ("/srv/shared/disk/formwell", "xfs"),
        ("/srv/with space/formwell", "cifs"),
        ("/srv/hidden/formwell", "ext4"),
        ("/srv/keys", "fuse.sshfs"),
    ],
)
def test_the_file_system_of_a_folder_is_that_of_the_nearest_mount(folder: str, kind: str) -> None:
    assert kind_of(Path(folder), MOUNTS) == kind


@pytest.mark.parametrize(
    ("folder", "named"),
    [("/srv/shared/a", "nfs4"), ("/srv/with space", "cifs"), ("/srv/keys", "fuse.sshfs")],
)
def test_a_folder_on_a_network_file_system_is_refused_by_name(folder: str, named: str) -> None:
    """F9: with the folder, and what to do."""
    with pytest.raises(SlotError, match=rf"{folder} .*\({named}\).*FORMWELL_DATA_DIR"):
        refuse_network(Path(folder), mounts=lambda: MOUNTS)


@pytest.mark.parametrize("folder", ["/var/lib/formwell", "/srv/shared/disk", "/srv/laptop"])
def test_a_folder_on_a_disk_of_this_machine_is_not_refused(folder: str) -> None:
    refuse_network(Path(folder), mounts=lambda: MOUNTS)


def test_nothing_is_refused_where_no_table_of_mounts_is() -> None:
    refuse_network(Path("/srv/shared"), mounts=lambda: "")


def test_the_table_of_this_machine_tells_of_its_folders(tmp_path: Path) -> None:
    mounts = read_mounts()
    assert not mounts or kind_of(tmp_path.resolve(), mounts) is not None
    refuse_network(tmp_path)
