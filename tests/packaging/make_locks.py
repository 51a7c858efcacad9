"""`make lock`: write locks/ anew from setup.cfg and pyproject.toml, by uv.

Versions that are pinned already stay as long as they fit; with `--upgrade` the newest that fit are
taken. One lock is for every supported Python and system: what differs has a marker.
"""

import subprocess
import sys

from tests.packaging.locked import BUILD, LOCKS, RUN, asked_for, lock_file, oldest_python

HEAD = """\
# Made by `make lock` from setup.cfg and pyproject.toml; do not edit.
# For every Python and system that is supported: what only some of them need has a marker.
"""
# What nobody publishes a wheel of, by the lock. Only tests may need such a thing.
FROM_SOURCE = {"test": ("forbiddenfruit",)}


def main() -> None:
    """Write all the locks; the exit code is uv's where it fails."""
    upgrade = sys.argv[1:]
    LOCKS.mkdir(exist_ok=True)
    beside: list[str] = []  # installed together, so of the same versions
    for name, requirements in asked_for().items():
        _make(name, "\n".join(map(str, requirements)), beside, upgrade)
        beside += [] if name == BUILD else [name]


def _make(name: str, requirements: str, beside: list[str], upgrade: list[str]) -> None:
    path = lock_file(name)
    command = [
        sys.executable,
        "-m",
        "uv",
        "pip",
        "compile",
        "-",
        "--output-file",
        str(path),
        "--quiet",
    ]
    command += ["--universal", "--python-version", oldest_python(), "--generate-hashes"]
    command += ["--only-binary", ":all:"]
    exceptions = FROM_SOURCE.get(name, ())
    for package in exceptions:
        command += ["--no-binary", package]
    # No line says where packages come from: that is for whoever installs them.
    command += ["--no-emit-index-url", "--no-header", "--no-annotate"]
    for other in beside:
        command += ["--constraint", str(lock_file(other))]
    ended = subprocess.run([*command, *upgrade], input=requirements, text=True, check=False)
    if ended.returncode != 0:
        raise SystemExit(ended.returncode)
    # For pip these hold for all files of an installation, and `:all:` forgets the exceptions that
    # it has read: so it stands in the files that come first, and nowhere else.
    options = ["--only-binary :all:"] if name in (BUILD, RUN) else []
    options += [f"--no-binary {package}" for package in exceptions]
    head = HEAD + "".join(f"{option}\n" for option in options)
    path.write_text(f"{head}\n{path.read_text(encoding='utf-8')}", encoding="utf-8")


if __name__ == "__main__":
    main()
