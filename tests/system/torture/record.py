"""What is kept of a run that failed, so that it can be looked into and done again."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from tests.system.history import Event


def write_history(path: Path, history: Iterable[Event]) -> None:
    """One JSON object a line, in the order in which things happened."""
    with path.open("w", encoding="utf-8") as file:
        for event in history:
            file.write(json.dumps(asdict(event), ensure_ascii=False) + "\n")


def tell(
    seed: int, seconds: float, done: Iterable[str], faults: Iterable[str], history: Path
) -> str:
    """What a person is told: how to do it again, what was done, and what is wrong."""
    return "\n".join(
        [
            f"Again: make torture SEED={seed} SECONDS={seconds:.0f}",
            f"The history, if there are faults: {history}",
            *done,
            *(f"FAULT {fault}" for fault in faults),
        ]
    )
