"""What every test gets: a guard that fails it when the event loop is blocked, logs as in
production, and, where that is asked for, no leave to be skipped."""

import os
import signal
from collections.abc import Generator, Iterator

import pytest
from blockbuster import BlockBuster, blockbuster_ctx
from hypothesis import HealthCheck, settings

from service.observability.logs import configure_logs

pytest_plugins = ["tests.opensearch_server"]


# Machines are slow at times; what a test finds does not depend on it.
settings.register_profile("formwell", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("formwell")


def pytest_configure() -> None:
    """Let processes be interrupted: a shell has its background jobs, and all they start, ignore
    SIGINT, and a service that a test starts would then not hear Ctrl-C."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where FORMWELL_TESTS_MUST_NOT_SKIP is set, as in CI, a test that skips has failed."""
    report = yield
    must_not_skip = os.environ.get("FORMWELL_TESTS_MUST_NOT_SKIP") == "1"
    if must_not_skip and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may skip: {report.longrepr}"
    return report


@pytest.fixture(autouse=True)
def _loop_is_never_blocked() -> Iterator[BlockBuster]:
    """Raise BlockingError where code under `service` blocks inside a running event loop."""
    with blockbuster_ctx("service") as guard:
        yield guard


@pytest.fixture(autouse=True)
def _logs_are_json() -> None:
    """Log as production does: the default of structlog would read source files on the loop."""
    configure_logs(level="debug", json_lines=True)
