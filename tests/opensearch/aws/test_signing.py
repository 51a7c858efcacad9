"""The signer: what it signs, and that a checker of another hand and botocore agree with it."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import quote, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.opensearch.aws.credentials import Credentials
from service.opensearch.aws.signing import signing_headers
from service.opensearch.targets import encode_path, encode_target
from tests.opensearch.aws.botocore_signer import sign_at
from tests.opensearch.aws.key_ring import TOKEN, key_of, make_credentials
from tests.opensearch.aws.signature_verifier import Request, is_plain, verify

NOW = datetime(2026, 11, 22, 17, 0, 1, 999_999, tzinfo=UTC)
REGION = "eu-central-1"
NDJSON = {"content-type": "application/x-ndjson"}


def sign(
    url: str,
    *,
    method: str = "POST",
    body: bytes = b"",
    headers: Mapping[str, str] = NDJSON,
    credentials: Credentials | None = None,
    service: str = "es",
    now: datetime = NOW,
) -> dict[str, str]:
    return signing_headers(
        credentials=credentials or make_credentials("AKIDTEST"),
        service=service,
        region=REGION,
        method=method,
        url=url,
        headers=headers,
        body=body,
        now=now,
    )


def arrived(url: str, method: str, sent: Mapping[str, str], body: bytes) -> Request:
    """The request as a server gets it."""
    parts = urlsplit(url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    return Request(method=method, target=target, headers=list(sent.items()), body=body)


def test_host_content_headers_and_those_of_amazon_are_signed_and_nothing_else() -> None:
    headers = {
        "Content-Type": "application/json",
        "content-encoding": "gzip",
        "X-Amz-Meta": "a",
        "connection": "keep-alive",
        "user-agent": "x",
        "accept-encoding": "gzip",
        "content-length": "3",
    }
    added = sign("https://search.example/a/_bulk", headers=headers)
    assert sorted(added) == [
        "authorization",
        "host",
        "x-amz-content-sha256",
        "x-amz-date",
        "x-amz-security-token",
    ]
    signed = re.search(r"SignedHeaders=([^,]+)", added["authorization"])
    assert signed is not None
    assert signed[1].split(";") == [
        "content-encoding",
        "content-type",
        "host",
        "x-amz-content-sha256",
        "x-amz-date",
        "x-amz-meta",
        "x-amz-security-token",
    ]


def test_without_a_token_there_is_no_header_of_one() -> None:
    added = sign("https://a.example/", credentials=make_credentials("AKIDTEST", token=None))
    assert "security-token" not in str(added)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://a.example/", "a.example"),
        ("https://a.example:443/", "a.example"),
        ("https://a.example:9200/", "a.example:9200"),
        ("http://127.0.0.1:9200/", "127.0.0.1:9200"),
        ("http://localhost:80/", "localhost"),
        ("http://localhost:443/", "localhost:443"),
        ("https://[::1]:9200/", "[::1]:9200"),
    ],
)
def test_the_host_is_signed_as_it_is_sent(url: str, host: str) -> None:
    assert sign(url)["host"] == host


def test_the_time_is_utc_in_whole_seconds_wherever_we_are() -> None:
    there = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert sign("https://a.example/", now=there) == sign("https://a.example/", now=NOW)
    assert sign("https://a.example/")["x-amz-date"] == "20261122T170001Z"


def test_the_same_request_at_another_time_has_another_signature() -> None:
    later = sign("https://a.example/", now=NOW + timedelta(seconds=1))
    assert later["authorization"] != sign("https://a.example/")["authorization"]


def test_no_secret_is_among_the_headers_but_the_token_in_its_own() -> None:
    added = sign("https://a.example/")
    assert "secret of" not in str(added)
    assert [name for name, value in added.items() if TOKEN in value] == ["x-amz-security-token"]


@pytest.mark.parametrize("service", ["es", "aoss"])
@pytest.mark.parametrize("body", [b"", "Größe 数 🎮".encode(), b"\x1f\x8b\x08\x00\xff"])
@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/a/_bulk",
        "https://a.example:9443/prefix/a/_bulk",
        "https://a.example/",
        "https://a.example",
        "https://a.example/a/_doc/%C3%A4%2F%3A%20%2B%2A%2C~",
        "https://a.example/a/_search?q=sega%20%2B%2A%20mario&_source=false",
        "https://a.example/a?b=2&a=1&a=&c",
        "https://a.example//a/../b/./c/",
    ],
)
def test_the_checker_accepts_what_is_signed(url: str, body: bytes, service: str) -> None:
    credentials = make_credentials("AKIDTEST")
    added = sign(url, body=body, service=service, credentials=credentials)
    request = arrived(url, "POST", {**NDJSON, **added}, body)
    key_id = verify(request, keys=key_of(credentials), service=service, region=REGION, now=NOW)
    assert key_id == "AKIDTEST"


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
PATHS = st.lists(TEXTS.filter(lambda text: text not in (".", "..")), max_size=4)
PARAMS = st.dictionaries(TEXTS, st.text(st.characters(exclude_categories=["Cs"]), max_size=12))


@given(path=PATHS, params=PARAMS, body=st.binary(max_size=40), token=st.booleans())
def test_whatever_is_asked_for_checker_and_botocore_agree_with_the_signature(
    path: list[str], params: dict[str, str], body: bytes, token: bool
) -> None:
    credentials = make_credentials("AKIDTEST", token=TOKEN if token else None)
    # As opensearch-py quotes the parts of a path: `,` and `*` stay.
    quoted = "/" + "/".join(quote(part, safe=",*") for part in path)
    target = encode_target(quoted, params)
    url = f"https://a.example:9443{target}"
    added = sign(url, body=body, credentials=credentials)
    request = arrived(url, "POST", {**NDJSON, **added}, body)
    assert is_plain(target)
    verify(request, keys=key_of(credentials), service="es", region=REGION, now=NOW)
    signature = sign_at(
        added["x-amz-date"],
        key_id="AKIDTEST",
        secret=credentials.secret_key,
        service="es",
        region=REGION,
        method="POST",
        url=url,
        headers=[
            pair for pair in {**NDJSON, **added}.items() if pair[0] not in ("authorization", "host")
        ],
        body=body,
    )
    assert added["authorization"].endswith(f"Signature={signature}")


def test_a_space_a_plus_and_a_star_of_a_query_are_percent_encoded() -> None:
    target = encode_target("/a*,b/_search", {"q": "sega + mario*", "filter_path": b"a.*,b"})
    assert target == "/a%2A%2Cb/_search?q=sega%20%2B%20mario%2A&filter_path=a.%2A%2Cb"
    assert "+" in urlencode({"q": "sega mario"})  # what the client would send by itself


def test_what_is_encoded_already_is_not_encoded_twice() -> None:
    assert encode_path("/a%2Fb/ä c") == "/a%2Fb/%C3%A4%20c"
    assert encode_target("/a", None) == encode_target("/a", {}) == "/a"
