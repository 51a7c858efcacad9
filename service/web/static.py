"""Style sheets and scripts: a fixed table in memory, under names that change with their content.

No path is ever joined from a request: a name is in the table, or it is 404.
"""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import PurePath

from aiohttp import web
from multidict import CIMultiDictProxy

CONTENT_TYPES: Mapping[str, str] = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
"""What is served, by the end of its name; licences, notes and Python files are not."""

_PREFIX = "/static/"
_NONE: Mapping[str, bytes] = {}
_HASH_DIGITS = 10
_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Vary": "Accept-Encoding",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _StaticFile:
    content_type: str
    body: bytes
    gzipped: bytes


class StaticFiles:
    """Files by name, each addressed as `/static/{stem}.{hash of the content}{suffix}`."""

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        self._urls: dict[str, str] = {}
        self._files: dict[str, _StaticFile] = {}
        for name, body in contents.items():
            path = PurePath(name)
            digest = hashlib.sha256(body).hexdigest()[:_HASH_DIGITS]
            hashed = f"{path.stem}.{digest}{path.suffix}"
            self._urls[name] = _PREFIX + hashed
            self._files[hashed] = _StaticFile(
                content_type=CONTENT_TYPES[path.suffix],
                body=body,
                gzipped=gzip.compress(body, mtime=0),
            )

    def url(self, name: str) -> str:
        """The path under which a file is served; KeyError for one that is not there."""
        return self._urls[name]

    def answer(self, hashed_name: str, *, accepts_gzip: bool) -> web.Response:
        """The file, to be kept for a year; raises HTTPNotFound for any other name."""
        file = self._files.get(hashed_name)
        if file is None:
            raise web.HTTPNotFound
        response = web.Response(
            body=file.gzipped if accepts_gzip else file.body,
            content_type=file.content_type,
            charset="utf-8",
            headers=_HEADERS,
        )
        if accepts_gzip:
            response.headers["Content-Encoding"] = "gzip"
        return response


STATIC_FILES = web.AppKey("STATIC_FILES", StaticFiles)


def read_static_files(more: Mapping[str, bytes] = _NONE) -> StaticFiles:
    """The package's own files and these, compressed: blocking work of some ten milliseconds."""
    own = {
        entry.name: entry.read_bytes()
        for entry in files("service.templates.static").iterdir()
        if PurePath(entry.name).suffix in CONTENT_TYPES
    }
    return StaticFiles({**own, **more})


def add_static_routes(app: web.Application) -> None:
    """Serve `app[STATIC_FILES]`, which may be set as late as on start-up; GET and HEAD."""
    app.router.add_get(_PREFIX + "{name}", _serve)


async def _serve(request: web.Request) -> web.Response:
    static_files = request.app[STATIC_FILES]
    return static_files.answer(
        request.match_info["name"], accepts_gzip=accepts_gzip(request.headers)
    )


def accepts_gzip(headers: CIMultiDictProxy[str]) -> bool:
    """Whether Accept-Encoding takes gzip, by name or by `*`, with a weight above 0 (RFC 9110)."""
    weights: dict[str, float] = {}
    for part in ",".join(headers.getall("Accept-Encoding", [])).split(","):
        name, _, parameter = part.partition(";")
        weights[name.strip().lower()] = _weight(parameter)
    return weights.get("gzip", weights.get("*", 0.0)) > 0


def _weight(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
