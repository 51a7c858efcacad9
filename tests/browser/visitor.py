"""What a visitor does, in a visitor's words, and what is stored of it."""

import asyncio
import json
import re
import subprocess
import sys
from uuid import UUID

from playwright.async_api import Locator, Page, Response, expect

from tests.system.service_process import ServiceProcess, environment

DELIVERED_WITHIN_MS = 15_000
SEARCH_WITHIN_SECONDS = 30

_RECEIPT = re.compile(r"/f/console-wars/receipts/([0-9a-f-]{36})\?")


class Visitor:
    """Somebody at the example form, in one tab."""

    def __init__(self, page: Page, service: ServiceProcess) -> None:
        self.page = page
        self._service = service
        self.violations: list[str] = []
        page.on("console", lambda message: self._note(message.text))
        page.on("pageerror", lambda error: self.violations.append(str(error)))

    def _note(self, text: str) -> None:
        if "Content Security Policy" in text or "Autofocus" in text:
            self.violations.append(text)

    @property
    def essay(self) -> Locator:
        return self.page.get_by_label("Who do you think won")

    @property
    def email(self) -> Locator:
        return self.page.get_by_label("Email address")

    @property
    def send_button(self) -> Locator:
        return self.page.get_by_role("button", name="Send", exact=True)

    @property
    def alert(self) -> Locator:
        return self.page.get_by_role("alert")

    @property
    def status(self) -> Locator:
        return self.page.locator("#receipt-status")

    async def come(self) -> Response:
        """Open the page of the example form."""
        response = await self.page.goto(f"{self._service.url}/f/console-wars")
        assert response is not None
        return response

    async def fill_in(self, essay: str, email: str = "ada@example.org") -> None:
        await self.essay.fill(essay)
        await self.email.fill(email)

    async def send(self) -> UUID:
        """Press the button, and read the receipt of the page that follows."""
        await self.send_button.click()
        return await self.receipt()

    async def receipt(self) -> UUID:
        """The receipt of the page, once there is one; the page and its address agree on it."""
        await self.page.wait_for_url(_RECEIPT)
        found = _RECEIPT.search(self.page.url)
        assert found is not None
        await expect(self.page.locator("#receipt-id")).to_have_text(found[1])
        return UUID(found[1])

    async def wait_until_delivered(self) -> None:
        await expect(self.status).to_contain_text("Delivered.", timeout=DELIVERED_WITHIN_MS)

    async def stored(self, word: str) -> list[dict[str, object]]:
        """All documents that have this word, as the command line finds them."""
        return await asyncio.to_thread(_search, self._service, word)


def _search(service: ServiceProcess, word: str) -> list[dict[str, object]]:
    found = subprocess.run(
        [sys.executable, "-m", "service", "search", "console-wars", word, "--json"],
        cwd=service.log.parent,
        env=environment(service.settings),
        capture_output=True,
        text=True,
        timeout=SEARCH_WITHIN_SECONDS,
        check=True,
    )
    return [json.loads(line)["document"] for line in found.stdout.splitlines()]
