"""What a person reads when a source gives no credentials: which one, why, and never a secret."""

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from botocore.exceptions import CredentialRetrievalError, NoRegionError, SSLError

from service.opensearch.aws.credential_failures import LONGEST_TEXT, describe_failure
from service.opensearch.aws.credential_source import CredentialSource, CredentialsUnavailable
from tests.opensearch.aws.metadata_servers import (
    JSON_WEB_TOKEN,
    ROLE_ARN,
    SECRET,
    TOKEN,
    AwsEnvironment,
    ContainerCredentials,
    InstanceMetadata,
    TokenService,
)

pytest_plugins = ["tests.opensearch.aws.credential_fixtures"]

INSTANCE = "the instance metadata service gave no credentials: "
NOT_ELSEWHERE = " (and there are none in the environment, in a profile or from a container)"
CONTAINER = "the container credentials service (ECS, EKS Pod Identity) gave no credentials: "
WEB_IDENTITY = "the role for web identity (IRSA) gave no credentials: "
NO_TOKEN = (
    "it gives no session token (IMDSv2): it fails, or this is no EC2 instance, or a container on"
    " one whose hop limit is 1"
)


async def failure(source: CredentialSource | None = None) -> str:
    """The text of a fetch that fails, free of secrets."""
    with pytest.raises(CredentialsUnavailable) as caught:
        await (source or CredentialSource()).fetch()
    text = str(caught.value)
    for secret in (SECRET, TOKEN, JSON_WEB_TOKEN, JSON_WEB_TOKEN[:60]):
        assert secret not in text
    assert caught.value.__cause__ is None or isinstance(caught.value.__cause__, TimeoutError)
    return text


async def test_nobody_at_the_address_of_the_metadata_service(
    aws_environment: AwsEnvironment,
) -> None:
    assert await failure() == f"{INSTANCE}{NO_TOKEN}{NOT_ELSEWHERE}"


async def test_a_metadata_service_of_the_first_version_is_not_used(
    aws_environment: AwsEnvironment, instance: InstanceMetadata
) -> None:
    aws_environment.use_instance(instance)
    instance.v2 = False
    assert await failure() == f"{INSTANCE}{NO_TOKEN}{NOT_ELSEWHERE}"
    assert set(instance.requests) == {"PUT /latest/api/token"}


@pytest.mark.parametrize("fault", ["500", "empty"])
async def test_a_metadata_service_without_an_answer(
    aws_environment: AwsEnvironment, instance: InstanceMetadata, fault: str
) -> None:
    aws_environment.use_instance(instance)
    instance.fault = fault
    assert await failure() == f"{INSTANCE}{NO_TOKEN}{NOT_ELSEWHERE}"


async def test_an_instance_without_a_role(
    aws_environment: AwsEnvironment, instance: InstanceMetadata
) -> None:
    aws_environment.use_instance(instance)
    instance.has_role = False
    assert (await failure()).endswith("(on EC2: attach a role to the instance)")


async def test_a_switched_off_metadata_service(aws_environment: AwsEnvironment) -> None:
    aws_environment.set(AWS_EC2_METADATA_DISABLED="true")
    assert (await failure()).startswith("no AWS credentials found: not in the environment, not in")


async def test_a_metadata_service_that_hangs_is_given_up_within_the_limit(
    aws_environment: AwsEnvironment, instance: InstanceMetadata
) -> None:
    aws_environment.use_instance(instance)
    instance.fault = "hang"
    assert await failure(CredentialSource(limit_seconds=0.3)) == (
        f"{INSTANCE}it did not answer within 0.3 s"
    )


@pytest.mark.slow  # the library tries three times, a second apart
@pytest.mark.parametrize(
    ("fault", "why"), [("500", "it answered 500"), ("empty", "its answer is not JSON")]
)
async def test_a_container_service_that_answers_badly(
    aws_environment: AwsEnvironment, container: ContainerCredentials, fault: str, why: str
) -> None:
    aws_environment.use_container(container)
    container.fault = fault
    assert await failure() == CONTAINER + why


async def test_a_container_service_that_is_slower_than_the_limit(
    aws_environment: AwsEnvironment, container: ContainerCredentials
) -> None:
    aws_environment.use_container(container)
    container.fault = "hang"
    assert await failure(CredentialSource(limit_seconds=0.3)) == (
        f"{CONTAINER}it did not answer within 0.3 s"
    )


async def test_a_container_service_on_a_host_that_may_not_be_one(
    aws_environment: AwsEnvironment,
) -> None:
    aws_environment.set(AWS_CONTAINER_CREDENTIALS_FULL_URI="http://192.0.2.1/secret-path")
    text = await failure()
    assert text.startswith(f"{CONTAINER}Unsupported host '192.0.2.1'.")


async def test_an_authorization_token_with_a_line_break(
    aws_environment: AwsEnvironment, container: ContainerCredentials
) -> None:
    aws_environment.use_container(container)
    token_file = aws_environment.write("pod-token", f"{TOKEN}\n")
    aws_environment.set(AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=str(token_file))
    assert await failure() == f"{CONTAINER}Auth token value is not a legal header value"


