"""What every test gets: a guard that fails it when the event loop is blocked."""

from collections.abc import Iterator

import pytest
from blockbuster import BlockBuster, blockbuster_ctx

from service.observability.logs import configure_logs

pytest_plugins = ["tests.opensearch_server"]


@pytest.fixture(autouse=True)
def _loop_is_never_blocked() -> Iterator[BlockBuster]:
    """Raise BlockingError where code under `service` blocks inside a running event loop."""
    with blockbuster_ctx("service") as guard:
        yield guard


@pytest.fixture(autouse=True)
def _logs_are_json() -> None:
    """Log as production does: the default of structlog would read source files on the loop."""
    configure_logs(level="debug", json_lines=True)
