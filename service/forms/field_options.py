"""What a field may have besides its name: choices, limits, a pattern, a default; checked."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import yaml
from marshmallow import ValidationError

from service.forms import messages
from service.forms.definition import Choice, Field, FieldType, Origin, Shown, Widget
from service.forms.raw import TICKED, Repeated
from service.forms.safe_pattern import UnsafePatternError, check_pattern
from service.forms.types.numbers import measure_number
from service.forms.yaml_source import Source

MOST_CHOICES = 500
LONGEST_VALUE = 256


def read_choices(source: Source, node: yaml.Node) -> tuple[Choice, ...]:
    """A list of texts, or of `{value, label}`; each value once."""
    items = source.sequence(node, "choices")
    if isinstance(node, yaml.SequenceNode) and not 1 <= len(items) <= MOST_CHOICES:
        source.reject(node, f"expected 1 to {MOST_CHOICES} choices, found {len(items)}")
    choices: dict[str, Choice] = {}
    for item in items:
        if isinstance(item, yaml.ScalarNode):
            value = label = source.text(item)
        else:
            entries = source.mapping(item, ("value", "label"))
            if entries and "value" not in entries:
                source.reject(item, "'value' is missing")
            value = source.text(entries.get("value"))
            label = source.words(entries.get("label")) or value
        if value is None or label is None:
            continue
        if len(value) > LONGEST_VALUE or not value.isprintable():
            source.reject(item, f"the value must be one line of at most {LONGEST_VALUE} characters")
        if value in choices:
            source.reject(item, f"the value {value!r} is there already; give it another")
        choices[value] = Choice(value=value, label=label)
    return tuple(choices.values())


def read_default(source: Source, node: yaml.Node | None, kind: FieldType) -> Shown | None:
    """What the page shows at first, as the kind's control has it."""
    if node is None:
        return None
    if kind.widget is Widget.CHECKBOX:
        return TICKED if source.flag(node) else None
    if kind.widget is Widget.CHECKBOXES:
        texts = (source.text(item) for item in source.sequence(node, "values of the choices"))
        return tuple(text for text in texts if text)
    return source.text(node)


def check_default(source: Source, node: yaml.Node | None, field: Field) -> None:
    """A default must be an answer that the field takes."""
    if node is None or field.default is None:
        return
    raw = Repeated(field.default) if isinstance(field.default, tuple) else field.default
    try:
        field.type.answer(field, Origin.BROWSER).deserialize(raw)
    except ValidationError as error:
        message = messages.about_field(field, str(error.messages[0])).message
        source.reject(node, f"the default is no answer that this field takes: {message}")


def check_limits(
    source: Source, node: yaml.Node, entries: Mapping[str, yaml.Node], field: Field
) -> None:
    """Limits are of the field's own kind, the lower one first; a step is more than nothing."""
    low = _place(source, entries.get("minimum", node), field, "minimum", field.minimum)
    high = _place(source, entries.get("maximum", node), field, "maximum", field.maximum)
    if low is not None and high is not None and low > high:
        place = entries.get("minimum") or entries.get("maximum") or node
        source.reject(place, f"minimum is {field.minimum}, more than maximum ({field.maximum})")
    if field.step is not None:
        step = _place(source, entries["step"], field, "step", field.step)
        if step is not None and step <= 0:
            source.reject(entries["step"], f"step is {field.step}; it must be more than 0")


def _place(
    source: Source, node: yaml.Node, field: Field, key: str, text: str | None
) -> Fraction | None:
    if text is None:
        return None
    try:
        return (field.type.measure or measure_number)(text)
    except ValueError as error:
        source.reject(node, f"{key} is {text!r}; expected {error}")
        return None


def check_pattern_of(source: Source, entries: Mapping[str, yaml.Node], field: Field) -> None:
    """A pattern is one that can be trusted with any answer; its message needs one."""
    if field.pattern is not None:
        try:
            check_pattern(field.pattern, field.max_length or 1)
        except UnsafePatternError as error:
            source.reject(entries["pattern"], str(error))
    elif field.pattern_message is not None:
        source.reject(entries["pattern_message"], "there is no pattern that it could belong to")


def with_rating_choices(field: Field) -> Field:
    """A rating with a choice for each of its steps; any other field as it is."""
    if field.type.widget is not Widget.RATING:
        return field
    steps = range(int(field.minimum or 0), int(field.maximum or 0) + 1)
    choices = tuple(Choice(value=str(step), label=str(step)) for step in steps)
    return replace(field, choices=choices)
