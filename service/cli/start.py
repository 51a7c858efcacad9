"""What a command that needs forms does first: forms, texts, logs; or ends, where one is wrong."""

import difflib
import sys
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from service.cli.exits import exit_with, fail
from service.forms.definition import Form
from service.forms.load import FormsError, load_forms
from service.observability.logs import configure_logs
from service.settings import Settings
from service.texts.catalogue import Catalogue
from service.texts.load import CatalogueError, load_catalogue

_FORMS_DIR = Path("forms")


def forms_folder(settings: Settings) -> Path:
    """Where form files are looked for first."""
    return settings.forms_dir or _FORMS_DIR


def read_forms(settings: Settings) -> tuple[Mapping[str, Form], str | None]:
    """The forms, and a warning where they are the packaged examples; FormsError otherwise."""
    folder = forms_folder(settings)
    if settings.forms_dir is None and not folder.is_dir():
        return load_forms(files("service.example_forms")), (
            f"there is no folder {folder}/: the example forms are served; put form files there "
            "or set FORMWELL_FORMS_DIR"
        )
    if settings.forms_dir is not None and not folder.is_dir():
        raise FormsError((f"FORMWELL_FORMS_DIR is '{folder}', which is no folder; correct it",))
    return load_forms(folder), None


def forms_or_exit(settings: Settings) -> tuple[Mapping[str, Form], str | None]:
    """The forms as `read_forms` reads them; or problems and exit 2."""
    try:
        return read_forms(settings)
    except FormsError as error:
        exit_with(error.problems)


def form_or_exit(forms: Mapping[str, Form], form_id: str) -> Form:
    """The form of this id; otherwise those that there are, the closest named, and exit code 1."""
    if form_id in forms:
        return forms[form_id]
    close = difflib.get_close_matches(form_id, forms, n=1)
    hint = f"did you mean {close[0]}? There" if close else "there"
    raise fail(f"there is no form {form_id!r}; {hint} is {', '.join(forms)}")


def catalogue_or_exit(settings: Settings) -> Catalogue:
    """All languages, those in the folder `texts` beside the forms too; or problems and exit 2."""
    try:
        return load_catalogue(forms_folder(settings) / "texts")
    except CatalogueError as error:
        exit_with(error.problems)


def start_logs(settings: Settings) -> None:
    """Log as configured; by default for people on a terminal and as JSON elsewhere."""
    json_lines = settings.log_format == "json" if settings.log_format else not sys.stderr.isatty()
    configure_logs(level=settings.log_level, json_lines=json_lines)


def quiet_logs() -> None:
    """For commands that print a result: only what went wrong is logged."""
    configure_logs(level="error", json_lines=not sys.stderr.isatty())
