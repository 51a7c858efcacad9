"""The digest that stands beside a document, to tell what the disk gives back from what was put."""

import hashlib

from service.submission import names_receipt

_BYTES = 16
_RECEIPT_BYTES = 16


def digest_of(document: bytes) -> bytes:
    """The same for the same bytes, and for no others that chance could make of them."""
    return hashlib.blake2b(document, digest_size=_BYTES).digest()


def is_whole(receipt: bytes, document: bytes, digest: bytes) -> bool:
    """Whether a row's document is what was put, and the row's receipt its own: under another one it
    would be delivered as somebody else's, or twice."""
    return (
        digest_of(document) == digest
        and len(receipt) == _RECEIPT_BYTES
        and names_receipt(document, receipt)
    )
