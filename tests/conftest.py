"""What every test gets: a guard that fails it when the event loop is blocked."""

from collections.abc import Iterator

import pytest
from blockbuster import BlockBuster, blockbuster_ctx


@pytest.fixture(autouse=True)
def _loop_is_never_blocked() -> Iterator[BlockBuster]:
    """Raise BlockingError where code under `service` blocks inside a running event loop."""
    with blockbuster_ctx("service") as guard:
        yield guard
