"""What is left open where strangers reach the service is said before they do."""

from dataclasses import replace
from ipaddress import ip_network

import pytest

from service.cli.advice import advice, is_public
from service.rate import Rate
from service.setting_values import Address
from service.settings import Settings
from tests.cli.conftest import Run

PUBLIC = Settings(public_bind=Address(host="0.0.0.0", port=8080))
RATE = Rate(count=60, seconds=60)
NAMED = replace(PUBLIC, allowed_hosts=("forms.example.org",))
BEHIND_PROXY = replace(NAMED, trusted_proxies=(ip_network("10.0.0.0/8"),))


def about(settings: Settings) -> list[str]:
    """The variable that each sentence begins with."""
    return [sentence.split()[0].rstrip(",") for sentence in advice(settings)]


@pytest.mark.parametrize(
    ("host", "public_url", "public"),
    [
        ("127.0.0.1", None, False),
        ("localhost", "http://localhost:8080", False),
        ("::1", "http://[::1]:8080", False),
        ("::", None, True),
        ("192.0.2.1", None, True),
        ("127.0.0.1", "https://forms.example.org", True),
    ],
)
def test_a_public_service_is_one_that_others_reach(
    host: str, public_url: str | None, public: bool
) -> None:
    bind = Address(host=host, port=8080)
    assert is_public(Settings(public_bind=bind, public_url=public_url)) is public
    assert bool(advice(Settings(public_bind=bind, public_url=public_url))) is public


def test_each_thing_left_open_has_a_sentence() -> None:
    assert about(PUBLIC) == [
        "FORMWELL_ALLOWED_HOSTS",
        "FORMWELL_TRUSTED_PROXIES",
        "FORMWELL_RATE_LIMIT_CLIENT",
    ]
    assert about(replace(BEHIND_PROXY, rate_limit_client=RATE)) == []
    assert about(replace(BEHIND_PROXY, rate_limit_total=RATE)) == []


def test_a_limit_that_could_stop_everybody_is_told_of() -> None:
    (sentence,) = advice(replace(NAMED, rate_limit_client=RATE))
    assert "behind a proxy everybody would share one limit" in sentence


def test_check_says_so_and_finds_no_fault(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORMWELL_PUBLIC_URL", "https://forms.example.org")
    result = run("check")
    assert result.exit_code == 0
    assert "note   settings: FORMWELL_ALLOWED_HOSTS is unset" in result.stdout
    assert "note   settings: FORMWELL_TRUSTED_PROXIES is unset" in result.stdout
    assert "note   settings: FORMWELL_RATE_LIMIT_CLIENT, _FORM and _TOTAL are off" in result.stdout
