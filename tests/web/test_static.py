"""The static files, over a real socket."""

import gzip
import re
from collections.abc import AsyncIterator
from importlib.resources import files

import pytest
from aiohttp import ClientResponse, ClientSession, web
from multidict import CIMultiDict, CIMultiDictProxy

from service.web.static import STATIC_FILES, StaticFiles, accepts_gzip, add_static_routes
from tests.web.listening import listening

CONTENT = b"body { color: black }\n" * 50


@pytest.fixture
async def client() -> AsyncIterator[ClientSession]:
    app = web.Application()
    app[STATIC_FILES] = StaticFiles({"look.css": CONTENT, "more.js": b"1;"})
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
    return StaticFiles({"look.css": CONTENT, "more.js": b"1;"}).url(name)


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


@pytest.mark.parametrize(
    ("header", "taken"),
    [
        ("gzip", True),
        ("GZIP;q=0.5", True),
        ("deflate, gzip;q=1.0, *;q=0.5", True),
        ("*", True),
        ("*;q=0", False),
        ("gzip;q=0", False),
        ("gzip;q=0, *", False),
        ("gzip;q=nonsense", False),
        ("br", False),
        ("", False),
    ],
)
def test_gzip_is_taken_by_name_or_star_unless_its_weight_is_zero(header: str, taken: bool) -> None:
    headers = CIMultiDictProxy(CIMultiDict({"Accept-Encoding": header}))
    assert accepts_gzip(headers) is taken


def test_the_own_style_sheet_loads_nothing_from_elsewhere() -> None:
    sheet = files("service.templates.static").joinpath("app.css").read_text()
    assert "url(" not in sheet
    assert "@import" not in sheet
