"""What the store says of other replicas' submissions, and what stands while it says nothing."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from service.forms.definition import Form
from service.null_store import NullStore
from service.observability.metrics import Metrics
from service.running.recount import Recount
from service.spool.limits import Limits
from service.spool.spool import Spool, open_spool
from service.store import StoreUnavailable
from tests.system.polling import until
from tests.web.public_site import quiz


class CountedStore(NullStore):
    """Has `documents` of every form; None: it is away. `hangs`: it never answers."""

    def __init__(self) -> None:
        self.documents: int | None = 0
        self.hangs = False
        self.asked: list[str] = []

    async def count(self, index: str) -> int:
        self.asked.append(index)
        if self.hangs:
            await asyncio.get_running_loop().create_future()
        if self.documents is None:
            raise StoreUnavailable("away")
        return self.documents


LIMITED: Form = replace(quiz("quiz"), limit=50)


@pytest.fixture
async def spool(tmp_path: Path) -> AsyncIterator[Spool]:
    async with open_spool(tmp_path / "spool.db", Metrics(), Limits()) as opened:
        yield opened


async def test_forms_without_a_limit_are_never_asked_about(spool: Spool) -> None:
    store = CountedStore()
    await Recount({"quiz": LIMITED, "other": quiz("other")}, store, spool).look(within_seconds=5)
    assert store.asked == [LIMITED.index]


async def test_a_spool_learns_what_others_took(spool: Spool) -> None:
    store = CountedStore()
    store.documents = 30
    await Recount({"quiz": LIMITED}, store, spool).look(within_seconds=5)
    assert spool.accepted("quiz") == 30


@pytest.mark.parametrize("hangs", [False, True])
async def test_what_was_known_stands_while_the_store_is_silent(spool: Spool, hangs: bool) -> None:
    store = CountedStore()
    store.documents = 30
    recount = Recount({"quiz": LIMITED}, store, spool)
    await recount.look(within_seconds=5)
    store.documents, store.hangs = None, hangs
    await recount.look(within_seconds=0.01)
    assert spool.accepted("quiz") == 30


async def test_a_new_limit_is_looked_after_at_once(spool: Spool) -> None:
    store, forms = CountedStore(), {"quiz": quiz("quiz")}
    store.documents = 7
    recount = Recount(forms, store, spool)
    task = asyncio.create_task(recount.run_for_ever())
    forms["quiz"] = LIMITED
    recount.soon()

    async def is_counted() -> bool:
        return spool.accepted("quiz") == 7

    await until(is_counted, within_seconds=5, hoping_for="counted")
    task.cancel()
