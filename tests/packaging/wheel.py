"""A wheel of this tree, and an environment that has nothing of the tree but that wheel."""

import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

TREE = Path(__file__).parents[2]
FOLDERS = ("service", "forms", "templates")
FILES = ("setup.cfg", "pyproject.toml", "README.md", "LICENSE")


def build_wheel(folder: Path) -> Path:
    """Build it from a copy, because building leaves files behind; with the setuptools of the lock,
    which is installed here."""
    source = folder / "source"
    source.mkdir()
    for name in FOLDERS:
        shutil.copytree(TREE / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy(TREE / name, source)
    run_pip(
        *("wheel", "--quiet", "--no-deps", "--no-index", "--no-build-isolation"),
        *("--wheel-dir", str(folder), str(source)),
    )
    shutil.rmtree(source)
    (wheel,) = folder.glob("*.whl")
    return wheel


def install_wheel(wheel: Path, folder: Path) -> Path:
    """Install it into a fresh environment; the folder of the programs there.

    What it depends on is seen through a path file, which saves a minute. Packages found that way
    do not run their own path files, so that an editable install of this tree stays unseen.
    """
    venv.create(folder, symlinks=True)
    python = folder / "bin" / "python"
    run_pip("--python", str(python), "install", "--quiet", "--no-deps", "--no-index", str(wheel))
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "bin"


def run_pip(*arguments: str) -> None:
    """Run the pip of these tests. Raises AssertionError with what it said."""
    ended = subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
