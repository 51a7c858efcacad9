"""A fetch that fails, what it says, and that it says no secret."""

import pytest

from service.opensearch.aws.credential_source import CredentialSource, CredentialsUnavailable
from tests.opensearch.aws.metadata_servers import JSON_WEB_TOKEN, SECRET, TOKEN

INSTANCE = "the instance metadata service gave no credentials: "
NOT_ELSEWHERE = " (and there are none in the environment, in a profile or from a container)"
CONTAINER = "the container credentials service (ECS, EKS Pod Identity) gave no credentials: "
WEB_IDENTITY = "the role for web identity (IRSA) gave no credentials: "


async def failure(source: CredentialSource | None = None) -> str:
    """The text of a fetch that fails, free of secrets."""
    with pytest.raises(CredentialsUnavailable) as caught:
        await (source or CredentialSource()).fetch()
    text = str(caught.value)
    for secret in (SECRET, TOKEN, JSON_WEB_TOKEN, JSON_WEB_TOKEN[:60]):
        assert secret not in text
    assert caught.value.__cause__ is None or isinstance(caught.value.__cause__, TimeoutError)
    return text
