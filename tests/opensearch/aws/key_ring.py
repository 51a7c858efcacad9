"""Credentials made up by a test, and a supply of them that stands in for the provider."""

from dataclasses import replace

from service.opensearch.aws.credentials import Credentials
from tests.opensearch.aws.signature_verifier import Key

TOKEN = "a/token+with=signs"


def make_credentials(access_key: str, *, token: str | None = TOKEN) -> Credentials:
    """Credentials with a secret that follows from the key id."""
    return Credentials(
        access_key=access_key,
        secret_key=f"secret of {access_key}",
        token=token,
        source="env",
        expires_at=None,
        fetched_at=0.0,
    )


def key_of(credentials: Credentials) -> dict[str, Key]:
    """What a gateway must know to accept these."""
    return {credentials.access_key: Key(secret=credentials.secret_key, token=credentials.token)}


class KeyRing:
    """Gives `current`, and after a refusal `next`, where there is one."""

    def __init__(self, current: Credentials) -> None:
        self.current = current
        self.next: Credentials | None = None
        self.rejected: list[str] = []
        self.fault: Exception | None = None

    async def ensure_fresh(self) -> Credentials:
        """What is current; raises `fault` where one is set."""
        if self.fault is not None:
            raise self.fault
        return self.current

    async def replace(self, rejected: Credentials) -> Credentials:
        """The next, as an equal set with a time of its own where there is none."""
        self.rejected.append(rejected.access_key)
        self.current = self.next or replace(rejected, fetched_at=rejected.fetched_at + 1)
        return self.current
