"""What can be found wrong with any page: each kind as sentences, of which there should be none."""

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

_RULES = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    # Part of WCAG 2.2 AA, but not switched on by its tag.
    "rules": {"target-size": {"enabled": True}},
}

# WCAG 2.2, 1.4.12. A sheet made by a script is no inline style, so the page's policy lets it be.
_SPACE_TEXT = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    * { line-height: 1.5 !important; letter-spacing: 0.12em !important;
        word-spacing: 0.16em !important; }
    p { margin-bottom: 2em !important; }`);
  document.adoptedStyleSheets = [sheet];
}"""

# A control shows what is typed by scrolling; what is for screen readers only is cut on purpose.
_CUT_OFF = """() => [...document.querySelectorAll("body *")]
  .filter((one) => one.checkVisibility() && !one.matches("input, textarea, select, option")
    && !one.closest(".visually-hidden, .visually-hidden-focusable")
    && getComputedStyle(one).overflow !== "visible"
    && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1))
  .map((one) => `cut off: ${one.outerHTML.slice(0, 120)}`)"""

_TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("body *")]
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1
      || one.getBoundingClientRect().left < -1)
    .map((one) => `too wide: ${one.outerHTML.slice(0, 120)}`)
    .concat(`the page is ${document.documentElement.scrollWidth} px wide`)"""

# A link in a sentence may be as high as its line (WCAG 2.2, 2.5.8).
_TOO_SMALL = """() => [...document.querySelectorAll(
    "input:not([type=hidden]), textarea, select, button, summary, nav a, header a")]
  .map((one) => [one, one.getBoundingClientRect()])
  .filter(([one, box]) => one.checkVisibility() && (box.width < 24 || box.height < 24))
  .map(([one, box]) => `${box.width} × ${box.height} px: ${one.outerHTML.slice(0, 120)}`)"""


async def find_faults(page: Page) -> list[str]:
    """Everything below, one after the other."""
    return [
        *await what_axe_finds(page),
        *await page.evaluate(_TOO_SMALL),
        *await page.evaluate(_TOO_WIDE),
        *await what_wider_text_loses(page),
    ]


async def what_axe_finds(page: Page) -> list[str]:
    """Violations of WCAG 2.2 A and AA and of good practice; the page's policy stays in force."""
    found = await Axe().run(page, options=_RULES)
    return [found.generate_report()] if found.violations_count else []


async def what_wider_text_loses(page: Page) -> list[str]:
    """What is cut off or too wide where a reader has more space between letters, words, lines."""
    await page.evaluate(_SPACE_TEXT)
    lost: list[str] = [*await page.evaluate(_CUT_OFF), *await page.evaluate(_TOO_WIDE)]
    await page.evaluate("document.adoptedStyleSheets = []")
    return lost
