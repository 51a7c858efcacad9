"""Which core does what: the server has one of its own, and everything else the others."""

import contextlib
import os
import resource
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

FILES = 8_192  # 2,000 connections, and what the server needs besides


@dataclass(frozen=True, slots=True, kw_only=True)
class Cores:
    """`server` is None where there is only one core, and nothing to divide."""

    server: int | None
    others: frozenset[int]

    def pinned(self, command: Sequence[str]) -> Sequence[str]:
        """The command, on the server's core."""
        if self.server is None:
            return command
        return ("taskset", "--cpu-list", str(self.server), *command)

    def unpinned(self, command: Sequence[str]) -> Sequence[str]:
        """The command, on every core."""
        return ("taskset", "--cpu-list", ",".join(map(str, sorted(self.all))), *command)

    @contextlib.contextmanager
    def everything(self) -> Iterator[None]:
        """Let this process, and what it starts in the block, use every core."""
        before = os.sched_getaffinity(0)
        os.sched_setaffinity(0, self.all)
        try:
            yield
        finally:
            os.sched_setaffinity(0, before)

    @property
    def all(self) -> frozenset[int]:
        """Every core there is for the benchmark."""
        return self.others if self.server is None else self.others | {self.server}


def divide() -> Cores:
    """The cores this process may use; the first of them is the server's."""
    first, *others = sorted(os.sched_getaffinity(0))
    if not others:
        return Cores(server=None, others=frozenset({first}))
    return Cores(server=first, others=frozenset(others))


def leave_the_server_alone(cores: Cores) -> None:
    """Keep this process, and what it starts without `pinned`, off the server's core; and let all of
    them have as many files as the most connections need."""
    os.sched_setaffinity(0, cores.others)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
