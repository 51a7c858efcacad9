"""What AWS's sentences about a 401 or 403 become: a type, what to do, and nothing secret."""

import json
from datetime import timedelta

import pytest

from service.delivery.classify import Outcome, classify_item, classify_refusal
from service.delivery.explain import explain_hold
from service.delivery.verdicts import judge_results
from service.opensearch.aws.auth_refusals import may_be_the_credentials, read_refused_item
from service.spool.ports import Retry
from service.store import ItemResult
from tests.delivery.fakes import make_row
from tests.opensearch.aws.refusals_read import DOMAIN, FINE, MISMATCH, ROLE, error, message, read


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        (
            message("The security token included in the request is expired"),
            "signature_refused",
            "has expired",
        ),
        (
            message("The security token included in the request is invalid."),
            "signature_refused",
            "does not know the credentials' key or token",
        ),
        (message(MISMATCH), "signature_refused", "calculates another signature"),
        (
            message("Credential should be scoped to a valid region, not 'us-east-1'. "),
            "signature_refused",
            "FORMWELL_AWS_REGION",
        ),
        (message("Missing Authentication Token"), "signature_refused", "did not arrive complete"),
        (
            message("Signature expired: 20261122T164000Z is now earlier than 20261122T165500Z"),
            "clock_skewed",
            "its own clock agrees",
        ),
        (message("Signature not yet current: 2 is still later than 1"), "clock_skewed", "time"),
        (
            json.dumps({"Message": f"User: {ROLE} is not authorized to perform: es:ESHttpPost"}),
            "access_denied",
            f"{ROLE} may not perform es:ESHttpPost: allow it",
        ),
        (
            message(
                f"User: {ROLE} is not authorized to perform: es:ESHttpPost on resource: {DOMAIN} "
                "because no resource-based policy allows the es:ESHttpPost action"
            ),
            "access_denied",
            f"es:ESHttpPost on {DOMAIN}: allow it",
        ),
        (
            message(
                f"User: {ROLE} is not authorized to perform: es:ESHttpPost with resource: {DOMAIN}"
            ),
            "access_denied",
            DOMAIN,
        ),
        (
            message(
                f"User: {ROLE} is not authorized to perform: es:ESHttpGet with an explicit deny "
                "in a resource-based policy"
            ),
            "access_denied",
            f"denies {ROLE} the action es:ESHttpGet: remove",
        ),
        (error("security_exception", FINE), "access_denied", "map the user, or the IAM role"),
        (error("security_exception", FINE), "access_denied", "indices:data/write/bulk"),
        (error("security_exception", "no permissions for []"), "access_denied", "for anything"),
        ("<html>Forbidden</html>", "access_denied", "does not say why"),
        ("", "access_denied", "does not say why"),
    ],
)
def test_each_of_aws_sentences_becomes_a_type_and_says_what_to_do(
    text: str, kind: str, words: str
) -> None:
    refusal = read(text)
    assert refusal is not None
    assert (refusal.status, refusal.error_type) == (403, kind)
    assert words in str(refusal)
    assert "SECRET" not in str(refusal)
    assert classify_refusal(refusal) is Outcome.HOLD
    # A person reads it whole, wherever a hold is shown.
    assert str(refusal) in explain_hold(403, kind, str(refusal))


