"""The one record that travels from the page to the store, and the receipt that names it.

A receipt is derived, never drawn: form + submission key + digest of the answers. So a repeat has
the same receipt on every replica without anything being shared, and different answers never do.
"""

import hashlib
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID

Answer = str | int | float | bool | Sequence[str] | None
"""What a validated field may hold; None where nothing was given."""

SERVICE_FIELDS = (
    "form",
    "receipt",
    "iso_timestamp",
    "client_ip_addr",
    "is_spam",
    "tags",
    "geo",
    "spam",
)
"""The document's own fields, whose names no question may take."""

KEY_FIELD = "submission_key"
"""The hidden field of a rendered page that carries the submission key."""

MAX_KEY_LENGTH = 128

# In the order in which a document has them; sorted answers follow.
_FACTS = ("form", "receipt", "iso_timestamp", "is_spam", "tags", "client_ip_addr", "spam")

_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_SORTING_ENCODER = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
)

_PRINTABLE_KEY = re.compile(rf"[\x20-\x7e]{{1,{MAX_KEY_LENGTH}}}")
_TIMED_KEY = re.compile(r"[0-9a-f]{36}")
_REFERENCE_LETTERS = "ABCFHJKLMPQRTWXY"
_REFERENCE_DIGITS = "23456789"
_REFERENCE_BITS = 33
_TRIPLE_BITS = 11  # two of 16 letters and one of 8 digits: nothing is left over
_SEPARATORS = re.compile(r"[\s.,_\u2010-\u2015-]+")

# The place says whether a letter or a digit was meant; of two that sound alike only one is ours.
_MEANT_AS_LETTER = str.maketrans("0O8NS", "QQBMF")
_MEANT_AS_DIGIT = str.maketrans("ABGSZ", "48652")

_TIME_DIGITS = 12  # 48 bits of milliseconds, as in the first field of a UUIDv7 (RFC 9562, 5.7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """Validated answers on their way; `document` holds them, serialised once, as stored in the end.

    `received_at` is in milliseconds since the epoch, UTC. `index` is fixed here, at acceptance.
    """

    receipt: UUID
    form: str
    index: str
    key: str
    received_at: int
    document: bytes


def new_key(now_ms: int) -> str:
    """A fresh submission key: its time in front, 96 random bits behind, in lower-case hex."""
    return f"{now_ms:0{_TIME_DIGITS}x}{secrets.token_hex(12)}"


def key_time(key: str) -> int | None:
    """When a page's key was made, in ms since the epoch; None for a key without a time."""
    return int(key[:_TIME_DIGITS], 16) if _TIMED_KEY.fullmatch(key) else None


def is_valid_key(key: str) -> bool:
    """Whether a key may be used as it is: 1 to 128 printable ASCII characters."""
    return _PRINTABLE_KEY.fullmatch(key) is not None


def tame_key(key: str) -> str:
    """A usable key for an odd one, the same each time, so that a repeat of it is still a repeat."""
    if is_valid_key(key):
        return key
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def derive_receipt(form: str, key: str, answers: bytes) -> UUID:
    """The receipt of these answers under this key: a UUIDv8 (RFC 9562, 5.8).

    `answers` is what `encode_answers` gave. The first 48 bits are the key's time where the key has
    one, so that ids arrive nearly in order; all others, less version and variant, are a SHA-256.
    """
    digest = hashlib.sha256()
    for part in (form.encode(), key.encode(), hashlib.sha256(answers).digest()):
        digest.update(len(part).to_bytes(4, "big") + part)
    value = int.from_bytes(digest.digest()[:16], "big")
    if _TIMED_KEY.fullmatch(key):
        value = int(key[:_TIME_DIGITS], 16) << 80 | value & (1 << 80) - 1
    value = value & ~(0xF << 76) | 0x8 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


def short_reference(receipt: UUID) -> str:
    """The receipt's last 33 bits for people, to be read out: `BK4-TM7-PX2`.

    Three triples of two letters and a digit, out of an alphabet without O and 0, I and 1, M and N,
    F and S, and others that eye or ear takes for each other. The same receipt has the same one
    always; of many receipts two may share one, so it finds a submission and never proves one.
    """
    bits = reference_bits(receipt)
    shifts = range(_REFERENCE_BITS - _TRIPLE_BITS, -1, -_TRIPLE_BITS)
    return "-".join(_triple(bits >> shift & (1 << _TRIPLE_BITS) - 1) for shift in shifts)


