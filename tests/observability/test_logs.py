"""What other people's loggers may say: never a body, never a session token, whatever the level."""

import io
import logging

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from service.observability.logs import LEVELS, configure_logs

TOKEN = "a-session-token-nobody-may-read"


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    "name",
    [
        "opensearch",
        "opensearchpy.trace",
        "botocore",
        "botocore.auth",
        "botocore.credentials",
        "botocore.endpoint",
        "botocore.hooks",
        "botocore.parsers",
        "aiobotocore",
        "aiobotocore.credentials",
        "aiobotocore.httpsession",
    ],
)
def test_talkative_loggers_stay_above_debug(level: str, name: str) -> None:
    configure_logs(level=level, json_lines=True, stream=io.StringIO())
    assert not logging.getLogger(name).isEnabledFor(logging.DEBUG)


def test_signing_by_botocore_at_debug_shows_no_token() -> None:
    stream = io.StringIO()
    configure_logs(level="debug", json_lines=True, stream=stream)
    logging.getLogger("elsewhere").debug("debug is on")
    request = AWSRequest(method="POST", url="https://search.example.org/i/_bulk", data=b"{}")
    SigV4Auth(Credentials("AKID", "secret", TOKEN), "es", "eu-west-1").add_auth(request)

    assert request.headers["X-Amz-Security-Token"] == TOKEN
    assert "debug is on" in stream.getvalue()
    assert TOKEN not in stream.getvalue()
