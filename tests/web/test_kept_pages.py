"""Pages that caches may keep: without a key, with a validator, and never past a change."""

import gzip
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from service.forms.availability import Availability
from service.forms.definition import Form
from service.forms.in_force import compile_forms
from service.wall_clock import now_ms
from service.web.kept_pages import KeptPages, fresh_seconds
from service.web.representation import represent
from tests.web.public_site import PublicSite, open_public_site, quiz
from tests.web.raw import CANARY, ask

HOUR_MS = 3_600_000


def serve(site: PublicSite, **changes: Any) -> Form:
    """Serve the quiz from now on, with a page for many."""
    form = replace(quiz("quiz"), **{"cache_seconds": 60, **changes})
    site.forms.replace(compile_forms({"quiz": form}))
    return form


def spanish(form: Form) -> Form:
    return replace(form, language="es", title="Un cuestionario", translations={})


@pytest.fixture
async def shared(site: PublicSite) -> PublicSite:
    """A site whose form has a page for many, in one language."""
    serve(site)
    return site


async def get(
    site: PublicSite, headers: Mapping[str, str] | None = None, query: str = "", method: str = "GET"
) -> tuple[int, Mapping[str, str], bytes]:
    async with site.client.request(
        method,
        f"{site.url}/f/quiz{query}",
        headers={"Accept-Encoding": "identity", **(headers or {})},
    ) as response:
        return response.status, response.headers, await response.read()


async def test_a_page_for_many_has_no_key_and_may_be_kept(shared: PublicSite) -> None:
    status, headers, page = await get(shared)
    assert status == 200
    assert headers["Cache-Control"] == "public, max-age=60"
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert headers["Vary"] == "Accept-Encoding"
    assert headers["ETag"].startswith('"')
    assert b'name="submission_key"' not in page
    assert b'data-key-field="submission_key"' in page
    assert (await get(shared))[2] == page


@pytest.mark.parametrize("known", ["{}", "W/{}", '"other", {}', "*"])
async def test_who_has_the_page_gets_304(shared: PublicSite, known: str) -> None:
    _, first, _ = await get(shared)
    status, headers, body = await get(shared, {"If-None-Match": known.format(first["ETag"])})
    assert (status, body) == (304, b"")
    for name in ("ETag", "Cache-Control", "Vary", "Content-Language"):
        assert headers[name] == first[name]


async def test_who_has_another_page_gets_this_one(shared: PublicSite) -> None:
    _, first, page = await get(shared)
    serve(shared, title="Another quiz")
    status, headers, other = await get(shared, {"If-None-Match": first["ETag"]})
    assert status == 200
    assert headers["ETag"] != first["ETag"]
    assert b"Another quiz" in other
    assert b"Another quiz" not in page


async def test_head_answers_the_same_headers(shared: PublicSite) -> None:
    _, get_headers, page = await get(shared)
    status, headers, body = await get(shared, method="HEAD")
    assert (status, body) == (200, b"")
    assert headers["Content-Length"] == str(len(page))
    own = {"date", "x-request-id"}
    assert {name: headers[name] for name in headers if name.lower() not in own} == {
        name: get_headers[name] for name in get_headers if name.lower() not in own
    }


async def test_gzip_is_sent_to_who_takes_it_with_an_etag_of_its_own(tmp_path: Path) -> None:
    async with open_public_site(tmp_path) as site:
        serve(site)
        _, plain, page = await get(site)
        async with site.client.get(
            f"{site.url}/f/quiz", headers={"Accept-Encoding": "gzip"}, auto_decompress=False
        ) as response:
            assert response.headers["Content-Encoding"] == "gzip"
            assert response.headers["Vary"] == "Accept-Encoding"
            assert response.headers["ETag"] != plain["ETag"]
            assert gzip.decompress(await response.read()) == page
            etag = response.headers["ETag"]
        known = {"If-None-Match": etag, "Accept-Encoding": "gzip"}
        assert (await get(site, known))[0] == 304
        assert (await get(site, {"If-None-Match": etag}))[0] == 200


