"""Whatever validation accepts is taken by the strict mapping, and comes back as it was sent."""

import json
import secrets
from collections.abc import Mapping

import aiohttp
from hypothesis import given, settings
from hypothesis import strategies as st

from service.forms.definition import Form, Origin
from service.forms.errors import InvalidAnswersError
from service.forms.field_types import FIELD_TYPES
from service.forms.parse import parse_form
from service.forms.validation import Validator
from service.opensearch.client import open_opensearch
from service.store import Document
from service.submission import Answer, make_submission, new_key
from tests.opensearch.cluster import Cluster
from tests.opensearch.samples import RECEIVED_AT

NUMBERS = {"integer", "decimal", "rating"}
CHOICES = st.lists(st.text("abc é数", min_size=1, max_size=4).map(str.strip), min_size=1).map(
    lambda texts: [text for text in dict.fromkeys(texts) if text] or ["only"]
)
NUMBER_TEXTS = st.decimals(
    min_value=-10_000, max_value=10_000, allow_nan=False, allow_infinity=False, places=3
)


@st.composite
def definitions(draw: st.DrawFn) -> Form:
    """A form with fields of any type, with options that its types take."""
    kinds = draw(st.lists(st.sampled_from(sorted(FIELD_TYPES)), min_size=3, max_size=14))
    fields = [{"name": f"q{n}", "label": "Q", **draw(field(kind))} for n, kind in enumerate(kinds)]
    text = json.dumps({"title": "Generated", "fields": fields}, ensure_ascii=False)
    form, problems = parse_form(text, file="generated", default_id=f"t{secrets.token_hex(8)}")
    assert form is not None, problems
    return form


def field(kind: str) -> st.SearchStrategy[dict[str, object]]:
    options: dict[str, st.SearchStrategy[object]] = {}
    if "choices" in FIELD_TYPES[kind].keys:
        return st.fixed_dictionaries({"type": st.just(kind), "choices": CHOICES})
    if "max_length" in FIELD_TYPES[kind].keys:
        options["max_length"] = st.integers(1, FIELD_TYPES[kind].hard_limit)
    if kind in ("integer", "decimal"):
        options["minimum"] = st.integers(-1_000, 0)
        options["maximum"] = st.integers(1, 10**9)
    if kind == "decimal":
        options["step"] = st.sampled_from(["0.001", "0.5", "1"])
    return st.fixed_dictionaries({"type": st.just(kind)}, optional=options)


@st.composite
def answers(draw: st.DrawFn, form: Form) -> dict[str, object]:
    """A submission in JSON: most of it fits, some of it not."""
    given: dict[str, object] = {}
    for asked in form.fields:
        values = [choice.value for choice in asked.choices] or ["only"]
        fitting: Mapping[str, st.SearchStrategy[object]] = {
            "text": st.text(),
            "textarea": st.text(),
            "email": st.emails(),
            "tel": st.from_regex(r"\+?[0-9 ()-]{3,20}", fullmatch=True),
            "url": st.just("https://example.org/é?q=1#top"),
            "integer": st.integers(),
            "decimal": st.one_of(st.integers(), NUMBER_TEXTS, st.floats()),
            "date": st.dates().map(str),
            "time": st.times().map(lambda moment: moment.isoformat("minutes")),
            "checkbox": st.booleans(),
            "checkboxes": st.lists(st.sampled_from(values)),
            "rating": st.integers(0, 6),
        }
        kind = fitting.get(asked.type.name, st.sampled_from(values))
        given[asked.name] = draw(st.one_of(kind, kind, kind, st.none()))
    return given


def accepted(form: Form, raw: Mapping[str, object]) -> Mapping[str, Answer]:
    """The answers that validation lets pass, without those it refuses."""
    validator = Validator(form)
    try:
        return validator.validate(raw, Origin.JSON)
    except InvalidAnswersError as error:
        wrong = {one.field for one in error.errors}
        return validator.validate(
            {name: value for name, value in raw.items() if name not in wrong}, Origin.JSON
        )


@settings(max_examples=12)
@given(st.data())
async def test_what_is_accepted_is_stored_and_comes_back_as_sent(
    opensearch_url: str, data: st.DataObject
) -> None:
    form = data.draw(definitions())
    numbers = [asked.name for asked in form.fields if asked.type.name in NUMBERS]
    batch = {}
    for raw in data.draw(st.lists(answers(form), min_size=1, max_size=10)):
        submission = make_submission(
            form=form.id,
            index=form.index,
            key=new_key(RECEIVED_AT),
            answers=accepted(form, raw),
            tags=(),
            client_address=None,
            received_at=RECEIVED_AT,
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
