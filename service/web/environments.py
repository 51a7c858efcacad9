"""The templates, compiled once, and an environment for each language that fills in its texts."""

import asyncio
from collections.abc import Mapping
from importlib.resources import files
from types import CodeType

import aiohttp_jinja2
import jinja2
from aiohttp import web
from jinja2.bccache import Bucket

from service.texts.texts import Texts
from service.web.keys import CATALOGUE
from service.web.static import STATIC_FILES, add_static_routes
from service.web.theme import THEME

_ENVIRONMENTS = web.AppKey("_ENVIRONMENTS", dict[str, web.AppKey[jinja2.Environment]])


def setup_pages(app: web.Application) -> None:
    """Add the static files' routes, and have pages read when the app starts, after its theme."""
    add_static_routes(app)
    app.on_startup.append(_load)


async def _load(app: web.Application) -> None:
    sources = await asyncio.to_thread(_read_templates)
    app[_ENVIRONMENTS] = environments = {}
    compiled = _CompiledOnce()
    for tag in app[CATALOGUE].tags:
        key = environments[tag] = web.AppKey(f"PAGES_{tag}", jinja2.Environment)
        environment = _environment(app, key, app[CATALOGUE].texts(tag), sources, compiled)
        environment.globals["static_url"] = app[STATIC_FILES].url
        environment.globals["theme"] = app[THEME]
        for name in sources:
            await asyncio.to_thread(environment.get_template, name)


def render(request: web.Request, texts: Texts, template: str, context: Mapping[str, object]) -> str:
    """As `render_text`, for a request."""
    return render_text(request.app, texts, template, context)


def render_text(
    app: web.Application, texts: Texts, template: str, context: Mapping[str, object]
) -> str:
    """A template's HTML with the texts of one language; once the app has started."""
    return app[app[_ENVIRONMENTS][texts.tag]].get_template(template).render(context)


class _CompiledOnce(jinja2.BytecodeCache):
    """Templates are the same code in every language; only the texts that they ask for differ."""

    def __init__(self) -> None:
        self._code: dict[str, CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get(bucket.key)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.code


def _environment(
    app: web.Application,
    key: web.AppKey[jinja2.Environment],
    texts: Texts,
    sources: Mapping[str, str],
    compiled: jinja2.BytecodeCache,
) -> jinja2.Environment:
    environment = aiohttp_jinja2.setup(
        app,
        app_key=key,
        default_helpers=False,
        extensions=["jinja2.ext.i18n"],
        bytecode_cache=compiled,
        autoescape=True,
        loader=jinja2.DictLoader(sources),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    environment.globals["texts"] = texts
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # the extension adds it
        texts.find, texts.find_plural, newstyle=True
    )
    return environment


def _read_templates() -> dict[str, str]:
    """The templates' sources by name; a widget's begins with its folder's."""
    root = files("service.templates")
    return {
        folder + entry.name: entry.read_text(encoding="utf-8")
        for folder in ("", "widgets/")
        for entry in root.joinpath(folder).iterdir()
        if entry.name.endswith(".html")
    }
