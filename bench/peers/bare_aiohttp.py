"""The limit: aiohttp reading the body and redirecting, nothing else.

Nothing is parsed, checked or kept. A program: `python -m bench.peers.bare_aiohttp PORT PROCESSES`;
they share the port.
"""

import multiprocessing
import sys

import uvloop
from aiohttp import web

from bench.peers.quiz import FORM_PATH


async def take_test(request: web.Request) -> web.Response:
    """Read what was sent, and say where to go on."""
    await request.read()
    return web.Response(status=303, headers={"Location": "/thanks"})


def make_app() -> web.Application:
    """The form's path, for every method."""
    app = web.Application()
    app.router.add_route("*", FORM_PATH, take_test)
    return app


def serve(port: int) -> None:
    """Answer until asked to stop."""
    web.run_app(
        make_app(),
        host="127.0.0.1",
        port=port,
        access_log=None,
        reuse_port=True,
        print=None,
        loop=uvloop.new_event_loop(),
    )


def main(port: int, processes: int) -> None:
    """Serve in this process and in as many more as it takes; they end with it."""
    for _ in range(processes - 1):
        multiprocessing.Process(target=serve, args=(port,), daemon=True).start()
    serve(port)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
