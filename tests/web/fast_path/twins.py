"""Two sites that differ in nothing but that one of them has no fast path."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import StreamReader, web
from aiohttp.http import RawRequestMessage

from service.forms.definition import Form
from service.forms.in_force import compile_forms
from service.forms.parse import parse_form
from service.web.capacity import PUBLIC, Capacity
from service.web.exchange import Exchange
from service.web.fast_path.fast_path import FAST_PATH, FastPath
from service.web.site import Site
from tests.web.public_site import PublicSite, open_public_site

_QUIZ = """
title: {title}
index: quiz-answers
tags: [v1]
client_address: {address}
fields:
  - {{name: essay, type: textarea, label: Essay, required: true, max_length: 40}}
  - {{name: mail, type: email, label: Mail}}
  - {{name: likes, type: checkboxes, label: Likes, choices: [rpg, racing]}}
{more}
"""
_SPANISH = "languages: [en, es]"

FORMS: Mapping[str, tuple[str, str]] = {
    "quiz": ("full", ""),
    "masked": ("masked", ""),
    "spanish": ("none", _SPANISH),
    "trapped": ("full", "spam_traps: true"),
    "framed": ("full", "framed_by: [https://example.org]"),
    "elsewhere": ("full", "allowed_origins: [https://example.org]"),
    "cached": ("full", "cache_seconds: 60"),
    "closed": ("full", "closes: 2020-01-01T00:00:00Z"),
    "later": ("full", "opens: 2120-01-01T00:00:00Z"),
    "few": ("full", "limit: 2"),
}

# What differs from moment to moment, or from process to process.
_VARIES = tuple(
    re.compile(pattern)
    for pattern in (
        rb"(?<=[?&;]at=)\d+",
        rb"(?<=sig=)[\w-]+",
        rb"(?<=/receipts/)[0-9a-f-]{36}",
        rb'(?<="receipt": ")[0-9a-f-]{36}',
        rb'(?<="reference": ")[A-Z0-9-]{11}',
        rb'(?<="received_at": ")[^"]+',
        rb'(?<=name="submission_key" value=")[0-9a-f]{36}(?=")',
    )
)
_VARYING_HEADERS = (b"date", b"x-request-id")
_VARYING_SECONDS = (b"ratelimit-reset", b"retry-after")


class CountingFastPath(FastPath):
    """Remembers what became of each offer, by its method."""

    def __init__(self, app: web.Application) -> None:
        super().__init__(app)
        self.taken: list[tuple[str, bool]] = []

    def take(self, exchange: Exchange, message: RawRequestMessage, payload: StreamReader) -> bool:
        taken = super().take(exchange, message, payload)
        self.taken.append((message.method, taken))
        return taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer without what varies; headers are sorted by their names."""

    status: bytes
    headers: Sequence[tuple[bytes, bytes]]
    body: bytes


@dataclass(slots=True, kw_only=True)
class Twins:
    """Both sites. `ways` is what became of each offer to the fast path."""

    fast: PublicSite
    whole: PublicSite
    ways: list[tuple[str, bool]] = field(default_factory=list)


@asynccontextmanager
async def open_twins(
    folder: Path, site: Site | None = None, capacity: Capacity = PUBLIC
) -> AsyncIterator[Twins]:
    """Both, with all of FORMS."""
    counting: list[CountingFastPath] = []

    def count(app: web.Application) -> None:
        counting.append(CountingFastPath(app))
        app[FAST_PATH] = counting[0]

    def go_the_whole_way(app: web.Application) -> None:
        del app[FAST_PATH]

    forms = compile_forms(await asyncio.to_thread(_forms))
    async with AsyncExitStack() as stack:
        opened = []
        for name, adapt in (("fast", count), ("whole", go_the_whole_way)):
            own = folder / name
            own.mkdir()
            one = await stack.enter_async_context(
                open_public_site(own, site=site, capacity=capacity, adapt=adapt)
            )
            one.forms.replace(forms)
            opened.append(one)
        yield Twins(fast=opened[0], whole=opened[1], ways=counting[0].taken)


def _forms() -> Mapping[str, Form]:
    return {form_id: a_form(form_id) for form_id in FORMS}


def a_form(form_id: str) -> Form:
    """One of FORMS."""
    address, more = FORMS[form_id]
    title = "{en: A quiz, es: Un cuestionario}" if more == _SPANISH else "A quiz"
    text = _QUIZ.format(title=title, address=address, more=more)
    form, problems = parse_form(text, file="twins.yaml", default_id=form_id)
    assert form is not None, problems
    return form


async def read_answer(reader: asyncio.StreamReader, *, to_head: bool = False) -> Answer:
    """The next answer on a connection, which has no body where HEAD asked for it."""
    head = await reader.readuntil(b"\r\n\r\n")
    if head == b"HTTP/1.1 100 Continue\r\n\r\n":
        head = await reader.readuntil(b"\r\n\r\n")
    status, *lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    pairs = [tuple(line.split(b": ", 1)) for line in lines]
    headers = {name.lower(): value for name, value in pairs}
    assert len(headers) == len(pairs), f"a header twice: {head!r}"
    assert all(headers[name] for name in _VARYING_HEADERS)
    body = b"" if to_head else await reader.readexactly(int(headers.get(b"content-length", b"0")))
    kept = {name: value for name, value in headers.items() if name not in _VARYING_HEADERS}
    return Answer(
        status=status,
        headers=sorted(
            (name, b"-" if name in _VARYING_SECONDS else _steady(value))
            for name, value in kept.items()
        ),
        body=_steady(body),
    )


def _steady(text: bytes) -> bytes:
    for varying in _VARIES:
        text = varying.sub(b"-", text)
    return text


async def documents(site: PublicSite, *, named: bool) -> Sequence[Mapping[str, Any]]:
    """What was stored since the last look, without its time; without its receipt, too, where that
    was not `named` by a key."""
    found = [json.loads(row.document) for row in await site.rows()]
    varying = {"iso_timestamp"} if named else {"iso_timestamp", "receipt"}
    return [{name: one[name] for name in one if name not in varying} for one in found]


def counted(site: PublicSite) -> Mapping[str, float]:
    """How often what happened: every counter, and how many requests took some time."""
    return {
        f"{sample.name} {sorted(sample.labels.items())}": sample.value
        for metric in site.metrics.registry.collect()
        for sample in metric.samples
        if sample.name.startswith("formwell_")
        and sample.name.endswith(("_total", "request_seconds_count"))
        and "commit" not in sample.name
    }
