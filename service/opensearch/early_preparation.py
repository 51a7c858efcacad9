"""Indexes are made ready in the background, before the first document comes.

So a field that is new in a form is in its index from the start on, and an index that does not fit
its form is told of before anybody's answer waits for it. Nothing depends on it: what is not ready
when a document comes is made ready then, and both share the work where they meet.
"""

import asyncio

import structlog

from service.opensearch.indexes import Indexes
from service.store import StoreError, StoreUnavailable

_log = structlog.get_logger(__name__)

_ABOUT_FIELDS = frozenset({"mapping_conflict", "index_not_prepared"})

RETRY_SECONDS = 10.0
"""How long to wait for a store that does not answer."""


async def prepare_early(indexes: Indexes, *, retry_seconds: float = RETRY_SECONDS) -> None:
    """Make every index ready, now and whenever the forms change; runs until it is cancelled.

    A store that does not answer is asked again. What it refuses is logged, and left to delivery.
    """
    while True:
        indexes.changed.clear()
        if await _prepare_all(indexes):
            await indexes.changed.wait()
        else:
            try:
                async with asyncio.timeout(retry_seconds):
                    await indexes.changed.wait()
            except TimeoutError:
                continue


async def _prepare_all(indexes: Indexes) -> bool:
    """Whether all of them were answered for."""
    for index in indexes.names():
        try:
            await indexes.prepare(index)
        except StoreUnavailable:
            return False
        except StoreError as error:
            error_type = getattr(error, "error_type", None)
            differs = error_type in _ABOUT_FIELDS
            command = "forms diff` compares them" if differs else "check` says where it fails"
            _log.warning(
                "index_not_ready",
                index=index,
                error_type=error_type,
                message=f"{error}; `formwell {command}",
            )
    return True
