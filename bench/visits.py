"""What people do with a form, for load tests: how long they think, what they write, what fails.

Pure but for chance; the shares and times are those of nobody in particular, and set by options.
"""

import json
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

Answers = Mapping[str, object]

KEY_FIELD = "submission_key"
LEAVES = 0.2
"""The part of visitors who look at the page and go."""
MISTAKES = 0.1
"""The part of those who send it with something missing first, and mend that."""
DOUBLE_CLICKS = 0.05
"""The part of those who send it twice."""

_CHANCE = random.Random()  # noqa: S311  # nothing here is to be kept from anybody
_KEY = re.compile(rf'name="{KEY_FIELD}"\s+value="([^"]+)"')
_WORDS = (
    "Sega",
    "Nintendo",
    "Mega Drive",
    "Mode 7",
    "blast",
    "processing",
    "surely",
    "by",
    "a",
    "mile",
)
_MEDIAN_WORDS = 40
_MOST_LETTERS = 2_000
_LONGEST_WAIT_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What one visitor is going to do."""

    leaves: bool
    makes_a_mistake: bool
    clicks_twice: bool


def plan() -> Plan:
    """Another visitor."""
    return Plan(
        leaves=_CHANCE.random() < LEAVES,
        makes_a_mistake=_CHANCE.random() < MISTAKES,
        clicks_twice=_CHANCE.random() < DOUBLE_CLICKS,
    )


def thinking_seconds(median: float) -> float:
    """How long somebody takes to fill it in: most about as long as others, a few much longer."""
    return min(10 * median, _CHANCE.lognormvariate(0, 0.6) * median)


def waiting_seconds(retry_after: str | None) -> float:
    """How long to wait before the same is sent again, by the answer's Retry-After."""
    seconds = float(retry_after) if retry_after and retry_after.isdigit() else 1.0
    return min(_LONGEST_WAIT_SECONDS, seconds) * _CHANCE.uniform(1.0, 1.5)


def example_answers() -> Answers:
    """Answers to the example form, short and long ones as people write them."""
    words = max(1, round(_CHANCE.lognormvariate(0, 1) * _MEDIAN_WORDS))
    essay = " ".join(_CHANCE.choices(_WORDS, k=words))[:_MOST_LETTERS].strip()
    return {
        "essay_question": essay,
        "email_addr": f"somebody-{_CHANCE.randrange(10**9)}@example.org",
    }


def read_answers(file: Path) -> Sequence[Answers]:
    """Answers to a form of your own, a JSON object a line. ValueError where there is none."""
    answers = [json.loads(line) for line in file.read_text().splitlines() if line.strip()]
    if not answers or not all(isinstance(one, dict) for one in answers):
        raise ValueError(f"{file} has to have a JSON object in each line")
    return answers


def one_of(answers: Sequence[Answers]) -> Answers:
    """Any of them, or of the example's where there are none."""
    return _CHANCE.choice(answers) if answers else example_answers()


def key_of(page: str) -> str | None:
    """The submission key in a page; None in one that caches keep, where a script would add it."""
    found = _KEY.search(page)
    return found[1] if found else None


def as_browser_sends(answers: Answers, key: str | None) -> str:
    """A urlencoded body: of a list every value by itself, of a box nothing where it is empty."""
    fields: list[tuple[str, object]] = [] if key is None else [(KEY_FIELD, key)]
    for name, value in answers.items():
        if isinstance(value, list):
            fields += [(name, one) for one in value]
        elif value is True:
            fields.append((name, "true"))
        elif value is not False:
            fields.append((name, value))
    return urlencode(fields)
