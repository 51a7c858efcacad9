"""The running service: everything it is made of, in start order, and how it ends."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from enum import Enum
from typing import Any

import structlog

from service.app import create_internal_app, create_public_app
from service.audit.hourly import HourlyAudit
from service.forms.definition import Form
from service.forms.in_force import FormsInForce
from service.lifespan import connect_store, listen, run_beside
from service.observability.metrics import Metrics
from service.running.adoption import Adoption
from service.running.delivering import run_dispatcher
from service.running.held_slots import HeldSlots
from service.running.inherited import Inherited, heed_lifeline
from service.running.interpreter import settle_in
from service.running.leftovers import Leftovers
from service.running.loop_lag import watch_loop_lag
from service.running.open_files import with_files
from service.running.own_slot import open_own_slot
from service.running.recount import AT_START_SECONDS, Recount
from service.running.reloading import FormFiles, Reloading
from service.running.signals import Stop, heed_hangups, heed_signals
from service.running.status import Parts, report_delivery, report_status
from service.secret_keys import load_secret_keys
from service.setting_values import EPHEMERAL, NULL_STORE, Address
from service.settings import Settings
from service.spool.ports import State
from service.spool.receipts import ReceiptReader
from service.spool.spool import Spool
from service.texts.catalogue import Catalogue
from service.web.capacity import PUBLIC
from service.web.health import Readiness
from service.web.receipt_links import ReceiptLinks
from service.web.site import Site
from service.web.theme import ThemeSource

_LOG = structlog.get_logger(__name__)

FINISH_SHARE = 0.5
"""The part of the time to stop that requests in flight may take; delivery has the rest."""


class Ending(Enum):
    """How a service ended that had started."""

    WELL = "well"
    FAILED = "failed"
    LEFT_BEHIND = "left_behind"


async def run_service(
    settings: Settings,
    forms: Mapping[str, Form],
    catalogue: Catalogue,
    *,
    on_listening: Callable[[Address, Address], None],
    read_forms: Callable[[], Mapping[str, Form]],
    watched: FormFiles | None = None,
    inherited: Inherited | None = None,
) -> Ending:
    """Run until asked to stop; how it ended. `on_listening` is told both addresses.

    SIGHUP, or a change of the files `watched`, has the forms read anew by `read_forms`. With
    `inherited` it is one of several, and listens on those sockets.
    FAILED: the disk or delivery failed, and a restart serves everything that was acknowledged.
    LEFT_BEHIND: asked to stop on an ephemeral volume, with answers in it that no store has.
    """
    in_force = FormsInForce(forms)
    metrics = Metrics()
    readiness = Readiness()
    parts = Parts()
    ephemeral = settings.volume == EPHEMERAL
    leftovers = Leftovers()
    async with AsyncExitStack() as stack:
        heeding = heed_signals(settings.shutdown_seconds, supervised=inherited is not None)
        stop = await stack.enter_async_context(heeding)
        if inherited is not None:
            stack.enter_context(heed_lifeline(inherited.lifeline, stop))
        internal_app = create_internal_app(
            readiness=readiness,
            metrics=metrics,
            status_report=lambda: report_status(settings, in_force, parts),
        )
        internal = await stack.enter_async_context(
            listen(
                internal_app,
                inherited.internal if inherited else settings.internal_bind,
                finish_seconds=1,
                hurry=stop.hurry,
            )
        )
        await stack.enter_async_context(run_beside(watch_loop_lag(metrics), "loop_lag"))
        keys = await asyncio.to_thread(load_secret_keys, settings.secret_keys, settings.data_dir)
        slot, spool = await stack.enter_async_context(
            open_own_slot(
                settings.data_dir, settings.slot, metrics, lambda: report_delivery(settings, parts)
            )
        )
        await stack.enter_async_context(_noting(leftovers, spool))
        connected = await stack.enter_async_context(
            connect_store(settings, forms.values(), metrics)
        )
        store = connected.store
        recount = Recount(in_force, store, spool)
        reloading = Reloading(
            in_force,
            read_forms,
            use_forms=connected.use_forms,
            on_change=lambda changes: recount.soon(),
        )
        stack.enter_context(heed_hangups(reloading.ask))
        dispatcher, delivering = await stack.enter_async_context(
            run_dispatcher(spool, store, metrics, stop, until_empty=ephemeral)
        )
        held = HeldSlots(spool)
        adoption = Adoption(settings.data_dir, slot, held, store, stop, until_empty=ephemeral)
        await stack.enter_async_context(run_beside(adoption.run_for_ever(), "adoption"))
        parts.spool, parts.dispatcher, parts.held = spool, dispatcher, held
        if settings.store_url != NULL_STORE:
            parts.audit = HourlyAudit(ReceiptReader(slot.spool), store, metrics)
            await stack.enter_async_context(run_beside(parts.audit.run_for_ever(), "audit"))
        parts.credentials, parts.reloading = connected.credentials, reloading
        await recount.look(within_seconds=AT_START_SECONDS)
        await stack.enter_async_context(run_beside(recount.run_for_ever(), "recount"))
        public_app = create_public_app(
            forms=in_force,
            catalogue=catalogue,
            intake=held,
            store=store,
            metrics=metrics,
            links=ReceiptLinks(keys),
            site=Site(
                public_url=settings.public_url,
                allowed_hosts=settings.allowed_hosts,
                trusted_proxies=settings.trusted_proxies,
                rate_limit_client=settings.rate_limit_client,
                rate_limit_form=settings.rate_limit_form,
                rate_limit_total=settings.rate_limit_total,
            ),
            is_held=lambda index: any(hold.index == index for hold in dispatcher.status().holds),
            theme=ThemeSource(folder=settings.theme_dir, name=settings.site_name),
            capacity=with_files(PUBLIC),
        )
        finish_seconds = settings.shutdown_seconds * FINISH_SHARE
        public = await stack.enter_async_context(
            listen(
                public_app,
                inherited.public if inherited else settings.public_bind,
                finish_seconds=finish_seconds,
                hurry=stop.hurry,
            )
        )
        await stack.enter_async_context(run_beside(reloading.run_for_ever(), "reload"))
        if watched is not None:
            watching = watched.watch_for_ever(reloading.ask)
            await stack.enter_async_context(run_beside(watching, "watch"))
        settle_in()
        readiness.set_ready()
        on_listening(public, internal)
        ended_well = await _wait_for_end(stop, spool, delivering)
        readiness.set_not_ready("draining" if ended_well else "failed")
    if ephemeral:
        await asyncio.to_thread(leftovers.note_free, settings.data_dir, own=slot.number)
    if ephemeral and leftovers:
        leftovers.tell()
    if not ended_well:
        return Ending.FAILED
    _LOG.info("stopped", pending=spool.totals[State.PENDING].rows)
    return Ending.LEFT_BEHIND if ephemeral and leftovers else Ending.WELL


@asynccontextmanager
async def _noting(leftovers: Leftovers, spool: Spool) -> AsyncIterator[None]:
    try:
        yield
    finally:
        await leftovers.note(spool)


async def _wait_for_end(stop: Stop, spool: Spool, delivering: asyncio.Task[None]) -> bool:
    endings = [
        asyncio.ensure_future(ending)
        for ending in (stop.asked.wait(), _until_done(spool.broken), _until_done(delivering))
    ]
    await asyncio.wait(endings, return_when=asyncio.FIRST_COMPLETED)
    for ending in endings:
        ending.cancel()
    if stop.asked.is_set():
        return True
    stop.ask()
    if delivering.done() and (error := delivering.exception()) is not None:
        _LOG.critical("delivery_failed", error_type=type(error).__name__)
    return False


async def _until_done(future: asyncio.Future[Any]) -> None:
    await asyncio.wait({future})
