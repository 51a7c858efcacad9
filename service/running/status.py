"""What `/status` of the internal listener shows to a person at night."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version

from service.audit.comparison import Condition
from service.audit.hourly import HourlyAudit
from service.delivery.dispatcher import Dispatcher
from service.delivery.status import LastError
from service.forms.availability import availability
from service.forms.definition import Form
from service.opensearch.aws.credential_provider import CredentialProvider
from service.opensearch.aws.held_credentials import CredentialStatus
from service.running.held_slots import HeldSlots
from service.running.reloading import Reloading
from service.settings import Settings
from service.spool.ports import SpoolBroken
from service.spool.spool import Spool
from service.store_name import name_store
from service.submission import iso_timestamp
from service.wall_clock import now_ms


@dataclass(slots=True)
class Parts:
    """What the report looks at; None while it is not there yet."""

    spool: Spool | None = None
    dispatcher: Dispatcher | None = None
    credentials: CredentialProvider | None = None
    reloading: Reloading | None = None
    held: HeldSlots | None = None
    audit: HourlyAudit | None = None


async def report_delivery(settings: Settings, parts: Parts) -> Mapping[str, object]:
    """What `formwell spool status` asks a running service for: nothing that is in the file, and no
    forms, whose number has no bound."""
    report: dict[str, object] = {"store": name_store(settings.store_url)}
    if parts.spool is not None:
        report["disk"] = asdict(parts.spool.disk)
        report["broken"] = str(parts.spool.broken.result()) if parts.spool.broken.done() else None
    if parts.dispatcher is not None:
        report["delivery"] = _delivery(parts.dispatcher)
    if parts.audit is not None:
        report["audit"] = _audit(parts.audit)
    return report


async def report_status(
    settings: Settings, forms: Mapping[str, Form], parts: Parts
) -> Mapping[str, object]:
    """The state of everything, without answers and without secrets; ready for JSON."""
    report: dict[str, object] = {
        "version": await asyncio.to_thread(version, "formwell"),  # reads a file
        "store": name_store(settings.store_url),
        "forms": {form.id: _form(form, parts.spool) for form in forms.values()},
    }
    if parts.reloading is not None:
        report["forms_loaded"] = _reloading(parts.reloading)
    if parts.spool is not None:
        report["spool"] = await _spool(parts.spool)
    if parts.held is not None:
        report["adopted_slots"] = [
            {"slot": number, "pending": pending} for number, pending in parts.held.adopted
        ]
    if parts.dispatcher is not None:
        report["delivery"] = _delivery(parts.dispatcher)
    if parts.audit is not None:
        report["audit"] = _audit(parts.audit)
    if settings.aws is not None:
        report["aws"] = asdict(settings.aws)
    if parts.credentials is not None:
        report["credentials"] = _credentials(parts.credentials.status())
    return report


def _form(form: Form, spool: Spool | None) -> Mapping[str, object]:
    accepted = None if spool is None else spool.accepted(form.id)
    stands = availability(form, now_ms=now_ms(), accepted=accepted)
    return {
        "index": form.index,
        "availability": stands,
        "accepted": accepted,
        "limit": form.limit,
    }


def _reloading(reloading: Reloading) -> Mapping[str, object]:
    """Since when the forms are as they are, and why they are not as their files are."""
    failure = reloading.failure
    return {
        "since": iso_timestamp(reloading.loaded_at),
        "last_failure": None
        if failure is None
        else {"at": iso_timestamp(failure.at), "problems": failure.problems},
    }


async def _spool(spool: Spool) -> Mapping[str, object]:
    report: dict[str, object] = {
        state.name.lower(): asdict(total) for state, total in spool.totals.items()
    }
    report["dead_letters_limit_bytes"] = spool.dead_letters.limit_bytes
    report["disk"] = asdict(spool.disk)
    try:
        oldest = await spool.oldest_received_at()
    except SpoolBroken as error:
        return {**report, "broken": str(error)}
    report["oldest_pending"] = None if oldest is None else iso_timestamp(oldest)
    report["oldest_pending_seconds"] = (
        None if oldest is None else round(max(0.0, time.time() - oldest / 1000), 1)
    )
    return report


def _delivery(dispatcher: Dispatcher) -> Mapping[str, object]:
    status = dispatcher.status()
    return {**asdict(status), "last_error": _last_error(status.last_error)}


def _audit(audit: HourlyAudit) -> Mapping[str, object]:
    """What the last audit found, and why the one after it could not be made."""
    last = audit.last
    found = None
    if last is not None:
        numbers = {each.value: last.conditions.get(each, 0) for each in Condition}
        found = {"at": iso_timestamp(last.at), **numbers}
    return {"last": found, "failure": audit.failure}


def _credentials(status: CredentialStatus) -> Mapping[str, object]:
    """Whose they are and how long they last; never a key or a token."""
    return {
        "source": status.source,
        "key_suffix": status.key_suffix,
        "expires_at": _moment(status.expires_at),
        "fetched_at": _moment(status.fetched_at),
        "last_error": status.last_error,
    }


def _moment(seconds: float | None) -> str | None:
    return None if seconds is None else iso_timestamp(int(seconds * 1000))


def _last_error(error: LastError | None) -> Mapping[str, str] | None:
    return None if error is None else {"text": error.text, "at": iso_timestamp(error.at)}
