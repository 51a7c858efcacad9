"""A service in which a form is in every state, and others whose store is away or disk is full."""

import asyncio
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from tests.browser import form_files
from tests.opensearch.lying_server import run_lying_server, say
from tests.system.accepting_store import AcceptingStore
from tests.system.ports import closed_url
from tests.system.service_process import ServiceProcess, running_service
from tests.system.small_disk import fill, small_disk

_REFUSED = say('{"error": {"type": "security_exception", "reason": "no"}}', status=403)
_DISK_MEBIBYTES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """`url` is the service's; `cut_off_url` that of one whose store is away; `full_disk_url` that
    of one that can store nothing more; `orphan_url` the receipt of a form that is there no more."""

    url: str
    cut_off_url: str
    full_disk_url: str
    orphan_url: str


@asynccontextmanager
async def open_stage(folder: Path) -> AsyncIterator[Stage]:
    """The services, a store, and a form that has taken all it takes."""
    forms = form_files.write_forms(folder / "forms")
    async with run_lying_server() as store:
        AcceptingStore(store).come_back()
        store.answers[("POST", f"/forms-{form_files.HELD}/_bulk")] = _REFUSED
        settings = {"FORMS_DIR": forms, "STORE_URL": store.url}
        with (
            small_disk(folder / "disk", _DISK_MEBIBYTES) as disk,
            running_service(folder / "full", {**settings, "DATA_DIR": str(disk / "data")}) as full,
            running_service(folder / "cut", {**settings, "STORE_URL": closed_url()}) as cut_off,
            running_service(folder / "open", settings) as service,
        ):
            await asyncio.to_thread(fill, disk / "somebody-elses")
            await asyncio.to_thread(send, service.url, form_files.FULL)
            orphan_url = await asyncio.to_thread(_orphan, service, Path(forms))
            yield Stage(
                url=service.url,
                cut_off_url=cut_off.url,
                full_disk_url=full.url,
                orphan_url=orphan_url,
            )


def _orphan(service: ServiceProcess, forms: Path) -> str:
    orphan_url = send(service.url, form_files.GONE)
    service.terminate()
    (forms / f"{form_files.GONE}.yaml").unlink()
    service.start()
    return orphan_url


def send(url: str, form: str) -> str:
    """Send good answers without a browser; the address of the page that follows. Blocks."""
    body = urlencode(form_files.SENT).encode()
    with urllib.request.urlopen(f"{url}/f/{form}", body, timeout=10) as answer:
        address: str = answer.url
        return address