async def test_a_token_that_sts_refuses_and_quotes_reaches_no_log(
    aws_environment: AwsEnvironment, sts: TokenService, caplog: pytest.LogCaptureFixture
) -> None:
    aws_environment.use_web_identity(sts)
    sts.web_identity_token = "another"
    assert await failure() == (
        f"{WEB_IDENTITY}AssumeRoleWithWebIdentity was refused with InvalidIdentityToken:"
        " Could not take the token …"
    )
    assert JSON_WEB_TOKEN[:60] not in caplog.text
    assert "Traceback" not in caplog.text


async def test_a_token_file_that_is_not_there(
    aws_environment: AwsEnvironment, sts: TokenService
) -> None:
    aws_environment.use_web_identity(sts)
    aws_environment.set(AWS_WEB_IDENTITY_TOKEN_FILE="/nowhere/token")
    assert await failure() == (
        f"{WEB_IDENTITY}/nowhere/token cannot be read: No such file or directory"
    )


async def test_an_empty_token_file(aws_environment: AwsEnvironment, sts: TokenService) -> None:
    aws_environment.use_web_identity(sts)
    aws_environment.write("token", "")
    assert "look at role_arn, and into the token file" in await failure()


async def test_nobody_at_the_address_of_sts(
    aws_environment: AwsEnvironment, sts: TokenService
) -> None:
    aws_environment.use_web_identity(sts)
    aws_environment.set(AWS_ENDPOINT_URL_STS="http://127.0.0.1:9")
    assert await failure() == f"{WEB_IDENTITY}no connection to 127.0.0.1"


def test_web_identity_without_a_region() -> None:
    text = describe_failure("assume-role-with-web-identity", NoRegionError())
    assert text == f"{WEB_IDENTITY}no region for STS: set AWS_REGION"


async def test_a_slow_sts_is_given_up_within_the_limit(
    aws_environment: AwsEnvironment, sts: TokenService
) -> None:
    aws_environment.use_web_identity(sts)
    source = CredentialSource(limit_seconds=1.0)
    await source.fetch()
    sts.delay_seconds = 60
    assert await failure(source) == f"{WEB_IDENTITY}it did not answer within 1 s"
    sts.delay_seconds = 0
    await source.fetch()


async def test_a_profile_that_is_nowhere(aws_environment: AwsEnvironment) -> None:
    aws_environment.set(AWS_PROFILE="formz")
    assert await failure() == "the AWS profile formz is in no AWS config file: correct it"


async def test_half_of_a_key(aws_environment: AwsEnvironment) -> None:
    aws_environment.set(AWS_ACCESS_KEY_ID="AKIATEST00000001")
    assert await failure() == (
        "the environment gave no credentials: AWS_SECRET_ACCESS_KEY is missing"
    )


async def test_a_config_file_that_cannot_be_parsed(aws_environment: AwsEnvironment) -> None:
    aws_environment.write("config", f"{SECRET}\n")
    assert "Unable to parse config file" in await failure()


async def test_a_credential_process_that_prints_a_secret_and_fails(
    aws_environment: AwsEnvironment,
) -> None:
    command = f'sh -c "echo {SECRET} >&2; exit 1"'
    aws_environment.write("config", f"[default]\ncredential_process = {command}\n")
    assert await failure() == (
        "the profile's credential_process gave no credentials: it failed;"
        " `aws sts get-caller-identity` in the same environment says why"
    )


async def test_a_file_that_never_answers_hangs_a_few_threads_and_nothing_else(
    aws_environment: AwsEnvironment, sts: TokenService
) -> None:
    """As on a dead network file system: no limit inside the thread can help."""
    aws_environment.use_web_identity(sts)
    pipe = aws_environment.folder / "pipe"
    os.mkfifo(pipe)
    aws_environment.set(AWS_WEB_IDENTITY_TOKEN_FILE=str(pipe))
    source = CredentialSource(limit_seconds=0.1)
    try:
        for _ in range(4):
            assert await failure(source) == f"{WEB_IDENTITY}it did not answer within 0.1 s"
        assert (await failure(source)).startswith("4 earlier attempts to get AWS credentials still")
    finally:
        _let_readers_go(pipe)
    aws_environment.use_web_identity(sts)
    source = CredentialSource()
    assert (await source.fetch()).access_key in sts.issued


def _let_readers_go(pipe: Path) -> None:
    with contextlib.suppress(OSError):
        os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))


@pytest.mark.parametrize(
    "make",
    [
        lambda: RuntimeError(SECRET),
        lambda: ValueError(f"Unknown string format: {TOKEN}"),
        lambda: KeyError(SECRET),
        lambda: UnicodeDecodeError("utf-8", SECRET.encode(), 0, 1, SECRET),
        lambda: CredentialRetrievalError(provider="x", error_msg=f"something {TOKEN}"),
        lambda: SSLError(endpoint_url=f"https://user:{SECRET}@sts.example/?{TOKEN}", error=TOKEN),
    ],
)
def test_the_text_of_an_unknown_error_is_not_repeated(make: Callable[[], Exception]) -> None:
    text = describe_failure("container-role", make())
    assert SECRET not in text
    assert TOKEN[:40] not in text
    assert len(text) < LONGEST_TEXT


def test_roles_may_be_named_although_their_names_are_long() -> None:
    long_role = f"role/{'formwell-writer-' * 4}"
    text = describe_failure("iam-role", ValueError(f"Unsupported host {ROLE_ARN} {long_role}"))
    assert ROLE_ARN in text
    assert long_role in text
