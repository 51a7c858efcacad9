"""Opens and closes the OpenSearch store."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from pathlib import Path

from opensearchpy import AsyncOpenSearch

from service.forms.definition import Form
from service.loopback import is_loopback
from service.opensearch.address import parse_address
from service.opensearch.aws.auth_refusals import SERVERLESS
from service.opensearch.aws.authentication import AwsAuthentication
from service.opensearch.connection import AnswerReader, StoreConnection
from service.opensearch.indexes import Indexes
from service.opensearch.store import OpenSearchStore

CONNECT_SECONDS = 3.0
REQUEST_SECONDS = 30.0


@asynccontextmanager
async def open_opensearch(
    url: str,
    forms: Collection[Form],
    *,
    authentication: AwsAuthentication | None = None,
    ca_file: Path | None = None,
    connect_seconds: float = CONNECT_SECONDS,
    request_seconds: float = REQUEST_SECONDS,
    clock: Callable[[], float] = time.monotonic,
) -> AsyncIterator[OpenSearchStore]:
    """A store at this URL, closed at the end. Sends nothing until it is asked something.

    `url` may hold a user and a password, unless requests are signed. `ca_file` has the
    certificates, in PEM, that vouch for the store's instead of the usual ones. Raises ValueError
    where the URL is none of a store or signed requests would go there in clear, without quoting
    it, and where the file has no certificates.
    """
    address = parse_address(url)
    if authentication is not None:
        if address.authorization is not None:
            raise ValueError("a signed request has no user and password: take them out of the URL")
        if address.scheme != "https" and not is_loopback(address.host):
            raise ValueError("signed requests go over https only: they show answers and a token")
    connection = await asyncio.to_thread(
        StoreConnection,
        address,
        authentication=authentication,
        ca_file=ca_file,
        connect_seconds=connect_seconds,
        request_seconds=request_seconds,
    )
    connection.open()
    try:
        client = AsyncOpenSearch(
            connection_class=lambda **_: connection,
            serializer=AnswerReader(),
            # Delivery retries, and nobody else: a second layer would multiply its attempts.
            max_retries=0,
            retry_on_status=(),
        )
        yield OpenSearchStore(
            client,
            Indexes(client, forms, clock=clock),
            serverless=authentication is not None and authentication.service == SERVERLESS,
        )
    finally:
        await connection.close()
