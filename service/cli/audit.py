"""`formwell audit`: does the store have what was acknowledged?"""

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import click

from service.audit.comparison import Condition, Examined
from service.audit.verdict import FormVerdict, sum_up
from service.audit.walk import examine
from service.cli.audit_words import describe, tell_missing
from service.cli.dead_letters_change import send_again
from service.cli.dead_letters_chosen import choose
from service.cli.dead_letters_shown import how_many
from service.cli.exits import FAILED, fail, settings_or_exit
from service.cli.start import forms_or_exit, quiet_logs
from service.forms.definition import Form
from service.lifespan import connect_store
from service.observability.metrics import Metrics
from service.setting_values import NULL_STORE
from service.settings import Settings
from service.spool.receipts import FormLife, ReceiptReader, SpoolUnreadable
from service.spool.slot import SlotError, find_slots
from service.store import Archive, StoreError, StoreRefused
from service.submission import iso_timestamp

NAMED_FOR_PEOPLE = 20
_WRONG = (Condition.MISSING, Condition.CHANGED)


@click.command("audit")
@click.argument("form", required=False)
@click.option(
    "--repair",
    is_flag=True,
    help="First send again what is set aside: its answers are still in the spool.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for scripts.")
def command(*, form: str | None, repair: bool, as_json: bool) -> None:
    """Compare what was acknowledged with what the store holds, for FORM or for all forms.

    Every receipt that a spool still knows is looked for in the store, and its document compared
    with the digest of the answers as they were accepted. Works beside a running service and
    without one. Exit code 0: all is there; 1: something is missing, changed or set aside, or
    could not be looked at.

    A spool drops the answers of what the store acknowledged, so a document that was removed there
    cannot be sent again: it is named, to be restored from a snapshot of the store.
    """
    quiet_logs()
    settings = settings_or_exit()
    if settings.store_url == NULL_STORE:
        raise fail("the store null: keeps nothing, so there is nothing to compare with")
    forms, _ = forms_or_exit(settings)
    if repair:
        again = send_again(choose(receipt=None, form=form, reason=None, every=form is None))
        click.echo(f"{how_many(again)} sent again.", err=True)
    audit = _Audit(as_json=as_json)
    try:
        verdicts = asyncio.run(audit.run(settings, forms, form))
    except (SpoolUnreadable, SlotError, StoreError) as error:
        raise fail(f"the audit did not come to its end: {error}") from error
    if form is not None and not verdicts:
        raise fail(f"no spool knows of a submission to {form!r}")
    audit.tell(verdicts)
    if not all(verdict.is_well for verdict in verdicts):
        raise click.exceptions.Exit(FAILED)


class _Audit:
    """One run: names what is wrong while it goes, and says at the end how each form stands."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._named = 0
        self._conditions: defaultdict[str, Counter[Condition]] = defaultdict(Counter)

    async def run(
        self, settings: Settings, forms: Mapping[str, Form], only: str | None
    ) -> list[FormVerdict]:
        """Examine the spools of all slots; the verdict on each form."""
        lives: defaultdict[str, list[FormLife]] = defaultdict(list)
        async with connect_store(settings, forms.values(), Metrics(), reading=True) as connected:
            for slot in await asyncio.to_thread(find_slots, settings.data_dir):
                reader = ReceiptReader(slot.spool)
                for form, life in (await asyncio.to_thread(reader.lives)).items():
                    if only in (None, form):
                        lives[form].append(life)
                async for page in examine(reader, connected.store, form=only):
                    self._take(page)
            return [
                sum_up(
                    form,
                    lives[form],
                    self._conditions[form],
                    await _count(connected.store, forms.get(form)),
                )
                for form in sorted(lives)
            ]

    def _take(self, page: Sequence[Examined]) -> None:
        for one in page:
            self._conditions[one.delivered.form][one.condition] += 1
            if one.condition in _WRONG:
                self._name(one)

    def _name(self, one: Examined) -> None:
        delivered = one.delivered
        self._named += 1
        if self._as_json:
            named = {
                "receipt": str(delivered.receipt),
                "form": delivered.form,
                "index": delivered.index,
                "delivered_at": iso_timestamp(delivered.delivered_at),
                "condition": one.condition.value,
            }
            click.echo(json.dumps(named, ensure_ascii=False))
        elif self._named <= NAMED_FOR_PEOPLE:
            click.echo(tell_missing(one))

    def tell(self, verdicts: Sequence[FormVerdict]) -> None:
        """Print the verdicts."""
        if self._as_json:
            for verdict in verdicts:
                click.echo(json.dumps(verdict.as_json(), ensure_ascii=False))
            return
        if self._named > NAMED_FOR_PEOPLE:
            click.echo(f"… and {self._named - NAMED_FOR_PEOPLE} more: --json names all of them.")
        if self._named:
            click.echo()
        for verdict in verdicts:
            click.echo(describe(verdict))
        if not verdicts:
            click.echo("No spool here has taken a submission yet.", err=True)


async def _count(store: Archive, form: Form | None) -> int | None:
    """How many documents the form's index has; None for a form that has no file any more."""
    if form is None:
        return None
    try:
        return await store.count(form.index)
    except StoreRefused:  # a role may read documents and not count them: the receipts were told of
        return None
