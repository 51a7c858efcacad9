"""Ports nobody else takes: below those the kernel gives to outgoing connections."""

import contextlib
import random
import socket

_PORTS = range(20_000, 30_000)


def free_port() -> int:
    """A port of 127.0.0.1 nobody listens on now, and no outgoing connection will take."""
    for port in random.sample(_PORTS, 100):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError(f"no free port from {_PORTS[0]} to {_PORTS[-1]}")


def closed_url() -> str:
    """The address of a store that is not there: connections to it are refused."""
    return f"http://127.0.0.1:{free_port()}"
