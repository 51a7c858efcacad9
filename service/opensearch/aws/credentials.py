"""Credentials of AWS as this service uses them: a snapshot that never changes."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """One set of credentials. Times are seconds since the epoch, by the wall clock.

    `source` is where they came from, in botocore's words (env, shared-credentials-file,
    assume-role, assume-role-with-web-identity, container-role, iam-role …). `expires_at` is None
    for those that do not expire.
    """

    access_key: str
    secret_key: str = field(repr=False)
    token: str | None = field(default=None, repr=False)
    source: str
    expires_at: float | None
    fetched_at: float

    @property
    def key_suffix(self) -> str:
        """The last four characters of the key id: enough to recognise it, of no use to others."""
        return self.access_key[-4:]
