"""Submissions that share a commit are put with one statement, and each is answered for itself."""

import asyncio
from collections.abc import Sequence

import pytest

from service.spool.ports import Accepted, KeyTaken
from service.spool.spool import Spool
from service.submission import Submission
from tests.spool.submissions import submission

INDEX = "quiz-answers"


async def put_all(spool: Spool, *submissions: Submission) -> Sequence[Accepted | BaseException]:
    """All in one turn of the loop, so that they come to the writer as one group."""
    return await asyncio.gather(*map(spool.put, submissions), return_exceptions=True)


async def stored(spool: Spool, index: str = INDEX) -> list[bytes]:
    batch = await spool.claim(index, most_rows=1_000, most_bytes=10_000_000)
    return [row.document for row in batch.rows]


async def test_each_document_is_stored_with_its_own_receipt_in_the_order_they_came(
    spool: Spool,
) -> None:
    sent = [submission(f"Sega {n}", key=f"key-{n}") for n in range(100)]
    answers = await put_all(spool, *sent)
    assert [one.entry.receipt for one in answers if isinstance(one, Accepted)] == [
        one.receipt for one in sent
    ]
    assert not any(one.repeated for one in answers if isinstance(one, Accepted))
    assert await stored(spool) == [one.document for one in sent]
    for one in sent:
        entry = await spool.find(one.receipt)
        assert entry is not None
        assert (entry.form, entry.index, entry.received_at) == (
            one.form,
            one.index,
            one.received_at,
        )


async def test_of_two_with_one_key_the_second_is_a_repeat_or_refused(spool: Spool) -> None:
    first, again, other = submission(), submission(), submission("Nintendo")
    beside = submission(key="key-2")
    answers = await put_all(spool, first, again, other, beside)
    assert [isinstance(one, Accepted) and one.repeated for one in answers] == [
        False,
        True,
        False,
        False,
    ]
    assert isinstance(answers[2], KeyTaken)
    assert await stored(spool) == [first.document, beside.document]


async def test_a_repeat_of_a_row_that_is_there_leaves_its_group_alone(spool: Spool) -> None:
    known = submission()
    await spool.put(known)
    fresh = [submission(key=f"fresh-{n}") for n in range(5)]
    answers = await put_all(spool, fresh[0], known, *fresh[1:], submission("other answers"))
    assert [type(one) for one in answers] == [Accepted] * 6 + [KeyTaken]
    assert [one.repeated for one in answers[:6] if isinstance(one, Accepted)] == [
        False,
        True,
        *[False] * 4,
    ]
    assert sorted(await stored(spool)) == sorted(one.document for one in [known, *fresh])


async def test_forms_and_indexes_of_a_group_stay_apart(spool: Spool) -> None:
    one, two = submission(form="one", index="first"), submission(form="two", index="second")
    more = submission(form="one", index="first", key="key-2")
    assert all(isinstance(answer, Accepted) for answer in await put_all(spool, one, two, more))
    assert await stored(spool, "first") == [one.document, more.document]
    assert await stored(spool, "second") == [two.document]
    assert (spool.accepted("one"), spool.accepted("two")) == (2, 1)


@pytest.mark.parametrize("limit", [0, 1, 7, 20])
async def test_a_group_over_the_limit_is_taken_in_its_order_up_to_it(
    spool: Spool, limit: int
) -> None:
    sent = [submission(key=f"key-{n}") for n in range(20)]
    answers = await asyncio.gather(
        *(spool.put(one, limit=limit) for one in sent), return_exceptions=True
    )
    taken = [isinstance(answer, Accepted) for answer in answers]
    assert taken == [True] * limit + [False] * (20 - limit)
    assert spool.accepted("quiz") == limit
