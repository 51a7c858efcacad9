"""`/status` says whose credentials are used and how long they last, and shows none of them."""

import json
from dataclasses import replace
from pathlib import Path

from service.aws_target import AwsTarget
from service.observability.metrics import Metrics
from service.opensearch.aws.credential_provider import CredentialProvider
from service.opensearch.aws.credentials import Credentials
from service.running.status import Parts, report_status
from service.settings import Settings
from service.spool.limits import Limits
from service.spool.spool import open_spool
from tests.web.public_site import quiz

SETTINGS = Settings(
    store_url="https://search-a.eu-west-1.es.amazonaws.com",
    aws=AwsTarget(service="es", region="eu-west-1"),
)
NOW = 1_795_364_701.5


async def fetch() -> Credentials:
    return Credentials(
        access_key="ASIAHUSHHUSH0042",
        secret_key="hush",
        token="hush-token",
        source="container-role",
        expires_at=NOW + 3600,
        fetched_at=NOW,
    )


async def test_credentials_are_shown_by_source_suffix_and_expiry() -> None:
    provider = CredentialProvider(fetch, Metrics(), wall_clock=lambda: NOW)
    before = await report_status(SETTINGS, {}, Parts(credentials=provider))
    await provider.ensure_fresh()
    report = await report_status(SETTINGS, {}, Parts(credentials=provider))

    assert report["aws"] == {"service": "es", "region": "eu-west-1"}
    assert report["credentials"] == {
        "source": "container-role",
        "key_suffix": "0042",
        "expires_at": "2026-11-22T17:25:01.500Z",
        "fetched_at": "2026-11-22T16:25:01.500Z",
        "last_error": None,
    }
    assert "hush" not in json.dumps(report).lower()
    assert before["credentials"] == dict.fromkeys(
        ("source", "key_suffix", "expires_at", "fetched_at", "last_error")
    )


async def test_without_signatures_nothing_is_said_of_credentials() -> None:
    report = await report_status(Settings(), {}, Parts())
    assert not {"aws", "credentials"} & report.keys()


# Made here, as the first form that is read loads the languages from disk, which no loop may.
CLOSED_FORM = replace(quiz("quiz"), closes_at=1, limit=5)


async def test_each_form_says_whether_it_takes_answers() -> None:
    report = await report_status(Settings(), {"quiz": CLOSED_FORM}, Parts())
    assert report["forms"] == {
        "quiz": {
            "index": "quiz-answers",
            "availability": "closed",
            "accepted": None,
            "limit": 5,
        }
    }


async def test_dead_letters_are_shown_with_the_room_they_may_take(tmp_path: Path) -> None:
    metrics = Metrics()
    async with open_spool(tmp_path / "spool.db", metrics, Limits(dead_bytes=77)) as spool:
        report = await report_status(Settings(), {}, Parts(spool=spool))
    shown = report["spool"]
    assert isinstance(shown, dict)
    assert shown["dead"] == {"rows": 0, "bytes": 0}
    assert shown["dead_letters_limit_bytes"] == 77
    assert metrics.registry.get_sample_value("formwell_dead_letters_limit_bytes") == 77
