"""Credentials that are late, wrong or gone: answers are taken as ever, and none is lost."""

import asyncio
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest

from tests.opensearch.aws.gateway import REGION, Gateway, run_gateway
from tests.opensearch.aws.metadata_servers import (
    SECRET,
    TOKEN,
    AwsEnvironment,
    ContainerCredentials,
    CredentialServer,
    InstanceMetadata,
    TokenService,
    run_server,
)
from tests.opensearch.aws.signature_verifier import Key
from tests.system.form_folder import write_form
from tests.system.polling import until
from tests.system.service_process import ServiceProcess
from tests.system.side_by_side import Station, assert_unaffected, measure, table
from tests.system.status_page import read_status
from tests.system.store_view import StoreView

pytest_plugins = ["tests.opensearch.aws.credential_fixtures"]
pytestmark = pytest.mark.slow

ROUNDS = 6
SOON_GONE_SECONDS = 4.0
WORDS = {
    "hangs": ("credentials_missing", "container credentials service", "did not answer within 5 s"),
    "answers 500": ("credentials_missing", "instance metadata service gave no credentials"),
    "answers nothing": ("credentials_missing", "instance metadata service gave no credentials"),
    "is gone for longer": ("credentials_expired", "container credentials service"),
    "comes late": ("credentials_missing", "web identity (IRSA)", "did not answer within 5 s"),
}


def accept_every_key(gateway: Gateway) -> None:
    """All that the servers of this test will ever hand out."""
    gateway.keys = {
        f"ASIATEST{number:08d}": Key(secret=SECRET, token=TOKEN) for number in range(1, 500)
    }


class Scene:
    """Services that differ only in what happens to their credentials."""

    def __init__(
        self, gateway: Gateway, environment: AwsEnvironment, forms: str, folder: Path
    ) -> None:
        self._gateway = gateway
        self._environment = environment
        self._forms = forms
        self._folder = folder
        self.stations: list[Station] = []

    async def add(self, name: str) -> None:
        """Start a service with the environment as it stands."""
        (self._folder / name).mkdir()
        service = ServiceProcess(
            self._folder / name,
            {
                "STORE_URL": self._gateway.url,
                "FORMS_DIR": self._forms,
                "AWS_SERVICE": "es",
                "AWS_REGION": REGION,
            },
        )
        self.stations.append(Station(name=name, service=service))
        await asyncio.to_thread(service.start)

    async def end(self) -> None:
        for station in self.stations:
            await asyncio.to_thread(station.service.end)


def only_loopback(environment: AwsEnvironment) -> None:
    """Forget the sources of the services before."""
    for name in (
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_ROLE_ARN",
        "AWS_ENDPOINT_URL_STS",
        "AWS_EC2_METADATA_DISABLED",
    ):
        environment.monkeypatch.delenv(name, raising=False)
    environment.set(AWS_EC2_METADATA_SERVICE_ENDPOINT="http://127.0.0.1:1")


async def why_not_delivered(service: ServiceProcess) -> str:
    """All that the status page says of credentials and holds."""
    status = await asyncio.to_thread(read_status, service)
    return f"{status['credentials']} {status['delivery']['holds']}"


async def metrics_of(service: ServiceProcess) -> str:
    """The metrics page."""
    async with aiohttp.request("GET", f"{service.internal_url}/metrics") as answer:
        return await answer.text()


async def test_answers_are_taken_as_ever_while_credentials_are_late_wrong_or_gone(
    opensearch_url: str,
    index: str,
    store_view: StoreView,
    aws_environment: AwsEnvironment,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """F24: whoever gives credentials hangs, fails, or has none; it goes on when that is over."""
    healthy, hanging, failing, empty, gone = (
        ContainerCredentials(),
        ContainerCredentials(),
        InstanceMetadata(),
        InstanceMetadata(),
        ContainerCredentials(),
    )
    late = TokenService()
    servers: Sequence[CredentialServer] = (healthy, hanging, failing, empty, gone, late)
    hanging.fault, failing.fault, empty.fault = "hang", "500", "empty"
    gone.lifetime = SOON_GONE_SECONDS
    late.delay_seconds = 20.0
    async with AsyncExitStack() as stack:
        gateway = await stack.enter_async_context(run_gateway(opensearch_url))
        accept_every_key(gateway)
        for server in servers:
            await stack.enter_async_context(run_server(server))
        scene = Scene(gateway, aws_environment, write_form(tmp_path / "forms", index), tmp_path)
        stack.push_async_callback(scene.end)
        for name, server in (
            ("without a fault", healthy),
            ("hangs", hanging),
            ("answers 500", failing),
            ("answers nothing", empty),
            ("is gone for longer", gone),
            ("comes late", late),
        ):
            only_loopback(aws_environment)
            match server:
                case ContainerCredentials():
                    aws_environment.use_container(server)
                case InstanceMetadata():
                    aws_environment.use_instance(server)
                case TokenService():
                    aws_environment.use_web_identity(server)
            await scene.add(name)
        gone.fault = "hang"
        await asyncio.sleep(SOON_GONE_SECONDS)  # what it was given expires
        await measure(scene.stations, ROUNDS)
        with capsys.disabled():
            sys.stdout.write("\n" + table(scene.stations))
        assert_unaffected(scene.stations)

        for station in scene.stations[1:]:
            service, words = station.service, WORDS[station.name]

            async def explained(
                service: ServiceProcess = service, words: Sequence[str] = words
            ) -> bool:
                said = await why_not_delivered(service)
                return all(word in said for word in words)

            await until(explained, within_seconds=30, hoping_for=f"{station.name}: {words}")
            assert f'formwell_index_held{{index="{index}"}} 1.0' in await metrics_of(service)

        for server in servers:
            server.fault, server.delay_seconds, server.lifetime = None, 0.0, 3600.0
            server.let_go()
        sent = sum(station.posts for station in scene.stations)

        async def all_there() -> bool:
            return len(await store_view.documents()) >= sent

        await until(all_there, within_seconds=120, hoping_for=f"{sent} documents")
        for station in scene.stations:
            status = await asyncio.to_thread(read_status, station.service)
            assert status["spool"]["pending"]["rows"] == 0, station.name
            assert status["spool"]["dead"]["rows"] == 0, station.name
            assert await asyncio.to_thread(station.service.terminate) == 0, station.name
            said = station.service.log_text()
            assert SECRET not in said
            assert TOKEN not in said
        assert len(await store_view.documents()) == sent
