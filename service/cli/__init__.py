"""The command line: one file a command, loaded when it is called.

A probe runs every few seconds; it shall not import a web server and a search client each time.
"""

import difflib
import importlib
import sys
from contextlib import nullcontext
from importlib.metadata import version

import click

from service.running.interpreter import making_what_stays

_COMMANDS = {
    "serve": "service.cli.serve",
    "worker": "service.cli.worker",
    "check": "service.cli.check",
    "probe": "service.cli.probe",
    "search": "service.cli.search",
    "find": "service.cli.find",
    "forms": "service.cli.forms",
    "dead-letters": "service.cli.dead_letters",
    "spool": "service.cli.spool",
    "audit": "service.cli.audit",
    "recover": "service.cli.recover",
}


class _Commands(click.Group):
    """Commands by name, each `command` in a module of its own."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = _COMMANDS[cmd_name]
        with nullcontext() if module in sys.modules else making_what_stays():
            if cmd_name in ("serve", "worker"):
                _refuse_weak_packages()
            command: click.Command = importlib.import_module(module).command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            close = difflib.get_close_matches(args[0], _COMMANDS, n=1)
            if not close:
                raise
            text = f"{error.message} Did you mean {close[0]!r}?"
            raise click.UsageError(text, ctx) from error


def _refuse_weak_packages() -> None:
    """Before anything of those packages runs: an old one may not even have what we import."""
    for module, look in (
        ("service.floors", "below_floors"),
        ("service.web.parser", "parser_faults"),
    ):
        sentences = getattr(importlib.import_module(module), look)()
        for sentence in sentences:
            click.echo(f"formwell: {sentence}", err=True)
        if sentences:
            raise click.exceptions.Exit(1)


def _show_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        click.echo(f"formwell, version {version('formwell')}")
        ctx.exit()


# Not click.version_option: it translates its texts at once, which reads the environment at import.
@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version and exit.",
)
def main() -> None:
    """Formwell: a form server that thanks people only once their answer is safe on disk.

    Settings are environment variables with the prefix FORMWELL_; README.md lists them.
    """
