"""Receipts: what became of a submission, for whoever has its address."""

import asyncio
from collections.abc import Mapping
from uuid import UUID

from aiohttp import web

from service.forms.definition import Form
from service.spool.ports import Entry, State
from service.store import StoreError
from service.submission import iso_timestamp, short_reference
from service.web.keys import INTAKE, IS_HELD, RECEIPT_LINKS, STORE
from service.web.languages import form_if_any
from service.web.negotiation import wants_json
from service.web.pages import ReceiptState, receipt_page
from service.web.receipt_links import SIGNATURE_PARAMETER, TIME_PARAMETER
from service.web.refusals import NOT_FOUND, RefusedError

STORE_WITHIN_SECONDS = 2.0

_STATES: Mapping[State, ReceiptState] = {
    State.PENDING: ReceiptState.RECEIVED,
    State.DELIVERED: ReceiptState.DELIVERED,
    State.DEAD: ReceiptState.HELD,
}


def receipt_state(request: web.Request, entry: Entry) -> ReceiptState:
    """Where a submission stands, as its sender is told: held also while its index is."""
    if entry.state is State.PENDING and request.app[IS_HELD](entry.index):
        return ReceiptState.HELD
    return _STATES[entry.state]


async def show_receipt(request: web.Request) -> web.Response:
    """What became of a submission: never an answer, and never 404 for an address we signed, not
    even when its form is there no more."""
    form_id = request.match_info["form"]
    form = form_if_any(request)
    try:
        receipt = UUID(request.match_info["receipt"])
    except ValueError as error:
        raise RefusedError(NOT_FOUND) from error
    state, received_at = await _look_up(request, form_id, form, receipt)
    if not wants_json(request.headers):
        return receipt_page(request, form, receipt=receipt, state=state, received_at=received_at)
    return web.json_response(
        {
            "receipt": str(receipt),
            "reference": short_reference(receipt),
            "form": form_id,
            "received_at": iso_timestamp(received_at),
            "status": state,
        },
        headers={"Cache-Control": "no-store", "Vary": "Accept"},
    )


async def _look_up(
    request: web.Request, form_id: str, form: Form | None, receipt: UUID
) -> tuple[ReceiptState, int]:
    entry = await request.app[INTAKE].find(receipt)
    if entry is not None and entry.form == form_id:
        return receipt_state(request, entry), entry.received_at
    signed_at = request.app[RECEIPT_LINKS].verify(
        form_id,
        receipt,
        request.query.get(TIME_PARAMETER, ""),
        request.query.get(SIGNATURE_PARAMETER, ""),
    )
    if signed_at is None:
        # Without our signature the store is not asked: its load is not for strangers to choose.
        raise RefusedError(NOT_FOUND)
    # Only the form knew the index that the store would have to be asked about.
    if form is not None and await _is_stored(request, form, receipt):
        return ReceiptState.DELIVERED, signed_at
    return ReceiptState.RECEIVED, signed_at


async def _is_stored(request: web.Request, form: Form, receipt: UUID) -> bool:
    try:
        async with asyncio.timeout(STORE_WITHIN_SECONDS):
            return await request.app[STORE].find(form.index, receipt)
    except (StoreError, TimeoutError):
        return False
