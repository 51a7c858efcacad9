"""The side door to a real OpenSearch: what a test arranges and looks at by itself."""

from typing import Any

import aiohttp


class Cluster:
    """Plain requests to one OpenSearch."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self._session = session

    async def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Status and JSON of an answer."""
        async with self._session.request(method, f"{self.url}{path}", json=body) as answer:
            return answer.status, await answer.json(content_type=None)

    async def get(self, path: str) -> Any:
        """The JSON of a page that is there."""
        status, answer = await self.ask("GET", path)
        assert status == 200, answer
        return answer

    async def put(self, path: str, body: object) -> None:
        """Make or change something."""
        status, answer = await self.ask("PUT", path, body)
        assert status == 200, answer

    async def properties(self, index: str) -> dict[str, Any]:
        """The mapped fields of an index."""
        mapping = (await self.get(f"/{index}/_mapping"))[index]["mappings"]
        properties = mapping.get("properties", {})
        assert isinstance(properties, dict)
        return properties

    async def remove(self, index: str) -> None:
        """Remove an index and the template that belongs to it, where they are."""
        for path in (f"/_index_template/formwell-{index}", f"/{index}"):
            status, answer = await self.ask("DELETE", path)
            assert status in (200, 404), answer
