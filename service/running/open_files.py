"""How many files the process may have open: each connection is one."""

import resource
from contextlib import suppress
from dataclasses import replace

import structlog

from service.web.capacity import Capacity

_LOG = structlog.get_logger(__name__)

OUR_OWN = 256
"""Kept for the spool, the store, look-ups and logs: without one of those nothing is accepted."""


def raise_limit(wanted: int) -> int:
    """Have as many as are wanted, or as may be had without anybody's leave; how many those are."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    reachable = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < reachable:
        with suppress(OSError, ValueError):  # what is there is then what we have
            resource.setrlimit(resource.RLIMIT_NOFILE, (reachable, hard))
            soft = reachable
    return wanted if soft == resource.RLIM_INFINITY else soft


def fit_into(capacity: Capacity, files: int) -> Capacity:
    """With no more connections than so many files allow; a warning where those are fewer.

    Otherwise the first one too many would be left waiting, and so would the store's own.
    """
    connections = max(files - OUR_OWN, files // 2)
    if connections >= capacity.most_connections:
        return capacity
    _LOG.warning(
        "configuration",
        message=f"this process may open {files} files, so that it takes {connections} connections "
        f"and not {capacity.most_connections:.0f}: raise the hard limit (ulimit -Hn, LimitNOFILE)",
    )
    return replace(capacity, most_connections=connections)


def with_files(capacity: Capacity) -> Capacity:
    """As much of this capacity as the operating system lets us have."""
    return fit_into(capacity, raise_limit(int(capacity.most_connections) + OUR_OWN))
