"""How things stand, in words for a person. Pure."""

from collections.abc import Iterator
from typing import Any

from service.cli.spool_picture import (
    Picture,
    SlotLook,
    live_bytes,
    waiting_seconds,
)
from service.cli.terminal import tame
from service.spool.limits import Limits
from service.spool.ports import State
from service.submission import iso_timestamp

_NEAR = 0.8  # of a limit


def describe(seen: Picture) -> str:
    """The whole picture, of one slot at least; the most important first."""
    waiting, dead = seen.look.rows(State.PENDING), seen.look.rows(State.DEAD)
    lines = [
        f"{waiting:,} waiting for the store, {dead:,} set aside, "
        f"{seen.look.rows(State.DELIVERED):,} delivered and still remembered.",
        f"{seen.in_per_second:,.1f} a second come in, {seen.out_per_second:,.1f} a second go out "
        f"(over {seen.over_seconds:.0f} s){_drain(seen, waiting)}.",
    ]
    if seen.look.free_bytes is not None:
        lines.append(f"{_size(seen.look.free_bytes)} of the disk are free.")
    if dead:
        lines.append("Set aside: formwell dead-letters list says why; requeue sends them again.")
    lines += [f"UNREADABLE, and not counted here: {tame(why)}." for why in seen.look.unreadable]
    for slot in seen.look.slots:
        lines += ["", *_slot(slot, seen.now_ms)]
    return "\n".join(lines)


def _drain(seen: Picture, waiting: int) -> str:
    if not waiting:
        return ": nothing waits"
    if seen.drained_in_seconds is None:
        return ": as it goes now, what waits does not grow less"
    return f": nothing waits in {_duration(seen.drained_in_seconds)}, if it goes on like this"


def _slot(slot: SlotLook, now_ms: int) -> Iterator[str]:
    overview, service = slot.overview, slot.service
    yield f"slot {slot.number}: {_service(slot)}"
    for state in State:
        total = overview.totals[state]
        rows = "row " if total.rows == 1 else "rows"
        yield f"  {state.name.lower():<10} {total.rows:>10,} {rows}  {_size(total.bytes):>10}"
    yield _limit(live_bytes(slot))
    if (oldest := waiting_seconds(slot, now_ms)) is not None:
        yield f"  the oldest has waited for {_duration(oldest)}"
    for form, life in overview.forms.items():
        yield (
            f"  {tame(form)}: {life.count.waiting:,} waiting, {life.dead:,} set aside, "
            f"{life.count.delivered:,} delivered of {life.count.accepted:,} accepted"
        )
    yield from _trouble(service.report)
    if (refused := overview.last_refused) is not None:
        yield (
            f"  last set aside at {iso_timestamp(refused.at)}: "
            f"{tame(_refusal(refused.status, refused.error_type))}"
        )


def _service(slot: SlotLook) -> str:
    if slot.service.silent:
        return (
            "its service does not answer. It is starting, stopping or hanging: look at its log, "
            "and restart it if this stays so; nothing that was accepted is lost by that"
        )
    if not slot.service.runs:
        waits = slot.overview.totals[State.PENDING].rows
        start = ": start one (formwell serve), and what waits is delivered" if waits else ""
        return f"no service has it{start}"
    return "its service runs"


def _limit(taken: int) -> str:
    most = Limits().live_bytes
    words = f"  {taken / most:.0%} of the {_size(most)} that may wait or be set aside"
    if taken >= most:
        return f"{words}: FULL, new answers are refused with 503 until there is room"
    return f"{words}: soon full" if taken >= _NEAR * most else words


def _trouble(report: Any) -> Iterator[str]:
    """What the service says is wrong; every sentence of it says what to do."""
    if report.get("broken"):
        yield f"  BROKEN: {tame(report['broken'])}. Look after the disk; a restart goes on"
    disk = report.get("disk") or {}
    if disk.get("full"):
        yield "  THE DISK IS FULL: new answers are refused with 503 until some space is freed"
    elif disk.get("tight"):
        yield "  the disk is nearly full: free some space"
    delivery = report.get("delivery") or {}
    if delivery.get("circuit_open"):
        yield (
            f"  THE STORE DOES NOT ANSWER, or not as it should ({tame(report.get('store', ''))}): "
            "it is tried every few seconds; formwell check says step by step where it fails"
        )
    for hold in delivery.get("holds") or ():
        held_for = _duration(hold["held_seconds"])
        yield f"  HELD for {held_for}: {tame(hold['index'])}: {tame(hold['reason'])}"
    if (error := delivery.get("last_error")) is not None:
        yield f"  last error of delivery, at {error['at']}: {tame(error['text'])}"
    audited = (report.get("audit") or {}).get("last") or {}
    if audited.get("missing") or audited.get("changed"):
        yield (
            f"  THE STORE LACKS WHAT IT ACKNOWLEDGED: {audited['missing']:,} missing, "
            f"{audited['changed']:,} changed at {audited['at']}; formwell audit names them"
        )


def _refusal(status: int, error_type: str | None) -> str:
    return " ".join(part for part in (str(status) if status else "", error_type or "") if part)


def _size(number: float) -> str:
    for unit in ("bytes", "KiB", "MiB"):
        if number < 1024:
            return f"{number:,.0f} {unit}"
        number /= 1024
    return f"{number:,.1f} GiB"


def _duration(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    if seconds < 2 * 3600:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:,.0f} h"
