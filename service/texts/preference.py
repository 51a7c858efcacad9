"""Which of several languages somebody prefers, from an Accept-Language header. Pure."""

from collections.abc import Iterator, Sequence

from service.texts.pseudo import PSEUDO_TAG


def best_language(accept_language: str | None, offered: Sequence[str]) -> str:
    """The offered tag that fits best (RFC 4647, lookup); the first where none does.

    A wanted "es-MX" takes an offered "es", and a wanted "pt" an offered "pt-BR". Nobody gets the
    pseudo-language who did not name it.
    """
    by_lower = {tag.lower(): tag for tag in offered}
    for wanted in _wanted(accept_language or ""):
        if wanted == "*":
            break
        found = _look_up(wanted, by_lower)
        if found is not None:
            return found
    return offered[0]


def _wanted(header: str) -> Iterator[str]:
    """The ranges, the dearest first, those of one weight in their order; without the refused."""
    weighted = []
    for part in header.split(","):
        tag, _, parameter = part.partition(";")
        weight = weight_of(parameter)
        if tag.strip() and weight > 0:
            weighted.append((weight, tag.strip().lower()))
    weighted.sort(key=lambda entry: -entry[0])
    return (tag for _, tag in weighted)


def weight_of(parameter: str) -> float:
    """What `q` says of an item of an Accept header: 1 where it is not there, 0 where it is none."""
    name, _, value = parameter.partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def _look_up(wanted: str, by_lower: dict[str, str]) -> str | None:
    shorter = wanted
    while shorter:
        if shorter in by_lower:
            return by_lower[shorter]
        shorter = shorter.rpartition("-")[0]
    longer = (
        tag
        for lower, tag in by_lower.items()
        if lower.startswith(f"{wanted}-") and tag != PSEUDO_TAG
    )
    return next(longer, None)
