"""A store whose requests are signed for a gateway."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path

from service.opensearch.aws.authentication import AwsAuthentication
from service.opensearch.client import open_opensearch
from service.opensearch.store import OpenSearchStore
from tests.opensearch.aws.gateway import REGION, Gateway
from tests.opensearch.aws.key_ring import KeyRing
from tests.opensearch.samples import make_form


def open_signed(
    gateway: Gateway, keys: KeyRing, *indexes: str, ca_file: Path | None = None
) -> AbstractAsyncContextManager[OpenSearchStore]:
    """One with a form on each of these indexes."""
    authentication = AwsAuthentication(keys, service=gateway.service, region=REGION)
    return open_opensearch(
        gateway.url,
        [make_form(index) for index in indexes],
        authentication=authentication,
        ca_file=ca_file,
    )
