"""What an audit found, in words for a person. Pure."""

from service.audit.comparison import Condition, Examined
from service.audit.verdict import FormVerdict
from service.cli.terminal import tame
from service.submission import iso_timestamp, short_reference

_CONDITIONS = {
    Condition.PRESENT: "as they were accepted",
    Condition.MISSING: "MISSING: the store acknowledged them and does not show them any more",
    Condition.CHANGED: "CHANGED: other than they were accepted, by an ingest pipeline or by hand",
    Condition.UNVERIFIED: "there; an older version delivered them, and kept no digest to compare",
    Condition.RECENT: "not shown yet: delivered within the last minute, look again in a moment",
}


def tell_missing(one: Examined) -> str:
    """A line about one document that is not as it should be."""
    delivered = one.delivered
    return (
        f"{one.condition.value}  {delivered.receipt}  {short_reference(delivered.receipt)}  "
        f"form {tame(delivered.form)}, index {tame(delivered.index)}, "
        f"delivered {iso_timestamp(delivered.delivered_at)}"
    )


def describe(verdict: FormVerdict) -> str:
    """A paragraph about one form."""
    lines = [f"{tame(verdict.form)}: {'all is there' if verdict.is_well else 'NOT ALL IS THERE'}"]
    lines.append(_line(verdict.accepted, "accepted here, ever"))
    if verdict.waiting:
        lines.append(_line(verdict.waiting, "wait for the store: formwell spool status says why"))
    if verdict.dead:
        lines.append(_line(verdict.dead, "set aside, as the store refused them: see"))
        lines[-1] += " formwell dead-letters list"
    lines += [
        _line(number, _CONDITIONS[condition])
        for condition in Condition
        if (number := verdict.conditions.get(condition, 0))
    ]
    if verdict.forgotten:
        lines.append(
            _line(verdict.forgotten, "delivered so long ago that only their number is known")
        )
    if verdict.in_store is not None:
        lines.append(_line(verdict.in_store, "documents in the store"))
    if verdict.fewer:
        lines.append(
            _line(verdict.fewer, "fewer than were delivered from here: were old ones removed?")
        )
    return "\n".join(lines)


def _line(number: int, words: str) -> str:
    return f"  {number:>9,}  {words}"
