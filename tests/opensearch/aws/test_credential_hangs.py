"""A source that hangs is given up, said to hang, and is in nobody's way afterwards."""

import contextlib
import os
from pathlib import Path

from service.opensearch.aws.credential_source import CredentialSource
from tests.opensearch.aws.failed_fetch import (
    CONTAINER,
    INSTANCE,
    WEB_IDENTITY,
    failure,
)
from tests.opensearch.aws.metadata_servers import (
    AwsEnvironment,
    ContainerCredentials,
    InstanceMetadata,
    TokenService,
)

pytest_plugins = ["tests.opensearch.aws.credential_fixtures"]


async def test_a_metadata_service_that_hangs_is_given_up_within_the_limit(
    aws_environment: AwsEnvironment, instance: InstanceMetadata
) -> None:
    aws_environment.use_instance(instance)
    instance.fault = "hang"
    assert await failure(CredentialSource(limit_seconds=0.3)) == (
        f"{INSTANCE}it did not answer within 0.3 s"
    )


async def test_a_container_service_that_is_slower_than_the_limit(
    aws_environment: AwsEnvironment, container: ContainerCredentials
) -> None:
    aws_environment.use_container(container)
    container.fault = "hang"
    assert await failure(CredentialSource(limit_seconds=0.3)) == (
        f"{CONTAINER}it did not answer within 0.3 s"
    )


async def test_a_slow_sts_is_given_up_within_the_limit(
    aws_environment: AwsEnvironment, sts: TokenService
) -> None:
    aws_environment.use_web_identity(sts)
    source = CredentialSource(limit_seconds=2.0)
    await source.fetch()
    sts.delay_seconds = 60
    assert await failure(source) == f"{WEB_IDENTITY}it did not answer within 2 s"
    sts.delay_seconds = 0
    await source.fetch()


async def test_a_file_that_never_answers_hangs_a_few_threads_and_nothing_else(
    aws_environment: AwsEnvironment, sts: TokenService
) -> None:
    """As on a dead network file system: no limit inside the thread can help."""
    aws_environment.use_web_identity(sts)
    pipe = aws_environment.folder / "pipe"
    os.mkfifo(pipe)
    aws_environment.set(AWS_WEB_IDENTITY_TOKEN_FILE=str(pipe))
    source = CredentialSource(limit_seconds=0.4)
    try:
        for _ in range(4):
            assert await failure(source) == f"{WEB_IDENTITY}it did not answer within 0.4 s"
        assert (await failure(source)).startswith("4 earlier attempts to get AWS credentials still")
    finally:
        _let_readers_go(pipe)
    aws_environment.use_web_identity(sts)
    source = CredentialSource()
    assert (await source.fetch()).access_key in sts.issued


async def test_what_a_hanging_thread_works_with_is_not_given_to_the_next(
    aws_environment: AwsEnvironment, sts: TokenService
) -> None:
    models = aws_environment.folder / "models" / "sts" / "2011-06-15"
    models.mkdir(parents=True)
    (models / "service-2.json").write_text("not JSON")
    aws_environment.use_web_identity(sts)
    pipe = aws_environment.folder / "pipe"
    os.mkfifo(pipe)
    aws_environment.set(
        AWS_WEB_IDENTITY_TOKEN_FILE=str(pipe), AWS_DATA_PATH=str(aws_environment.folder / "models")
    )
    source = CredentialSource(limit_seconds=3.0)
    try:
        await failure(source)
        aws_environment.monkeypatch.delenv("AWS_DATA_PATH")
        aws_environment.use_web_identity(sts)
        assert (await source.fetch()).access_key in sts.issued
    finally:
        _let_readers_go(pipe)


def _let_readers_go(pipe: Path) -> None:
    with contextlib.suppress(OSError):
        os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
