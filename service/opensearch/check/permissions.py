"""Which line of a policy is missing where a role may not do something. Pure.

The names are those of the files in deploy/aws/policies/, which tests/test_policies.py holds to
this. Actions of the three languages: es:ESHttp… of IAM policies (Amazon OpenSearch Service
developer guide, "Identity and Access Management"), indices:… and cluster:… of fine-grained access
control (the security plugin's "Permissions"), aoss:… of Serverless data access policies ("Data
access control", "Supported policy permissions").
"""

import re
from collections.abc import Mapping
from enum import StrEnum

FOLDER = "deploy/aws/policies"

_HTTP_ACTION = re.compile(r"\bes:ESHttp[A-Z][a-z]+")
_PERFORMED = re.compile(r"\b(?:may not perform|the action) [a-z]+:[A-Z]")  # `auth_refusals`
_FINE_GRAINED = re.compile(r"\b(?:indices|cluster):[a-z_/]+(?:\[s\])?")


class Deed(StrEnum):
    """What the service or a person wants of an index."""

    WRITE = "write"
    SEARCH = "search"


STATEMENTS: Mapping[Deed, Mapping[str, tuple[str, str]]] = {
    Deed.WRITE: {
        "es:ESHttpPost": ("WriteSubmissions", "/{index}/_bulk"),
        "es:ESHttpGet": ("LookAtIndexes", "/{index}/_mapping"),
        "es:ESHttpPut": ("MakeIndexes", "/{index} and /{index}/_mapping"),
    },
    Deed.SEARCH: {"es:ESHttpPost": ("SearchSubmissions", "/{index}/_search")},
}
"""By what is done and the action that is refused: the statement and its resources' paths."""

IAM_FILES = {Deed.WRITE: "iam-intake-es.json", Deed.SEARCH: "iam-search-es.json"}
ROLE_FILES = {Deed.WRITE: "fgac-intake-role.json", Deed.SEARCH: "fgac-search-role.json"}
SERVERLESS_FILE = "aoss-data-access.json"
SERVERLESS_IAM_FILE = "iam-aoss.json"

SERVERLESS_PERMISSIONS = {
    Deed.WRITE: (
        "aoss:DescribeIndex",
        "aoss:CreateIndex",
        "aoss:UpdateIndex",
        "aoss:WriteDocument",
    ),
    Deed.SEARCH: ("aoss:ReadDocument",),
}

OF_THE_CLUSTER = frozenset(
    {
        "indices:data/write/bulk",
        "indices:admin/index_template/get",
        "indices:admin/index_template/put",
    }
)
"""Permissions that the security plugin looks for under cluster_permissions, whatever their name."""


def names_an_action(reason: str) -> bool:
    """Whether a refusal says what is not allowed: then who asked was recognised."""
    return any(pattern.search(reason) for pattern in (_FINE_GRAINED, _HTTP_ACTION, _PERFORMED))


def name_missing_permission(reason: str, *, deed: Deed, index: str, service: str | None) -> str:
    """What to add where, as the end of a sentence: "missing is …".

    `reason` is what the refusal said: it names the action, except with Serverless.
    """
    if permission := _FINE_GRAINED.search(reason):
        return _fine_grained(permission.group(), deed, index)
    if service == "aoss":
        return _serverless(deed, index)
    if action := _HTTP_ACTION.search(reason):
        return _identity(action.group(), deed, index)
    return f"missing is a permission to {deed} {index}: compare the role with {FOLDER}/"


def _identity(action: str, deed: Deed, index: str) -> str:
    file = f"{FOLDER}/{IAM_FILES[deed]}"
    statement, path = STATEMENTS[deed].get(action, ("", ""))
    if not statement:
        return f"missing is {action} for {index}; compare the role's policy with {file}"
    return (
        f"missing is {action} on {path.format(index=index)}: "
        f"the statement {statement} of {file}, with this index among its resources"
    )


def _fine_grained(permission: str, deed: Deed, index: str) -> str:
    file = f"{FOLDER}/{ROLE_FILES[deed]}"
    where = (
        "the cluster_permissions"
        if permission in OF_THE_CLUSTER or permission.startswith("cluster:")
        else f"the index_permissions for {index}"
    )
    return (
        f"missing is {permission} in {where} of the fine-grained role of {file}, "
        "or the mapping of this user or IAM role to it"
    )


def _serverless(deed: Deed, index: str) -> str:
    permissions = SERVERLESS_PERMISSIONS[deed]
    return (
        f"missing is one of {', '.join(permissions)} for index/…/{index} in the data access policy "
        f"({FOLDER}/{SERVERLESS_FILE}), or aoss:APIAccessAll in the role's own policy "
        f"({FOLDER}/{SERVERLESS_IAM_FILE})"
    )
