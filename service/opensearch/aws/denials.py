"""Who may not do what, read from the sentences of a denial. Pure.

IAM says it in front of a domain, the security plugin inside it. Of their sentences only names that
are safe to log are taken over: who, which action, which resource.
"""

import re

_NAME = r"[A-Za-z0-9:/+=,.@_*-]{1,500}"
_BY_POLICY = re.compile(
    rf"User: (?P<user>{_NAME}) is not authorized to perform: (?P<action>[a-z0-9-]+:[A-Za-z]+)"
    rf"(?: (?:on|with) resource: (?P<resource>{_NAME}))?"
)
_BY_DOMAIN = re.compile(
    r"no permissions for \[(?P<action>[a-z0-9:_/*\[\], -]{0,500}?)\]"
    rf"(?: and User \[name=(?P<user>{_NAME}?)[,\]])?"
)
_NOBODY = "anonymous"


def names_nobody(said: str) -> bool:
    """Whether IAM saw no signature: what it then denies is denied to all the world, and is no
    reason to allow it."""
    found = _BY_POLICY.search(said)
    return found is not None and found["user"] == _NOBODY


def explain_denial(said: str) -> str | None:
    """Who may not do what, and what to do; None where it does not name an action."""
    if (found := _BY_POLICY.search(said)) is not None:
        resource = f" on {found['resource']}" if found["resource"] else ""
        if "explicit deny" in said:
            return (
                f"a policy denies {found['user']} the action {found['action']}{resource}:"
                " remove that statement"
            )
        return (
            f"{found['user']} may not perform {found['action']}{resource}: allow it in the role's"
            " policy, or in the domain's access policy"
        )
    if (found := _BY_DOMAIN.search(said)) is not None:
        return (
            f"the store's own access control gives {found['user'] or 'the user'} no"
            f" permission for {found['action'] or 'anything'}: map the user, or the IAM role, to a"
            " role that has it"
        )
    return None
