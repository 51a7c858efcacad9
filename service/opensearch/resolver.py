"""Looks up the store's name, and keeps no process from ending while no name server answers."""

import asyncio
import socket
from functools import partial

from aiohttp.abc import AbstractResolver, ResolveResult

from service.opensearch.daemon_executor import DaemonExecutor

_NUMERIC = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV


class DaemonResolver(AbstractResolver):
    """The system's way to look up names, on threads that nobody waits for.

    aiohttp's own goes by the loop, whose threads are joined when the process ends, and a look-up
    may hang for as long as the system's resolver tries.
    """

    def __init__(self) -> None:
        self._executor = DaemonExecutor()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of a host. Raises OSError where there are none."""
        look_up = partial(
            socket.getaddrinfo,
            host,
            port,
            family=family,
            type=socket.SOCK_STREAM,
            flags=socket.AI_ADDRCONFIG,
        )
        found = await asyncio.get_running_loop().run_in_executor(self._executor, look_up)
        return [
            ResolveResult(
                hostname=host,
                # One on a link needs its zone, which the text of an address alone does not have.
                host=_text(*address),
                port=int(address[1]),
                family=found_family,
                proto=protocol,
                flags=_NUMERIC,
            )
            for found_family, _, protocol, _, address in found
            if found_family in (socket.AF_INET, socket.AF_INET6)
        ]

    async def close(self) -> None:
        """Leave behind what is still being looked up."""
        self._executor.shutdown(wait=False)


def _text(host: object, _port: object, _flow: object = 0, zone: object = 0) -> str:
    return f"{host}%{zone}" if zone else str(host)
