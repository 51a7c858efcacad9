"""Connections are files, and a process may not have any number of them."""

import json
import subprocess
import sys

import pytest
from structlog.testing import capture_logs

from service.running.open_files import OUR_OWN, fit_into
from service.web.capacity import PUBLIC

RAISE = """
import json, resource, sys
from service.running.open_files import raise_limit
resource.setrlimit(resource.RLIMIT_NOFILE, (256, 1_000))
had = [raise_limit(wanted) for wanted in (100, 600, 5_000)]
print(json.dumps([had, resource.getrlimit(resource.RLIMIT_NOFILE)]))
"""


@pytest.mark.parametrize(
    ("files", "connections"), [(1_024, 1_024 - OUR_OWN), (300, 150), (4_000 + OUR_OWN, 4_000)]
)
def test_there_are_no_more_connections_than_files_and_some_are_kept_for_ourselves(
    files: int, connections: int
) -> None:
    """SRV-3: beyond the cap somebody is told; beyond the files nobody would be."""
    with capture_logs() as lines:
        assert fit_into(PUBLIC, files).most_connections == connections
    assert [f"{files} files" in line["message"] for line in lines] == [True] * (connections < 4_000)


def test_the_limit_is_raised_as_far_as_it_may_be() -> None:
    """In a process of its own: a limit cannot be given back."""
    ended = subprocess.run(
        [sys.executable, "-c", RAISE], capture_output=True, text=True, check=True
    )
    assert json.loads(ended.stdout) == [[256, 600, 1_000], [1_000, 1_000]]
