"""Opens and closes the OpenSearch store."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

from opensearchpy import AsyncOpenSearch

from service.forms.definition import Form
from service.opensearch.address import parse_address
from service.opensearch.connection import AnswerReader, SignRequest, StoreConnection
from service.opensearch.indexes import Indexes
from service.opensearch.store import OpenSearchStore

CONNECT_SECONDS = 3.0
REQUEST_SECONDS = 30.0


@asynccontextmanager
async def open_opensearch(
    url: str,
    forms: Collection[Form],
    *,
    sign: SignRequest | None = None,
    connect_seconds: float = CONNECT_SECONDS,
    request_seconds: float = REQUEST_SECONDS,
) -> AsyncIterator[OpenSearchStore]:
    """A store at this URL, closed at the end. Sends nothing until it is asked something.

    `url` may hold a user and a password. `sign` gives the headers that sign a request; it must not
    block. Raises ValueError where the URL is none of a store, without quoting it.
    """
    address = parse_address(url)
    connection = await asyncio.to_thread(
        StoreConnection,
        address,
        sign=sign,
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
        yield OpenSearchStore(client, Indexes(client, forms))
    finally:
        await connection.close()
