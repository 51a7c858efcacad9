"""Waiting for something to become true, with a deadline instead of a guess."""

import asyncio
import time
from collections.abc import Awaitable, Callable

EVERY_SECONDS = 0.05


async def until(
    condition: Callable[[], Awaitable[bool]], *, within_seconds: float, hoping_for: str
) -> None:
    """Return once the condition holds. Raises TimeoutError, saying what was hoped for."""
    deadline = time.monotonic() + within_seconds
    while not await condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"after {within_seconds} s: not {hoping_for}")
        await asyncio.sleep(EVERY_SECONDS)