def _triple(bits: int) -> str:
    letters = _REFERENCE_LETTERS
    return letters[bits >> 7] + letters[bits >> 3 & 0xF] + _REFERENCE_DIGITS[bits & 0x7]


def reference_bits(receipt: UUID) -> int:
    """The part of a receipt that its short reference stands for, as a number below 2**33."""
    return receipt.int & (1 << _REFERENCE_BITS) - 1


def parse_reference(text: str) -> int | None:
    """What a short reference stands for, as `reference_bits` gives it; None where it is none.

    Takes what comes out of a telephone call: any case, with or without dashes and spaces, and the
    look-alike of a character in whose place only one of the two can stand.
    """
    typed = _SEPARATORS.sub("", text).upper()
    if len(typed) != 9 or not typed.isascii():
        return None
    bits = 0
    for place, character in enumerate(typed):
        is_digit = place % 3 == 2
        meant = character.translate(_MEANT_AS_DIGIT if is_digit else _MEANT_AS_LETTER)
        value = (_REFERENCE_DIGITS if is_digit else _REFERENCE_LETTERS).find(meant)
        if value < 0:
            return None
        bits = bits << (3 if is_digit else 4) | value
    return bits


def encode_answers(answers: Mapping[str, Answer]) -> bytes:
    """Answers as compact UTF-8 JSON, sorted by name: equal answers give equal bytes.

    Answers left empty (None) are left out. Text that is not Unicode (a lone surrogate) raises
    UnicodeEncodeError, a number that is not finite ValueError: validation refuses both before.
    """
    given = {name: answer for name, answer in answers.items() if answer is not None}
    return _SORTING_ENCODER.encode(given).encode()


def encode_document(document: Mapping[str, object]) -> bytes:
    """A whole document as `make_submission` writes it, in whatever order its fields come.

    Raises ValueError for text that is not Unicode and for a number that is not finite.
    """
    own = {name: document[name] for name in _FACTS if name in document}
    answers = {name: document[name] for name in sorted(document.keys() - own.keys())}
    return _ENCODER.encode({**own, **answers}).encode()


def make_submission(
    *,
    form: str,
    index: str,
    key: str,
    answers: Mapping[str, Answer],
    tags: Sequence[str],
    client_address: str | None,
    received_at: int,
    spam: Sequence[str] = (),
) -> Submission:
    """Fix the receipt and serialise the document, both for good.

    `client_address` is what the form's policy leaves of it, digits and punctuation that stand in
    JSON as they are; None stores no such field. `spam` are
    the codes of what looks like spam about it; nothing stores no such field. Whether it is, is
    judged later.
    """
    encoded = encode_answers(answers)
    receipt = derive_receipt(form, key, encoded)
    before, after = _frame(form, tuple(tags))
    facts = f'{before}{receipt}","iso_timestamp":"{iso_timestamp(received_at)}"{after}'
    if client_address is not None:
        facts += f',"client_ip_addr":"{client_address}"'
    if spam:
        facts += f',"spam":{_ENCODER.encode(tuple(spam))}'
    document = facts.encode() + (b"," + encoded[1:] if encoded != b"{}" else b"}")
    return Submission(
        receipt=receipt,
        form=form,
        index=index,
        key=key,
        received_at=received_at,
        document=document,
    )


def receipt_text(receipt: bytes) -> str:
    """What `str` makes of the UUID with these 16 bytes, without making one."""
    digits = receipt.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def names_receipt(document: bytes, receipt: bytes) -> bool:
    """Whether a document of `make_submission` is this receipt's; no answer can look like it."""
    return f'"receipt":"{receipt_text(receipt)}"'.encode() in document


@lru_cache(maxsize=1024)
def _frame(form: str, tags: tuple[str, ...]) -> tuple[str, str]:
    """What stands around the receipt and the time in every document of a form."""
    return (
        f'{{"form":{_ENCODER.encode(form)},"receipt":"',
        f',"is_spam":false,"tags":{_ENCODER.encode(tags)}',
    )


def iso_timestamp(at_ms: int) -> str:
    """A moment in milliseconds since the epoch as UTC text: 2026-11-22T16:25:01.042Z."""
    return f"{_second(at_ms // 1000)}.{at_ms % 1000:03d}Z"


@lru_cache(maxsize=8)
def _second(at: int) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%S}"
