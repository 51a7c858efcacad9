"""The command line: one file a command, loaded when it is called.

A probe runs every few seconds; it shall not import a web server and a search client each time.
"""

import importlib

import click

_COMMANDS = {
    "serve": "service.cli.serve",
    "check": "service.cli.check",
    "probe": "service.cli.probe",
    "search": "service.cli.search",
    "dead-letters": "service.cli.dead_letters",
}


class _Commands(click.Group):
    """Commands by name, each `command` in a module of its own."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = importlib.import_module(_COMMANDS[cmd_name]).command
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="formwell", prog_name="formwell")
def main() -> None:
    """Formwell: a form server that thanks people only once their answer is safe on disk.

    Settings are environment variables with the prefix FORMWELL_; README.md lists them.
    """
