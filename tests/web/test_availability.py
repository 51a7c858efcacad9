"""Answers to a form that takes none now: refused, shown again, and a repeat has its receipt."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from service.forms.in_force import compile_forms
from service.spool.ports import State
from service.submission import short_reference
from tests.web.public_site import GOOD, PublicSite, open_public_site, quiz

PAST, FUTURE = 1_000_000, 4_000_000_000_000
CLOSED: tuple[tuple[str, Mapping[str, int]], ...] = (
    ("not_yet_open", {"opens_at": FUTURE}),
    ("closed", {"closes_at": PAST}),
    ("full", {"limit": 0}),
)
JSON = {"Accept": "application/json"}


def change(site: PublicSite, times: Mapping[str, Any]) -> None:
    """Serve the quiz with other hours or another limit from now on."""
    form = replace(quiz("quiz"), **times)
    site.forms.replace(compile_forms({"quiz": form}))


@pytest.mark.parametrize(("code", "times"), CLOSED)
async def test_a_program_is_told_why_with_403(
    tmp_path: Path, code: str, times: Mapping[str, int]
) -> None:
    async with open_public_site(tmp_path) as site:
        change(site, times)
        async with site.client.post(f"{site.url}/f/quiz", json=GOOD, headers=JSON) as response:
            assert response.status == 403
            assert response.content_type == "application/problem+json"
            assert (await response.json())["code"] == code
        assert site.spool.totals[State.PENDING].rows == 0
        refused = site.metrics.registry.get_sample_value(
            "formwell_requests_refused_total", {"reason": code}
        )
        assert refused == 1


@pytest.mark.parametrize(("code", "times"), CLOSED)
async def test_a_person_finds_what_was_typed_on_the_page(
    tmp_path: Path, code: str, times: Mapping[str, int]
) -> None:
    async with open_public_site(tmp_path) as site:
        change(site, times)
        essay = f"long thoughts, {code}"
        response, page = await site.post({**GOOD, "essay": essay})
        assert response.status == 403
        assert essay in page
        assert site.spool.totals[State.PENDING].rows == 0


@pytest.mark.parametrize(("code", "times"), CLOSED)
async def test_a_repeat_of_what_was_taken_before_gets_its_receipt(
    tmp_path: Path, code: str, times: Mapping[str, int]
) -> None:
    async with open_public_site(tmp_path) as site:
        sent = {**GOOD, "submission_key": "once"}
        first, _ = await site.post(sent)
        change(site, times)
        again, _ = await site.post(sent)
        assert first.status == again.status == 303
        assert again.headers["Location"] == first.headers["Location"] + "&again=1"
        other, _ = await site.post({**sent, "essay": "other"})
        assert other.status == 403


async def test_answers_that_are_invalid_are_turned_away_like_others(tmp_path: Path) -> None:
    async with open_public_site(tmp_path) as site:
        change(site, {"closes_at": PAST})
        response, page = await site.post({"essay": "half-finished", "mail": "nobody"})
        assert response.status == 403
        assert "half-finished" in page


async def test_who_comes_last_is_told_that_the_form_is_full(tmp_path: Path) -> None:
    async with open_public_site(tmp_path) as site:
        change(site, {"limit": 1})
        first, _ = await site.post(GOOD)
        second, _ = await site.post(GOOD)
        assert (first.status, second.status) == (303, 403)


async def test_many_at_once_get_no_more_receipts_than_there_are_places(tmp_path: Path) -> None:
    async with open_public_site(tmp_path) as site:
        change(site, {"limit": 3})
        answered = await asyncio.gather(*(site.post(GOOD) for _ in range(20)))
        statuses = [response.status for response, _ in answered]
        assert (statuses.count(303), statuses.count(403)) == (3, 17)


async def test_a_receipt_has_its_short_reference_in_json(tmp_path: Path) -> None:
    async with open_public_site(tmp_path) as site:
        async with site.client.post(f"{site.url}/f/quiz", json=GOOD, headers=JSON) as response:
            told = await response.json()
        async with site.client.get(told["status_url"], headers=JSON) as response:
            shown = await response.json()
            assert response.headers["Vary"] == "Accept"
        row = (await site.rows())[0]
        assert told["reference"] == shown["reference"] == short_reference(row.receipt)
