"""An examination as `formwell check` makes it, and its findings by what they are about."""

from pathlib import Path

from service.finding import Finding
from service.opensearch.address import parse_address
from service.opensearch.aws.authentication import AwsAuthentication
from service.opensearch.check.examination import Subject, examine
from service.opensearch.client import open_opensearch
from tests.opensearch.aws.gateway import REGION
from tests.opensearch.aws.key_ring import KeyRing
from tests.opensearch.samples import make_form

STEPS = ["credentials", "dns", "connection", "clock", "signature", "store", "write", "search"]


async def look(
    url: str,
    index: str,
    keys: KeyRing | None,
    *,
    service: str = "es",
    ca_file: Path | None = None,
) -> dict[str, Finding]:
    """Every finding by what it is about, in order; each is there once."""
    form = make_form(index)
    signed = AwsAuthentication(keys, service=service, region=REGION) if keys else None
    async with open_opensearch(url, [form], authentication=signed, ca_file=ca_file) as store:
        subject = Subject(
            address=parse_address(url),
            ca_file=ca_file,
            store=store,
            provider=keys,
            service=service if keys else None,
        )
        findings = [finding async for finding in examine(subject, [form])]
    found = {finding.about: finding for finding in findings}
    assert len(found) == len(findings)
    return found


def wrong(found: dict[str, Finding]) -> list[str]:
    """What is not well."""
    return [about for about, finding in found.items() if finding.ok is False]


def skipped(found: dict[str, Finding]) -> list[str]:
    """What was not looked at."""
    return [about for about, finding in found.items() if finding.skipped]
