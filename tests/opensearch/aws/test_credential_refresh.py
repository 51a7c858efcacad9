"""The whole of it: `open_credentials` over servers that fail, hang, and come back."""

import asyncio
from collections.abc import Callable

import pytest

from service.observability.metrics import Metrics
from service.opensearch.aws.credential_provider import (
    CredentialProvider,
    open_credentials,
    run_provider,
)
from service.opensearch.aws.credential_source import CredentialSource
from service.store import StoreRefused
from tests.opensearch.aws.metadata_servers import (
    ROLE_ARN,
    SECRET,
    AwsEnvironment,
    ContainerCredentials,
    CredentialServer,
    InstanceMetadata,
    TokenService,
)

pytest_plugins = ["tests.opensearch.aws.credential_fixtures"]


async def until(is_so: Callable[[], bool], *, seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not is_so():  # noqa: ASYNC110 (it waits for anything)
            await asyncio.sleep(0.01)


async def has_credentials(provider: CredentialProvider) -> bool:
    try:
        await provider.ensure_fresh()
    except StoreRefused:
        return False
    return True


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["instance", "container", "sts"])
async def test_credentials_of_three_seconds_are_never_lacking_and_cost_no_fetch_a_request(
    aws_environment: AwsEnvironment,
    instance: InstanceMetadata,
    container: ContainerCredentials,
    sts: TokenService,
    kind: str,
) -> None:
    server: CredentialServer = {"instance": instance, "container": container, "sts": sts}[kind]
    if kind == "instance":
        aws_environment.use_instance(instance)
    elif kind == "container":
        aws_environment.use_container(container)
    else:
        aws_environment.use_web_identity(sts)
    server.lifetime = 3
    requests = 0
    async with open_credentials(Metrics()) as provider:
        async with asyncio.timeout(30):
            while len(server.issued) < 6:
                burst = await asyncio.gather(*(provider.ensure_fresh() for _ in range(20)))
                assert provider.current is not None
                assert {each.access_key for each in burst} <= set(server.issued)
                requests += len(burst)
                await asyncio.sleep(0.01)
    assert requests > 20 * len(server.issued)


@pytest.mark.slow
async def test_a_metadata_service_gone_for_longer_than_credentials_live_is_survived(
    aws_environment: AwsEnvironment, instance: InstanceMetadata
) -> None:
    aws_environment.use_instance(instance)
    instance.lifetime = 3
    async with open_credentials(Metrics()) as provider:
        held = await provider.ensure_fresh()
        instance.fault = "500"
        await until(lambda: provider.status().last_error is not None)
        # The source fails, and what is held goes on.
        assert provider.current == held
        await until(lambda: provider.current is None)
        with pytest.raises(StoreRefused) as caught:
            await provider.ensure_fresh()
        assert caught.value.error_type == "credentials_expired"
        assert "instance metadata service" in str(caught.value)
        instance.fault = None
        async with asyncio.timeout(20):
            while not await has_credentials(provider):  # noqa: ASYNC110 (no event tells)
                await asyncio.sleep(0.02)
        assert provider.status().last_error is None


async def test_a_profile_that_appears_later_is_found_without_a_restart(
    aws_environment: AwsEnvironment, sts: TokenService
) -> None:
    aws_environment.set(AWS_ENDPOINT_URL_STS=sts.url, AWS_REGION="eu-west-1")
    async with open_credentials(Metrics()) as provider:
        with pytest.raises(StoreRefused) as caught:
            await provider.ensure_fresh()
        assert caught.value.error_type == "credentials_missing"
        aws_environment.write(
            "credentials",
            f"[base]\naws_access_key_id = AKIATEST00000001\naws_secret_access_key = {SECRET}\n",
        )
        aws_environment.write(
            "config", f"[default]\nrole_arn = {ROLE_ARN}\nsource_profile = base\n"
        )
        # Nobody asks: the refresh task finds it.
        await until(lambda: provider.current is not None)
        assert provider.status().source == "assume-role"


@pytest.mark.slow
async def test_a_refused_role_gets_others_although_the_library_still_holds_the_old(
    aws_environment: AwsEnvironment, sts: TokenService
) -> None:
    aws_environment.use_web_identity(sts)
    async with open_credentials(Metrics()) as provider:
        refused = await provider.ensure_fresh()
        async with asyncio.timeout(20):
            while (other := await provider.replace(refused)) == refused:  # noqa: ASYNC110 (no event tells)
                await asyncio.sleep(0.05)
        assert other.access_key == sts.issued[1]


async def test_a_service_that_hangs_at_the_start_holds_up_nothing_but_its_fetch(
    aws_environment: AwsEnvironment, container: ContainerCredentials
) -> None:
    aws_environment.use_container(container)
    container.fault = "hang"
    source = CredentialSource(limit_seconds=0.5)
    async with run_provider(CredentialProvider(source.fetch, Metrics())) as provider:
        waiting = asyncio.create_task(provider.ensure_fresh())
        await until(lambda: bool(container.requests))
        turns = 0
        while not waiting.done():
            await asyncio.sleep(0.001)
            turns += 1
        assert turns > 20, "the loop turned while the fetch hung"
        with pytest.raises(StoreRefused, match="did not answer within"):
            await waiting
        container.fault = None
        container.let_go()
        await until(lambda: provider.current is not None)


async def test_nothing_is_left_running_at_the_end(aws_environment: AwsEnvironment) -> None:
    before = asyncio.all_tasks()
    async with open_credentials(Metrics()):
        await asyncio.sleep(0)
    assert asyncio.all_tasks() == before
