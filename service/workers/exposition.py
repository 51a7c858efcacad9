"""The metrics of all workers on one page, told apart by the label `worker`. Pure.

The format is Prometheus' text exposition format 0.0.4: all samples of a metric stand in one group,
behind its HELP and TYPE.
"""

from collections.abc import Mapping

LABEL = "worker"

_SUFFIXES = ("_bucket", "_count", "_sum", "_created", "_total")


def merge(pages: Mapping[int, str]) -> str:
    """One page out of each worker's, by its number: every sample, with the number as a label."""
    families: dict[str, list[str]] = {}
    samples: dict[str, list[str]] = {}
    for number, page in sorted(pages.items()):
        for line in page.splitlines():
            if line.startswith("#"):
                _, kind, name, *_ = line.split(" ", 3)
                told = families.setdefault(name, [])
                if not any(other.startswith(f"# {kind} ") for other in told):
                    told.append(line)
            elif line:
                name = line.partition("{")[0].partition(" ")[0]
                samples.setdefault(_family(name, families), []).append(_labelled(line, number))
    lines = [line for name, told in families.items() for line in (*told, *samples.get(name, ()))]
    return "".join(f"{line}\n" for line in lines)


def _family(name: str, families: Mapping[str, object]) -> str:
    if name in families:
        return name
    for suffix in _SUFFIXES:
        if name.removesuffix(suffix) in families:
            return name.removesuffix(suffix)
    return name


def _labelled(sample: str, number: int) -> str:
    label = f'{LABEL}="{number}"'
    name, brace, rest = sample.partition("{")
    if brace:
        return f"{name}{{{label},{rest}"
    name, _, value = sample.partition(" ")
    return f"{name}{{{label}}} {value}"
