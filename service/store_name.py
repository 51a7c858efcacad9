"""A store's address as people may see it."""

import re

# To the last @: a password may hold a slash or an @ that should have been encoded.
_USER_INFO = re.compile(r"(?<=//).*@", re.DOTALL)


def name_store(url: str) -> str:
    """The configured store, without a user and a password that may stand in its address."""
    return _USER_INFO.sub("", url)
