"""Running until the end, and what the command line makes of how that came."""

import asyncio
import errno
import os
from collections.abc import Callable, Coroutine
from typing import Any

import apsw
import click
import uvloop

from service.cli.exits import fail
from service.lifespan import ListenError
from service.running.server import Ending
from service.secret_keys import SecretKeyError
from service.settings import Settings
from service.spool.schema import FormatError
from service.spool.slot import SlotError
from service.store import StoreError
from service.workers.supervisor import StartFailed

_WHY = {
    errno.EADDRINUSE: (
        "the port is in use by another program, or a Formwell that still runs; stop that, or "
        "choose a free port with this setting"
    ),
    errno.EADDRNOTAVAIL: (
        "this machine has no such address; 127.0.0.1 is for this machine alone, 0.0.0.0 is every "
        "address it has"
    ),
    errno.EACCES: (
        "this user may not listen on such a port; choose one above 1023, and let a proxy have "
        "the one that people use"
    ),
}


def run_to_exit(
    settings: Settings,
    running: Coroutine[Any, Any, Ending],
    *,
    new_loop: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop,
) -> None:
    """Run the service; return after a clean stop, else raise the exit with its code, after one
    sentence on standard error."""
    with asyncio.Runner(loop_factory=new_loop) as runner:
        try:
            ending = runner.run(running)
        except StartFailed as error:  # the worker has told the reason
            raise click.exceptions.Exit(error.code) from error
        except (SlotError, SecretKeyError, FormatError, StoreError) as error:
            raise fail(str(error)) from error
        except apsw.Error as error:
            raise fail(f"the spool in {settings.data_dir} cannot be opened: {error}") from error
        except ListenError as error:
            raise fail(_not_listening(settings, error)) from error
        except OSError as error:
            raise fail(f"the service cannot start: {error}") from error
    if ending is Ending.LEFT_BEHIND:
        raise click.exceptions.Exit(os.EX_TEMPFAIL)
    if ending is Ending.FAILED:
        raise fail("the service could not go on; what was acknowledged is safe, start it again")


def _not_listening(settings: Settings, error: ListenError) -> str:
    name = "INTERNAL" if error.address == settings.internal_bind else "PUBLIC"
    setting = f"FORMWELL_{name}_BIND"
    cause = error.__cause__
    number = (cause.errno or 0) if isinstance(cause, OSError) else 0
    return f"cannot listen on {setting} ({error.address}): {_WHY.get(number, str(error))}"
