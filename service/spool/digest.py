"""The digest that stands beside a document, to tell what the disk gives back from what was put."""

import hashlib

_BYTES = 16


def digest_of(document: bytes) -> bytes:
    """The same for the same bytes, and for no others that chance could make of them."""
    return hashlib.blake2b(document, digest_size=_BYTES).digest()
