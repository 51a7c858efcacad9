"""What programs are told of the forms, over a socket."""

import jsonschema

from service.forms.definition import Form
from service.forms.json_schema import json_schema
from service.forms.parse import parse_form
from tests.web.public_site import GOOD, PublicSite, quiz

BILINGUAL = """
title: {en: A quiz, es: Un cuestionario}
languages: [en, es]
fields:
  - {name: essay, type: textarea, label: {en: Essay, es: Ensayo}}
"""


def _bilingual() -> Form:
    form, problems = parse_form(BILINGUAL, file="quiz.yaml", default_id="quiz")
    assert form is not None, problems
    return form


FORM_IN_TWO_LANGUAGES = _bilingual()


async def test_a_form_has_its_schema(site: PublicSite) -> None:
    async with site.client.get(f"{site.url}/f/quiz/schema.json") as answer:
        assert answer.status == 200
        assert answer.content_type == "application/schema+json"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Content-Language"] == "en"
        schema = await answer.json(content_type=None)
    jsonschema.Draft202012Validator(schema).validate(GOOD)


async def test_the_interface_is_described(site: PublicSite) -> None:
    async with site.client.get(f"{site.url}/openapi.json") as answer:
        assert answer.status == 200
        assert answer.content_type == "application/json"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "/f/quiz" in (await answer.json())["paths"]


async def test_only_descriptions_are_for_pages_of_other_origins(site: PublicSite) -> None:
    for path in ("/", "/f/quiz", "/f/none/schema.json"):
        async with site.client.get(f"{site.url}{path}") as answer:
            assert "Access-Control-Allow-Origin" not in answer.headers


async def test_what_is_known_is_not_sent_again(site: PublicSite) -> None:
    for path in ("/f/quiz/schema.json", "/openapi.json"):
        async with site.client.get(f"{site.url}{path}") as first:
            etag = first.headers["ETag"]
        for known in (etag, f'W/{etag}, "other"', '"other", ' + etag, "*"):
            headers = {"If-None-Match": known}
            async with site.client.get(f"{site.url}{path}", headers=headers) as again:
                assert again.status == 304
                assert again.headers["ETag"] == etag
                assert await again.read() == b""
        for other in ('"other"', "odd", ""):
            headers = {"If-None-Match": other}
            async with site.client.get(f"{site.url}{path}", headers=headers) as whole:
                assert whole.status == 200


async def test_forms_that_are_loaded_anew_are_described_anew(site: PublicSite) -> None:
    async with site.client.get(f"{site.url}/openapi.json") as answer:
        etag = answer.headers["ETag"]
    site.forms.replace({"other": quiz("other")})
    async with site.client.get(
        f"{site.url}/openapi.json", headers={"If-None-Match": etag}
    ) as answer:
        assert answer.status == 200
        assert "/f/other" in (await answer.json())["paths"]
    async with site.client.get(f"{site.url}/f/quiz/schema.json") as answer:
        assert answer.status == 404
    async with site.client.get(f"{site.url}/f/other/schema.json") as answer:
        assert await answer.json(content_type=None) == json_schema(site.forms["other"])


async def test_a_schema_is_in_the_language_that_is_asked_for(site: PublicSite) -> None:
    site.forms.replace({"quiz": FORM_IN_TWO_LANGUAGES})
    for query, accepted, title in (
        ("", "es", "Un cuestionario"),
        ("?lang=es", "en", "Un cuestionario"),
        ("?lang=fr", "fr", "A quiz"),
    ):
        async with site.client.get(
            f"{site.url}/f/quiz/schema.json{query}", headers={"Accept-Language": accepted}
        ) as answer:
            assert (await answer.json(content_type=None))["title"] == title
