"""An environment without AWS credentials, and the services that give some, on loopback.

A plugin: test modules name it in `pytest_plugins`.
"""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from blockbuster import BlockBuster

from tests.opensearch.aws.metadata_servers import (
    AwsEnvironment,
    ContainerCredentials,
    InstanceMetadata,
    TokenService,
    run_server,
)

CLOSED = "http://127.0.0.1:9"


@pytest.fixture
def aws_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, _loop_is_never_blocked: BlockBuster
) -> AwsEnvironment:
    """No credentials anywhere, and nobody to ask: what is not set leads to a closed port."""
    # The thread that walks the chain has a loop of its own, which may block; ours may not.
    for function in _loop_is_never_blocked.functions.values():
        function.can_block_in("service/opensearch/aws/credential_source.py", {"_work"})
    for name in list(os.environ):
        if name.startswith("AWS_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    environment = AwsEnvironment(folder=tmp_path, monkeypatch=monkeypatch)
    environment.set(
        AWS_EC2_METADATA_SERVICE_ENDPOINT=CLOSED,
        AWS_ENDPOINT_URL=CLOSED,
        AWS_CONFIG_FILE=str(tmp_path / "config"),
        AWS_SHARED_CREDENTIALS_FILE=str(tmp_path / "credentials"),
        BOTO_CONFIG=str(tmp_path / "boto"),
        HOME=str(tmp_path),
    )
    return environment


@pytest.fixture
async def instance() -> AsyncIterator[InstanceMetadata]:
    """An instance metadata service."""
    async with run_server(server := InstanceMetadata()):
        yield server


@pytest.fixture
async def container() -> AsyncIterator[ContainerCredentials]:
    """A container credentials service."""
    async with run_server(server := ContainerCredentials()):
        yield server


@pytest.fixture
async def sts() -> AsyncIterator[TokenService]:
    """A security token service."""
    async with run_server(server := TokenService()):
        yield server
