"""The control at the stores themselves: refused by itself, and nothing of it stays."""

from pathlib import Path

from service.delivery.control import CONTROL
from service.embedded.store import open_embedded
from service.store import Document
from tests.opensearch.samples import make_document, make_form

CONTROL_DOCUMENT = Document(receipt=CONTROL.receipt, body=CONTROL.document)


async def test_the_embedded_store_refuses_it_and_goes_on(tmp_path: Path) -> None:
    async with open_embedded(tmp_path, [make_form("survey")]) as store:
        [refused] = await store.create("survey", [CONTROL_DOCUMENT])
        assert refused.status == 400
        assert not await store.find("survey", CONTROL.receipt)
        [taken] = await store.create("survey", [make_document(essay="Sega")])
        assert taken.status == 201
