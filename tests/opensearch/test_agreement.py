"""Whatever validation accepts is taken by the strict mapping, and comes back as it was sent."""

import json

import aiohttp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.opensearch.client import open_opensearch
from service.store import Document
from service.submission import make_submission, new_key
from tests.forms.generated import answers, forms, passed
from tests.opensearch.cluster import Cluster
from tests.opensearch.samples import RECEIVED_AT

NUMBERS = {"integer", "decimal", "rating"}


@settings(max_examples=8, suppress_health_check=list(HealthCheck))
@given(st.data())
async def test_what_is_accepted_is_stored_and_comes_back_as_sent(
    opensearch_url: str, data: st.DataObject
) -> None:
    form = data.draw(forms())
    numbers = [asked.name for asked in form.fields if asked.type.name in NUMBERS]
    batch = {}
    for raw in data.draw(st.lists(answers(form), min_size=1, max_size=10)):
        submission = make_submission(
            form=form.id,
            index=form.index,
            key=new_key(RECEIVED_AT),
            answers=passed(form, raw),
            tags=(),
            client_address=None,
            received_at=RECEIVED_AT,
            spam=("honeypot", "too_fast"),
        )
        batch[str(submission.receipt)] = (raw, submission)

    async with aiohttp.ClientSession() as session:
        cluster = Cluster(opensearch_url, session)
        try:
            async with open_opensearch(opensearch_url, [form]) as store:
                results = await store.create(
                    form.index,
                    [
                        Document(receipt=submission.receipt, body=submission.document)
                        for _, submission in batch.values()
                    ],
                )
            assert [result.status for result in results] == [201] * len(batch), results
            await cluster.ask("POST", f"/{form.index}/_refresh")
            query = {"size": 100, "docvalue_fields": numbers}
            status, found = await cluster.ask("POST", f"/{form.index}/_search", query)
        finally:
            await cluster.remove(form.index)

    assert status == 200, found
    hits = found["hits"]["hits"]
    assert {hit["_id"] for hit in hits} == set(batch)
    for hit in hits:
        raw, submission = batch[hit["_id"]]
        assert hit["_source"] == json.loads(submission.document)
        for name in numbers:
            # What OpenSearch compares and sums is the number itself, not something near it.
            kept = hit.get("fields", {}).get(name, [])
            assert kept == ([hit["_source"][name]] if name in hit["_source"] else [])
            assert not kept or kept[0] == float(str(raw[name])), name
