"""`formwell forms new`: a form file to begin with."""

import click

from service.cli.exits import fail, settings_or_exit
from service.cli.start import forms_folder
from service.cli.starter_form import starter_form
from service.forms.load import ENDINGS
from service.forms.parse import FORM_ID


@click.command("new")
@click.argument("form_id", metavar="ID")
def new(*, form_id: str) -> None:
    """Write a commented form file to begin with. A file that is there is left as it is."""
    folder = forms_folder(settings_or_exit())
    if not FORM_ID.fullmatch(form_id):
        raise fail(
            f"{form_id!r} cannot be a form's id: up to 64 of a-z, 0-9 and -, "
            "beginning with a letter or digit"
        )
    for ending in ENDINGS:
        if (there := folder / f"{form_id}{ending}").exists():
            raise fail(f"{there} is there already, and was left as it is: choose another id")
    path = folder / f"{form_id}{ENDINGS[0]}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(starter_form(form_id))
    except FileExistsError as error:
        raise fail(f"{path} is there already, and was left as it is: choose another id") from error
    except OSError as error:
        raise fail(f"{path} cannot be written: {error.strerror}") from error
    click.echo(f"Wrote {path}. Now:")
    click.echo("  1. Put your questions into it.")
    click.echo("  2. formwell check         says whether it is right, and what is not")
    click.echo("  3. Start the service, or send SIGHUP to the one that runs.")
    click.echo(f"     The page is /f/{form_id}")
