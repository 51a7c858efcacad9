"""The same answers have one receipt, whether a browser sends texts or a program JSON."""

import json
import re

from tests.web.public_site import GOOD, PublicSite

KEY = {"Idempotency-Key": "the-same-for-both", "Accept": "application/json"}


async def test_equal_answers_of_a_browser_and_of_json_are_one_submission(site: PublicSite) -> None:
    typed = {**GOOD, "age": 42, "likes": ["sports", "rpg", "rpg"]}
    texts = [*GOOD.items(), ("age", " 42 "), ("likes", "rpg"), ("likes", "sports")]

    async with site.client.post(f"{site.url}/f/quiz", json=typed, headers=KEY) as first:
        assert first.status == 201
        told = await first.json()
    async with site.client.post(f"{site.url}/f/quiz", data=texts, headers=KEY) as again:
        assert again.status == 200
        assert (await again.json())["receipt"] == told["receipt"]


async def test_a_text_for_a_number_is_refused_in_json(site: PublicSite) -> None:
    wrong = {**GOOD, "age": "42", "likes": "rpg"}

    async with site.client.post(f"{site.url}/f/quiz", json=wrong) as answer:
        assert answer.status == 422
        errors = (await answer.json())["errors"]

    assert [(error["field"], error["code"]) for error in errors] == [
        ("age", "not_json_number"),
        ("likes", "not_list"),
    ]


async def test_a_number_that_is_beyond_any_is_refused_before_validation(site: PublicSite) -> None:
    body = json.dumps({**GOOD, "age": 0}).replace(" 0}", " 1e400}")
    headers = {"Content-Type": "application/json"}

    async with site.client.post(f"{site.url}/f/quiz", data=body, headers=headers) as answer:
        assert answer.status == 400


async def test_every_value_that_was_ticked_is_shown_again(site: PublicSite) -> None:
    texts = [("age", "a lot"), ("likes", "rpg"), ("likes", "sports")]

    async with site.client.post(f"{site.url}/f/quiz", data=texts) as answer:
        assert answer.status == 422
        page = await answer.text()

    ticked = re.findall(r'<input[^>]*value="(\w+)"[^>]*\schecked', page)
    assert ticked == ["rpg", "sports"]
    assert 'value="a lot"' in page
