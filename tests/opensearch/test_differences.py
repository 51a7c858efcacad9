"""What separates a form from its index, said of a real one; nothing is changed by saying it."""

from service.opensearch.client import open_opensearch
from service.opensearch.differences import Change
from tests.opensearch.cluster import Cluster
from tests.opensearch.samples import make_document, make_form


async def test_every_kind_of_change_is_told_from_the_others(
    opensearch_url: str, index: str, cluster: Cluster
) -> None:
    before = make_form(index, essay="textarea", mail="email", age="integer")
    async with open_opensearch(opensearch_url, [before]) as store:
        await store.create(index, [make_document(essay="a", mail="a@b.example", age=3)])
    await cluster.put(f"/{index}/_mapping", {"properties": {"theirs": {"type": "ip"}}})
    found = await cluster.properties(index)

    after = make_form(index, essay="textarea", age="text", nick="text")
    async with open_opensearch(opensearch_url, [after]) as store:
        (difference,) = await store.differences(after)

    changes = {field.name: field.change for field in difference.fields}
    assert {name: changes[name] for name in ("essay", "mail", "age", "nick", "theirs")} == {
        "essay": Change.SAME,
        "mail": Change.REMOVED,
        "age": Change.REINDEX,
        "nick": Change.NEW,
        "theirs": Change.FOREIGN,
    }
    assert changes["receipt"] is Change.SAME
    assert difference.needs_reindex
    assert (difference.live, difference.dynamic) == (index, "strict")
    assert await cluster.properties(index) == found


async def test_an_index_that_is_missing_is_all_new_and_is_not_made(
    opensearch_url: str, index: str, cluster: Cluster
) -> None:
    form = make_form(index)
    async with open_opensearch(opensearch_url, [form]) as store:
        (difference,) = await store.differences(form)

    assert difference.live is None
    assert {field.change for field in difference.fields} == {Change.NEW}
    assert not difference.needs_reindex
    assert (await cluster.ask("GET", f"/{index}"))[0] == 404


async def test_an_analyser_of_the_indexs_own_is_named_and_needs_nothing(
    opensearch_url: str, index: str, cluster: Cluster
) -> None:
    theirs = {"essay": {"type": "text", "analyzer": "english"}}
    await cluster.put(f"/{index}", {"mappings": {"properties": theirs}})
    form = make_form(index, essay="textarea")
    async with open_opensearch(opensearch_url, [form]) as store:
        (difference,) = await store.differences(form)

    (essay,) = (field for field in difference.fields if field.name == "essay")
    assert (essay.change, essay.index) == (Change.SAME, "text, analyzer english")
    assert difference.dynamic == "true"
