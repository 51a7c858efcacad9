"""What somebody who waits for a benchmark sees of it. Pure."""

from bench.measurement import Figure, Skipped, Turn


def told(measured: Turn | Skipped | Figure) -> str:
    """A line about what has just been measured, or could not be."""
    if isinstance(measured, Turn):
        return (
            f"{measured.row}, round {measured.round + 1}: {measured.contender}: "
            f"{measured.per_second:,.0f}/s, p99 {measured.p99_ms:.1f} ms"
        )
    if isinstance(measured, Figure):
        return f"{measured.name}, round {measured.round + 1}: {measured.value:,.2f} {measured.unit}"
    return f"{measured.row}: {measured.contender} could not be measured: {measured.reason}"
