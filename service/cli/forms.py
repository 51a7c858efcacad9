"""`formwell forms`: which forms there are, what the store is told of them, and new ones."""

import json

import click
from rich.console import Console
from rich.table import Table

from service.cli.exits import settings_or_exit
from service.cli.forms_diff import diff
from service.cli.forms_new import new
from service.cli.start import form_or_exit, forms_or_exit, quiet_logs
from service.forms.availability import availability
from service.forms.definition import Form
from service.forms.json_schema import json_schema
from service.forms.mapping import index_mapping
from service.opensearch.index_plan import new_template, template_name
from service.wall_clock import now_ms


@click.group("forms")
def command() -> None:
    """List forms, begin new ones, and compare them with what the store has."""
    quiet_logs()


command.add_command(new)
command.add_command(diff)


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for scripts.")
def list_(*, as_json: bool) -> None:
    """List the forms. A limit is not looked at: only the running service knows the count."""
    forms, _ = forms_or_exit(settings_or_exit())
    rows = [_facts(form) for form in forms.values()]
    if as_json:
        for row in rows:
            click.echo(json.dumps(row, ensure_ascii=False))
        return
    table = Table(*rows[0])
    for row in rows:
        cells = (", ".join(cell) if isinstance(cell, list) else str(cell) for cell in row.values())
        table.add_row(*cells)
    Console(highlight=False).print(table, markup=False)


@command.command("mapping")
@click.argument("form_id", metavar="FORM")
def mapping(*, form_id: str) -> None:
    """Print the index template of FORM, as OpenSearch takes it."""
    form = form_or_exit(forms_or_exit(settings_or_exit())[0], form_id)
    click.echo(f"PUT /_index_template/{template_name(form.index)} takes:", err=True)
    click.echo(json.dumps(new_template(form.index, index_mapping(form)), indent=2))


@command.command("schema")
@click.argument("form_id", metavar="FORM")
def schema(*, form_id: str) -> None:
    """Print the JSON Schema of a submission to FORM."""
    form = form_or_exit(forms_or_exit(settings_or_exit())[0], form_id)
    click.echo(json.dumps(json_schema(form), ensure_ascii=False, indent=2))


def _facts(form: Form) -> dict[str, object]:
    return {
        "id": form.id,
        "title": form.title,
        "languages": list(form.languages),
        "fields": len(form.fields),
        "index": form.index,
        "availability": str(availability(form, now_ms=now_ms(), accepted=None)),
    }
