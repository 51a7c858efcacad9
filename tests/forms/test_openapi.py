"""The description of the interface is one that other programs can read."""

from pathlib import Path
from typing import Any

import jsonschema
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from service.forms.openapi import openapi
from service.forms.parse import parse_form
from service.web.descriptions import known_problems

FILES = sorted((Path(__file__).parents[2] / "forms").glob("*.yaml"))


def described(server_url: str | None = None) -> dict[str, Any]:
    """The description of the example forms."""
    forms = []
    for file in FILES:
        form, problems = parse_form(file.read_text(), file=file.name, default_id=file.stem)
        assert form is not None, problems
        forms.append(form)
    return dict(openapi(forms, known_problems(), server_url=server_url))


def test_it_is_openapi_3_1() -> None:
    validate(described("https://forms.example.org"), cls=OpenAPIV31SpecValidator)


def test_the_server_is_named_where_it_is_known() -> None:
    assert described("https://forms.example.org")["servers"] == [
        {"url": "https://forms.example.org"}
    ]
    assert "servers" not in described()


def test_every_refusal_has_an_example_that_fits_its_schema() -> None:
    spec = described()
    seen = set()
    for name, response in spec["components"]["responses"].items():
        content = response["content"]["application/problem+json"]
        schema = {**content["schema"], "components": spec["components"]}
        for code, example in content["examples"].items():
            jsonschema.Draft202012Validator(schema).validate(example["value"])
            assert name == f"Problem{example['value']['status']}"
            seen.add(code)
    assert seen == {problem.code for problem in known_problems()}


def test_a_submission_can_be_refused_in_all_the_ways_there_are() -> None:
    responses = described()["paths"]["/f/console-wars"]["post"]["responses"]
    statuses = {200, 201, 303, 400, 403, 408, 409, 413, 415, 422, 429, 503}
    assert {str(status) for status in statuses} <= set(responses)


def test_every_address_may_be_busy() -> None:
    """SRV-3: a request beyond those that are answered at once is refused whatever it asks for."""
    for path in described()["paths"].values():
        assert all("503" in operation["responses"] for operation in path.values())


def test_a_program_is_told_how_long_to_wait_and_how_much_is_left() -> None:
    """ABUSE-2: every header of a 429."""
    refused = described()["components"]["responses"]["Problem429"]
    limits = {f"RateLimit-{name}" for name in ("Limit", "Policy", "Remaining", "Reset")}
    assert limits | {"Retry-After"} <= set(refused["headers"])