ANONYMOUS = "User: anonymous is not authorized to perform: es:ESHttpGet"


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"Message": ANONYMOUS}),
        message(f"{ANONYMOUS} on resource: {DOMAIN}"),
        message(f"{ANONYMOUS} because no resource-based policy allows the es:ESHttpGet action"),
        message(f"{ANONYMOUS} with an explicit deny in a resource-based policy"),
    ],
)
def test_what_is_denied_to_nobody_is_a_lost_signature_and_never_to_be_allowed(text: str) -> None:
    for service, words in (
        ("es", "arrived without a signature"),
        ("aoss", "arrived without a signature"),
        (None, "set FORMWELL_AWS_SERVICE and FORMWELL_AWS_REGION"),
    ):
        refusal = read(text, service=service)
        assert refusal is not None
        assert refusal.error_type == "signature_refused"
        assert words in str(refusal)
        for opens_the_domain in ("allow it", "remove that statement", "anonymous"):
            assert opens_the_domain not in str(refusal)


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("said", ["Missing Authentication Token", "MissingAuthenticationToken"])
def test_where_aws_misses_a_signature_nobody_made_the_settings_are_named(
    said: str, status: int
) -> None:
    refusal = read(message(said), status=status, service=None)
    assert refusal is not None
    assert (refusal.status, refusal.error_type) == (status, "signature_refused")
    assert "these are not signed: set FORMWELL_AWS_SERVICE" in str(refusal)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"status": 403, "error": {"reason": "403 Forbidden", "type": "Forbidden"}}),
        error("security_exception", "authentication/authorization failure"),
        error(
            "security_exception",
            "OpenSearch exception [type=authorization_exception, "
            "reason=User does not have permissions for the requested resource]",
        ),
    ],
)
def test_serverless_that_says_nothing_is_told_with_all_that_it_may_be(text: str) -> None:
    refusal = read(text, service="aoss")
    assert refusal is not None
    assert refusal.error_type == "access_denied"
    for words in ("aoss:APIAccessAll", "data access policy", "network policy"):
        assert words in str(refusal)
    assert may_be_the_credentials(refusal, "aoss")
    assert not may_be_the_credentials(refusal, "es")


def test_serverless_that_names_what_it_denies_knows_who_asked() -> None:
    refusal = read(error("security_exception", FINE), service="aoss")
    assert refusal is not None
    assert refusal.error_type == "access_denied"
    assert not may_be_the_credentials(refusal, "aoss")


@pytest.mark.parametrize("kind", ["cluster_block_exception", "index_create_block_exception"])
def test_a_block_of_the_cluster_is_left_to_be_what_it_is(kind: str) -> None:
    assert read(error(kind, "index blocked by: [FORBIDDEN/12]"), ahead=timedelta(hours=1)) is None


@pytest.mark.parametrize("status", [400, 404, 429, 500])
def test_other_statuses_are_none_of_this(status: int) -> None:
    assert read(message(MISMATCH), status=status, ahead=timedelta(hours=1)) is None


def test_without_a_signature_only_a_denial_that_is_named_is_recognised() -> None:
    assert read("", service=None, ahead=timedelta(hours=1)) is None
    refusal = read(error("security_exception", FINE), service=None)
    assert refusal is not None
    assert refusal.error_type == "access_denied"


def test_a_store_that_wants_another_log_in_is_told_apart() -> None:
    refusal = read("Unauthorized", status=401)
    assert refusal is not None
    assert (refusal.status, refusal.error_type) == (401, "signature_refused")
    assert "takes no AWS signature" in str(refusal)


def test_a_collection_that_takes_no_ids_holds_every_document() -> None:
    said = ItemResult(
        status=400,
        error_type="illegal_argument_exception",
        reason="Document ID is not supported in create/index operation request",
    )
    result = read_refused_item(said)
    assert (result.status, result.error_type) == (409, "ids_not_supported")
    assert "type SEARCH" in str(result.reason)
    for attempts in (0, 1_000):
        assert classify_item(result, attempts=attempts) is Outcome.HOLD
    judgement = judge_results([make_row(1)], [result], lambda: 0.5)
    assert judgement.verdicts == (Retry(seq=1, delay_seconds=0.0),)
    assert str(result.reason) in str(judgement.hold)


def test_nobody_says_so_by_what_they_type() -> None:
    said = ItemResult(
        status=400,
        error_type="illegal_argument_exception",
        reason="failed: Document ID is not supported in create/index operation request",
    )
    assert read_refused_item(said) == said
    assert classify_item(said, attempts=0) is Outcome.DEAD


def test_a_denied_document_names_the_action() -> None:
    result = read_refused_item(ItemResult(status=403, error_type="security_exception", reason=FINE))
    assert result.error_type == "access_denied"
    assert "indices:data/write/bulk" in str(result.reason)
    assert classify_item(result, attempts=0) is Outcome.HOLD


@pytest.mark.parametrize(
    "result",
    [
        ItemResult(status=201),
        ItemResult(status=409, error_type="version_conflict_engine_exception", reason="x"),
        ItemResult(status=403, error_type="cluster_block_exception", reason="x"),
        ItemResult(status=400, error_type="illegal_argument_exception"),
    ],
)
def test_every_other_result_stays_as_it_is(result: ItemResult) -> None:
    assert read_refused_item(result) == result
