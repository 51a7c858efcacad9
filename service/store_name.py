"""A store's address as people may see it."""

import re

_USER_INFO = re.compile(r"(?<=//)[^/@]*@")


def name_store(url: str) -> str:
    """The configured store, without a user and a password that may stand in its address."""
    return _USER_INFO.sub("", url)
