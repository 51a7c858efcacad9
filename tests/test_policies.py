"""The policies in deploy/aws/policies are exactly what the service's requests need."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from service.forms.load import load_forms
from service.forms.mapping import index_mapping
from service.opensearch.aws.auth_refusals import read_auth_refusal
from service.opensearch.check.permissions import (
    IAM_FILES,
    OF_THE_CLUSTER,
    ROLE_FILES,
    SERVERLESS_FILE,
    SERVERLESS_IAM_FILE,
    SERVERLESS_PERMISSIONS,
    STATEMENTS,
    Deed,
)
from service.opensearch.client import open_opensearch
from service.store import StoreError
from tests.opensearch.lying_server import LyingServer, run_lying_server, say
from tests.opensearch.samples import make_document

ROOT = Path(__file__).parents[1]
POLICIES = ROOT / "deploy" / "aws" / "policies"
FILES = sorted(POLICIES.glob("*.json"))
IAM = [path for path in FILES if path.name.startswith(("iam-", "trust-"))]
DOMAIN = "arn:aws:es:eu-west-1:111122223333:domain/forms"
# The policies are those of the one form that the guide is about; each other form adds a line.
FORMS = {form.id: form for form in load_forms(ROOT / "forms").values() if form.id == "console-wars"}

Request = tuple[str, str]


def load(name: str) -> Any:
    return json.loads((POLICIES / name).read_text())


def names(path: Path) -> str:
    return path.name


def texts(value: object) -> Iterator[str]:
    """Every text in a JSON value, and every key."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for entry in value:
            yield from texts(entry)
    elif isinstance(value, dict):
        for key, entry in value.items():
            yield key
            yield from texts(entry)


def allowed_requests(name: str) -> set[Request]:
    """Method and path of every request that an identity-based policy allows."""
    return {
        (action.removeprefix("es:ESHttp").upper(), resource.removeprefix(DOMAIN))
        for statement in load(name)["Statement"]
        for action in statement["Action"]
        for resource in statement["Resource"]
    }


async def record_requests() -> tuple[set[Request], set[Request]]:
    """What the store asks when it writes, with and without an index, and when it searches."""
    async with run_lying_server() as server:
        for form in FORMS.values():
            for existing in (None, index_mapping(form)):
                await _write(server, form.index, existing)
        written = set(server.requests)
        server.requests.clear()
        async with open_opensearch(server.url, FORMS.values()) as store:
            for form in FORMS.values():
                with suppress(StoreError):
                    await store.search(form.index, "sega nintendo", limit=10)
        return written, set(server.requests)


async def _write(server: LyingServer, index: str, existing: dict[str, object] | None) -> None:
    document = make_document()
    item = {"_id": str(document.receipt), "status": 201}
    server.bulk = say(json.dumps({"items": [{"create": item}]}))
    if existing is not None:
        less = {**existing, "properties": {}}
        server.answers["GET", f"/{index}/_mapping"] = say(json.dumps({index: {"mappings": less}}))
    async with open_opensearch(server.url, FORMS.values()) as store:
        [result] = await store.create(index, [document])
    assert result.status == 201


@pytest.mark.parametrize("path", IAM, ids=names)
def test_an_iam_policy_is_complete(path: Path) -> None:
    policy = json.loads(path.read_text())
    assert policy["Version"] == "2012-10-17"
    assert policy["Statement"]
    for statement in policy["Statement"]:
        assert statement["Effect"] == "Allow"
        assert statement["Sid"].isalnum()
        assert statement["Action"]
        assert ("Resource" in statement) is not ("Principal" in statement)


@pytest.mark.parametrize("path", FILES, ids=names)
def test_no_policy_has_a_wildcard_or_lets_anything_be_deleted(path: Path) -> None:
    for text in texts(json.loads(path.read_text())):
        assert "*" not in text, text
        assert "delete" not in text.lower() or "no deleting" in text, text


