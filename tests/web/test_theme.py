"""An installation's own look, from its folder to the page."""

from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from structlog.testing import capture_logs

from service.web.pages import ReceiptState
from service.web.static import STATIC_FILES, add_static_routes
from service.web.theme import NO_THEME, THEME, Theme, ThemeSource, setup_theme, useless_references
from tests.web.listening import listening
from tests.web.page_site import open_page_site


def app_with(source: ThemeSource) -> web.Application:
    app = web.Application()
    setup_theme(app, source)
    add_static_routes(app)
    return app


async def test_without_a_setting_there_is_no_theme() -> None:
    app = app_with(NO_THEME)
    async with listening(app):
        assert app[THEME] == Theme(name=None, css_url=None, logo_url=None)
        assert app[STATIC_FILES].url("app.css")


async def test_style_sheet_and_logo_are_served_under_hashed_names(tmp_path: Path) -> None:
    (tmp_path / "theme.css").write_text(":root { --formwell-accent: #060 }")
    (tmp_path / "logo.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (tmp_path / "logo.png").write_bytes(b"never shown beside the other")
    (tmp_path / "private.txt").write_text("not for the Internet")
    app = app_with(ThemeSource(folder=tmp_path, name="Town Library"))
    async with listening(app) as address, ClientSession(address) as client:
        theme = app[THEME]
        assert theme.name == "Town Library"
        assert theme.css_url
        assert theme.logo_url
        assert theme.logo_url.startswith("/static/logo.")
        assert theme.logo_url.endswith(".svg")
        async with client.get(theme.css_url) as response:
            assert await response.text() == ":root { --formwell-accent: #060 }"
        async with client.get(theme.logo_url) as response:
            assert response.content_type == "image/svg+xml"
        async with client.get("/static/private.txt") as response:
            assert response.status == 404


@pytest.mark.parametrize(("name", "alternative"), [("Town <Library>", ""), (None, "Logo")])
async def test_every_page_has_the_logo_and_says_the_name_once(
    tmp_path: Path, name: str | None, alternative: str
) -> None:
    (tmp_path / "theme.css").write_text("a{}")
    (tmp_path / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    async with open_page_site(ThemeSource(folder=tmp_path, name=name)) as site:
        asked = [await site.form(), await site.receipt(ReceiptState.RECEIVED)]
    for page in (one.page for one in asked):
        head = page.one("p", class_="site-name")
        assert head.text.strip() == (name or "")
        logo = page.one("img", class_="site-logo").attributes
        assert logo["src"].startswith("/static/logo.")
        assert logo["alt"] == alternative
        sheets = [link.attributes["href"] for link in page.all("link", rel="stylesheet")]
        assert sheets[-1].startswith("/static/theme.")


async def test_what_no_browser_will_load_is_named_in_the_log(tmp_path: Path) -> None:
    (tmp_path / "theme.css").write_text("@import 'fonts.css';\n")
    with capture_logs() as lines:
        async with listening(app_with(ThemeSource(folder=tmp_path))):
            pass
    (line,) = [line for line in lines if line["event"] == "configuration"]
    assert "theme.css, line 1: @import is never loaded" in line["message"]


@pytest.mark.parametrize(
    ("style_sheet", "found"),
    [
        ("@import url(https://example.org/a.css);", ["line 1: @import"]),
        ("a{}\n@IMPORT 'a.css';", ["line 2: @import"]),
        ("a { background: url(https://example.org/a.png) }", ["url(https://example.org/a.png)"]),
        ("\n\na { src: URL( 'font.woff2' ) }", ["line 3: url(font.woff2)"]),
        ("@import 'a.css'; a { background: url(b.png) }", ["@import", "url(b.png)"]),
        ('a { background: url("data:image/png;base64,AA==") }', []),
        ("a { fill: url(#gradient) }", []),
        ("/* @import 'a.css'; url(b.png) */ a {}", []),
        ("/* one\ntwo */ a { background: url(b.png) }", ["line 2: url(b.png)"]),
        ("a { src: url(data:font/woff2;base64,AA==) }", ["url(data:font/woff2;base64,AA==)"]),
        ("", []),
    ],
)
def test_references_that_the_policy_forbids_are_found(style_sheet: str, found: list[str]) -> None:
    sentences = useless_references(style_sheet.encode())
    assert len(sentences) == len(found)
    for part, sentence in zip(found, sentences, strict=True):
        assert part in sentence
