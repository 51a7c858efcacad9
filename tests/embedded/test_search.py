"""Searching: any of the words, the best first, and no syntax that could go wrong."""

import json

import pytest

from service.embedded.store import EmbeddedStore
from tests.embedded.samples import INDEX, OTHER_FORM, document


async def essays(store: EmbeddedStore, query: str, *, limit: int = 10) -> list[object]:
    return [hit.document["essay"] for hit in await store.search(INDEX, query, limit=limit)]


async def test_a_hit_carries_the_whole_document_and_a_positive_score(store: EmbeddedStore) -> None:
    sega = document("Sega won")
    await store.create(INDEX, [sega])

    [hit] = await store.search(INDEX, "sega", limit=10)

    assert (hit.receipt, hit.index) == (str(sega.receipt), INDEX)
    assert hit.document == json.loads(sega.body)
    assert hit.score > 0


async def test_any_word_matches_and_the_best_match_comes_first(store: EmbeddedStore) -> None:
    texts = ["Sega", "Nintendo had Mario", "Sega, or Nintendo with Mario", "Atari", "Amiga"]
    await store.create(INDEX, [document(text) for text in texts])

    hits = await store.search(INDEX, "nintendo mario sega", limit=10)

    assert hits[0].document["essay"] == "Sega, or Nintendo with Mario"
    assert {hit.document["essay"] for hit in hits} == set(texts[:3])
    assert sorted((hit.score for hit in hits), reverse=True) == [hit.score for hit in hits]


async def test_a_rare_word_counts_for_more_than_a_common_one(store: EmbeddedStore) -> None:
    await store.create(INDEX, [document("sega", key=str(number)) for number in range(20)])
    await store.create(INDEX, [document("dreamcast")])

    assert (await essays(store, "sega dreamcast"))[0] == "dreamcast"


async def test_no_more_hits_than_asked_for_come_back(store: EmbeddedStore) -> None:
    await store.create(INDEX, [document("sega", key=str(number)) for number in range(5)])

    assert len(await store.search(INDEX, "sega", limit=3)) == 3


async def test_equal_matches_come_newest_first(store: EmbeddedStore) -> None:
    oldest, newer, newest = (document("sega", key=key) for key in "123")
    await store.create(INDEX, [oldest, newer, newest])

    hits = await store.search(INDEX, "sega", limit=2)

    assert [hit.receipt for hit in hits] == [str(newest.receipt), str(newer.receipt)]


@pytest.mark.parametrize("query", ["CAFÉ", "cafe", "cafe\u0301", "Café!", "ça-va café"])
async def test_case_and_accents_make_no_difference(store: EmbeddedStore, query: str) -> None:
    await store.create(INDEX, [document("Im Café")])

    assert await essays(store, query) == ["Im Café"]


async def test_a_compound_is_found_by_either_of_its_words(store: EmbeddedStore) -> None:
    await store.create(INDEX, [document("the drive"), document("mega")])

    assert set(await essays(store, "mega-drive")) == {"the drive", "mega"}


async def test_every_analysed_field_is_searched(store: EmbeddedStore) -> None:
    await store.create(INDEX, [document("Sega", motto="Faster")])

    assert await essays(store, "faster") == ["Sega"]


@pytest.mark.parametrize("query", ["ada", "example", "192", "quiz", "v0"])
async def test_addresses_and_our_own_fields_are_not_searched(
    store: EmbeddedStore, query: str
) -> None:
    await store.create(INDEX, [document("Sega", email="ada@example.org")])

    assert await essays(store, query) == []


async def test_another_forms_documents_are_not_found(store: EmbeddedStore) -> None:
    await store.create(OTHER_FORM.index, [document("sega")])

    assert await essays(store, "sega") == []


@pytest.mark.parametrize(
    "query",
    ["", " ", "\n", "?!", '"', '""', "*", "()", "-", "^", ":", "'", "\x00", "+", "…", "\ud800"],
)
async def test_a_query_without_a_word_finds_nothing(store: EmbeddedStore, query: str) -> None:
    await store.create(INDEX, [document("Sega ? …")])

    assert await essays(store, query) == []


@pytest.mark.parametrize(
    "query",
    [
        'sega"',
        '"sega',
        "sega*",
        "sega AND",
        "AND sega",
        "NOT sega",
        "sega NOT sega",
        "NEAR(sega nothing, 1)",
        "essay:sega",
        "{text} : sega",
        "-text : sega",
        "^sega",
        "sega + nothing",
        "(sega",
        "sega'); DROP TABLE words; --",
        "sega\x00won",
        "nothing\x00 sega",
        "\ud800 sega",
    ],
)
async def test_syntax_in_a_query_is_only_text(store: EmbeddedStore, query: str) -> None:
    await store.create(INDEX, [document("Sega")])

    assert await essays(store, query) == ["Sega"]


async def test_a_word_of_the_grammar_is_found_as_a_word(store: EmbeddedStore) -> None:
    await store.create(INDEX, [document("near and dear"), document("far")])

    assert await essays(store, "NEAR") == ["near and dear"]


async def test_a_prefix_finds_no_longer_word(store: EmbeddedStore) -> None:
    await store.create(INDEX, [document("Segas")])

    assert await essays(store, "seg*") == []


async def test_a_very_long_query_is_answered(store: EmbeddedStore) -> None:
    await store.create(INDEX, [document("Sega")])
    query = "sega " + " ".join(f"word{number}" for number in range(50_000))

    assert await essays(store, query) == ["Sega"]
