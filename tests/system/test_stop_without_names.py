"""A name server that never answers keeps nobody from stopping the service."""

import asyncio
import sys
from pathlib import Path

from tests.opensearch.aws.metadata_servers import JSON_WEB_TOKEN, ROLE_ARN, AwsEnvironment
from tests.system import nameless_service
from tests.system.polling import until
from tests.system.ports import closed_url
from tests.system.service_process import running_service

pytest_plugins = ["tests.opensearch.aws.credential_fixtures"]

COMMAND = (sys.executable, nameless_service.__file__, "serve")


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

        async def is_looked_up() -> bool:
            return "looking up sts.example" in service.log_text()

        await until(is_looked_up, within_seconds=20, hoping_for="a look-up of STS")
        assert await asyncio.to_thread(service.terminate) == 0
    assert "Traceback" not in service.log_text()
