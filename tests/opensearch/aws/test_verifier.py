"""The checker is checked: by AWS's published examples, by botocore, and by altered requests."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.opensearch.aws.botocore_signer import sign_at
from tests.opensearch.aws.published_examples import EXAMPLES, KEY_ID, NOW, REGION, SECRET, Example
from tests.opensearch.aws.signature_verifier import Key, Request, SignatureError, is_plain, verify

BY_NAME = {example.name: example for example in EXAMPLES}
FORM = BY_NAME["post-x-www-form-urlencoded"]
WITH_TOKEN = BY_NAME["post-sts-header-before"]


def check(example: Example, request: Request, *, key: Key | None = None, **changes: object) -> str:
    return verify(
        request,
        keys={KEY_ID: key or example.key},
        service=example.service,
        region=str(changes.get("region", REGION)),
        now=NOW + timedelta(minutes=float(str(changes.get("minutes_later", 0)))),
        content_hash_sent=False,
    )


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_every_published_example_is_accepted(example: Example) -> None:
    assert check(example, example.request) == KEY_ID


# botocore never signs content-length, and takes no URL that is not ASCII.
BY_BOTOCORE_TOO = [
    each for each in EXAMPLES if each.target.isascii() and "content-length" not in each.signed
]


@pytest.mark.parametrize("example", BY_BOTOCORE_TOO, ids=lambda example: example.name)
def test_botocore_gives_the_signature_that_is_published(example: Example) -> None:
    signed = example.signed.split(";")
    assert example.signature == sign_at(
        "20150830T123600Z",
        key_id=KEY_ID,
        secret=SECRET,
        service=example.service,
        region=REGION,
        method=example.method,
        url=f"https://{example.host[1]}{example.target}",
        headers=[pair for pair in example.headers if pair[0].lower() in signed],
        body=example.body,
    )


def with_header(request: Request, name: str, value: str) -> Request:
    headers = [pair for pair in request.headers if pair[0].lower() != name.lower()]
    return replace(request, headers=[*headers, (name, value)])


@pytest.mark.parametrize(
    ("altered", "words"),
    [
        (replace(FORM.request, body=b"Param1=value2"), "another body"),
        (replace(FORM.request, body=b""), "another body"),
        (replace(FORM.request, method="PUT"), "does not match"),
        (replace(FORM.request, target="/other"), "does not match"),
        (replace(FORM.request, target="/%2F"), "does not match"),
        (replace(FORM.request, target="/?Param=value"), "does not match"),
        (with_header(FORM.request, "Host", "example.org"), "does not match"),
        (with_header(FORM.request, "Content-Type", "text/plain"), "does not match"),
        (with_header(FORM.request, "X-Amz-Date", "20150830T123601Z"), "does not match"),
        (with_header(FORM.request, "X-Amz-Date", "20150831T123600Z"), "Date in Credential scope"),
        (with_header(FORM.request, "X-Amz-Date", "now"), "X-Amz-Date"),
        (with_header(FORM.request, "X-Amz-More", "new"), "'x-amz-more' must be a 'SignedHeader'"),
        (with_header(FORM.request, "X-Amz-Security-Token", "new"), "token .* is invalid"),
        (with_header(FORM.request, "Authorization", "Basic YTpi"), "Missing Authentication Token"),
    ],
)
def test_a_request_that_was_altered_is_refused(altered: Request, words: str) -> None:
    with pytest.raises(SignatureError, match=words):
        check(FORM, altered)


@pytest.mark.parametrize("missing", ["Content-Type", "Content-Length", "Host"])
def test_a_request_without_a_header_that_was_signed_is_refused(missing: str) -> None:
    kept = [pair for pair in FORM.request.headers if pair[0] != missing]
    with pytest.raises(SignatureError, match="IncompleteSignature"):
        check(FORM, replace(FORM.request, headers=kept))


@pytest.mark.parametrize("name", ["content-type;", "host;", ";x-amz-date"])
def test_a_signature_that_leaves_out_what_must_be_signed_is_refused(name: str) -> None:
    authorization = dict(FORM.request.headers)["Authorization"].replace(name, "", 1)
    with pytest.raises(SignatureError, match="must be a 'SignedHeader'"):
        check(FORM, with_header(FORM.request, "Authorization", authorization))


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (replace(WITH_TOKEN.key, token=None), "is invalid"),
        (replace(WITH_TOKEN.key, token="another"), "is invalid"),
        (replace(WITH_TOKEN.key, secret="another"), "does not match"),
        (replace(WITH_TOKEN.key, valid_until=NOW), "is expired"),
    ],
)
def test_other_credentials_than_those_that_signed_do_not_pass(key: Key, words: str) -> None:
    with pytest.raises(SignatureError, match=words):
        check(WITH_TOKEN, WITH_TOKEN.request, key=key)


def test_a_token_that_is_exchanged_is_refused_even_where_the_key_has_the_new_one() -> None:
    altered = with_header(WITH_TOKEN.request, "X-Amz-Security-Token", "another")
    with pytest.raises(SignatureError, match="does not match"):
        check(WITH_TOKEN, altered, key=Key(secret=SECRET, token="another"))


def test_a_key_nobody_knows_is_refused() -> None:
    with pytest.raises(SignatureError, match="is invalid"):
        verify(FORM.request, keys={}, service="service", region=REGION, now=NOW)


@pytest.mark.parametrize(
    ("minutes", "words"), [(5.1, "Signature expired"), (-5.1, "Signature not yet current")]
)
def test_five_minutes_are_the_most(minutes: float, words: str) -> None:
    assert check(FORM, FORM.request, minutes_later=4.9 if minutes > 0 else -4.9) == KEY_ID
    with pytest.raises(SignatureError, match=words):
        check(FORM, FORM.request, minutes_later=minutes)


def test_a_signature_for_another_region_or_service_is_refused() -> None:
    with pytest.raises(SignatureError, match="scoped"):
        check(FORM, FORM.request, region="eu-west-1")
    with pytest.raises(SignatureError, match="scoped"):
        check(replace(FORM, service="es"), FORM.request)


def test_the_hash_of_the_body_can_be_demanded() -> None:
    vanilla = BY_NAME["get-vanilla"]
    with pytest.raises(SignatureError, match="x-amz-content-sha256 is missing"):
        verify(
            vanilla.request, keys={KEY_ID: vanilla.key}, service="service", region=REGION, now=NOW
        )


@pytest.mark.parametrize(
    ("target", "plain"),
    [
        ("/a/_bulk", True),
        ("/a/_doc/%C3%A4%2A?_source=false&q=a%20b", True),
        ("/a*", False),
        ("/a,b", False),
        ("/ä", False),
        ("/a?q=b+c", False),
        ("/a?q=b*", False),
        ("/a?q=b%2a", False),
        ("/a?q=ä", False),
        ("/a%", False),
    ],
)
def test_a_target_is_plain_where_nothing_is_left_to_encode(target: str, plain: bool) -> None:
    assert is_plain(target) is plain
