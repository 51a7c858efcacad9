"""A form and its fields, as everything else sees them."""

from dataclasses import dataclass
from enum import StrEnum

from service.forms.field_types import FieldType


class ClientAddress(StrEnum):
    """How much of the client's address a form stores."""

    NONE = "none"
    MASKED = "masked"
    FULL = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One question. Lengths are in code points, after line ends are normalised to LF."""

    name: str
    type: FieldType
    label: str
    help: str | None = None
    required: bool = False
    min_length: int | None = None
    max_length: int
    default: str | None = None
    autocomplete: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One form file. `id` names it in addresses, `index` is where its documents go."""

    id: str
    title: str
    index: str
    tags: tuple[str, ...] = ()
    client_address: ClientAddress = ClientAddress.NONE
    intro: str | None = None
    thanks: str | None = None
    submit_label: str = "Send"
    fields: tuple[Field, ...]
