"""What a person reads when a source gives no credentials: which one, why, and never a secret."""

from collections.abc import Callable

import pytest
from botocore.exceptions import CredentialRetrievalError, NoRegionError, SSLError

from service.opensearch.aws.credential_failures import LONGEST_TEXT, describe_failure
from tests.opensearch.aws.failed_fetch import (
    CONTAINER,
    INSTANCE,
    NOT_ELSEWHERE,
    WEB_IDENTITY,
    failure,
)
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

NO_TOKEN = (
    "it gives no session token (IMDSv2): it fails, or this is no EC2 instance, or a container on"
    " one whose hop limit is 1"
)


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


async def test_a_profile_that_is_nowhere(aws_environment: AwsEnvironment) -> None:
    aws_environment.set(AWS_PROFILE="formz")
    assert await failure() == "the AWS profile formz is in no AWS config file: correct it"


async def test_half_of_a_key(aws_environment: AwsEnvironment) -> None:
    aws_environment.set(AWS_ACCESS_KEY_ID="AKIATEST00000001")
    assert await failure() == (
        "the environment gave no credentials: AWS_SECRET_ACCESS_KEY is missing"
    )


@pytest.mark.parametrize(
    ("variable", "name"),
    [
        ("AWS_ACCESS_KEY_ID", "AccessKeyId"),
        ("AWS_SECRET_ACCESS_KEY", "SecretAccessKey"),
        ("AWS_SESSION_TOKEN", "SessionToken"),
    ],
)
@pytest.mark.parametrize("odd", ["\n", "\x1b", "\u200b", "\udcff"])
async def test_a_character_that_no_header_carries(
    aws_environment: AwsEnvironment, variable: str, name: str, odd: str
) -> None:
    aws_environment.set(AWS_ACCESS_KEY_ID="AKIATEST00000001", AWS_SECRET_ACCESS_KEY=SECRET)
    aws_environment.set(**{variable: f"{TOKEN}{odd}{SECRET}"})
    assert await failure() == (
        f"the environment gave no credentials that can be used: its {name} has a line break or"
        " another character that no key of AWS has; write it again without"
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
