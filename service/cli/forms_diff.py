"""`formwell forms diff`: how the forms differ from the indexes they have. Changes nothing."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict

import click

from service.cli.exits import FAILED, fail, settings_or_exit
from service.cli.start import form_or_exit, forms_or_exit
from service.forms.definition import Form
from service.lifespan import connect_opensearch
from service.observability.metrics import Metrics
from service.opensearch.differences import Change, IndexDifference
from service.setting_values import EMBEDDED, NULL_STORE
from service.settings import Settings
from service.store import StoreError
from service.store_name import name_store

_SAID = {
    Change.NEW: "new: a start or a reload adds it as {form}",
    Change.REMOVED: "removed from the form: stays in the index, as {index}",
    Change.FOREIGN: "not of this form: stays as it is, {index}",
    Change.REINDEX: "CHANGED: {index} in the index, {form} in the form; needs a reindex",
}
_STEPS = """\
    A reindex, in short (docs/operations.md has each request):
      1. Make a new index with the mapping of `formwell forms mapping {form}`, and with the fields
         above that the form does not have (any more).
      2. POST /_reindex from {live} to it, with op_type create; look at the failures.
      3. Compare the counts of both.
      4. Let the name {index} lead to the new one, and put the template of step 1.
    Until then answers to {form} are safe in the spool, and go out by themselves afterwards."""


@click.command("diff")
@click.argument("form_id", metavar="[FORM]", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON object an index, for scripts.")
def diff(*, form_id: str | None, as_json: bool) -> None:
    """Compare forms with their live indexes. Never changes anything.

    Exit code 0 where all is the same or a start adds it, 1 where something needs a reindex.
    """
    settings = settings_or_exit()
    forms, _ = forms_or_exit(settings)
    chosen = list(forms.values()) if form_id is None else [form_or_exit(forms, form_id)]
    if settings.store_url in (EMBEDDED, NULL_STORE):
        name = name_store(settings.store_url)
        click.echo(f"{name} has no mapping: any change of a form fits it.", err=True)
        return
    try:
        differences = asyncio.run(_compare(settings, chosen))
    except StoreError as error:
        raise fail(f"the store cannot be compared with: {error}") from error
    for difference in differences:
        if as_json:
            facts = {**asdict(difference), "needs_reindex": difference.needs_reindex}
            click.echo(json.dumps(facts, ensure_ascii=False))
        else:
            _print(difference)
    if any(difference.needs_reindex for difference in differences):
        raise click.exceptions.Exit(FAILED)


async def _compare(settings: Settings, forms: Sequence[Form]) -> Sequence[IndexDifference]:
    async with connect_opensearch(settings, forms, Metrics()) as connected:
        return [one for form in forms for one in await connected.store.differences(form)]


def _print(difference: IndexDifference) -> None:
    if difference.live is None:
        fields = len(difference.fields)
        click.echo(f"{difference.form}: there is no index {difference.index} yet; a start makes it")
        click.echo(f"    with {fields} fields")
        return
    alias = f" (the alias {difference.index})" if difference.live != difference.index else ""
    click.echo(f"{difference.form}: index {difference.live}{alias}")
    same = sum(field.change is Change.SAME for field in difference.fields)
    click.echo(f"    {same} fields are the same")
    for field in difference.fields:
        if field.change in _SAID:
            said = _SAID[field.change].format(form=field.form, index=field.index)
            click.echo(f"    {field.name}: {said}")
    if difference.dynamic != "strict":
        click.echo(
            f"    dynamic is {difference.dynamic}, not strict: documents of others may add fields"
        )
    if difference.needs_reindex:
        steps = _STEPS.format(form=difference.form, live=difference.live, index=difference.index)
        click.echo(steps)
