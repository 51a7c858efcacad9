"""When the spool is full, and how long it remembers what was delivered."""

from dataclasses import dataclass

from service.spool.ports import Shortage, SpoolFull

RETRY_WHEN_FULL_SECONDS = 30
RETRY_WHEN_SLOW_SECONDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Watermarks of one spool.

    `live_bytes` bounds pending rows and dead letters together, `waiting` the jobs in front of the
    writer, `oldest_seconds` the time the first of them has waited: beyond any, submissions are
    refused until delivery, or the disk, has caught up. They are refused, too, while less than
    `free_disk_bytes` are free; `reserve_bytes` of the disk are taken beforehand, and given up when
    none is free at all. Both have an eighth of the disk at most.

    Dead letters may take `dead_bytes`, about; then what the store refuses waits with the others.
    Delivered rows are kept for `remember_seconds` and in `remember_bytes` at most.
    """

    live_bytes: int = 1024**3
    dead_bytes: int = 256 * 1024**2
    waiting: int = 10_000
    oldest_seconds: float = 5.0
    free_disk_bytes: int = 64 * 1024**2
    reserve_bytes: int = 8 * 1024**2
    remember_seconds: float = 24 * 3600
    remember_bytes: int = 256 * 1024**2

    def check(
        self, *, live_bytes: int, waiting: int, oldest_seconds: float, disk_is_full: bool
    ) -> None:
        """Raise SpoolFull beyond a watermark."""
        if disk_is_full:
            raise disk_full()
        if live_bytes >= self.live_bytes:
            raise SpoolFull(
                f"{live_bytes} bytes wait for delivery, the limit is {self.live_bytes}",
                shortage=Shortage.DELIVERY,
                retry_after_seconds=30,
            )
        if waiting >= self.waiting:
            raise SpoolFull(
                f"{waiting} submissions wait for the disk",
                shortage=Shortage.WRITER,
                retry_after_seconds=RETRY_WHEN_SLOW_SECONDS,
            )
        if oldest_seconds >= self.oldest_seconds:
            raise SpoolFull(
                f"a submission has waited {oldest_seconds:.0f} s for the disk",
                shortage=Shortage.DISK_TIME,
                retry_after_seconds=RETRY_WHEN_SLOW_SECONDS,
            )


def disk_full() -> SpoolFull:
    """To be raised where there is no room on the disk."""
    return SpoolFull(
        "the disk is full",
        shortage=Shortage.DISK_ROOM,
        retry_after_seconds=RETRY_WHEN_FULL_SECONDS,
    )


def locked_out() -> SpoolFull:
    """To be raised while another program writes to the file."""
    return SpoolFull(
        "another program is writing to the spool file",
        shortage=Shortage.DISK_TIME,
        retry_after_seconds=RETRY_WHEN_SLOW_SECONDS,
    )
