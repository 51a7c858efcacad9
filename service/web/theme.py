"""An installation's own look: a style sheet, a logo and a name, on top of the look that is there.

The files are read once, at start; settings were checked before, so what is missing here is unset.
"""

import asyncio
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import structlog
from aiohttp import web

from service.web.static import STATIC_FILES, StaticFiles, read_static_files

_LOG = structlog.get_logger(__name__)

STYLE_SHEET = "theme.css"
LOGOS = ("logo.svg", "logo.png")
"""The names a logo may have; the first that is there is shown."""

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_IMPORT = re.compile(r"@import\b", re.IGNORECASE)
_URL = re.compile(r"""url\(\s*(?:"([^"]*)"|'([^']*)'|([^)\s]*))\s*\)""", re.IGNORECASE)
_LOADED = ("data:image/", "#")


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeSource:
    """What the settings say about the look: a folder of files, and the name of the site."""

    folder: Path | None = None
    name: str | None = None

    def read(self) -> Mapping[str, bytes]:
        """The style sheet and the logo by name, those that are there; blocks. Raises OSError."""
        if self.folder is None:
            return {}
        wanted = [STYLE_SHEET, *[logo for logo in LOGOS if (self.folder / logo).exists()][:1]]
        return {
            name: (self.folder / name).read_bytes()
            for name in wanted
            if (self.folder / name).exists()
        }


NO_THEME = ThemeSource()


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """What every page shows of it: the site's name, and the addresses of style sheet and logo.
    Each is None where it is not set."""

    name: str | None = None
    css_url: str | None = None
    logo_url: str | None = None


THEME = web.AppKey("THEME", Theme)


def setup_theme(app: web.Application, source: ThemeSource) -> None:
    """Have the static files and the theme read when the app starts: STATIC_FILES and THEME.

    To be called before anything that looks at them on start-up.
    """

    async def load(app: web.Application) -> None:
        files = await asyncio.to_thread(source.read)
        for sentence in useless_references(files.get(STYLE_SHEET, b"")):
            _LOG.warning("configuration", message=sentence)
        app[STATIC_FILES] = static_files = await asyncio.to_thread(read_static_files, files)
        app[THEME] = _theme_of(source, files, static_files)

    app.on_startup.append(load)


def _theme_of(source: ThemeSource, files: Mapping[str, bytes], static_files: StaticFiles) -> Theme:
    logo = next((logo for logo in LOGOS if logo in files), None)
    return Theme(
        name=source.name,
        css_url=static_files.url(STYLE_SHEET) if STYLE_SHEET in files else None,
        logo_url=static_files.url(logo) if logo else None,
    )


def useless_references(style_sheet: bytes) -> tuple[str, ...]:
    """A sentence for each thing that the style sheet wants loaded and no browser will load.

    The pages' Content-Security-Policy takes style sheets, fonts and images from this service only,
    which serves no other file of the theme; images may stand in the style sheet as `data:`.
    """
    text = _COMMENT.sub(
        lambda comment: "\n" * comment[0].count("\n"), style_sheet.decode("utf-8", "replace")
    )
    return tuple(
        f"{STYLE_SHEET}, line {line}: {what} is never loaded: pages load nothing from elsewhere"
        for line, what in sorted(_references(text))
    )


def _references(text: str) -> Iterator[tuple[int, str]]:
    for found in _IMPORT.finditer(text):
        yield text.count("\n", 0, found.start()) + 1, "@import"
    for found in _URL.finditer(text):
        address = found[1] or found[2] or found[3] or ""
        imported = _IMPORT.search(text[text.rfind(";", 0, found.start()) + 1 : found.start()])
        if not imported and not address.lower().startswith(_LOADED):
            yield text.count("\n", 0, found.start()) + 1, f"url({address[:60]})"