async def test_the_policies_for_a_domain_allow_what_is_asked_and_nothing_else() -> None:
    written, searched = await record_requests()
    assert allowed_requests(IAM_FILES[Deed.WRITE]) == written
    assert allowed_requests(IAM_FILES[Deed.SEARCH]) == searched


def test_the_intake_policy_names_the_index_of_the_form_that_the_guide_is_about() -> None:
    paths = {path for _, path in allowed_requests(IAM_FILES[Deed.WRITE])}
    assert {f"/{form.index}/_bulk" for form in FORMS.values()} <= paths


@pytest.mark.parametrize("deed", Deed)
def test_check_names_statements_that_are_there(deed: Deed) -> None:
    index = "big_survey"
    statements = {entry["Sid"]: entry for entry in load(IAM_FILES[deed])["Statement"]}
    assert {sid for sid, _ in STATEMENTS[deed].values()} == set(statements)
    for action, (sid, paths) in STATEMENTS[deed].items():
        assert statements[sid]["Action"] == [action]
        for path in paths.format(index=index).split(" and "):
            assert f"{DOMAIN}{path}" in statements[sid]["Resource"]


def test_check_names_permissions_that_are_there() -> None:
    intake = load(ROLE_FILES[Deed.WRITE])
    assert set(intake["cluster_permissions"]) == OF_THE_CLUSTER
    assert [entry["index_patterns"] for entry in intake["index_permissions"]] == [["big_survey"]]
    search = load(ROLE_FILES[Deed.SEARCH])
    assert search["index_permissions"][0]["allowed_actions"] == ["indices:data/read/search"]
    assert load(SERVERLESS_IAM_FILE)["Statement"][0]["Action"] == ["aoss:APIAccessAll"]
    for entry, permissions in zip(
        load(SERVERLESS_FILE), SERVERLESS_PERMISSIONS.values(), strict=True
    ):
        given = {name for rule in entry["Rules"] for name in rule["Permission"]}
        assert set(permissions) <= given
        assert entry["Principal"] == [f"arn:aws:iam::111122223333:role/{_role(entry)}"]


def _role(entry: dict[str, str]) -> str:
    return "formwell-search" if "search" in entry["Description"] else "formwell-intake"


def test_the_manual_and_the_folder_name_the_same_files() -> None:
    manual = (ROOT / "docs" / "aws.md").read_text()
    assert FILES
    for path in FILES:
        assert path.name in manual, path.name


def test_the_manual_quotes_errors_as_the_service_words_them() -> None:
    manual = (ROOT / "docs" / "aws.md").read_text()
    table = manual.split("## 5.")[1].split("## 6.")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    quoted = [text for row in rows for text in re.findall("`([^`]+)`", row)]
    # Sentences are broken over lines in the source, and have gaps where names are put in.
    sources = "".join(path.read_text() for path in sorted((ROOT / "service").rglob("*.py")))
    said = re.sub(r'"\s+f?"', "", sources)
    said += _examples()
    pieces = [piece.strip(" …:") for text in quoted for piece in re.split("…[A-Z]*", text)]
    assert len(rows) >= 15
    for piece in pieces:
        assert piece in said, piece


def _examples() -> str:
    """What is put together from names when it happens."""
    now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    late = format_datetime(now + timedelta(minutes=10), usegmt=True)
    user = "arn:aws:sts::111122223333:assumed-role/formwell-intake/i-0abc"
    refusals = [
        read_auth_refusal(403, json.dumps({"message": said}), date=date, now=now, service="es")
        for said, date in (
            ("Signature expired: 20261122T120000Z is now earlier than 20261122T120500Z", late),
            (f"User: {user} is not authorized to perform: es:ESHttpPost", None),
        )
    ]
    return "\n".join(map(str, refusals)) + _FROM_ELSEWHERE


# Made of names by aiobotocore's chain and by the resolver; tests/opensearch/aws provokes each.
_FROM_ELSEWHERE = """
the instance metadata service gave no credentials
the role for web identity (IRSA) gave no credentials
is not found (Name or service not known)
port 443: no answer within 3 s
"""
