"""The kinds of field by name: what each means to the page, the validation and the mapping."""

from collections.abc import Mapping

from service.forms.definition import FieldType
from service.forms.types.choices import CHOICE_TYPES
from service.forms.types.moments import MOMENT_TYPES
from service.forms.types.numbers import NUMBER_TYPES
from service.forms.types.texts import TEXT_TYPES

FIELD_TYPES: Mapping[str, FieldType] = {
    kind.name: kind for kind in (*TEXT_TYPES, *NUMBER_TYPES, *MOMENT_TYPES, *CHOICE_TYPES)
}
