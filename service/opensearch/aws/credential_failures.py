"""Why a source gave no credentials, in words for a person who is woken by it.

What libraries say may quote a whole answer, and there are secrets in those. So a text of theirs is
repeated only where its pattern is known, and what looks like a secret is cut out even then.
"""

import json
import re
from urllib.parse import urlsplit

from botocore import exceptions

LONGEST_TEXT = 300  # characters, of one that was not made here

NOTHING_FOUND = (
    "no AWS credentials found: not in the environment, not in a profile, not from web identity,"
    " a container or the instance metadata service (on EC2: attach a role to the instance)"
)

_INSTANCE = "iam-role"
_SOURCES = {
    "env": "the environment",
    "assume-role": "the role that the AWS profile assumes",
    "assume-role-with-web-identity": "the role for web identity (IRSA)",
    "sso": "the profile's single sign-on",
    "shared-credentials-file": "the shared credentials file",
    "login": "the profile's login session",
    "custom-process": "the profile's credential_process",
    "config-file": "the AWS config file",
    "container-role": "the container credentials service (ECS, EKS Pod Identity)",
    _INSTANCE: "the instance metadata service",
}

# A secret key has 40 of these, a token hundreds. Names of roles, of up to 64, are spared.
_SECRET_LIKE = re.compile(
    r"(?<![A-Za-z0-9+/=_.-])(?!(?:assumed-role|role|user)/)[A-Za-z0-9+/=_.-]{40,}"
)
_KEY_ID = re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{8,}\b")
_STATUS = re.compile(r"non 200 response (\d{3})")
_FIELDS = frozenset({"AccessKeyId", "SecretAccessKey", "Token", "SessionToken", "Expiration"})


def describe_failure(source: str, error: Exception) -> str:
    """A sentence: which source, by botocore's name for it, and why. Never a secret."""
    if isinstance(error, exceptions.ProfileNotFound):
        return f"the AWS profile {error.kwargs['profile']} is in no AWS config file: correct it"
    text = f"{_name(source)} gave no credentials: {_explain(error)}"
    if source == _INSTANCE:
        text += " (and there are none in the environment, in a profile or from a container)"
    return text


def describe_hang(source: str | None, seconds: float) -> str:
    """A sentence for a source that was given up after these seconds."""
    return f"{_name(source)} gave no credentials: it did not answer within {seconds:g} s"


def describe_waiting(threads: int) -> str:
    """A sentence for where so many earlier fetches hang that no more is started."""
    return (
        f"{threads} earlier attempts to get AWS credentials still hang, in a file system or a name"
        " server that does not answer: the next one starts when one of them ends"
    )


def describe_odd_text(source: str, name: str) -> str:
    """A sentence for a source whose `name`, AccessKeyId …, no header could carry."""
    return (
        f"{_name(source)} gave no credentials that can be used: its {name} has a line break or"
        " another character that no key of AWS has; write it again without"
    )


def _name(source: str | None) -> str:
    return _SOURCES.get(source or "", "the search for AWS credentials")


def _explain(error: Exception) -> str:
    if isinstance(error, exceptions.ClientError):
        details = error.response.get("Error", {})
        said = f"{details.get('Code', 'an error')}: {details.get('Message') or 'no reason given'}"
        return f"{error.operation_name} was refused with {_tame(said)}"
    if isinstance(error, exceptions.BotoCoreError):
        return _explain_library(error)
    if isinstance(error, OSError):
        return f"{error.filename or 'a file'} cannot be read: {error.strerror or 'I/O error'}"
    if isinstance(error, KeyError) and error.args and error.args[0] in _FIELDS:
        return f"its answer has no {error.args[0]}"
    if isinstance(error, json.JSONDecodeError):
        return "its answer is not JSON"
    text = str(error)
    if isinstance(error, ValueError) and text.startswith(("Unsupported host", "Auth token value")):
        return _tame(text)
    return f"an answer or a file that cannot be read ({type(error).__name__})"


def _explain_library(error: exceptions.BotoCoreError) -> str:
    fields = error.kwargs
    match error:
        case exceptions.ConnectTimeoutError() | exceptions.ReadTimeoutError():
            return f"{_host(fields)} did not answer in time"
        case exceptions.SSLError():
            return f"the certificate of {_host(fields)} was not accepted"
        case exceptions.ConnectionError() | exceptions.HTTPClientError():
            return f"no connection to {_host(fields)}"
        case exceptions.PartialCredentialsError():
            return f"{fields.get('cred_var')} is missing"
        case exceptions.NoRegionError():
            return "no region for STS: set AWS_REGION"
        case exceptions.ParamValidationError():
            return "the request to STS would be invalid: look at role_arn, and into the token file"
        case exceptions.MetadataRetrievalError():
            return (
                "it gives no session token (IMDSv2): it fails, or this is no EC2 instance, or a"
                " container on one whose hop limit is 1"
            )
        case exceptions.CredentialRetrievalError():
            return _explain_retrieval(str(fields.get("error_msg", "")))
        case (
            exceptions.InvalidConfigError()
            | exceptions.ConfigParseError()
            | exceptions.UnknownCredentialError()
            | exceptions.SSOError()
            | exceptions.LoginError()
        ):
            return _tame(str(error))
    return type(error).__name__


def _explain_retrieval(text: str) -> str:
    """By the fixed part of the text: the rest can be the answer, or what a program printed."""
    if found := _STATUS.search(text):
        return f"it answered {found[1]}"
    if "Unable to parse JSON" in text:
        return "its answer is not JSON"
    if "timeout" in text.lower():
        return "it did not answer in time"
    if "Could not connect" in text:
        return "no connection to it"
    return "it failed; `aws sts get-caller-identity` in the same environment says why"


def _host(fields: dict[str, object]) -> str:
    """The host of an endpoint; what else stands in a URL may be secret."""
    try:
        return urlsplit(str(fields.get("endpoint_url") or "")).hostname or "it"
    except ValueError:
        return "it"


def _tame(text: str) -> str:
    text = _KEY_ID.sub(lambda found: f"…{found[0][-4:]}", text)
    return " ".join(_SECRET_LIKE.sub("…", text).split())[:LONGEST_TEXT]
