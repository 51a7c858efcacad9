"""`formwell check`: is everything in place? For a person before a start, and for a script."""

import asyncio
import json
import os
from collections.abc import Collection, Iterator
from dataclasses import asdict
from typing import Any

import apsw
import click

from service.cli.advice import advice
from service.cli.exits import FAILED, settings_or_exit
from service.cli.start import forms_or_exit, quiet_logs
from service.finding import Finding
from service.floors import below_floors
from service.forms.definition import Form
from service.lifespan import connect_opensearch, connect_store, open_slot
from service.observability.metrics import Metrics
from service.opensearch.address import parse_address
from service.opensearch.check.examination import Subject, examine
from service.opensearch.daemon_executor import DaemonExecutor
from service.setting_values import EMBEDDED, NULL_STORE
from service.settings import Settings, unknown_names
from service.spool.control import ControlError, ask_service
from service.spool.schema import FormatError
from service.spool.slot import Slot, SlotError, SlotTaken
from service.store import StoreError
from service.store_name import name_store
from service.web.parser import parser_faults
from service.web.theme import STYLE_SHEET, ThemeSource, useless_references

STORE_WITHIN_SECONDS = 10.0
SERVICE_WITHIN_SECONDS = 2.0


@click.command("check")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for scripts.")
def command(*, as_json: bool) -> None:
    """Say what is configured, whether the spool can be written and the store reached.

    Exit code 0 when all is well, 1 when something is not, 2 when a setting or a form is wrong.
    """
    quiet_logs()
    failed = False
    for finding in _look():
        failed |= finding.ok is False
        if as_json:
            click.echo(json.dumps(asdict(finding), ensure_ascii=False))
        else:
            click.echo(f"{_mark(finding)}  {finding.about}: {finding.text}")
    if failed:
        raise click.exceptions.Exit(FAILED)


def _mark(finding: Finding) -> str:
    if finding.skipped:
        return "-    "
    return {True: "ok   ", False: "WRONG", None: "note "}[finding.ok]


def _look() -> Iterator[Finding]:
    settings = settings_or_exit()
    yield Finding(
        about="settings",
        ok=True,
        text=f"public listener {settings.public_bind}, internal {settings.internal_bind}, "
        f"data in {settings.data_dir}",
    )
    for sentence in (*below_floors(), *parser_faults()):
        yield Finding(about="versions", ok=False, text=sentence)
    for sentence in (*unknown_names(os.environ), *advice(settings)):
        yield Finding(about="settings", ok=None, text=sentence)
    style_sheet = ThemeSource(folder=settings.theme_dir).read().get(STYLE_SHEET, b"")
    for sentence in useless_references(style_sheet):
        yield Finding(about="theme", ok=None, text=sentence)
    forms, warning = forms_or_exit(settings)
    if warning:
        yield Finding(about="forms", ok=None, text=warning)
    for form in forms.values():
        text = f"{form.id}: {len(form.fields)} fields, index {form.index}"
        yield Finding(about="form", ok=True, text=text)
    for number in range(settings.workers) if settings.workers > 1 else (settings.slot or 0,):
        yield asyncio.run(_check_spool(Slot(settings.data_dir, number)))
    yield from asyncio.run(_check_store(settings, forms.values()))


async def _check_spool(slot: Slot) -> Finding:
    try:
        async with open_slot(slot, Metrics()) as spool:
            rows = {state.name.lower(): total.rows for state, total in spool.totals.items()}
    except SlotTaken:
        return await _ask_about_spool(slot)
    except (SlotError, FormatError, OSError) as error:
        return Finding(about="spool", ok=False, text=str(error))
    except apsw.Error as error:
        return Finding(about="spool", ok=False, text=f"{slot.spool} cannot be opened: {error}")
    counts = ", ".join(f"{count} {state}" for state, count in rows.items())
    return Finding(about="spool", ok=True, text=f"{slot.folder} can be written; {counts}")


async def _ask_about_spool(slot: Slot) -> Finding:
    runs = f"a service is running on it, in {slot.folder}"
    try:
        async with asyncio.timeout(SERVICE_WITHIN_SECONDS):
            report: Any = await ask_service(slot.socket, "status")
    except (TimeoutError, ControlError):
        text = f"{runs}; it does not answer, so it is starting, stopping or hanging: see its log"
        return Finding(about="spool", ok=None, text=text)
    if report.get("broken") or (report.get("disk") or {}).get("full"):
        text = f"{runs}, and takes no answers now: formwell spool status says why"
        return Finding(about="spool", ok=False, text=text)
    return Finding(about="spool", ok=True, text=runs)


async def _check_store(settings: Settings, forms: Collection[Form]) -> list[Finding]:
    # A name that nobody answers for is reported after some seconds; a look-up takes much longer.
    asyncio.get_running_loop().set_default_executor(DaemonExecutor(left_behind=True))
    if settings.store_url in (EMBEDDED, NULL_STORE):
        return [await _check_local_store(settings)]
    if settings.aws is not None:
        signed = f"requests are signed for {settings.aws.service} in {settings.aws.region}"
    else:
        signed = "requests are not signed"
    text = f"{name_store(settings.store_url)}; {signed}"
    async with connect_opensearch(settings, forms, Metrics()) as connected:
        subject = Subject(
            address=parse_address(settings.store_url),
            ca_file=settings.store_ca_file,
            store=connected.store,
            provider=connected.credentials,
            service=settings.aws.service if settings.aws else None,
        )
        findings = [finding async for finding in examine(subject, forms)]
    return [Finding(about="address", ok=True, text=text), *findings]


async def _check_local_store(settings: Settings) -> Finding:
    name = name_store(settings.store_url)
    try:
        async with (
            asyncio.timeout(STORE_WITHIN_SECONDS),
            connect_store(settings, (), Metrics(), reading=True) as connected,
        ):
            return Finding(about="store", ok=True, text=f"{name}: {await connected.store.ping()}")
    except TimeoutError:
        text = f"{name} did not answer within {STORE_WITHIN_SECONDS:.0f} s"
        return Finding(about="store", ok=False, text=text)
    except StoreError as error:
        return Finding(about="store", ok=False, text=f"{name} cannot be reached: {error}")
