"""How a command ends that cannot begin or go on; for all of them, so it imports no more than a
probe needs."""

from typing import NoReturn

import click

from service.settings import Settings, SettingsError, read_settings

BAD_CONFIGURATION = 2
FAILED = 1


def settings_or_exit() -> Settings:
    """The settings; otherwise every problem on standard error, and exit code 2."""
    try:
        return read_settings()
    except SettingsError as error:
        exit_with(error.problems)


def exit_with(problems: tuple[str, ...]) -> NoReturn:
    """Say on standard error what is wrong with the configuration, and exit with code 2."""
    for problem in problems:
        click.echo(f"formwell: {problem}", err=True)
    raise click.exceptions.Exit(BAD_CONFIGURATION)


def fail(sentence: str) -> click.exceptions.Exit:
    """To be raised: one sentence on standard error, and exit code 1."""
    click.echo(f"formwell: {sentence}", err=True)
    return click.exceptions.Exit(FAILED)
