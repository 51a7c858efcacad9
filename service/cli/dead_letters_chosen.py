"""How the commands for dead letters are told which ones: options, and what may go together."""

import re
from uuid import UUID

import click

from service.cli.exits import fail
from service.spool.selection import Selection
from service.wall_clock import now_ms

_UNITS = {"m": 60, "h": 3_600, "d": 86_400}

form_option = click.option("--form", help="Only those of this form.")
reason_option = click.option(
    "--reason", metavar="TYPE", help="Only those refused with this error type, as `list` shows it."
)
all_option = click.option("--all", "every", is_flag=True, help="All of them.")


class Age(click.ParamType[int]):
    """A time such as 30d, 12h or 90m, in seconds."""

    name = "age"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Seconds, or a usage error that shows what is meant."""
        found = re.fullmatch(r"([0-9]{1,6})([mhd])", str(value).strip())
        if found is None:
            self.fail(f"{value!r} is no age: write 30d, 12h or 90m", param, ctx)
        return int(found[1]) * _UNITS[found[2]]


def choose(
    *,
    receipt: UUID | None,
    form: str | None,
    reason: str | None,
    every: bool,
    older_than: int | None = None,
) -> Selection:
    """What was asked for, of the dead letters that there are now: what fails again while they are
    gone through is not taken a second time."""
    narrowed = any(part is not None for part in (form, reason, older_than))
    if sum((receipt is not None, narrowed, every)) != 1:
        raise click.UsageError("say which: a RECEIPT, or options that choose some, or --all")
    return Selection(
        receipt=receipt,
        form=form,
        reason=reason,
        failed_before=now_ms() + 1 - 1_000 * (older_than or 0),
    )


def none_there(receipt: UUID) -> click.exceptions.Exit:
    """To be raised where no dead letter has this receipt."""
    return fail(f"there is no dead letter {receipt}; `formwell dead-letters list` shows them")
