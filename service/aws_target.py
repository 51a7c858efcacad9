"""Which AWS service and region requests to a store are signed for, read from its address.

Endpoints: https://docs.aws.amazon.com/general/latest/gr/opensearch-service.html and, for
Serverless, https://docs.aws.amazon.com/general/latest/gr/opensearch-serverless.html
"""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from service.loopback import is_loopback

ES = "es"
SERVERLESS = "aoss"
UNSIGNED = "none"

_SERVICE = "FORMWELL_AWS_SERVICE"
_REGION = "FORMWELL_AWS_REGION"
_URL = "FORMWELL_STORE_URL"

REGION = re.compile(r"[a-z]+(?:-[a-z]+)+-[0-9]+")

_R = f"(?P<region>{REGION.pattern})"
_HOSTS = (
    re.compile(rf".+\.{_R}\.(?P<service>es|aoss)\.amazonaws\.com(?:\.cn)?"),
    re.compile(rf".+\.(?P<service>aoss|aos)\.{_R}\.on\.aws"),
)
_SIGNED_AS = {"aos": ES}  # in the names of hosts with IPv6, and nowhere else
_OF_AWS = re.compile(r"(?:.+\.)?(?:amazonaws\.com(?:\.cn)?|on\.aws)")


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsTarget:
    """What a signature is for: the service, `es` or `aoss`, and the region."""

    service: str
    region: str


class AwsTargetError(Exception):
    """The address and the settings do not go together; `problems` has a sentence for each."""

    def __init__(self, *problems: str) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def read_aws_target(store_url: str, *, service: str | None, region: str | None) -> AwsTarget | None:
    """What to sign for; None for requests that are not signed.

    `service` is `es`, `aoss`, `none` or, to have it read from the host, None; `region` likewise.
    Raises AwsTargetError, whose sentences never hold the user or the password of the URL.
    """
    parts = urlsplit(store_url)
    host = (parts.hostname or "").removesuffix(".")
    if service == UNSIGNED:
        if region is not None:
            raise AwsTargetError(
                f"{_REGION} is {region!r} but {_SERVICE} is 'none', which signs nothing; "
                "unset one of them"
            )
        return None
    if not host:
        _refuse_without_host(service, region)
        return None
    target = _agree(host, service, region)
    if target is not None and (problems := _unfit_for_signing(parts, host)):
        raise AwsTargetError(*problems)
    return target


def _refuse_without_host(service: str | None, region: str | None) -> None:
    """For a store that is no address: nothing may be said of AWS."""
    said = [name for name, value in ((_SERVICE, service), (_REGION, region)) if value is not None]
    if said:
        raise AwsTargetError(
            f"{' and '.join(said)} {'are' if len(said) > 1 else 'is'} set but {_URL} names no "
            "OpenSearch to sign requests for; set it to the address of one, like "
            "https://search-forms-abc.eu-west-1.es.amazonaws.com, or unset the other"
        )


def _agree(host: str, service: str | None, region: str | None) -> AwsTarget | None:
    """What the host says and what the settings say, where they agree."""
    match = next((match for pattern in _HOSTS if (match := pattern.fullmatch(host))), None)
    if match is not None:
        named = match["service"]
        found = AwsTarget(service=_SIGNED_AS.get(named, named), region=match["region"])
        problems = [
            f"{name} is {said!r} but the host of {_URL} ({host}) says {read!r}; unset it, "
            "or correct the address"
            for name, said, read in (
                (_SERVICE, service, found.service),
                (_REGION, region, found.region),
            )
            if said is not None and said != read
        ]
        if problems:
            raise AwsTargetError(*problems)
        return found
    if service is not None and region is not None:
        return AwsTarget(service=service, region=region)
    if _OF_AWS.fullmatch(host):
        raise AwsTargetError(
            f"{_missing(service, region)} unset and cannot be read from the host of {_URL} "
            f"({host}); set {_SERVICE} to es or aoss and {_REGION} to a region like eu-west-1, "
            "or only the first, to none, for requests that are not signed"
        )
    if service is not None or region is not None:
        name, said = (_SERVICE, service) if service is not None else (_REGION, region)
        raise AwsTargetError(
            f"{name} is {said!r} but {_missing(service, region)} unset, and the host of {_URL} "
            f"({host}) does not say it; set both for requests that are signed, or neither"
        )
    return None


def _missing(service: str | None, region: str | None) -> str:
    names = [name for name, value in ((_SERVICE, service), (_REGION, region)) if value is None]
    return f"{' and '.join(names)} {'are' if len(names) > 1 else 'is'}"


def _unfit_for_signing(parts: SplitResult, host: str) -> list[str]:
    """A session token in clear, or two ways to say who we are."""
    problems = []
    if parts.scheme == "http" and not is_loopback(host):
        problems.append(
            f"{_URL} is plain http to {host}; signed requests carry a session token and go "
            f"over https only: write https://, or set {_SERVICE} to none"
        )
    if parts.username or parts.password:
        problems.append(
            f"{_URL} has a user in it but requests to {host} are signed; take the user out, or "
            f"set {_SERVICE} to none to log in with it"
        )
    return problems
