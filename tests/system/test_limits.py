"""What the environment says about limits and proxies is in force in the running service."""

from pathlib import Path

import aiohttp
import pytest

from tests.system.posts import FORM_PATH
from tests.system.service_process import running_service

pytestmark = pytest.mark.slow

ANSWERS = {"essay_question": "Sega", "email_addr": "you@example.org"}
SETTINGS = {
    "STORE_URL": "null:",
    "LOG_FORMAT": "json",
    "PUBLIC_URL": "https://forms.example.org",
    "TRUSTED_PROXIES": "127.0.0.1/32",
    "RATE_LIMIT_CLIENT": "1/hour",
    "RATE_LIMIT_FORM": "2/hour",
    "RATE_LIMIT_TOTAL": "1000/hour",
}


async def test_limits_are_by_the_address_that_a_trusted_proxy_names(tmp_path: Path) -> None:
    """ABUSE-2, IP-1: and the log says what else would be wise on a public address."""
    with running_service(tmp_path, SETTINGS) as service:
        told = []
        async with aiohttp.ClientSession() as client:
            for address in ("192.0.2.7", "192.0.2.7", "192.0.2.8", "192.0.2.9"):
                headers = {"X-Forwarded-For": f"203.0.113.66, {address}"}
                async with client.post(
                    service.url + FORM_PATH, json=ANSWERS, headers=headers
                ) as response:
                    told.append((response.status, response.headers["RateLimit-Limit"]))
        log = service.log_text()
    assert told == [(201, "1"), (429, "1"), (201, "1"), (429, "2")]
    assert "FORMWELL_ALLOWED_HOSTS is unset" in log
    assert "FORMWELL_RATE_LIMIT" not in log
    assert "192.0.2." not in log.replace("192.0.2.0", "")
