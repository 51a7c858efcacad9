"""What `formwell check` finds where no signature arrives: never a reason to allow the world in."""

import json

import pytest

from tests.opensearch.aws.examined import look, skipped, wrong
from tests.opensearch.aws.gateway import Gateway
from tests.opensearch.aws.key_ring import KeyRing
from tests.opensearch.lying_server import run_lying_server, say

DENIED = "User: anonymous is not authorized to perform: es:ESHttpGet"
BY_POLICY = f"{DENIED} because no resource-based policy allows the es:ESHttpGet action"
EXPLICITLY = f"{DENIED} with an explicit deny in a resource-based policy"


@pytest.mark.parametrize("said", [BY_POLICY, EXPLICITLY])
async def test_a_signature_that_is_taken_off_on_the_way_is_not_called_accepted(
    gateway: Gateway, keys: KeyRing, index: str, said: str
) -> None:
    gateway.refusal = {"Message": said}
    found = await look(gateway.url, index, keys)
    assert wrong(found) == ["signature"]
    assert skipped(found) == ["write", "search"]
    assert "arrived without a signature" in found["signature"].text
    assert "anonymous" not in str(found)


@pytest.mark.parametrize("said", [BY_POLICY, EXPLICITLY, "Missing Authentication Token"])
async def test_where_aws_wants_signatures_and_none_is_made_the_settings_are_named(
    index: str, said: str
) -> None:
    async with run_lying_server() as server:
        server.answers["GET", "/"] = say(json.dumps({"message": said}), status=403)
        found = await look(server.url, index, None)
    assert wrong(found) == ["store"]
    assert skipped(found) == ["write", "search"]
    assert "set FORMWELL_AWS_SERVICE and FORMWELL_AWS_REGION" in found["store"].text
    assert "role" not in found["store"].text


@pytest.mark.parametrize(
    ("status", "answer", "words"),
    [
        (401, "Unauthorized", "must name a user and a password"),
        (401, '{"error": {"type": "security_exception", "reason": "no"}}', "a user and a password"),
        (404, "<html>Not Found</html>", "correct FORMWELL_STORE_URL"),
    ],
)
async def test_an_address_that_is_wrong_or_lacks_a_user_is_told_how_to_be_mended(
    index: str, status: int, answer: str, words: str
) -> None:
    async with run_lying_server() as server:
        for path in ("/", "/_cat/indices"):
            server.answers["GET", path] = say(answer, status=status)
        found = await look(server.url, index, None)
    assert wrong(found) == ["store"]
    assert words in found["store"].text


async def test_without_a_signature_nobody_speaks_of_a_role(index: str) -> None:
    async with run_lying_server() as server:
        server.answers["GET", "/"] = say("<html>Forbidden</html>", status=403)
        found = await look(server.url, index, None)
    assert found["store"].ok is None
    assert "role" not in found["store"].text
