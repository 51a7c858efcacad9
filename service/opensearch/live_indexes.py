"""What stands in OpenSearch under a name: mappings and templates, read and never changed.

Raises StoreUnavailable and StoreRefused; asks for nothing that OpenSearch Serverless lacks.
"""

from collections.abc import Mapping
from typing import Any

from opensearchpy import AsyncOpenSearch

from service.store import StoreRefused, StoreUnavailable

_NOT_FOUND = 404


async def read_template(client: AsyncOpenSearch, name: str) -> Mapping[str, Any] | None:
    """An index template as it may be put back; None where there is none of this name."""
    try:
        answer = await client.indices.get_index_template(name=name)
    except StoreRefused as error:
        if error.status == _NOT_FOUND:
            return None
        raise
    try:
        return dict(answer["index_templates"][0]["index_template"])
    except (IndexError, KeyError, TypeError, ValueError) as error:
        raise StoreUnavailable("the store's answer has no index template in it") from error


async def read_mappings(client: AsyncOpenSearch, index: str) -> dict[str, Mapping[str, Any]]:
    """Mappings by index; several where the name is an alias, none where it is free."""
    try:
        answer = await client.indices.get_mapping(index=index)
    except StoreRefused as error:
        if error.status == _NOT_FOUND:
            return {}
        raise
    try:
        return {name: dict(entry["mappings"]) for name, entry in answer.items()}
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise StoreUnavailable("the store's answer has no mapping in it") from error
