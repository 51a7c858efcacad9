"""The keys that sign the addresses of receipts: those of the settings, or one of our own making."""

import errno
import os
import secrets
from contextlib import suppress
from pathlib import Path

_FILE = "secret.key"
_SHORTEST = 32
_FEWEST_LETTERS = 8  # different ones; of 32 random hexadecimal digits there are as many, but for
# one key in thirty million, and in what stands for a key until there is one, there are not


class SecretKeyError(Exception):
    """The generated key cannot be read or kept; the text names the file."""


def load_secret_keys(configured: tuple[str, ...], data_dir: Path) -> tuple[str, ...]:
    """The configured keys; where there are none, a key that is made once and kept in data_dir.

    Replicas must share their keys by the setting. Raises SecretKeyError.
    """
    if configured:
        return configured
    path = data_dir / _FILE
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make_once(path)
        key = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SecretKeyError(_explain(path, error)) from error
    if weak := weakness_of(key):
        raise SecretKeyError(f"{path} has {weak}: remove it, and a new key is made")
    return (key,)


def weakness_of(key: str) -> str | None:
    """Why a key could be guessed, where it could; the text goes on from "has"."""
    if len(key) < _SHORTEST:
        return f"a key of less than {_SHORTEST} characters"
    if len(set(key)) < _FEWEST_LETTERS:
        return f"a key of less than {_FEWEST_LETTERS} different characters"
    return None


def _explain(path: Path, error: OSError | UnicodeDecodeError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"{path} holds no key: remove it, and a new key is made"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return (
            f"{path} cannot be written ({error.strerror}): free some space, or set "
            "FORMWELL_DATA_DIR to a folder where there is some"
        )
    return (
        f"{path} cannot be read or made ({error.strerror}): make {path.parent} a folder that this "
        "user may write, or set FORMWELL_DATA_DIR to one"
    )


def _make_once(path: Path) -> None:
    if path.exists():
        return
    # Written aside and linked into place: a crash leaves no half of a key under the name.
    aside = path.with_name(f"{_FILE}.{os.getpid()}")
    try:
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            os.write(descriptor, f"{secrets.token_urlsafe(32)}\n".encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        with suppress(FileExistsError):  # another process was faster; its key is the one
            os.link(aside, path)
    finally:
        aside.unlink(missing_ok=True)
