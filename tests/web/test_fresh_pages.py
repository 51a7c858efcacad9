"""The page of an empty form is rendered once; what a visit gets of its own is the key."""

from dataclasses import replace

from service.forms.in_force import compile_forms
from tests.web.public_site import PublicSite, key_of, quiz


async def test_each_visit_gets_the_same_page_but_for_its_key(site: PublicSite) -> None:
    pages = []
    for query in ("", "", "?from=a-letter", ""):
        async with site.client.get(f"{site.url}/f/quiz{query}") as response:
            page = await response.text()
            assert response.headers["Cache-Control"] == "private, no-cache"
            assert response.headers["Content-Type"] == "text/html; charset=utf-8"
            assert response.headers["Content-Language"] == "en"
            assert response.headers["Content-Length"] == str(len(page.encode()))
            pages.append((key_of(page), page))
    assert len({key for key, _ in pages}) == 4
    assert len({page.replace(key, "") for key, page in pages}) == 1


async def test_a_form_that_was_changed_is_shown_as_it_is_now(site: PublicSite) -> None:
    await site.page_key()
    changed = replace(site.forms["quiz"], title="Another quiz")
    site.forms.replace(compile_forms({"quiz": changed}))
    async with site.client.get(f"{site.url}/f/quiz") as response:
        assert "Another quiz" in await response.text()


async def test_each_language_has_its_own_page(site: PublicSite) -> None:
    spanish = replace(quiz("quiz"), language="es", title="Un cuestionario")
    form = replace(quiz("quiz"), translations={"es": spanish})
    site.forms.replace(compile_forms({"quiz": form}))
    for _ in range(2):
        for tag, title in (("es", "Un cuestionario"), ("en", "A quiz")):
            asked = {"Accept-Language": tag}
            async with site.client.get(f"{site.url}/f/quiz", headers=asked) as response:
                assert f"<h1>{title}</h1>" in await response.text()
                assert "Accept-Language" in response.headers["Vary"]
