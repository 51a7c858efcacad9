"""The public interface of the service as OpenAPI 3.1: every form, every answer, every error."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from apispec import APISpec

from service.forms.definition import Form, Origin
from service.forms.field_schemas import Schema
from service.forms.json_schema import submission_schema
from service.forms.openapi_parts import (
    IDEMPOTENCY_KEY,
    KNOWN,
    LANGUAGE,
    LOCATION,
    PREFLIGHT,
    PROBLEM,
    RATE_LIMIT,
    RECEIPT_PARAMETERS,
    RETRY_AFTER,
    answer,
    page,
    receipt_schema,
    reference,
)

_DESCRIPTION = """Send answers to a form, and follow what becomes of them.

A receipt means that the answers are on disk. After any other answer, or none, the same request can
be sent again; with the same `Idempotency-Key`, or `submission_key`, it is stored once at most.
White space around a text is left out, and what is empty or null counts as not given."""
_RATE_LIMITED = 429
_WITH_RETRY = (_RATE_LIMITED, 503)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownProblem:
    """A refusal as its JSON tells it; `code` is what a program decides by."""

    status: int
    code: str
    title: str
    detail: str


def openapi(
    forms: Iterable[Form], problems: Sequence[KnownProblem], *, server_url: str | None
) -> Schema:
    """The description of these forms, each in its own language, and of what is refused.

    Without a `server_url` the addresses are below the one it was fetched from.
    """
    more: dict[str, Any] = {"servers": [{"url": server_url}]} if server_url else {}
    spec = APISpec(
        title="Formwell",
        version="1",
        openapi_version="3.1.0",
        info={"description": _DESCRIPTION},
        **more,
    )
    spec.components.schema("Problem", PROBLEM)
    refusals = _describe_problems(spec, problems)
    _describe_start(spec, refusals)
    for form in forms:
        _describe(spec, form, refusals)
    described: Schema = spec.to_dict()
    return described


def _describe_start(spec: APISpec, refusals: Mapping[int, Schema]) -> None:
    start = {
        "operationId": "start",
        "summary": "The list of forms",
        "responses": {
            "200": page("text/html"),
            "302": answer("There is one form only; the way to it", None, LOCATION),
            **_refused(refusals, 400, 503),
        },
    }
    description = {
        "operationId": "openapi",
        "summary": "This description",
        "responses": {
            "200": page("application/json"),
            "304": KNOWN,
            **_refused(refusals, 400, 503),
        },
    }
    spec.path("/", operations={"get": start})
    spec.path("/openapi.json", operations={"get": description})


def _describe_problems(spec: APISpec, problems: Sequence[KnownProblem]) -> Mapping[int, Schema]:
    """A response for each status, with its codes, and an example for each code."""
    found: dict[int, Schema] = {}
    by_status = sorted(problems, key=lambda problem: (problem.status, problem.code))
    for status, group in groupby(by_status, key=lambda problem: problem.status):
        same = list(group)
        schema = {
            "allOf": [reference("schemas", "Problem")],
            "properties": {
                "status": {"const": status},
                "code": {"enum": [problem.code for problem in same]},
            },
        }
        described = answer(
            " / ".join(dict.fromkeys(problem.title for problem in same)),
            {
                "application/problem+json": {
                    "schema": schema,
                    "examples": {problem.code: _example(problem) for problem in same},
                },
                "text/html": {"schema": {"type": "string"}},
            },
            (RETRY_AFTER if status in _WITH_RETRY else {})
            | (RATE_LIMIT if status == _RATE_LIMITED else {}),
        )
        spec.components.response(f"Problem{status}", described)
        found[status] = reference("responses", f"Problem{status}")
    return found


def _example(problem: KnownProblem) -> Schema:
    value: Schema = {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status,
        "code": problem.code,
        "detail": problem.detail,
    }
    if problem.code == "invalid":
        value["errors"] = [
            {"field": "email_addr", "code": "required", "message": "Please answer this question."}
        ]
    return {"value": value}


def _describe(spec: APISpec, form: Form, refusals: Mapping[int, Schema]) -> None:
    tag = {"tags": [form.id]}
    spec.tag({"name": form.id, "description": form.title})
    spec.components.schema(form.id, submission_schema(form, Origin.JSON))
    spec.components.schema(f"{form.id}.texts", submission_schema(form, Origin.BROWSER))
    receipt = {"application/json": {"schema": receipt_schema(form)}}
    spec.path(
        f"/f/{form.id}",
        operations={
            "get": {
                **tag,
                "operationId": f"{form.id}.page",
                "summary": "The form as a page",
                "parameters": [LANGUAGE],
                "responses": {
                    "200": page("text/html"),
                    "304": KNOWN,
                    **_refused(refusals, 400, 404, 503),
                },
            },
            "options": {
                **tag,
                "operationId": f"{form.id}.preflight",
                "summary": "What a page of another site may send here (CORS)",
                "responses": {
                    "204": answer("How it can be used", None, PREFLIGHT),
                    **_refused(refusals, 400, 404, 503),
                },
            },
            "post": {
                **tag,
                "operationId": f"{form.id}.submit",
                "summary": f"Answer “{form.title}”",
                "description": "JSON is answered in JSON, and so is whoever prefers it by Accept.",
                "parameters": [LANGUAGE, IDEMPOTENCY_KEY],
                "requestBody": _body(form),
                "responses": _submitted(form, refusals),
            },
        },
    )
    spec.path(
        f"/f/{form.id}/receipts/{{receipt}}",
        operations={
            "get": {
                **tag,
                "operationId": f"{form.id}.receipt",
                "summary": "What became of a submission; never an answer",
                "parameters": [LANGUAGE, *RECEIPT_PARAMETERS],
                "responses": {
                    "200": answer("Where it stands", {**receipt, **_HTML}),
                    **_refused(refusals, 400, 404, 503),
                },
            }
        },
    )
    schema = {"application/schema+json": {"schema": {"type": "object"}}}
    spec.path(
        f"/f/{form.id}/schema.json",
        operations={
            "get": {
                **tag,
                "operationId": f"{form.id}.schema",
                "summary": "The JSON Schema of a submission in JSON",
                "parameters": [LANGUAGE],
                "responses": {
                    "200": answer("A JSON Schema, 2020-12", schema),
                    "304": KNOWN,
                    **_refused(refusals, 400, 404, 503),
                },
            }
        },
    )


def _body(form: Form) -> Schema:
    texts = {"schema": reference("schemas", f"{form.id}.texts")}
    return {
        "required": True,
        "content": {
            "application/json": {"schema": reference("schemas", form.id)},
            "application/x-www-form-urlencoded": texts,
            "multipart/form-data": texts,
        },
    }


def _submitted(form: Form, refusals: Mapping[int, Schema]) -> Schema:
    told = {"application/json": {"schema": receipt_schema(form, with_address=True)}}
    follow = {
        "links": {
            "receipt": {
                "operationId": f"{form.id}.receipt",
                "parameters": {"receipt": "$response.body#/receipt"},
            }
        }
    }
    return {
        "200": {**answer("A repeat: these answers are on disk already", told), **follow},
        "201": {**answer("The answers are on disk", told), **follow},
        "303": answer("The answers are on disk; a browser goes on to the receipt", None, LOCATION),
        **_refused(refusals, 400, 403, 404, 408, 409, 413, 415, 417, 422, 429, 503),
    }


def _refused(refusals: Mapping[int, Schema], *statuses: int) -> Schema:
    return {str(status): refusals[status] for status in statuses if status in refusals}


_HTML: Schema = {"text/html": {"schema": {"type": "string"}}}
