"""AWS's own worked examples of Signature Version 4, with the signatures AWS gives for them.

From the Signature Version 4 test suite as AWS keeps it (awslabs/aws-c-auth,
tests/aws-signing-test-suite/v4), and the example of the documentation (ListUsers of IAM).
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from tests.opensearch.aws.signature_verifier import Key, Request

KEY_ID = "AKIDEXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
REGION = "us-east-1"
NOW = datetime(2015, 8, 30, 12, 36, tzinfo=UTC)

_HOST = ("Host", "example.amazonaws.com")
_DATE = ("X-Amz-Date", "20150830T123600Z")
_UNRESERVED = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_TOKEN = "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267"
_LONG_TOKEN = (
    "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPf"
    "IeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7W"
    "Z0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8F"
    "DrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA=="
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One of them; `target` and `headers` as they are on the wire, without Authorization."""

    name: str
    signature: str
    method: str = "GET"
    target: str = "/"
    more: tuple[tuple[str, str], ...] = ()
    signed: str = "host;x-amz-date"
    body: bytes = b""
    token: str | None = None
    service: str = "service"
    host: tuple[str, str] = _HOST

    @property
    def key(self) -> Key:
        """The key that signs it."""
        return Key(secret=SECRET, token=self.token)

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """All headers but Authorization."""
        return (self.host, *self.more, _DATE)

    @property
    def request(self) -> Request:
        """The signed request."""
        scope = f"20150830/{REGION}/{self.service}/aws4_request"
        authorization = (
            f"AWS4-HMAC-SHA256 Credential={KEY_ID}/{scope}, SignedHeaders={self.signed}, "
            f"Signature={self.signature}"
        )
        headers = (*self.headers, ("Authorization", authorization))
        return Request(method=self.method, target=self.target, headers=headers, body=self.body)


_FORM_HASH = "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e"
_VANILLA = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"

EXAMPLES = (
    Example(name="get-vanilla", signature=_VANILLA),
    Example(
        name="get-vanilla-query-order-key-case",
        target="/?Param2=value2&Param1=value1",
        signature="b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
    ),
    Example(
        name="get-vanilla-query-order-encoded",
        target="/?Param-3=Value3&Param=Value2&%E1%88%B4=Value1",
        signature="371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac",
    ),
    Example(
        name="get-vanilla-query-unreserved",
        target=f"/?{_UNRESERVED}={_UNRESERVED}",
        signature="9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197",
    ),
    Example(
        name="get-vanilla-utf8-query",
        target="/?\u1234=bar",
        signature="2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04",
    ),
    Example(
        name="get-vanilla-empty-query-key",
        target="/?Param1=value1",
        signature="a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb",
    ),
    Example(
        name="get-unreserved",
        target=f"/{_UNRESERVED}",
        signature="07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f",
    ),
    Example(
        name="get-utf8",
        target="/\u1234",
        signature="8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85",
    ),
    Example(
        name="get-space-normalized",
        target="/example space/",
        signature="652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741",
    ),
    Example(
        name="get-slashes-normalized",
        target="//example//",
        signature="9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84",
    ),
    Example(name="get-slash-dot-slash-normalized", target="/./", signature=_VANILLA),
    Example(
        name="get-relative-relative-normalized",
        target="/example1/example2/../..",
        signature=_VANILLA,
    ),
    Example(
        name="get-slash-pointless-dot-normalized",
        target="/./example",
        signature="ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5",
    ),
    Example(
        name="get-vanilla-with-session-token",
        more=(("X-Amz-Security-Token", _TOKEN),),
        signed="host;x-amz-date;x-amz-security-token",
        token=_TOKEN,
        signature="07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8",
    ),
    Example(
        name="get-header-key-duplicate",
        more=(("My-Header1", "value2"), ("My-Header1", "value2"), ("My-Header1", "value1")),
        signed="host;my-header1;x-amz-date",
        signature="c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
    ),
    Example(
        name="get-header-value-trim",
        more=(("My-Header1", " value1"), ("My-Header2", ' "a   b   c"')),
        signed="host;my-header1;my-header2;x-amz-date",
        signature="acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
    ),
    Example(
        name="post-vanilla",
        method="POST",
        signature="5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
    ),
    Example(
        name="post-header-value-case",
        method="POST",
        more=(("My-Header1", "VALUE1"),),
        signed="host;my-header1;x-amz-date",
        signature="cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d",
    ),
    Example(
        name="post-vanilla-query",
        method="POST",
        target="/?Param1=value1",
        signature="28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11",
    ),
    Example(
        name="post-sts-header-before",
        method="POST",
        more=(("X-Amz-Security-Token", _LONG_TOKEN),),
        signed="host;x-amz-date;x-amz-security-token",
        token=_LONG_TOKEN,
        signature="85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead",
    ),
    Example(
        name="post-x-www-form-urlencoded",
        method="POST",
        more=(
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Content-Length", "13"),
            ("x-amz-content-sha256", _FORM_HASH),
        ),
        signed="content-length;content-type;host;x-amz-content-sha256;x-amz-date",
        body=b"Param1=value1",
        signature="d3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b",
    ),
    Example(
        name="post-x-www-form-urlencoded-parameters",
        method="POST",
        more=(
            ("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
            ("Content-Length", "13"),
            ("x-amz-content-sha256", _FORM_HASH),
        ),
        signed="content-length;content-type;host;x-amz-content-sha256;x-amz-date",
        body=b"Param1=value1",
        signature="328d1b9eaadca9f5818ef05e8392801e091653bafec24fcab71e7344e7f51422",
    ),
    Example(
        name="iam-list-users",
        target="/?Action=ListUsers&Version=2010-05-08",
        host=("Host", "iam.amazonaws.com"),
        more=(("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),),
        signed="content-type;host;x-amz-date",
        service="iam",
        signature="5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
    ),
)
