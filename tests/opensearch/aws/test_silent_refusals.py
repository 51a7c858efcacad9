"""Serverless denies without saying why: others are fetched for that, but not without end."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import structlog

from service.opensearch.aws.authentication import AwsAuthentication
from service.opensearch.aws.credentials import Credentials
from service.opensearch.aws.suspicion import SUSPECT_AGAIN_SECONDS
from service.opensearch.client import open_opensearch
from service.opensearch.store import OpenSearchStore
from service.store import StoreRefused
from tests.opensearch.aws.gateway import REGION, Gateway, run_gateway
from tests.opensearch.aws.key_ring import KeyRing, key_of, make_credentials
from tests.opensearch.samples import make_document, make_form

SILENT = {"status": 403, "error": {"type": "Forbidden", "reason": "403 Forbidden"}}


class Renewing(KeyRing):
    """Has another set whenever it is asked for one, and tells the gateway, as STS would.

    With `helps`, it was for the old ones that the gateway refused everything; without `has_others`
    there is one set for good.
    """

    def __init__(self, gateway: Gateway) -> None:
        super().__init__(make_credentials("AKID000"))
        self._gateway = gateway
        self.helps = False
        self.has_others = True
        gateway.keys = key_of(self.current)

    async def replace(self, rejected: Credentials) -> Credentials:
        """The next."""
        if self.has_others:
            self.renew(len(self.rejected) + 1)
        if self.helps:
            self._gateway.refusal = None
        return await super().replace(rejected)

    def renew(self, number: int) -> None:
        """As its background task does."""
        self.current = self.next = make_credentials(f"AKID{number:03}")
        self._gateway.keys |= key_of(self.current)


@dataclass(slots=True, kw_only=True)
class Scene:
    """A collection, a store that writes to it, and the seconds that both its clocks show."""

    gateway: Gateway
    keys: Renewing
    store: OpenSearchStore
    index: str
    seconds: float = 1_000.0

    async def write(self) -> None:
        """As delivery does."""
        [result] = await self.store.create(self.index, [make_document()])
        assert result.status == 201

    async def is_denied(self) -> None:
        """The same, in vain."""
        with pytest.raises(StoreRefused, match="does not say why"):
            await self.store.create(self.index, [make_document()])


@pytest.fixture
async def scene(opensearch_url: str, index: str) -> AsyncIterator[Scene]:
    """One whose credentials are good."""
    async with run_gateway(opensearch_url, service="aoss") as gateway:
        keys = Renewing(gateway)
        signed = AwsAuthentication(keys, service="aoss", region=REGION, clock=lambda: made.seconds)
        async with open_opensearch(
            gateway.url, [make_form(index)], authentication=signed, clock=lambda: made.seconds
        ) as store:
            made = Scene(gateway=gateway, keys=keys, store=store, index=index)
            yield made


async def test_a_held_collection_has_others_fetched_once_and_then_every_five_minutes(
    scene: Scene,
) -> None:
    scene.gateway.refusal = SILENT
    with structlog.testing.capture_logs() as logs:
        for waited, fetches in ((0.0, 1), (1.0, 1), (30.0, 1), (SUSPECT_AGAIN_SECONDS, 2), (9, 2)):
            scene.seconds += waited
            await scene.is_denied()
            assert len(scene.keys.rejected) == fetches
    assert sum(line["event"] == "credentials_replaced" for line in logs) == 2
    scene.gateway.refusal = None
    await scene.write()


async def test_a_source_without_others_is_not_asked_for_them_again(scene: Scene) -> None:
    scene.keys.has_others, scene.gateway.refusal = False, SILENT
    for _ in range(3):
        await scene.is_denied()
        scene.seconds += 30.0
    assert len(scene.keys.rejected) == 1


async def test_keys_that_were_replaced_in_silence_are_fetched_each_time(scene: Scene) -> None:
    for fetches in (0, 1, 2, 3):
        await scene.write()
        assert len(scene.keys.rejected) == fetches
        scene.keys.helps, scene.gateway.refusal = True, SILENT


async def test_what_passes_with_other_credentials_ends_the_wait(scene: Scene) -> None:
    scene.gateway.refusal = SILENT
    await scene.is_denied()
    scene.gateway.refusal = None
    scene.keys.renew(50)
    await scene.write()
    scene.gateway.refusal = SILENT
    await scene.is_denied()
    assert len(scene.keys.rejected) == 2


async def test_a_role_that_only_writes_has_nothing_fetched_for_each_receipt(scene: Scene) -> None:
    scene.gateway.denied = {"_doc": SILENT}
    for _ in range(4):
        await scene.write()
        with pytest.raises(StoreRefused, match="does not say why"):
            await scene.store.find(scene.index, make_document().receipt)
        scene.seconds += 30.0
    assert len(scene.keys.rejected) == 1


async def test_a_role_without_templates_has_nothing_fetched_at_each_look(scene: Scene) -> None:
    scene.gateway.denied = {"_index_template": SILENT}
    for _ in range(4):
        await scene.write()
        scene.seconds += SUSPECT_AGAIN_SECONDS
    assert len(scene.keys.rejected) == 1
