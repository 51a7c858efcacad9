"""Credentials that change again and again, and the service of containers that hands them out."""

import asyncio
import itertools
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from tests.opensearch.aws.gateway import Gateway
from tests.opensearch.aws.signature_verifier import Key

# As a container's role has them: nothing in them tells that they are refused much earlier.
LIFETIME = timedelta(hours=6)
SECRET = "secret-of-rotation"
TOKEN = "token-of-rotation"


class Rotation:
    """Changes what a gateway accepts; old keys are refused at once."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._numbers = itertools.count(1)
        self._number = 0
        self.url = ""
        self.rotate()

    def rotate(self) -> None:
        """Another key from now on."""
        self._number = next(self._numbers)
        key = Key(secret=f"{SECRET}-{self._number}", token=f"{TOKEN}-{self._number}")
        self._gateway.keys = {self._key_id: key}

    async def keep_rotating(self, every_seconds: float) -> None:
        """Do so until cancelled."""
        while True:
            await asyncio.sleep(every_seconds)
            self.rotate()

    async def hand_out(self, _: web.Request) -> web.Response:
        """The current ones, as the container credentials service words it."""
        return web.json_response(
            {
                "AccessKeyId": self._key_id,
                "SecretAccessKey": f"{SECRET}-{self._number}",
                "Token": f"{TOKEN}-{self._number}",
                "Expiration": f"{datetime.now(UTC) + LIFETIME:%Y-%m-%dT%H:%M:%SZ}",
            }
        )

    @property
    def _key_id(self) -> str:
        return f"ASIAROTATION{self._number:08}"


@asynccontextmanager
async def open_rotation(gateway: Gateway) -> AsyncIterator[Rotation]:
    """One whose keys are handed out at its `url`."""
    rotation = Rotation(gateway)
    app = web.Application()
    app.router.add_get("/credentials", rotation.hand_out)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        rotation.url = f"http://{host}:{port}/credentials"
        yield rotation
    finally:
        await runner.cleanup()


def only_from_the_container(url: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the service one source of credentials, and none of whoever runs the tests."""
    for name in os.environ:
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", url)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(folder / "missing"))
