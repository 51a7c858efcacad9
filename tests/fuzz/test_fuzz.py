"""SRV-4: whatever is sent is answered in good order or refused; nothing is lost, told or broken.

2,000 inputs, the same each time. `make fuzz` sends as many as wanted, others each time: the SEED
that it prints sends the same ones again.
"""

import json
import os
import re
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, note, seed, settings

from tests.fuzz.damage import anything
from tests.fuzz.requests import Sent
from tests.fuzz.target import Target, open_target
from tests.web.answered import Answer
from tests.web.protected import EXPECTED
from tests.web.raw import CANARY

pytestmark = pytest.mark.slow

INPUTS = int(os.environ.get("FORMWELL_TESTS_FUZZ_INPUTS", "2000"))
SEED = int(os.environ.get("FORMWELL_TESTS_FUZZ_SEED", "1991"))

# Without these among its answers a run has shown nothing.
EXPECTED_STATUSES = {303, 400, 422}
KEEP_ANSWERS = {409, 413, 422, 429, 503}
RECEIPT = re.compile(r"/f/[a-z]+/receipts/([0-9a-f-]{36})")


@pytest.mark.parametrize("python", ["", "-O"], ids=["as it is", "without asserts"])
def test_whatever_is_sent_is_answered_or_refused(tmp_path: Path, python: str) -> None:
    """SRV-4: no 500, no line in the log that is none or tells of the input, nobody kept waiting,
    and no receipt without its answers."""
    with open_target(tmp_path, *python.split()) as target:
        assert [*target.log_lines()], "nothing is logged, so nothing could be found in it"
        statuses = Counter[int]()
        sys.stdout.write(f"\nINPUTS={INPUTS} SEED={SEED}, half of them to python {python}\n")

        @seed(SEED + len(python))  # others for the second one
        @settings(
            max_examples=INPUTS // 2,
            database=None,
            deadline=None,
            suppress_health_check=[*HealthCheck],
        )
        @given(anything)
        def send(sent: Sent) -> None:
            note(f"{sent!r}")  # Hypothesis alone would not show all of it
            heard = target.send(sent.pieces, ends=sent.ends)
            check_log(target)
            assert heard.answers or heard.interrupted or not sent.ends
            for answer in heard.answers:
                check_answer(answer)
                check_receipt(target, answer, sent)
                statuses[answer.status] += 1

        send()
    counts = ", ".join(f"{count} x {status}" for status, count in sorted(statuses.items()))
    sys.stdout.write(f"answers: {counts}\n")
    assert statuses.keys() >= EXPECTED_STATUSES, "too few inputs, or too much alike"


def check_answer(answer: Answer) -> None:
    assert answer.status < 500 or answer.status in (503, 505)
    for header, value in EXPECTED.items():
        assert answer.headers[header.lower()] == value
    assert CANARY not in str(answer.headers).encode().lower()
    if answer.status in KEEP_ANSWERS:
        assert b"<" + CANARY not in answer.content.lower()
    else:
        assert CANARY not in answer.content.lower()


def check_receipt(target: Target, answer: Answer, sent: Sent) -> None:
    if answer.status not in (201, 303):
        return
    found = RECEIPT.search(answer.headers.get("location", "") + answer.body.decode())
    assert found is not None
    document = target.document(UUID(found[1]))
    assert document is not None
    if sent.answers is not None:
        for name, value in sent.answers.items():
            assert document[name] == re.sub("\r\n?", "\n", value).strip()


def check_log(target: Target) -> None:
    lines = [*target.log_lines()]  # all of them, or the next input would be held to the rest
    assert not [line for line in lines if CANARY in line.lower()]
    faults = [line for line in lines if is_fault(json.loads(line))]
    assert not faults, b"".join(faults).decode()


def is_fault(told: Mapping[str, object]) -> bool:
    return told["level"] not in ("debug", "info", "warning") or told.get("status") == 500
