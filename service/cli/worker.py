"""`formwell worker`: one of several; started by `formwell serve --workers`, never by a person."""

import socket
from dataclasses import replace

import click

from service.cli.exits import settings_or_exit
from service.cli.running import run_to_exit
from service.cli.start import catalogue_or_exit, forms_folder, forms_or_exit, read_forms, start_logs
from service.observability.crashes import log_crashes
from service.running.inherited import Inherited
from service.running.reloading import FormFiles
from service.running.server import run_service
from service.running.signals import keep_hangups


@click.command("worker", hidden=True)
@click.option("--number", type=int, required=True)
@click.option("--public", type=int, required=True)
@click.option("--internal", type=int, required=True)
@click.option("--lifeline", type=int, required=True)
@click.option("--reload", is_flag=True)
def command(*, number: int, public: int, internal: int, lifeline: int, reload: bool) -> None:
    """Take submissions from sockets that are open already, into the slot of this number."""
    keep_hangups()
    settings = replace(settings_or_exit(), slot=number)
    start_logs(settings)
    log_crashes()
    watched = FormFiles(forms_folder(settings)) if reload else None
    forms, _ = forms_or_exit(settings)
    inherited = Inherited(
        public=socket.socket(fileno=public),
        internal=socket.socket(fileno=internal),
        lifeline=lifeline,
    )
    run_to_exit(
        settings,
        run_service(
            settings,
            forms,
            catalogue_or_exit(settings),
            on_listening=lambda public, internal: None,
            read_forms=lambda: read_forms(settings)[0],
            watched=watched,
            inherited=inherited,
        ),
    )
