"""The address of a receipt, signed: whoever holds it was given it by us.

A replica, or this one after a purge, may know nothing of a submission that another accepted. The
signature lets it say "received" with good reason, without anything shared but the keys.
"""

import base64
import hashlib
from collections.abc import Sequence
from functools import lru_cache
from hmac import compare_digest
from urllib.parse import quote
from uuid import UUID

TIME_PARAMETER = "at"
SIGNATURE_PARAMETER = "sig"

_SIGNATURE_BYTES = 12  # 96 bits: short enough to read out, too long to guess over a network


class ReceiptLinks:
    """Makes and checks the addresses of receipts. The first key signs, all of them verify."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._signers = [_signer(key) for key in keys]

    def path(self, form: str, receipt: UUID, received_at: int) -> str:
        """The path and query of a receipt's page. `received_at` in ms since the epoch."""
        text = str(receipt)
        signature = _sign(self._signers[0], form, text, received_at)
        return (
            f"/f/{_quoted(form)}/receipts/{text}"
            f"?{TIME_PARAMETER}={received_at}&{SIGNATURE_PARAMETER}={signature}"
        )

    def verify(self, form: str, receipt: UUID, time: str, signature: str) -> int | None:
        """The time of a receipt whose address we signed, in ms since the epoch; else None."""
        if not time.isascii() or not time.isdigit() or len(time) > 15:
            return None
        given = signature.encode("utf-8", "surrogatepass")
        for signer in self._signers:
            if compare_digest(_sign(signer, form, str(receipt), int(time)).encode(), given):
                return int(time)
        return None


_quoted = lru_cache(maxsize=1024)(quote)


def _signer(key: str) -> "hashlib.blake2b":
    """Keyed BLAKE2b is a MAC of its own (RFC 7693, 2.9), in a quarter of the time of an HMAC. Of a
    key that is longer than it takes, the digest is the key."""
    secret = key.encode()
    if len(secret) > hashlib.blake2b.MAX_KEY_SIZE:
        secret = hashlib.blake2b(secret).digest()
    return hashlib.blake2b(key=secret, digest_size=_SIGNATURE_BYTES)


def _sign(signer: "hashlib.blake2b", form: str, receipt: str, received_at: int) -> str:
    # The form's id may come from a request; one of ours has four lines, whatever is in that.
    message = f"receipt\n{form}\n{receipt}\n{received_at}".encode("utf-8", "surrogatepass")
    signed = signer.copy()
    signed.update(message)
    return base64.urlsafe_b64encode(signed.digest()).decode()