async def test_a_page_depends_on_the_language_only_where_there_is_a_choice(
    shared: PublicSite,
) -> None:
    form = quiz("quiz")
    serve(shared, translations={"es": replace(spanish(form), cache_seconds=60)})
    _, english, _ = await get(shared, {"Accept-Language": "en"})
    _, headers, page = await get(shared, {"Accept-Language": "es-MX, en;q=0.5"})
    assert headers["Content-Language"] == "es"
    assert headers["ETag"] != english["ETag"]
    assert "Un cuestionario" in page.decode()
    for answer in (english, headers):
        assert answer["Vary"].replace(" ", "").split(",") == ["Accept-Encoding", "Accept-Language"]
    _, named, same = await get(shared, {"Accept-Language": "en"}, "?lang=es")
    assert same == page
    assert named["Vary"] == "Accept-Encoding"


async def test_what_one_visitor_put_into_the_address_is_on_no_other_s_page(
    shared: PublicSite,
) -> None:
    form = quiz("quiz")
    serve(shared, translations={"es": replace(spanish(form), cache_seconds=60)})
    await get(shared, query="?campaign=mine&lang=en")
    assert b"campaign" not in (await get(shared))[2]


@pytest.mark.parametrize("cache_seconds", [0, 60])
async def test_a_fragment_that_was_sent_is_on_nobody_s_page(
    shared: PublicSite, cache_seconds: int
) -> None:
    """No browser sends one, and whoever does could be the first to ask for a page that is kept."""
    serve(shared, cache_seconds=cache_seconds, translations={"es": spanish(quiz("quiz"))})
    asked = b"GET %b HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    for target in (b"/f/quiz?lang=en#%b", b"http://localhost/f/quiz#%b", b"/f/quiz?lang=en"):
        page = await ask(shared.url, asked % target.replace(b"%b", CANARY))
        assert b"lang=es" in page
        assert CANARY not in page


async def test_a_closed_form_says_so_and_may_be_kept(shared: PublicSite) -> None:
    serve(shared, closes_at=now_ms() - HOUR_MS)
    status, headers, page = await get(shared)
    assert status == 200
    assert headers["Cache-Control"] == "public, max-age=60"
    assert b"<form" not in page


async def test_the_page_of_a_form_that_opens_soon_is_kept_no_longer(shared: PublicSite) -> None:
    serve(shared, opens_at=now_ms() + 20_000)
    _, headers, page = await get(shared)
    assert 0 < int(headers["Cache-Control"].removeprefix("public, max-age=")) < 20
    assert b"<form" not in page


async def test_the_page_of_a_visitor_s_own_has_no_validator_when_the_form_is_closed(
    shared: PublicSite,
) -> None:
    serve(shared, cache_seconds=0, closes_at=now_ms() - HOUR_MS)
    _, headers, _ = await get(shared)
    assert "no-cache" in headers["Cache-Control"]
    assert "ETag" not in headers


@pytest.mark.parametrize(
    ("stands", "times", "seconds"),
    [
        (Availability.OPEN, {}, 60),
        (Availability.OPEN, {"closes_at": 1_000_000 + HOUR_MS}, 60),
        (Availability.OPEN, {"closes_at": 1_010_999}, 10),
        (Availability.OPEN, {"closes_at": 1_000_999}, 0),
        (Availability.FULL, {"closes_at": 1_010_000}, 10),
        (Availability.NOT_YET_OPEN, {"opens_at": 1_007_000, "closes_at": 1_009_000}, 7),
        (Availability.CLOSED, {"closes_at": 900_000}, 60),
        (Availability.OPEN, {"opens_at": 900_000}, 60),
    ],
)
def test_a_page_is_fresh_until_the_form_opens_or_closes(
    stands: Availability, times: Mapping[str, Any], seconds: int
) -> None:
    form = replace(quiz("quiz"), cache_seconds=60, **times)
    assert fresh_seconds(form, stands, now_ms=1_000_000) == seconds


def test_a_page_is_kept_for_this_very_form_and_where_it_stands() -> None:
    pages, page = KeptPages(), represent(b"a page", "text/html")
    form = quiz("quiz")
    pages.keep(form, Availability.OPEN, page)
    assert pages.find(form, Availability.OPEN) is page
    assert pages.find(form, Availability.FULL) is None
    assert pages.find(replace(form), Availability.OPEN) is None
    assert pages.find(spanish(form), Availability.OPEN) is None
