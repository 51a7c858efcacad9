"""The static files, over a real socket."""

import gzip
import re
from collections.abc import AsyncIterator
from importlib.resources import files

import pytest
from aiohttp import ClientResponse, ClientSession, web

from service.forms.in_force import FormsInForce
from service.web.border import add_headers
from service.web.keys import FORMS, SITE
from service.web.site import Site
from service.web.static import STATIC_FILES, StaticFiles, add_static_routes
from tests.web.listening import listening

CONTENT = b"body { color: black }\n" * 50
FILES = {"look.css": CONTENT, "more.js": b"1;", "logo.svg": b"<svg/>", "logo.png": b"\x89PNG"}


@pytest.fixture
async def client() -> AsyncIterator[ClientSession]:
    app = web.Application()
    app[STATIC_FILES] = StaticFiles(FILES)
    app[FORMS] = FormsInForce({})
    app[SITE] = Site()
    app.on_response_prepare.append(add_headers)
    add_static_routes(app)
    async with (
        listening(app) as address,
        ClientSession(address, auto_decompress=False) as session,
    ):
        yield session


async def get(client: ClientSession, path: str, encoding: str = "identity") -> ClientResponse:
    response = await client.get(path, headers={"Accept-Encoding": encoding})
    await response.read()
    return response


def url(name: str) -> str:
    return StaticFiles(FILES).url(name)


def test_an_address_has_ten_digits_of_the_content_s_hash() -> None:
    assert re.fullmatch(r"/static/look\.[0-9a-f]{10}\.css", url("look.css"))


def test_an_address_changes_with_the_content_and_only_then() -> None:
    same, other = StaticFiles({"look.css": CONTENT}), StaticFiles({"look.css": b"other"})
    assert same.url("look.css") == url("look.css") != other.url("look.css")


async def test_a_file_comes_as_it_is_and_may_be_kept_for_a_year(client: ClientSession) -> None:
    response = await get(client, url("look.css"))
    assert response.status == 200
    assert await response.read() == CONTENT
    assert response.headers["Content-Type"] == "text/css; charset=utf-8"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["Vary"] == "Accept-Encoding"
    assert "Content-Encoding" not in response.headers


async def test_a_script_is_called_one(client: ClientSession) -> None:
    response = await get(client, url("more.js"))
    assert response.content_type == "text/javascript"


async def test_who_takes_gzip_gets_it(client: ClientSession) -> None:
    response = await get(client, url("look.css"), "br, gzip")
    assert response.headers["Content-Encoding"] == "gzip"
    assert response.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(await response.read()) == CONTENT


async def test_who_has_a_file_is_not_sent_it_again(client: ClientSession) -> None:
    first = await get(client, url("look.css"))
    known = {"If-None-Match": first.headers["ETag"], "Accept-Encoding": "identity"}
    async with client.get(url("look.css"), headers=known) as again:
        assert (again.status, await again.read()) == (304, b"")
        for name in ("ETag", "Cache-Control", "Vary"):
            assert again.headers[name] == first.headers[name]


async def test_images_are_called_so_and_come_as_they_are(client: ClientSession) -> None:
    for name, kind in (("logo.svg", "image/svg+xml"), ("logo.png", "image/png")):
        response = await get(client, url(name), "gzip")
        assert response.headers["Content-Type"] == kind
        assert "Content-Encoding" not in response.headers
        assert await response.read() == FILES[name]


async def test_an_svg_is_shut_in_when_it_is_opened_by_itself(client: ClientSession) -> None:
    policy = (await get(client, url("logo.svg"))).headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy


async def test_head_says_what_get_would_and_sends_nothing(client: ClientSession) -> None:
    response = await client.head(url("look.css"), headers={"Accept-Encoding": "identity"})
    assert response.status == 200
    assert response.headers["Content-Length"] == str(len(CONTENT))
    assert await response.read() == b""


@pytest.mark.parametrize(
    "path",
    [
        "/static/look.css",
        "/static/look.0000000000.css",
        "/static/",
        "/static/%2e%2e%2f__init__.py",
        "/static/..%5c__init__.py",
        "/static/%00",
        "/static//etc/passwd",
    ],
)
async def test_any_other_name_is_not_found(client: ClientSession, path: str) -> None:
    assert (await get(client, path)).status == 404


def test_the_own_style_sheet_loads_nothing_from_elsewhere() -> None:
    sheet = files("service.templates.static").joinpath("app.css").read_text()
    assert "url(" not in sheet
    assert "@import" not in sheet
