"""Who takes part, and how each of them is started."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tests.system.form_folder import FORM, write_form

FORM_PATH = f"/f/{FORM}"
NULL_STORE = "null:"
_PYTHON = sys.executable
_SIGNED = {
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "an example secret",
    "AWS_EC2_METADATA_DISABLED": "true",
}


class Store(StrEnum):
    """Where a contender's submissions end."""

    NONE = "none"
    NULL = "null"
    OPENSEARCH = "opensearch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What one start of a contender gets: a folder and an index of its own, and two ports."""

    folder: Path
    port: int
    internal_port: int
    store_url: str
    index: str
    workers: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """A command with its variables, and the address that answers once it is ready.

    `internal_url` is where Formwell's metrics are; None for everybody else.
    """

    command: Sequence[str]
    environment: Mapping[str, str]
    ready_url: str
    internal_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """One design: its name in tables, where its submissions end, and how it starts."""

    name: str
    title: str
    store: Store
    launch: Callable[[Place], Launch]


def _limit(place: Place) -> Launch:
    command = (_PYTHON, "-m", "bench.peers.bare_aiohttp", str(place.port), str(place.workers))
    return Launch(command=command, environment={}, ready_url=_page(place))


def _formwell(place: Place) -> Launch:
    internal_url = f"http://127.0.0.1:{place.internal_port}"
    settings = {
        "DATA_DIR": str(place.folder / "data"),
        "FORMS_DIR": write_form(place.folder / "forms", place.index),
        "STORE_URL": place.store_url,
        "PUBLIC_BIND": f"127.0.0.1:{place.port}",
        "INTERNAL_BIND": f"127.0.0.1:{place.internal_port}",
        "LOG_FORMAT": "json",
    }
    if place.store_url != NULL_STORE:
        settings |= {"AWS_SERVICE": "es", "AWS_REGION": "us-east-1"}
    return Launch(
        command=(_PYTHON, "-m", "service", "serve", *_workers(place)),
        environment={**_SIGNED, **{f"FORMWELL_{name}": value for name, value in settings.items()}},
        ready_url=f"{internal_url}/readyz",
        internal_url=internal_url,
    )


def _workers(place: Place) -> Sequence[str]:
    return ("--workers", str(place.workers)) if place.workers > 1 else ()


def _flask(place: Place) -> Launch:
    return Launch(
        command=(
            *(_PYTHON, "-m", "gunicorn", "--workers", str(place.workers)),
            *("--bind", f"127.0.0.1:{place.port}", "--no-control-socket"),
            "bench.peers.flask_blocking:application",
        ),
        environment=_to(place),
        ready_url=_page(place),
    )


def _fastapi(place: Place) -> Launch:
    return Launch(
        command=(
            *(_PYTHON, "-m", "uvicorn", "--workers", str(place.workers)),
            *("--host", "127.0.0.1", "--port", str(place.port)),
            "bench.peers.fastapi_per_request:app",
        ),
        environment=_to(place),
        ready_url=_page(place),
    )


def _to(place: Place) -> Mapping[str, str]:
    return {"BENCH_STORE_URL": place.store_url, "BENCH_INDEX": place.index}


def _page(place: Place) -> str:
    return f"http://127.0.0.1:{place.port}{FORM_PATH}"


LIMIT = Contender(name="limit", title="The limit: aiohttp alone", store=Store.NONE, launch=_limit)
FORMWELL = Contender(
    name="formwell", title="Formwell, null store", store=Store.NULL, launch=_formwell
)
FORMWELL_OPENSEARCH = Contender(
    name="formwell-opensearch",
    title="Formwell, OpenSearch",
    store=Store.OPENSEARCH,
    launch=_formwell,
)
FASTAPI = Contender(
    name="fastapi",
    title="FastAPI, one awaited write each",
    store=Store.OPENSEARCH,
    launch=_fastapi,
)
FLASK = Contender(
    name="flask", title="Flask, one blocking write each", store=Store.OPENSEARCH, launch=_flask
)
EVERYBODY = (LIMIT, FORMWELL, FORMWELL_OPENSEARCH, FASTAPI, FLASK)
