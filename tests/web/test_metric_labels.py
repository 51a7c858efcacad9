"""The labels of metrics come from closed sets: nobody who sends requests can add to them."""

import secrets
from collections import Counter
from pathlib import Path

from service.observability.metrics import Metrics
from tests.web.public_site import GOOD, PublicSite, open_public_site
from tests.web.raw import FORM_HEAD, ask

MOST_PER_FORM = 50


def series(metrics: Metrics) -> set[tuple[str, tuple[tuple[str, str], ...]]]:
    """Everything `/metrics` shows, without the numbers."""
    return {
        (sample.name, tuple(sorted(sample.labels.items())))
        for family in metrics.registry.collect()
        for sample in family.samples
    }


async def ask_for_odd_things(site: PublicSite) -> None:
    """Forms, paths, methods, fields, keys, languages and types that nobody ever asked for."""
    odd = secrets.token_hex(8)
    await site.post({**GOOD, "essay": odd}, **{"Accept-Language": odd, "User-Agent": odd})
    await site.post({odd: odd, "submission_key": odd}, **{"Idempotency-Key": odd})
    await site.post(GOOD, **{"Content-Type": f"text/{odd}"})
    await site.post(GOOD, Origin=f"http://{odd}.example")
    for path in (f"/f/{odd}", f"/{odd}", f"/f/quiz?{odd}", f"/f/quiz/receipts/{odd}"):
        async with site.client.get(site.url + path) as answer:
            assert answer.status in (200, 404)
    for line in (
        f"GET /{odd}",
        f"GET http://{odd}.example/",
        f"{odd.upper()} /f/quiz",
        "PUT /f/quiz",
    ):
        await ask(
            site.url, f"{line} HTTP/1.1\r\n".encode() + FORM_HEAD + b"Connection: close\r\n\r\n"
        )


async def test_no_request_adds_a_label(tmp_path: Path) -> None:
    """PRIV-8: labels come from a closed set, at most 50 numbers a form."""
    async with open_public_site(tmp_path, forms=3) as site:
        await ask_for_odd_things(site)
        first = series(site.metrics)
        await ask_for_odd_things(site)
        assert series(site.metrics) == first
        forms = Counter(dict(labels)["form"] for _, labels in first if "form" in dict(labels))
        assert forms
        assert set(forms) <= set(site.forms)
        assert max(forms.values()) <= MOST_PER_FORM
