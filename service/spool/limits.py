"""When the spool is full, and how long it remembers what was delivered."""

from dataclasses import dataclass

from service.spool.ports import SpoolFull


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Watermarks of one spool.

    `live_bytes` bounds pending rows and dead letters together, `waiting` the jobs in front of the
    writer: beyond either, submissions are refused until delivery, or the disk, has caught up.
    Delivered rows are kept for `remember_seconds` and in `remember_bytes` at most.
    """

    live_bytes: int = 1024**3
    waiting: int = 10_000
    remember_seconds: float = 24 * 3600
    remember_bytes: int = 256 * 1024**2

    def check(self, *, live_bytes: int, waiting: int) -> None:
        """Raise SpoolFull beyond a watermark."""
        if live_bytes >= self.live_bytes:
            raise SpoolFull(
                f"{live_bytes} bytes wait for delivery, the limit is {self.live_bytes}",
                retry_after_seconds=30,
            )
        if waiting >= self.waiting:
            raise SpoolFull(f"{waiting} submissions wait for the disk", retry_after_seconds=5)
