"""The generated key: made once, whole or not at all."""

import os
from pathlib import Path

import pytest

from service.secret_keys import SecretKeyError, load_secret_keys


def test_a_key_is_made_once_and_kept(tmp_path: Path) -> None:
    first = load_secret_keys((), tmp_path)
    assert load_secret_keys((), tmp_path) == first
    assert [entry.name for entry in tmp_path.iterdir()] == ["secret.key"]
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600


def test_configured_keys_leave_the_folder_alone(tmp_path: Path) -> None:
    assert load_secret_keys(("one", "two"), tmp_path) == ("one", "two")
    assert list(tmp_path.iterdir()) == []


def test_a_key_there_is_no_room_for_is_an_error_that_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / f"secret.key.{os.getpid()}").symlink_to("/dev/full")
    with pytest.raises(SecretKeyError, match="No space left on device"):
        load_secret_keys((), tmp_path)
    assert list(tmp_path.iterdir()) == []
