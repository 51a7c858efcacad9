"""A start on a folder or a file that cannot be used: soon over, and the path is named."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.system.test_start import free_binds, serve

# A folder that even the superuser cannot write to.
READ_ONLY = Path("/proc/self")

OWN_KEYS = {"SECRET_KEYS": "0123456789abcdef" * 4}


@pytest.mark.parametrize(
    ("folder", "keys"),
    [
        ("a file/data", OWN_KEYS),
        (READ_ONLY / "data", {}),
        (READ_ONLY, OWN_KEYS),
    ],
)
def test_a_folder_that_cannot_be_made_or_written_is_named(
    folder: str | Path, keys: Mapping[str, str], tmp_path: Path
) -> None:
    """F9: missing, and not to be made; or read-only."""
    (tmp_path / "a file").write_text("")
    data = tmp_path / folder
    settings = {"STORE_URL": "null:", "DATA_DIR": str(data), **keys}
    ended = serve(tmp_path, {**free_binds(), **settings})
    assert ended.returncode == 1
    assert str(data) in ended.stderr
    assert "or set FORMWELL_DATA_DIR to one" in ended.stderr
    assert "Errno" not in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_folder_without_the_permission_to_write_is_named(tmp_path: Path) -> None:
    """F9: as a volume of somebody else is."""
    data = tmp_path / "data"
    data.mkdir(mode=0o500)
    settings = {"STORE_URL": "null:", "DATA_DIR": str(data), **OWN_KEYS}
    ended = serve(tmp_path, {**free_binds(), **settings}, before=bound_by_permissions())
    assert ended.returncode == 1
    assert str(data) in ended.stderr


def test_a_damaged_spool_file_is_named_with_where_to_read_on(tmp_path: Path) -> None:
    """F12: and it is kept."""
    spool = tmp_path / "data" / "slot-0" / "spool.db"
    spool.parent.mkdir(parents=True)
    spool.write_bytes(b"no database" * 1_000)
    ended = serve(tmp_path, {**free_binds(), "STORE_URL": "null:"})
    assert ended.returncode == 1
    assert "slot-0/spool.db is damaged" in ended.stderr
    assert "docs/operations.md" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert spool.read_bytes() == b"no database" * 1_000


def bound_by_permissions() -> Sequence[str]:
    """What starts a program for which permissions count, as they do not for the superuser."""
    if os.geteuid() != 0:
        return ()
    return ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
