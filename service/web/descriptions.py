"""What programs read about the forms: the JSON Schema of each, and OpenAPI of all of them.

Both are public: a page of any origin may read them, so they alone have a CORS header.
"""

import asyncio
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from service.forms.definition import Form
from service.forms.json_schema import json_schema
from service.forms.openapi import KnownProblem, openapi
from service.web import refusals
from service.web.availability import UNAVAILABLE_FORM
from service.web.keys import FORMS, SITE
from service.web.languages import form_for
from service.web.refusals import METHOD_NOT_ALLOWED, Refusal
from service.web.validators import is_known

SCHEMA_JSON = "application/schema+json"

_HEADERS = {"Access-Control-Allow-Origin": "*", "Cache-Control": "public, no-cache"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Description:
    body: bytes
    etag: str


class Descriptions:
    """Descriptions by name, each made once as long as it is of the same forms."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[Sequence[Form], _Description]] = {}
        self._one_at_a_time = asyncio.Lock()

    async def of(
        self, name: str, forms: Sequence[Form], make: Callable[[], Mapping[str, object]]
    ) -> _Description:
        """What `make` tells of these forms. It runs on a thread: many forms take a while."""
        async with self._one_at_a_time:
            known, description = self._kept.get(name, ((), None))
            same = len(known) == len(forms) and all(map(_is, known, forms))
            if description is None or not same:
                description = await asyncio.to_thread(_written, make)
                self._kept[name] = forms, description
            return description


DESCRIPTIONS = web.AppKey("DESCRIPTIONS", Descriptions)


def add_description_routes(app: web.Application) -> None:
    """Serve the JSON Schema of each form, and OpenAPI; GET and HEAD."""
    app[DESCRIPTIONS] = Descriptions()
    app.router.add_get("/f/{form}/schema.json", show_schema)
    app.router.add_get("/openapi.json", show_openapi)


async def show_schema(request: web.Request) -> web.Response:
    """The JSON Schema of a submission, in the language that `form_for` chooses."""
    form = form_for(request)
    description = await request.app[DESCRIPTIONS].of(
        f"{form.id} {form.language}", (form,), lambda: json_schema(form)
    )
    response = _answer(request, description, SCHEMA_JSON)
    response.headers["Content-Language"] = form.language
    return response


async def show_openapi(request: web.Request) -> web.Response:
    """The whole public interface; of forms in several languages, in their own."""
    forms = tuple(request.app[FORMS].values())
    url = request.app[SITE].public_url
    description = await request.app[DESCRIPTIONS].of(
        "openapi", forms, lambda: openapi(forms, known_problems(), server_url=url)
    )
    return _answer(request, description, "application/json")


def known_problems() -> Sequence[KnownProblem]:
    """Every refusal that a program may get for what the interface describes."""
    known = [refusal for refusal in vars(refusals).values() if isinstance(refusal, Refusal)]
    return [
        KnownProblem(
            status=refusal.status, code=str(refusal.code), title=refusal.title, detail=refusal.text
        )
        for refusal in (*known, *UNAVAILABLE_FORM.values())
        if refusal is not METHOD_NOT_ALLOWED
    ]


def _is(one: Form, other: Form) -> bool:
    return one is other


def _written(make: Callable[[], Mapping[str, object]]) -> _Description:
    body = json.dumps(make(), ensure_ascii=False, separators=(",", ":")).encode()
    return _Description(body=body, etag=hashlib.sha256(body).hexdigest()[:16])


def _answer(request: web.Request, description: _Description, content_type: str) -> web.Response:
    if is_known(request.headers, description.etag):
        response = web.Response(status=304, headers=_HEADERS)
    else:
        response = web.Response(body=description.body, content_type=content_type, headers=_HEADERS)
    response.etag = description.etag
    return response
