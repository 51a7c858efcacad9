"""Errors for programs: application/problem+json (RFC 9457)."""

import json
from collections.abc import Mapping, Sequence

from aiohttp import web

from service.forms.errors import FieldError
from service.texts.texts import ENGLISH, Texts
from service.web.refusals import Refusal

PROBLEM_JSON = "application/problem+json"


def problem_response(
    refusal: Refusal,
    *,
    detail: str,
    texts: Texts = ENGLISH,
    errors: Sequence[FieldError] = (),
    headers: Mapping[str, str] | None = None,
) -> web.Response:
    """A problem with our code and, for invalid answers, what is wrong with each field.

    `detail` is a marked text; it and the title are told in the language of `texts`, which `errors`
    are in already.
    """
    problem: dict[str, object] = {
        "type": "about:blank",
        "title": texts.gettext(refusal.title),
        "status": refusal.status,
        "code": refusal.code,
        "detail": texts.gettext(detail),
    }
    if errors:
        problem["errors"] = [
            {"field": error.field, "code": error.code, "message": error.message} for error in errors
        ]
    return web.Response(
        status=refusal.status,
        body=json.dumps(problem, ensure_ascii=False).encode(),
        content_type=PROBLEM_JSON,
        headers={
            "Cache-Control": "no-store",
            "Content-Language": texts.tag,
            **(headers or {}),
        },
    )
