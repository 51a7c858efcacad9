"""Each source of credentials, through aiobotocore's own code, from servers of its protocol."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from aiobotocore.utils import AioContainerMetadataFetcher
from moto.moto_server.threaded_moto_server import ThreadedMotoServer

from service.opensearch.aws.credential_source import CredentialSource
from tests.opensearch.aws.metadata_servers import (
    ROLE_ARN,
    SECRET,
    TOKEN,
    AwsEnvironment,
    ContainerCredentials,
    InstanceMetadata,
    TokenService,
)

pytest_plugins = ["tests.opensearch.aws.credential_fixtures"]

KEY = "AKIATEST00000001"
OTHER_KEY = "AKIATEST00000002"


def profile(name: str, key: str) -> str:
    return f"[{name}]\naws_access_key_id = {key}\naws_secret_access_key = {SECRET}\n"


async def test_the_environment_gives_credentials_that_do_not_expire(
    aws_environment: AwsEnvironment,
) -> None:
    aws_environment.set(AWS_ACCESS_KEY_ID=KEY, AWS_SECRET_ACCESS_KEY=SECRET)
    credentials = await CredentialSource().fetch()
    assert (credentials.source, credentials.access_key) == ("env", KEY)
    assert (credentials.secret_key, credentials.token) == (SECRET, None)
    assert credentials.expires_at is None


async def test_a_line_break_at_the_end_of_a_secret_is_no_part_of_it(
    aws_environment: AwsEnvironment,
) -> None:
    aws_environment.set(
        AWS_ACCESS_KEY_ID=f"{KEY}\n",
        AWS_SECRET_ACCESS_KEY=f"{SECRET}\r\n",
        AWS_SESSION_TOKEN=f" {TOKEN}\n",
    )
    credentials = await CredentialSource().fetch()
    assert (credentials.access_key, credentials.secret_key) == (KEY, SECRET)
    assert credentials.token == TOKEN


async def test_the_environment_may_say_when_its_credentials_expire(
    aws_environment: AwsEnvironment,
) -> None:
    expiry = "2126-01-02T03:04:05Z"
    aws_environment.set(
        AWS_ACCESS_KEY_ID=KEY,
        AWS_SECRET_ACCESS_KEY=SECRET,
        AWS_SESSION_TOKEN=TOKEN,
        AWS_CREDENTIAL_EXPIRATION=expiry,
    )
    credentials = await CredentialSource().fetch()
    assert credentials.token == TOKEN
    assert credentials.expires_at == datetime.fromisoformat(expiry).timestamp()


async def test_the_environment_wins_over_every_other_source(
    aws_environment: AwsEnvironment, container: ContainerCredentials, sts: TokenService
) -> None:
    aws_environment.use_container(container)
    aws_environment.use_web_identity(sts)
    aws_environment.write("credentials", profile("default", OTHER_KEY))
    aws_environment.set(AWS_ACCESS_KEY_ID=KEY, AWS_SECRET_ACCESS_KEY=SECRET)
    assert (await CredentialSource().fetch()).access_key == KEY
    assert container.requests == sts.requests == []


async def test_a_shared_profile_is_read_again_for_every_fetch(
    aws_environment: AwsEnvironment,
) -> None:
    aws_environment.set(AWS_PROFILE="forms")
    aws_environment.write("credentials", profile("forms", KEY))
    source = CredentialSource()
    credentials = await source.fetch()
    assert (credentials.source, credentials.access_key) == ("shared-credentials-file", KEY)
    aws_environment.write("credentials", profile("forms", OTHER_KEY))
    assert (await source.fetch()).access_key == OTHER_KEY


async def test_an_instance_role_comes_over_imdsv2_with_the_expiry_it_has(
    aws_environment: AwsEnvironment, instance: InstanceMetadata
) -> None:
    aws_environment.use_instance(instance)
    # The library would say 17 to 25 minutes.
    instance.lifetime = 30
    credentials = await CredentialSource().fetch()
    assert credentials.source == "iam-role"
    assert credentials.access_key == instance.issued[-1]
    assert credentials.token == TOKEN
    assert credentials.expires_at is not None
    assert 25 < credentials.expires_at - credentials.fetched_at <= 30
    path = "/latest/meta-data/iam/security-credentials/"
    assert instance.requests == [
        "PUT /latest/api/token",
        f"GET {path}",
        f"GET {path}formwell-writer",
    ]


async def test_a_container_role_is_asked_once_however_short_its_credentials_live(
    aws_environment: AwsEnvironment, container: ContainerCredentials
) -> None:
    aws_environment.use_container(container)
    container.lifetime = 30
    credentials = await CredentialSource().fetch()
    assert (credentials.source, credentials.token) == ("container-role", TOKEN)
    assert credentials.expires_at is not None
    assert 25 < credentials.expires_at - credentials.fetched_at <= 30
    assert container.requests == ["GET /v2/credentials"]


async def test_a_task_role_is_found_at_a_relative_address(
    aws_environment: AwsEnvironment,
    container: ContainerCredentials,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The host of ECS is a constant of the library; a test must not leave loopback.
    host = container.url.removeprefix("http://")
    monkeypatch.setattr(AioContainerMetadataFetcher, "IP_ADDRESS", host)
    aws_environment.set(AWS_CONTAINER_CREDENTIALS_RELATIVE_URI="/v2/credentials/task")
    assert (await CredentialSource().fetch()).access_key == container.issued[-1]
    assert container.requests == ["GET /v2/credentials/task"]


async def test_the_authorization_token_of_pod_identity_is_read_for_every_fetch(
    aws_environment: AwsEnvironment, container: ContainerCredentials
) -> None:
    aws_environment.use_container(container)
    token_file = aws_environment.write("pod-token", "first")
    aws_environment.set(AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=str(token_file))
    container.authorization = "first"
    source = CredentialSource()
    await source.fetch()
    aws_environment.write("pod-token", "second")
    container.authorization = "second"
    assert (await source.fetch()).access_key == container.issued[-1]
    assert len(container.issued) == 2


async def test_web_identity_takes_a_role_with_the_token_that_is_there_now(
    aws_environment: AwsEnvironment, sts: TokenService
) -> None:
    aws_environment.use_web_identity(sts)
    source = CredentialSource()
    credentials = await source.fetch()
    assert credentials.source == "assume-role-with-web-identity"
    assert credentials.token == TOKEN
    assert credentials.expires_at is not None
    sts.web_identity_token = sts.web_identity_token[::-1]
    aws_environment.write("token", sts.web_identity_token)
    # A second set, although the library has the first one in its cache for 45 minutes more.
    assert (await source.fetch()).access_key == sts.issued[1]


async def test_a_profile_takes_a_role_with_the_credentials_of_another_profile(
    aws_environment: AwsEnvironment, sts: TokenService
) -> None:
    aws_environment.write(
        "config", f"[default]\nrole_arn = {ROLE_ARN}\nsource_profile = base\nregion = eu-west-1\n"
    )
    aws_environment.write("credentials", profile("base", KEY))
    aws_environment.set(AWS_ENDPOINT_URL_STS=sts.url)
    source = CredentialSource()
    assert (await source.fetch()).source == "assume-role"
    assert (await source.fetch()).access_key == sts.issued[1]
    assert sts.requests == ["AssumeRole", "AssumeRole"]


async def test_a_profile_takes_a_role_with_the_credentials_of_the_instance(
    aws_environment: AwsEnvironment, sts: TokenService, instance: InstanceMetadata
) -> None:
    aws_environment.write(
        "config", f"[default]\nrole_arn = {ROLE_ARN}\ncredential_source = Ec2InstanceMetadata\n"
    )
    aws_environment.use_instance(instance)
    aws_environment.set(AWS_ENDPOINT_URL_STS=sts.url)
    credentials = await CredentialSource(region="eu-west-1").fetch()
    assert (credentials.source, credentials.access_key) == ("assume-role", sts.issued[0])


async def test_the_region_of_sts_may_come_from_the_settings(
    aws_environment: AwsEnvironment, sts: TokenService
) -> None:
    aws_environment.use_web_identity(sts)
    aws_environment.monkeypatch.delenv("AWS_REGION")
    assert (await CredentialSource(region="eu-central-1").fetch()).access_key == sts.issued[0]


@pytest.fixture(scope="module")
def moto_url() -> Iterator[str]:
    """Somebody else's STS."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


async def test_web_identity_agrees_with_somebody_elses_sts(
    aws_environment: AwsEnvironment, sts: TokenService, moto_url: str
) -> None:
    aws_environment.use_web_identity(sts)
    aws_environment.set(AWS_ENDPOINT_URL_STS=moto_url)
    credentials = await CredentialSource().fetch()
    assert credentials.access_key.startswith("ASIA")
    assert credentials.token
    assert credentials.expires_at is not None
    assert 3500 < credentials.expires_at - credentials.fetched_at <= 3600


async def test_an_assumed_role_agrees_with_somebody_elses_sts(
    aws_environment: AwsEnvironment, moto_url: str
) -> None:
    aws_environment.write(
        "config", f"[default]\nrole_arn = {ROLE_ARN}\nsource_profile = base\nregion = eu-west-1\n"
    )
    aws_environment.write("credentials", profile("base", KEY))
    aws_environment.set(AWS_ENDPOINT_URL_STS=moto_url)
    credentials = await CredentialSource().fetch()
    assert (credentials.source, credentials.access_key[:4]) == ("assume-role", "ASIA")
    assert credentials.expires_at is not None
