"""What reads requests, and that nothing else may."""

import os
import subprocess
import sys
from pathlib import Path

from aiohttp.http_parser import HttpRequestParserPy

from service.web.parser import parser_faults


def test_nothing_is_served_without_the_parser_in_c() -> None:
    """SRV-10: neither where it is switched off, nor where it is missing."""
    assert parser_faults() == ()
    (missing,) = parser_faults({}, HttpRequestParserPy)
    assert "install a wheel" in missing


def test_a_start_without_the_parser_in_c_fails_and_says_why(tmp_path: Path) -> None:
    """SRV-10: exit code 1, and what to do."""
    ended = subprocess.run(
        [sys.executable, "-m", "service", "serve"],
        cwd=tmp_path,
        env={**os.environ, "AIOHTTP_NO_EXTENSIONS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr == (
        "formwell: AIOHTTP_NO_EXTENSIONS is set, so that requests would not be read safely; "
        "unset it\n"
    )
    assert list(tmp_path.iterdir()) == []
