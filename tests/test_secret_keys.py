"""The generated key: made once, whole or not at all."""

import os
from pathlib import Path

import pytest

from service.secret_keys import SecretKeyError, load_secret_keys, weakness_of


def test_a_key_is_made_once_and_kept(tmp_path: Path) -> None:
    first = load_secret_keys((), tmp_path)
    assert load_secret_keys((), tmp_path) == first
    assert [entry.name for entry in tmp_path.iterdir()] == ["secret.key"]
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600


def test_configured_keys_leave_the_folder_alone(tmp_path: Path) -> None:
    assert load_secret_keys(("one", "two"), tmp_path) == ("one", "two")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("key", "weakness"),
    [
        ("k" * 31, "a key of less than 32 characters"),
        ("0" * 64, "a key of less than 8 different characters"),
        ("changeme" * 8, "a key of less than 8 different characters"),
        ("f47ac10b58cc4372a5670e02b2c3d479", None),
        ("MkxWfwA8Q4ZxvFvX6o0K7q3r0pJc5l2nVtYb1uGd9hE", None),
    ],
)
def test_a_key_that_could_be_guessed_is_told_from_others(key: str, weakness: str | None) -> None:
    """SUP-8: start-up refuses default or short keys."""
    assert weakness_of(key) == weakness


def test_a_key_of_our_own_making_is_never_weak(tmp_path: Path) -> None:
    (key,) = load_secret_keys((), tmp_path)
    assert weakness_of(key) is None


@pytest.mark.parametrize("content", ["", "short\n", "0" * 64])
def test_a_kept_key_that_could_be_guessed_is_not_used(content: str, tmp_path: Path) -> None:
    """SUP-8: half a file, or somebody's own idea of a key."""
    (tmp_path / "secret.key").write_text(content)
    with pytest.raises(SecretKeyError, match=r"secret\.key has a key of less than .*remove it"):
        load_secret_keys((), tmp_path)


def test_a_key_there_is_no_room_for_is_an_error_that_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / f"secret.key.{os.getpid()}").symlink_to("/dev/full")
    with pytest.raises(SecretKeyError, match=r"No space left on device\): free some space"):
        load_secret_keys((), tmp_path)
    assert list(tmp_path.iterdir()) == []
