"""`formwell serve`: run the service until SIGTERM or Ctrl-C."""

import os

import click
import structlog

from service.cli.advice import advice
from service.cli.exits import settings_or_exit
from service.cli.running import run_to_exit
from service.cli.start import catalogue_or_exit, forms_folder, forms_or_exit, read_forms, start_logs
from service.loopback import from_here
from service.observability.crashes import log_crashes
from service.running.reloading import FormFiles
from service.running.server import run_service
from service.running.signals import keep_hangups
from service.setting_values import Address
from service.settings import unknown_names
from service.store_name import name_store
from service.workers.run import new_loop, run_workers

_LOG = structlog.get_logger("service")


@click.command("serve")
@click.option("--reload", is_flag=True, help="Load form files when they change: to write forms.")
@click.option("--workers", metavar="N", help="Processes on one port; as FORMWELL_WORKERS.")
def command(*, reload: bool, workers: str | None) -> None:
    """Run the service until SIGTERM or Ctrl-C; SIGHUP has it load the form files again.

    Forms with a mistake in them are not loaded: those of before stay, and the log says why.

    Exit code 0 after a clean stop, 1 when the service could not start or go on, 2 when a setting
    or a form is wrong, 75 when answers had to stay on a volume that is set to be ephemeral.
    """
    keep_hangups()
    if workers is not None:
        os.environ["FORMWELL_WORKERS"] = workers
    settings = settings_or_exit()
    start_logs(settings)
    log_crashes()
    watched = FormFiles(forms_folder(settings)) if reload else None
    forms, warning = forms_or_exit(settings)
    catalogue = catalogue_or_exit(settings)
    warnings = (*unknown_names(os.environ), *([warning] if warning else []), *advice(settings))
    for sentence in warnings:
        _LOG.warning("configuration", message=sentence)

    def say_where(public: Address, internal: Address) -> None:
        _LOG.info(
            "ready",
            public=f"http://{public}/",
            internal=f"http://{internal}/",
            store=name_store(settings.store_url),
            forms=list(forms),
        )
        click.echo(f"Formwell is ready: http://{_for_people(public)}/  (Ctrl-C stops it)")

    if settings.workers > 1:
        run_to_exit(
            settings,
            run_workers(settings, on_ready=say_where, options=["--reload"] if reload else []),
            new_loop=new_loop,
        )
        return
    run_to_exit(
        settings,
        run_service(
            settings,
            forms,
            catalogue,
            on_listening=say_where,
            read_forms=lambda: read_forms(settings)[0],
            watched=watched,
        ),
    )


def _for_people(address: Address) -> Address:
    """An address that a browser on this machine can open."""
    return Address(host=from_here(address.host), port=address.port)
