"""Pages with holes: what one visit gets is never another's."""

from dataclasses import replace

from service.forms.in_force import compile_forms
from service.web.moulds import Mould, hole
from tests.web.public_site import GOOD, PublicSite, quiz


def test_each_cast_has_its_own_texts_in_every_place() -> None:
    mould = Mould(f"<a>{hole('one')}</a><b>{hole('two-2')}</b>{hole('one')}")
    assert mould.cast({"one": "1", "two-2": "2"}) == b"<a>1</a><b>2</b>1"
    assert mould.cast({"one": "é", "two-2": ""}) == "<a>é</a><b></b>é".encode()


def test_what_fills_a_hole_is_text_and_no_markup() -> None:
    mould = Mould(f'<a href="{hole("address")}">')
    assert mould.cast({"address": '"><script>&'}) == b'<a href="&#34;&gt;&lt;script&gt;&amp;">'


def test_what_looks_like_a_hole_is_none() -> None:
    guessed = "hole000000000000000000000000(key)"
    assert Mould(f"{guessed}{hole('key')}").cast({"key": guessed}) == f"{guessed}{guessed}".encode()


def test_text_that_no_encoding_can_carry_is_no_error() -> None:
    assert Mould(f"\ud800{hole('a')}").cast({"a": "\udfff"}) == b"??"


async def receipt_page(site: PublicSite, essay: str, query: str = "") -> tuple[str, str]:
    """The address of a new receipt, and its page."""
    response, _ = await site.post({**GOOD, "essay": essay})
    address = response.headers["Location"] + query
    async with site.client.get(f"{site.url}{address}") as answer:
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["Vary"].startswith("Accept")
        return address, await answer.text()


async def test_every_receipt_shows_itself_though_its_page_was_rendered_once(
    site: PublicSite,
) -> None:
    pages = [await receipt_page(site, essay) for essay in ("Sega", "Nintendo", "NEC")]
    receipts = [address.split("/receipts/")[1].split("?")[0] for address, _ in pages]
    for number, (address, page) in enumerate(pages):
        assert f'href="{address.replace("&", "&amp;")}"' in page
        digits = receipts[number].replace("-", "")
        assert all(f">{digits[at : at + 4]}" in page for at in range(0, 32, 4))
        for other in receipts[:number] + receipts[number + 1 :]:
            assert other not in page
        assert "hole" not in page


async def test_the_links_to_other_languages_lead_to_the_same_receipt(site: PublicSite) -> None:
    spanish = replace(quiz("quiz"), language="es", title="Un cuestionario")
    form = replace(quiz("quiz"), translations={"es": spanish})
    site.forms.replace(compile_forms({"quiz": form}))
    for essay in ("Sega", "Nintendo"):
        address, page = await receipt_page(site, essay)
        query = address.split("?")[1].replace("&", "&amp;")
        assert f"{query}&amp;lang=es" in page
        assert f"{query}&amp;lang=en" in page
