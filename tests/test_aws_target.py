"""What requests are signed for is read from the store's address, or said, and never guessed."""

import pytest

from service.aws_target import AwsTarget, AwsTargetError, read_aws_target

ES = "https://search-forms-abc.eu-west-1.es.amazonaws.com"


@pytest.mark.parametrize(
    ("url", "service", "region"),
    [
        (ES, "es", "eu-west-1"),
        (f"{ES}:443/path", "es", "eu-west-1"),
        ("https://VPC-Forms-abc.US-GOV-West-1.es.amazonaws.com.", "es", "us-gov-west-1"),
        ("https://abc.us-east-1.aoss.amazonaws.com", "aoss", "us-east-1"),
        ("https://abc.aoss.ap-southeast-2.on.aws", "aoss", "ap-southeast-2"),
        ("https://search-forms-abc.aos.eu-west-1.on.aws", "es", "eu-west-1"),
        ("https://search-forms-abc.cn-north-1.es.amazonaws.com.cn", "es", "cn-north-1"),
        ("https://abc.cn-northwest-1.aoss.amazonaws.com.cn", "aoss", "cn-northwest-1"),
    ],
)
def test_service_and_region_are_read_from_the_host(url: str, service: str, region: str) -> None:
    target = AwsTarget(service=service, region=region)
    assert read_aws_target(url, service=None, region=None) == target
    assert read_aws_target(url, service=service, region=region) == target


@pytest.mark.parametrize(
    "url",
    [
        "embedded",
        "null:",
        "http://127.0.0.1:9200",
        "https://user:word@search.example.org",
        "http://search.example.org",
        "https://eu-west-1.es.amazonaws.com.example.org",
        "https://notamazonaws.com",
    ],
)
def test_elsewhere_nothing_is_signed_unless_both_are_said(url: str) -> None:
    assert read_aws_target(url, service=None, region=None) is None
    assert read_aws_target(url, service="none", region=None) is None


@pytest.mark.parametrize("url", ["https://search.example.org", "http://127.0.0.1:9200"])
def test_a_custom_endpoint_is_signed_for_what_is_said(url: str) -> None:
    target = AwsTarget(service="aoss", region="eu-west-1")
    assert read_aws_target(url, service="aoss", region="eu-west-1") == target


def test_a_host_of_aws_may_be_used_with_a_user_and_a_password() -> None:
    url = ES.replace("//", "//user:word@")
    assert read_aws_target(url, service="none", region=None) is None


@pytest.mark.parametrize(
    ("url", "service", "region", "words"),
    [
        (ES, None, "us-east-1", ["FORMWELL_AWS_REGION is 'us-east-1'", "says 'eu-west-1'"]),
        (ES, "aoss", None, ["FORMWELL_AWS_SERVICE is 'aoss'", "says 'es'"]),
        (ES, "aoss", "us-east-1", ["FORMWELL_AWS_SERVICE", "FORMWELL_AWS_REGION"]),
        (ES, "none", "eu-west-1", ["FORMWELL_AWS_SERVICE is 'none'", "unset one"]),
        (
            "https://search.eu-west-1.amazonaws.com",
            None,
            None,
            ["FORMWELL_AWS_SERVICE and FORMWELL_AWS_REGION are unset", "set FORMWELL_AWS_SERVICE"],
        ),
        ("https://search-a.aos.eu-west-1.on.aws", "aoss", None, ["'aoss'", "says 'es'"]),
        ("https://search-a.eu-west-1.on.aws", None, None, ["to es or aoss"]),
        ("https://search-a.eu-west-1.on.aws", "es", None, ["FORMWELL_AWS_REGION is unset"]),
        ("https://es.amazonaws.com", None, "eu-west-1", ["FORMWELL_AWS_SERVICE is unset"]),
        ("https://eu-west-1.es.amazonaws.com", None, None, ["are unset"]),
        ("https://search.example.org", None, "eu-west-1", ["FORMWELL_AWS_SERVICE is unset"]),
        ("https://search.example.org", "es", None, ["FORMWELL_AWS_REGION is unset"]),
        ("embedded", "es", None, ["FORMWELL_AWS_SERVICE is set", "names no OpenSearch"]),
        ("null:", "aoss", "eu-west-1", ["are set", "names no OpenSearch"]),
        (ES.replace("https:", "http:"), None, None, ["plain http", "https://"]),
        ("http://127.0.0.1.example.org", "es", "eu-west-1", ["plain http"]),
        ("http://10.0.0.1:9200", "es", "eu-west-1", ["plain http"]),
        (ES.replace("//", "//user:hush@"), None, None, ["has a user in it", "to none"]),
        (
            ES.replace("https://", "http://user:hush@"),
            None,
            None,
            ["plain http", "has a user in it"],
        ),
    ],
)
def test_a_contradiction_is_named_with_what_is_right(
    url: str, service: str | None, region: str | None, words: list[str]
) -> None:
    with pytest.raises(AwsTargetError) as refused:
        read_aws_target(url, service=service, region=region)
    for word in words:
        assert word in str(refused.value)
    assert "hush" not in str(refused.value)
