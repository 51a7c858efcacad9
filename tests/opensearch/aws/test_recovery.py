"""Refusals through a real gateway: what is told, and that all goes on once the cause is gone."""

from datetime import timedelta

import pytest

from service.store import StoreRefused
from tests.opensearch.aws.gateway import Gateway
from tests.opensearch.aws.key_ring import KeyRing, key_of, make_credentials
from tests.opensearch.aws.signature_verifier import Key
from tests.opensearch.aws.signed_store import open_signed
from tests.opensearch.cluster import Cluster
from tests.opensearch.samples import make_document

ROLE = "arn:aws:sts::123456789012:assumed-role/forms/i-0abc"
DENIED = {"Message": f"User: {ROLE} is not authorized to perform: es:ESHttpPost"}


async def test_a_key_that_was_rotated_is_replaced_and_the_request_repeated_once(
    gateway: Gateway, keys: KeyRing, index: str, cluster: Cluster
) -> None:
    """F23: the same request, signed by the new one, at once and once."""
    async with open_signed(gateway, keys, index) as store:
        await store.create(index, [make_document(essay="before")])
        keys.next = make_credentials("AKIDSECOND")
        gateway.keys = key_of(keys.next)
        [result] = await store.create(index, [make_document(essay="after")])
    assert result.status == 201
    assert keys.rejected == ["AKIDFIRST"]
    assert len(gateway.refused) == 1
    assert gateway.signed_by[-1] == "AKIDSECOND"


async def test_where_there_are_no_other_credentials_there_is_no_second_request(
    gateway: Gateway, keys: KeyRing, index: str, cluster: Cluster
) -> None:
    accepted, gateway.keys = gateway.keys, {}
    async with open_signed(gateway, keys, index) as store:
        with pytest.raises(StoreRefused, match="does not know the credentials' key") as refused:
            await store.create(index, [make_document()])
        assert (refused.value.status, refused.value.error_type) == (403, "signature_refused")
        assert len(gateway.refused) == 1
        gateway.keys = accepted
        [result] = await store.create(index, [make_document()])
    assert result.status == 201


async def test_others_that_are_refused_too_are_the_end_of_it(
    gateway: Gateway, keys: KeyRing, index: str, cluster: Cluster
) -> None:
    keys.next = make_credentials("AKIDSECOND")
    gateway.keys = {"AKIDSECOND": Key(secret="another", token=keys.next.token)}
    async with open_signed(gateway, keys, index) as store:
        with pytest.raises(StoreRefused, match="calculates another signature"):
            await store.create(index, [make_document()])
    assert len(gateway.refused) == 2
    assert keys.rejected == ["AKIDFIRST"]


async def test_without_credentials_nothing_is_sent_and_the_hold_says_why(
    gateway: Gateway,
    keys: KeyRing,
    index: str,
    cluster: Cluster,
    caplog: pytest.LogCaptureFixture,
) -> None:
    keys.fault = StoreRefused("none here", status=401, error_type="credentials_missing")
    async with open_signed(gateway, keys, index) as store:
        with pytest.raises(StoreRefused, match="none here"):
            await store.create(index, [make_document()])
        assert not gateway.passed
        assert "index_template_refused" not in caplog.text, "it is not about templates"
        keys.fault = None
        [result] = await store.create(index, [make_document()])
    assert result.status == 201


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (timedelta(minutes=10), "about 10 min behind"),
        (timedelta(minutes=-10), "about 10 min ahead"),
    ],
)
async def test_a_clock_that_is_off_is_named_and_all_goes_on_when_it_is_right(
    gateway: Gateway,
    keys: KeyRing,
    index: str,
    cluster: Cluster,
    ahead: timedelta,
    words: str,
) -> None:
    """F22: the clock is named, and no other credentials are fetched for it."""
    gateway.clock_ahead = ahead
    async with open_signed(gateway, keys, index) as store:
        with pytest.raises(StoreRefused, match=words) as refused:
            await store.create(index, [make_document()])
        assert refused.value.error_type == "clock_skewed"
        assert keys.rejected == []
        gateway.clock_ahead = timedelta()
        [result] = await store.create(index, [make_document()])
    assert result.status == 201


async def test_a_denied_action_is_named_for_that_index_alone(
    gateway: Gateway, keys: KeyRing, index: str, cluster: Cluster
) -> None:
    other = f"{index}-other"
    gateway.denied = {other: DENIED}
    async with open_signed(gateway, keys, index, other) as store:
        with pytest.raises(StoreRefused, match=f"{ROLE} may not perform es:ESHttpPost") as refused:
            await store.create(other, [make_document()])
        assert refused.value.error_type == "access_denied"
        [result] = await store.create(index, [make_document()])
        assert result.status == 201
        gateway.denied = {}
        [result] = await store.create(other, [make_document()])
        assert result.status == 201
    await cluster.remove(other)
    assert keys.rejected == []
