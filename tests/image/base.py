"""A base image made of Debian packages, where no image registry can be reached.

It has the same Debian and Python as the Dockerfile's own base.
"""

import subprocess
from pathlib import Path

LOCAL_BASE = "localhost/python-base:trixie"
SUITE = "trixie"
PACKAGES = "python3,python3-venv,ca-certificates"
SECONDS = 300

# What this machine may need to reach a package index: its certificates and pip's configuration.
# An image with them stays local.
FROM_THIS_MACHINE = (Path("/etc/ssl/certs/ca-certificates.crt"), Path("/etc/pip.conf"))


def make_base(tar: Path) -> None:
    """Write the file system of such an image; takes about 20 seconds."""
    uploads = [
        f"--customize-hook=upload {path} {path}" for path in FROM_THIS_MACHINE if path.exists()
    ]
    done = subprocess.run(
        ["mmdebstrap", "--variant=minbase", f"--include={PACKAGES}", *uploads, SUITE, str(tar)],
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert done.returncode == 0, f"mmdebstrap failed: {done.stderr[-2_000:]}"
