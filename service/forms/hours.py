"""The moments from which on a form is open, and before which it is."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import yaml

from service.forms.yaml_source import Source

HOURS_KEYS = ("opens", "closes")

_EXAMPLE = "2027-06-05T09:00:00+02:00"
# RFC 3339, 5.6, with the space that its note allows; seconds that are left out are none.
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2})(:[0-9]{2})?(?:\.([0-9]{1,9}))?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})?"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read_hours(source: Source, entries: Mapping[str, yaml.Node]) -> tuple[int | None, int | None]:
    """When the form opens and closes, in ms since the epoch; None where it does not say."""
    opens, closes = (_moment(source, entries.get(key), key) for key in HOURS_KEYS)
    if opens is not None and closes is not None and closes <= opens:
        source.reject(entries["closes"], "'closes' must be later than 'opens'")
    return opens, closes


def _moment(source: Source, node: yaml.Node | None, key: str) -> int | None:
    text = source.text(node)
    if node is None or text is None:
        return None
    match = _MOMENT.fullmatch(text)
    if match is None:
        source.reject(
            node,
            f"{key!r} is {text!r}; write day, time and offset from UTC, like {_EXAMPLE}",
        )
        return None
    day, time, seconds, fraction, offset = match.groups()
    if offset is None:
        source.reject(
            node,
            f"{key!r} is {text!r}, without its offset from UTC; write it like {_EXAMPLE}, "
            "or with Z at the end for UTC",
        )
        return None
    milliseconds = (fraction or "").ljust(3, "0")[:3]
    try:
        moment = datetime.fromisoformat(
            f"{day}T{time}{seconds or ':00'}.{milliseconds}{offset.upper()}"
        )
    except ValueError as error:
        source.reject(node, f"{key!r} is {text!r}, which is no moment ({error}); try {_EXAMPLE}")
        return None
    return (moment - _EPOCH) // timedelta(milliseconds=1)
