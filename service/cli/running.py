"""Running until the end, and what the command line makes of how that came."""

import asyncio
import errno
import os
from collections.abc import Coroutine
from typing import Any

import apsw
import click
import uvloop

from service.cli.start import fail
from service.lifespan import ListenError
from service.running.server import Ending
from service.secret_keys import SecretKeyError
from service.settings import Settings
from service.spool.schema import FormatError
from service.spool.slot import SlotError
from service.store import StoreError
from service.workers.supervisor import StartFailed


def run_to_exit(settings: Settings, running: Coroutine[Any, Any, Ending]) -> None:
    """Run the service; return after a clean stop, else raise the exit with its code, after one
    sentence on standard error."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
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
    if isinstance(cause, OSError) and cause.errno == errno.EADDRINUSE:
        return (
            f"cannot listen on {setting} ({error.address}): the port is in use by another program, "
            "or a Formwell that still runs; stop that, or choose a free port with this setting"
        )
    return f"cannot listen on {setting} ({error.address}): {error}"
