"""What the control socket of a slot offers for dead letters, and how a command asks for it."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from service.spool.control import Command, ControlError, ask_service
from service.spool.dead_letter_jobs import DeadLetters
from service.spool.ports import SpoolError
from service.spool.selection import Position, Selection, Step, parse_selection

Take = Callable[[Selection, Position], Awaitable[Step]]


def dead_letter_commands(dead_letters: DeadLetters) -> Mapping[str, Command]:
    """Each step is a request of its own, so that whoever asks sees how far it is."""

    async def allow(request: Mapping[str, object]) -> Mapping[str, object]:
        dead_letters.allow(str(request["index"]))
        return {}

    return {
        "requeue": _stepwise(dead_letters.requeue),
        "purge": _stepwise(dead_letters.purge),
        "allow": allow,
    }


async def ask_for_step(socket: Path, command: str, selection: Selection, after: Position) -> Step:
    """Have the service that has the slot take a step; ControlError where it does not."""
    answer = await ask_service(
        socket,
        command,
        selection=selection.as_json(),
        after=[after.failed_at, after.seq],
    )
    return Step(changed=int(str(answer["changed"])), after=_parse_position(answer["after"]))


def _stepwise(take: Take) -> Command:
    async def answer(request: Mapping[str, object]) -> Mapping[str, object]:
        fields = request.get("selection")
        after = _parse_position(request.get("after"))
        if not isinstance(fields, dict) or after is None:
            raise ControlError("the command is of another version of Formwell than the service")
        try:
            step = await take(parse_selection(fields), after)
        except ValueError as error:
            raise ControlError(f"{fields.get('receipt')!r} is no receipt") from error
        except SpoolError as error:
            raise ControlError(str(error)) from error
        return {
            "changed": step.changed,
            "after": None if step.after is None else [step.after.failed_at, step.after.seq],
        }

    return answer


def _parse_position(told: object) -> Position | None:
    match told:
        case [int(failed_at), int(seq)]:
            return Position(failed_at=failed_at, seq=seq)
    return None
