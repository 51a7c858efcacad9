"""A store's address as people may see it."""

import re

# To the last @: a password may hold a slash or an @ that should have been encoded. And without a
# scheme, too: that is what somebody forgot.
_USER_INFO = re.compile(r"\A([A-Za-z][A-Za-z0-9+.-]*://)?.*@", re.DOTALL)


def name_store(url: str) -> str:
    """The configured store, without a user and a password that may stand in its address."""
    return _USER_INFO.sub(r"\1", url)
