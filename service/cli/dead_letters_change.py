"""`formwell dead-letters requeue`, `purge` and `allow`: what changes the spools."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from uuid import UUID

import apsw
import click

from service.cli.dead_letters_chosen import (
    Age,
    all_option,
    choose,
    form_option,
    none_there,
    reason_option,
)
from service.cli.dead_letters_shown import how_many
from service.cli.exits import fail, settings_or_exit
from service.cli.going_through import counting
from service.cli.spool_reading import reading_slots, slots_or_exit
from service.cli.start import forms_or_exit
from service.lifespan import open_slot
from service.observability.metrics import Metrics
from service.spool.commands import ask_for_step
from service.spool.control import ControlError, ask_service
from service.spool.dead_letters import count_dead_letters
from service.spool.ports import SpoolError
from service.spool.schema import FormatError
from service.spool.selection import BEFORE_ALL, Position, Selection, Step
from service.spool.slot import Slot, SlotError, SlotTaken

TakeStep = Callable[[Position], Awaitable[Step]]


@click.command("requeue")
@click.argument("receipt", type=click.UUID, required=False)
@form_option
@reason_option
@all_option
def requeue(*, receipt: UUID | None, form: str | None, reason: str | None, every: bool) -> None:
    """Deliver dead letters again: one by its RECEIPT, those of a form or a reason, or all.

    Works beside a running service and without one; without, they go out at its next start.
    """
    selection = choose(receipt=receipt, form=form, reason=reason, every=every)
    count = send_again(selection)
    if receipt is not None and count == 0:
        raise none_there(receipt)
    click.echo(f"{count} requeued.")


def send_again(selection: Selection) -> int:
    """Deliver these dead letters again, as `requeue` does; how many they were."""
    return _change("requeue", selection, _count(selection))


@click.command("purge")
@click.argument("receipt", type=click.UUID, required=False)
@form_option
@reason_option
@click.option("--older-than", type=Age(), help="Only those that failed this long ago: 30d, 12h.")
@all_option
@click.option("--yes", is_flag=True, help="Do not ask.")
def purge(
    *,
    receipt: UUID | None,
    form: str | None,
    reason: str | None,
    older_than: int | None,
    every: bool,
    yes: bool,
) -> None:
    """Throw dead letters away, with their answers, for good.

    `formwell dead-letters export` takes them out first.
    """
    selection = choose(
        receipt=receipt, form=form, reason=reason, every=every, older_than=older_than
    )
    found = _count(selection)
    if receipt is not None and found == 0:
        raise none_there(receipt)
    if found and not yes:
        click.confirm(
            f"Throw {how_many(found)} away? The answers are in no other place", abort=True, err=True
        )
    click.echo(f"{_change('purge', selection, found)} purged.")


@click.command("allow")
@click.argument("index")
def allow(*, index: str) -> None:
    """For an hour, set aside what the store refuses of INDEX, however much it is.

    For an index that is held because too much of it is refused, when that is how it shall be:
    dead letters can be looked at, exported, requeued and purged. Needs a running service.
    """
    settings = settings_or_exit()
    slots = slots_or_exit(settings)
    forms, _ = forms_or_exit(settings)
    indexes = [form.index for form in forms.values()]
    if index not in indexes:
        raise fail(f"no form has the index {index!r}; there is {', '.join(indexes)}")
    asked = 0
    for slot in slots:
        try:
            asyncio.run(ask_service(slot.socket, "allow", index=index))
            asked += 1
        except ControlError:
            continue
    if not asked:
        raise fail("no service is running that could be told; `formwell serve` starts one")
    click.echo(f"What the store refuses of {index} is set aside for an hour.")


def _count(selection: Selection) -> int:
    with reading_slots(settings_or_exit()) as connections:
        return sum(count_dead_letters(connection, selection) for connection in connections)


def _change(command: str, selection: Selection, total: int) -> int:
    slots = slots_or_exit(settings_or_exit()) if total else ()
    with counting(command, total) as tell:
        return asyncio.run(_go_through(slots, command, selection, tell))


async def _go_through(
    slots: Sequence[Slot], command: str, selection: Selection, tell: Callable[[int], None]
) -> int:
    count = 0
    for slot in slots:
        try:
            async with AsyncExitStack() as stack:
                take_step = await _opened(stack, slot, command, selection)
                after: Position | None = BEFORE_ALL
                while after is not None:
                    step = await take_step(after)
                    after = step.after
                    count += step.changed
                    tell(step.changed)
        except (ControlError, SlotError, FormatError, SpoolError) as error:
            raise _stopped(count, command, str(error)) from error
        except apsw.Error as error:
            raise _stopped(count, command, f"{slot.spool} cannot be used: {error}") from error
    return count


async def _opened(
    stack: AsyncExitStack, slot: Slot, command: str, selection: Selection
) -> TakeStep:
    """Steps through a slot: by the service that has it, or directly where none does."""
    try:
        spool = await stack.enter_async_context(open_slot(slot, Metrics()))
    except SlotTaken:
        return lambda after: ask_for_step(slot.socket, command, selection, after)
    take = spool.dead_letters.requeue if command == "requeue" else spool.dead_letters.purge
    return lambda after: take(selection, after)


def _stopped(count: int, command: str, why: str) -> click.exceptions.Exit:
    done = f"; {count} {command}d before that: give the command again" if count else ""
    return fail(f"{why}{done}")
