"""What JSON Schema says of one field: of its value in JSON, or of the text that a browser sends."""

from collections.abc import Callable, Mapping
from fractions import Fraction

from service.forms import shape_patterns as shapes
from service.forms.definition import Field, Origin
from service.forms.portable_pattern import portable
from service.forms.raw import TICKED_TEXTS
from service.forms.types.numbers import MOST_DIGITS

Schema = dict[str, object]

_SHORT_TIME = len("09:00")
_LARGEST_DECIMAL = 10**MOST_DIGITS - 1
_WHITE_AROUND = f"^$|^[{shapes.WHITE}]|[{shapes.WHITE}]$|\\u000d"
_ANY_WHITE = f"^$|[{shapes.WHITE}]"
_DIGITS = "At most 15 digits that matter, and at most 15 behind the point."
_BLANK = f"[{shapes.WHITE}]*$"
_TRIMMED = "White space around it is left out"


def field_schema(field: Field, origin: Origin) -> Schema:
    """The schema of a field's value, as loose as `forms.json_schema` says and no looser."""
    rules = _RULES[field.type.name](field, origin)
    told: Schema = {"title": field.label}
    if field.help:
        told["description"] = field.help
    if field.default is not None:
        told["default"] = _default(field, origin)
    # A browser has no null; and a number, a text or a list that is null was left empty.
    if origin is Origin.JSON and not field.required:
        rules["type"] = [rules["type"], "null"]
    return told | rules


def _default(field: Field, origin: Origin) -> object:
    if isinstance(field.default, tuple):
        return list(field.default)
    if origin is Origin.JSON and field.type.name == "checkbox":
        return True
    if origin is Origin.JSON and field.type.name in ("integer", "decimal", "rating"):
        return _number(Fraction(field.default or "0"))
    return field.default


def _text(field: Field, origin: Origin) -> Schema:
    own = portable(field.pattern).text if field.pattern else None
    kind = {"url": shapes.URL, "email": shapes.EMAIL, "tel": shapes.TEL}.get(field.type.name)
    patterns = [shapes.whole(kind, or_blank=not field.required)] if kind else []
    stored: Schema = {"maxLength": field.max_length or field.type.longest}
    if field.min_length:
        stored["minLength"] = field.min_length
    changed, comment = _WHITE_AROUND, f"{_TRIMMED} before characters are counted."
    if field.type.name == "email":
        stored["format"] = "idn-email"
        domain = "[A-Z\\u0080-\\uffff]" if own else "\\u0130"
        changed += f"|{domain}[^@]*$"
    elif field.type.name == "tel":
        patterns.append(f"^(?:{shapes.TEL_DIGITS}" + (")" if field.required else f"|{_BLANK})"))
        changed, comment = _ANY_WHITE, "White space is left out before characters are counted."
    if own and field.type.name in ("email", "tel"):
        stored["pattern"] = f"^(?:{own})$"
    elif own:
        patterns.append(shapes.whole(own, or_blank=not field.required))
    controls: Schema = {}
    if field.type.name in ("text", "textarea", "url"):
        # The shapes of the others have no room for them. A null has no characters at all.
        found = shapes.forbidden(many_lines=field.type.many_lines)
        controls = {"not": {"type": "string", "pattern": found}}
    if field.required and not patterns:
        patterns.append(shapes.NOT_BLANK)
    return {
        "type": "string",
        "$comment": comment,
        **_all(patterns),
        **controls,
        **_where_unchanged(changed, stored),
    }


def _date(field: Field, origin: Origin) -> Schema:
    return {
        **_moment(field, shapes.DATE, field.minimum, field.maximum),
        **_where_unchanged(_WHITE_AROUND, {"format": "date"}),
    }


def _time(field: Field, origin: Origin) -> Schema:
    # 09:00 and 09:00:00 are the same: as the least one it is written short, as the last one long.
    low, high = field.minimum, field.maximum
    if low is not None:
        low = low.removesuffix(":00") if len(low) > _SHORT_TIME else low
    if high is not None and len(high) == _SHORT_TIME:
        high += ":00"
    return _moment(field, shapes.TIME, low, high)


def _moment(field: Field, shape: str, low: str | None, high: str | None) -> Schema:
    or_blank = not field.required
    patterns = [shapes.whole(shape, or_blank=or_blank)]
    # What follows a beginning was seen to by the shape.
    if low is not None:
        patterns.append(shapes.whole(f"(?:{shapes.at_least(low)})[0-9:-]*", or_blank=or_blank))
    if high is not None:
        # 20:30 is a beginning of 20:30:15, and before it; a date is never a beginning of another.
        earlier = f"(?:{shapes.at_most(high)})[0-9:-]*|{high[:_SHORT_TIME]}"
        patterns.append(shapes.whole(earlier, or_blank=or_blank))
    return {"type": "string", "$comment": f"{_TRIMMED}.", **_all(patterns)}


