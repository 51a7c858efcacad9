"""Style sheets, scripts and logos: a fixed table in memory, under names that change with their
content. No path is ever joined from a request: a name is in the table, or it is 404.
"""

import hashlib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import PurePath

from aiohttp import web

from service.web.representation import Representation, represent, send

_SVG = "image/svg+xml"
CONTENT_TYPES: Mapping[str, str] = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": _SVG,
    ".png": "image/png",
}
"""What is served, by the end of its name; licences, notes and Python files are not."""

_PREFIX = "/static/"
_NONE: Mapping[str, bytes] = {}
_HASH_DIGITS = 10
_CACHE = {"Cache-Control": "public, max-age=31536000, immutable"}
# An SVG is a document with scripts when it is opened by itself; it keeps its own colours and fonts.
_SVG_POLICY = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "frame-ancestors 'none'; sandbox"
}


class StaticFiles:
    """Files by name, each addressed as `/static/{stem}.{hash of the content}{suffix}`."""

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        self._urls: dict[str, str] = {}
        self._files: dict[str, Representation] = {}
        for name, body in contents.items():
            path = PurePath(name)
            digest = hashlib.sha256(body).hexdigest()[:_HASH_DIGITS]
            hashed = f"{path.stem}.{digest}{path.suffix}"
            self._urls[name] = _PREFIX + hashed
            self._files[hashed] = represent(body, CONTENT_TYPES[path.suffix])

    def url(self, name: str) -> str:
        """The path under which a file is served; KeyError for one that is not there."""
        return self._urls[name]

    def find(self, hashed_name: str) -> Representation | None:
        """The file that is served under this name, if there is one."""
        return self._files.get(hashed_name)


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
    """Serve `app[STATIC_FILES]`, which may be set as late as on start-up; GET and HEAD. A file may
    be kept for a year."""
    app.router.add_get(_PREFIX + "{name}", _serve)


async def _serve(request: web.Request) -> web.Response:
    file = request.app[STATIC_FILES].find(request.match_info["name"])
    if file is None:
        raise web.HTTPNotFound
    headers = {**_CACHE, **_SVG_POLICY} if file.content_type == _SVG else _CACHE
    return send(request, file, headers)
