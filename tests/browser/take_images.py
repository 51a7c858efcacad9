"""The README's images, taken anew: `python -m tests.browser.take_images`."""

import asyncio
import sys
import tempfile
from pathlib import Path

from playwright.async_api import expect

from tests.browser.chromium import find_chromium, open_browser
from tests.browser.visitor import Visitor
from tests.system.service_process import ServiceProcess, running_service

IMAGES = Path(__file__).parents[2] / "docs" / "images"


async def take(chromium: str, service: ServiceProcess) -> None:
    """Save the form with errors, and the receipt."""
    async with open_browser(chromium) as browser:
        page = await browser.new_page(
            viewport={"width": 820, "height": 600}, color_scheme="light", locale="en"
        )
        visitor = Visitor(page, service)
        await visitor.come()
        await visitor.fill_in("Genesis does what Nintendon't.", "ada at example.org")
        await visitor.send_button.click()
        await expect(visitor.alert).to_be_focused()
        await page.screenshot(path=IMAGES / "form-with-errors.png", full_page=True)
        await visitor.email.fill("ada@example.org")
        await visitor.send()
        await visitor.wait_until_delivered()
        await page.screenshot(path=IMAGES / "receipt.png", full_page=True)


def main() -> None:
    """Take both against a service of its own."""
    chromium = find_chromium()
    if chromium is None:
        sys.exit("no Chromium: install Debian's package chromium, or name one in CHROMIUM")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_service(Path(folder), {}) as service,
    ):
        asyncio.run(take(chromium, service))


if __name__ == "__main__":
    main()
