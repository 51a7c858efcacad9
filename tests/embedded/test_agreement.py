"""Whatever validation accepts is taken by the embedded store, and comes back as it was sent."""

import json
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.embedded.store import open_embedded
from service.store import Document
from service.submission import make_submission, new_key
from tests.forms.generated import answers, forms, passed

RECEIVED_AT = 1_795_364_701_042


@settings(max_examples=10, suppress_health_check=list(HealthCheck))
@given(st.data())
async def test_what_is_accepted_is_stored_and_comes_back_as_sent(data: st.DataObject) -> None:
    form = data.draw(forms())
    submissions = [
        make_submission(
            form=form.id,
            index=form.index,
            key=new_key(RECEIVED_AT),
            answers=passed(form, raw),
            tags=(),
            client_address=None,
            received_at=RECEIVED_AT,
            spam=("honeypot", "too_fast"),
        )
        for raw in data.draw(st.lists(answers(form), min_size=1, max_size=5))
    ]
    documents = [Document(receipt=one.receipt, body=one.document) for one in submissions]
    with tempfile.TemporaryDirectory() as folder:
        async with open_embedded(Path(folder), [form]) as store:
            results = await store.create(form.index, documents)
            assert [result.status for result in results] == [201] * len(documents)
            for document in documents:
                (hit,) = await store.fetch(form.index, document.receipt)
                assert hit.document == json.loads(document.body)