def _integer(field: Field, origin: Origin) -> Schema:
    if origin is Origin.BROWSER:
        return _digits(field, "[+-]?[0-9]{1,64}")
    rules: Schema = {
        "type": "integer",
        "minimum": int(field.minimum or field.type.least or 0),
        "maximum": int(field.maximum or field.type.most or 0),
    }
    return rules | _step(field)


def _decimal(field: Field, origin: Origin) -> Schema:
    if origin is Origin.BROWSER:
        return _digits(field, r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
    low = Fraction(field.minimum) if field.minimum else -_LARGEST_DECIMAL
    high = Fraction(field.maximum) if field.maximum else _LARGEST_DECIMAL
    rules: Schema = {
        "type": "number",
        "$comment": _DIGITS,
        "minimum": _number(max(Fraction(low), Fraction(-_LARGEST_DECIMAL))),
        "maximum": _number(min(Fraction(high), Fraction(_LARGEST_DECIMAL))),
    }
    return rules | _step(field)


def _step(field: Field) -> Schema:
    if field.step is None:
        return {}
    step, base = Fraction(field.step), Fraction(field.minimum or 0)
    # Others have no end as binary fractions, and readers that divide by those get it wrong.
    halvings = step.denominator.bit_length() - 1
    if step.denominator == 1 << halvings and halvings < MOST_DIGITS and not base % step:
        return {"multipleOf": _number(step), **_few_digits(halvings)}
    digits = f"{_DIGITS} " if field.type.name == "decimal" else ""
    return {"$comment": f"{digits}In steps of {field.step}, from {field.minimum or 0} on."}


def _few_digits(halvings: int) -> Schema:
    """That with each place behind the point there is one less before it."""
    if not halvings:
        return {}
    sizes = [(places, 10 ** (MOST_DIGITS - places)) for places in range(halvings + 1)]
    return {
        "anyOf": [
            {
                "multipleOf": _number(Fraction(1, 1 << places)),
                "exclusiveMinimum": -size,
                "exclusiveMaximum": size,
            }
            for places, size in sizes
        ]
    }


def _number(value: Fraction) -> int | float:
    return int(value) if value.denominator == 1 else float(value)


def _digits(field: Field, shape: str) -> Schema:
    limits = {"minimum": field.minimum, "maximum": field.maximum, "step": field.step}
    told = ", ".join(f"{name} {limit}" for name, limit in limits.items() if limit is not None)
    pattern = shapes.whole(shape, or_blank=not field.required)
    comment: Schema = {"$comment": f"The number has {told}."} if told else {}
    return {"type": "string", **comment, "pattern": pattern}


def _checkbox(field: Field, origin: Origin) -> Schema:
    if origin is Origin.BROWSER:
        texts = TICKED_TEXTS if field.required else (*TICKED_TEXTS, "false")
        pattern = shapes.whole(shapes.one_of(texts), or_blank=not field.required)
        return {"type": "string", "pattern": pattern}
    return {"type": "boolean", "const": True} if field.required else {"type": "boolean"}


def _checkboxes(field: Field, origin: Origin) -> Schema:
    rules: Schema = {
        "type": "array",
        "$comment": "Stored in the form's order, each once, however they were sent.",
        "items": {
            "type": "string",
            "anyOf": _choices(field, or_blank=origin is Origin.BROWSER),
        },
    }
    return rules | ({"minItems": 1} if field.required else {})


def _choice(field: Field, origin: Origin) -> Schema:
    return {"type": "string", "anyOf": _choices(field, or_blank=not field.required)}


def _choices(field: Field, *, or_blank: bool) -> list[Schema]:
    labelled: list[Schema] = [
        {"const": choice.value, "title": choice.label} for choice in field.choices
    ]
    values = shapes.one_of(choice.value for choice in field.choices)
    return [
        *labelled,
        {"$comment": f"{_TRIMMED}.", "pattern": shapes.whole(values, or_blank=or_blank)},
    ]


def _all(patterns: list[str]) -> Schema:
    first, *others = patterns or [""]
    rules: Schema = {"pattern": first} if first else {}
    return rules | ({"allOf": [{"pattern": pattern} for pattern in others]} if others else {})


def _where_unchanged(changed: str, rules: Mapping[str, object]) -> Schema:
    """Rules for texts that are stored as they are; `changed` is found in all others."""
    return {"if": {"not": {"pattern": changed}}, "then": dict(rules)}


_RULES: Mapping[str, Callable[[Field, Origin], Schema]] = {
    "text": _text,
    "textarea": _text,
    "email": _text,
    "tel": _text,
    "url": _text,
    "date": _date,
    "time": _time,
    "integer": _integer,
    "decimal": _decimal,
    "rating": _integer,
    "checkbox": _checkbox,
    "checkboxes": _checkboxes,
    "radio": _choice,
    "select": _choice,
}
