"""Traps flag what programs fill in; they refuse nobody, and people never meet them."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from service.forms.definition import Field, Form, Group
from service.forms.field_types import FIELD_TYPES
from service.forms.in_force import compile_forms
from service.submission import new_key
from service.wall_clock import now_ms
from service.web.traps import SOONEST_MS, Trap, honeypot_name, sprung_traps
from tests.web.parsed import Page
from tests.web.public_site import GOOD, PublicSite, open_public_site, quiz

FORM = replace(quiz("quiz"), spam_traps=True)
FIELD = honeypot_name(FORM)
NOW = 1_795_364_701_042


def key_of_age(age_ms: int) -> str:
    """The key of a page that was shown so long ago."""
    return new_key(now_ms() - age_ms)


@pytest.fixture
async def trapping(tmp_path: Path) -> AsyncIterator[PublicSite]:
    async with open_public_site(tmp_path) as opened:
        opened.forms.replace(compile_forms({"quiz": FORM}))
        yield opened


async def stored(site: PublicSite) -> list[Mapping[str, object]]:
    """The documents that wait for delivery and were not asked for before."""
    return [json.loads(row.document) for row in await site.rows()]


async def test_what_fills_the_honeypot_is_stored_with_a_flag_and_thanked(
    trapping: PublicSite,
) -> None:
    """ABUSE-4, ABUSE-8: the answer is that of a success, because it is one."""
    answers = GOOD | {"submission_key": key_of_age(60_000)}
    for filled in ({FIELD: ""}, {FIELD: "https://spam.example"}):
        response, _ = await trapping.post({**answers, **filled, "age": str(len(filled[FIELD]))})
        answers["submission_key"] = key_of_age(60_000)
        assert response.status == 303
        assert response.headers["Location"].startswith("/f/quiz/receipts/")
    person, program = await stored(trapping)
    assert (person["is_spam"], "spam" in person) == (False, False)
    assert (program["is_spam"], program["spam"]) == (False, ["honeypot"])
    assert FIELD not in program
    labels = {"form": "quiz", "reason": "honeypot"}
    value = trapping.metrics.registry.get_sample_value
    assert value("formwell_submissions_flagged_total", labels) == 1


async def test_what_comes_sooner_than_anybody_types_is_stored_with_a_flag(
    trapping: PublicSite,
) -> None:
    """ABUSE-5."""
    for age in (0, 60_000):
        await trapping.post(GOOD | {"submission_key": key_of_age(age)})
    await trapping.post(GOOD | {"submission_key": key_of_age(0), FIELD: "x"})
    assert [one.get("spam") for one in await stored(trapping)] == [
        ["too_fast"],
        None,
        ["honeypot", "too_fast"],
    ]


async def test_a_repeat_is_the_same_submission_whether_flagged_or_not(
    trapping: PublicSite,
) -> None:
    """ABUSE-8: a flag changes neither the receipt nor that there is one document."""
    answers = GOOD | {"submission_key": key_of_age(60_000)}
    flagged, _ = await trapping.post(answers | {FIELD: "x"})
    for more in ({}, {FIELD: "x"}):
        again, _ = await trapping.post({**answers, **more})
        assert flagged.headers["Location"] in again.headers["Location"]
    assert [one["spam"] for one in await stored(trapping)] == [["honeypot"]]
    labels = {"form": "quiz", "reason": "honeypot"}
    value = trapping.metrics.registry.get_sample_value
    assert value("formwell_submissions_flagged_total", labels) == 1


async def test_programs_that_send_json_have_no_traps(trapping: PublicSite) -> None:
    fast = {**GOOD, "submission_key": key_of_age(0)}
    async with trapping.client.post(f"{trapping.url}/f/quiz", json=fast) as response:
        assert response.status == 201
    (document,) = await stored(trapping)
    assert "spam" not in document


async def test_people_neither_see_the_honeypot_nor_get_to_it(trapping: PublicSite) -> None:
    """ABUSE-4: and no browser fills it in for them."""
    async with trapping.client.get(f"{trapping.url}/f/quiz") as response:
        page = Page(await response.text())
    field = page.one("input", name=FIELD)
    assert field.attributes["tabindex"] == "-1"
    assert field.attributes["autocomplete"] == "off"
    (around,) = [
        element for element in page.all("div", aria_hidden="true") if field in element.children
    ]
    assert around.attributes["class"] == "visually-hidden"
    assert around.text.strip() == "Please leave this empty"
    assert "style" not in around.attributes  # the policy of the page has none


async def test_it_is_there_when_answers_come_back(trapping: PublicSite) -> None:
    _, text = await trapping.post({"essay": ""})
    assert Page(text).one("input", name=FIELD).attributes.get("value") is None


async def test_a_form_that_asks_for_no_traps_has_none(trapping: PublicSite) -> None:
    trapping.forms.replace(compile_forms({"quiz": quiz("quiz")}))
    async with trapping.client.get(f"{trapping.url}/f/quiz") as response:
        assert FIELD not in await response.text()
    sent, _ = await trapping.post(GOOD | {"submission_key": key_of_age(0)})
    assert sent.status == 303
    odd, _ = await trapping.post(GOOD | {FIELD: "x"})
    assert odd.status == 422
    assert ["spam" in one for one in await stored(trapping)] == [False]


@pytest.mark.parametrize(
    ("key", "cache_seconds", "flagged"),
    [
        (new_key(NOW), 0, True),
        (new_key(NOW - SOONEST_MS + 1), 0, True),
        (new_key(NOW - SOONEST_MS), 0, False),
        (new_key(NOW + 1), 0, False),  # another replica's clock
        (new_key(NOW), 60, False),  # the visitor's clock
        (None, 0, False),
        ("a-key-of-a-program", 0, False),
    ],
    ids=["now", "a bit too soon", "late enough", "a clock ahead", "kept", "none", "a program's"],
)
def test_only_a_key_made_here_tells_how_long_it_took(
    key: str | None, cache_seconds: int, flagged: bool
) -> None:
    """ABUSE-5: no clock but our own is believed."""
    form = replace(FORM, cache_seconds=cache_seconds)
    answers, sprung = sprung_traps(form, {"essay": "x", FIELD: ""}, key, now_ms=NOW)
    assert sprung == ((Trap.TOO_FAST,) if flagged else ())
    assert answers == {"essay": "x"}


def test_each_form_has_a_name_of_its_own_that_is_no_field_of_it() -> None:
    """ABUSE-4: the same on every replica."""
    assert honeypot_name(FORM) == honeypot_name(quiz("quiz")) != honeypot_name(quiz("quiz2"))
    taken = with_field(FORM, FIELD)
    assert honeypot_name(taken) not in {FIELD, "essay"}


def with_field(form: Form, name: str) -> Form:
    """The form with one more question."""
    more = Group(fields=(Field(name=name, type=FIELD_TYPES["text"], label="A", max_length=9),))
    return replace(form, groups=(*form.groups, more))
