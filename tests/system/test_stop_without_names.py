"""A name server that never answers keeps nobody from stopping the service."""

import asyncio
import subprocess
import sys
from pathlib import Path

from tests.opensearch.aws.metadata_servers import JSON_WEB_TOKEN, ROLE_ARN, AwsEnvironment
from tests.system import nameless_service
from tests.system.polling import until
from tests.system.ports import closed_url
from tests.system.service_process import (
    EXIT_SECONDS,
    ServiceProcess,
    environment,
    running_service,
)
from tests.system.submitting import submit

pytest_plugins = ["tests.opensearch.aws.credential_fixtures"]

NAMELESS = (sys.executable, nameless_service.__file__)
COMMAND = (*NAMELESS, "serve")
NAMED_STORE = "http://store.example:9200"


async def test_it_ends_though_the_look_up_of_sts_does_not(
    aws_environment: AwsEnvironment, tmp_path: Path
) -> None:
    token_file = aws_environment.write("token", JSON_WEB_TOKEN)
    aws_environment.set(
        AWS_ENDPOINT_URL_STS="http://sts.example",
        AWS_ROLE_ARN=ROLE_ARN,
        AWS_WEB_IDENTITY_TOKEN_FILE=str(token_file),
        AWS_REGION="eu-west-1",
    )
    settings = {"STORE_URL": closed_url(), "AWS_SERVICE": "es", "AWS_REGION": "eu-west-1"}
    with running_service(tmp_path / "service", settings, command=COMMAND) as service:
        await until_looked_up(service, "sts.example")
        assert await asyncio.to_thread(service.terminate) == 0
    assert "Traceback" not in service.log_text()


async def test_it_ends_though_the_look_up_of_its_store_does_not(tmp_path: Path) -> None:
    """F29: a name server that never answers, at the time of a stop."""
    settings = {"STORE_URL": NAMED_STORE, "SHUTDOWN_SECONDS": "1"}
    with running_service(tmp_path / "service", settings, command=COMMAND) as service:
        await submit(service, 1)
        await until_looked_up(service, "store.example")
        assert await asyncio.to_thread(service.terminate) == 0
    assert "Traceback" not in service.log_text()


def test_a_check_ends_though_the_look_up_of_its_store_does_not(tmp_path: Path) -> None:
    settings = {"STORE_URL": NAMED_STORE, "DATA_DIR": str(tmp_path / "data")}
    check = subprocess.run(
        [*NAMELESS, "check"],
        env=environment(settings),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=EXIT_SECONDS,
    )
    assert check.returncode == 1
    assert "store.example was not found within 5 s: no DNS server answers" in check.stdout
    assert not check.stderr


async def until_looked_up(service: ServiceProcess, name: str) -> None:
    async def is_looked_up() -> bool:
        return f"looking up {name}" in service.log_text()

    await until(is_looked_up, within_seconds=20, hoping_for=f"a look-up of {name}")
