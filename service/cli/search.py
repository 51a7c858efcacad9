"""`formwell search`: find answers by their words."""

import asyncio
import json
from collections.abc import Sequence

import click
from rich.console import Console
from rich.text import Text

from service.cli.exits import fail, settings_or_exit
from service.cli.start import form_or_exit, forms_or_exit, quiet_logs
from service.cli.terminal import tame
from service.forms.definition import Form
from service.lifespan import connect_store
from service.observability.metrics import Metrics
from service.settings import Settings
from service.store import Hit, StoreError, StoreRefused
from service.submission import SERVICE_FIELDS


@click.command("search")
@click.argument("form")
@click.argument("query")
@click.option(
    "--limit",
    type=click.IntRange(1, 10_000),
    default=10,
    show_default=True,
    help="How many to show at most.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for scripts.")
def command(*, form: str, query: str, limit: int, as_json: bool) -> None:
    """Find answers to FORM that contain any word of QUERY, the best first.

    Looks where the service writes: set FORMWELL_STORE_URL and FORMWELL_DATA_DIR as for it.
    """
    quiet_logs()
    settings = settings_or_exit()
    forms, _ = forms_or_exit(settings)
    wanted = form_or_exit(forms, form)
    try:
        hits = asyncio.run(_search(settings, wanted, query, limit))
    except StoreError as error:
        status = f" ({error.status})" if isinstance(error, StoreRefused) else ""
        raise fail(
            f"the store cannot be searched: {error}{status}; formwell check says step by step "
            "where it fails"
        ) from error
    if as_json:
        for hit in hits:
            click.echo(_line(hit))
    elif hits:
        _print(hits)
    else:
        click.echo(f"No answer to {form} contains any of: {query}", err=True)


async def _search(settings: Settings, form: Form, query: str, limit: int) -> Sequence[Hit]:
    async with connect_store(settings, [form], Metrics(), reading=True) as connected:
        return await connected.store.search(form.index, query, limit=limit)


def _line(hit: Hit) -> str:
    return json.dumps(
        {
            "receipt": hit.receipt,
            "score": hit.score,
            "index": hit.index,
            "document": dict(hit.document),
        },
        ensure_ascii=False,
    )


def _print(hits: Sequence[Hit]) -> None:
    console = Console(highlight=False)
    for hit in hits:
        at = hit.document.get("iso_timestamp", "")
        console.print(Text(f"{hit.score:.2f}  {hit.receipt}  {at}", style="bold"))
        for name, answer in hit.document.items():
            if name not in SERVICE_FIELDS:
                console.print(Text(f"  {name}: ", style="dim") + Text(tame(answer)))
