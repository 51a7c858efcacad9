"""A submission as it travels: what a browser and what a program send, and what they hear. Pure."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from tests.system.form_folder import FORM

FORM_PATH = f"/f/{FORM}"
EMAIL = "ann@example.org"

_KEY = re.compile(r'name="submission_key"\s+value="([^"]+)"')
_RECEIPT = re.compile(rf"^{FORM_PATH}/receipts/([0-9a-f-]{{36}})(?:\?|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """The body and the headers of a POST; a repeat of it is byte for byte the same."""

    essay: str
    headers: Mapping[str, str]
    body: bytes


def post_of_a_program(essay: str, key: str) -> Post:
    """JSON, with the key in the header."""
    body = json.dumps({"essay_question": essay, "email_addr": EMAIL}).encode()
    headers = {"Content-Type": "application/json", "Idempotency-Key": key}
    return Post(essay=essay, headers=headers, body=body)


def post_of_a_browser(essay: str, page: str) -> Post:
    """A form that was filled in, with the key of its page."""
    key = _KEY.search(page)
    assert key is not None, "the page has no submission key"
    answers = {"essay_question": essay, "email_addr": EMAIL, "submission_key": key[1]}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
    return Post(essay=essay, headers=headers, body=urlencode(answers).encode())


def receipt_of(status: int, location: str | None, body: bytes) -> str | None:
    """The receipt in an answer; None where the submission was not taken."""
    if status in (200, 201):
        receipt = json.loads(body)["receipt"]
        assert isinstance(receipt, str)
        return receipt
    if status == 303:
        found = _RECEIPT.search(location or "")
        assert found is not None, f"303 to {location}"
        return found[1]
    return None
