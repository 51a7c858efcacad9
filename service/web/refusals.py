"""What the service refuses, from a fixed list. The code is the same in the answer, the metric and
the log; the sentences are for the person who sent the request, and marked for translation."""

from collections.abc import Mapping
from dataclasses import dataclass

from service.texts.mark import mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One kind of refusal."""

    code: str
    status: int
    title: str
    text: str


BAD_REQUEST = Refusal(
    code="bad_request",
    status=400,
    title=mark("This request cannot be read"),
    text=mark("What your browser or program sent is damaged or incomplete. Nothing was stored."),
)
CLIENT_LEFT = Refusal(
    code="client_left",
    status=400,
    title=mark("The connection was lost"),
    text=mark("The answers had not arrived in full. Nothing was stored; please send them again."),
)
BAD_KEY = Refusal(
    code="bad_key",
    status=400,
    title=mark("The Idempotency-Key cannot be used"),
    text=mark("An Idempotency-Key has 1 to 128 printable ASCII characters. Nothing was stored."),
)
WRONG_HOST = Refusal(
    code="wrong_host",
    status=400,
    title=mark("This is not the address of this service"),
    text=mark("The host name of the request is not one this service answers to."),
)
CROSS_SITE = Refusal(
    code="cross_site",
    status=403,
    title=mark("This came from another site"),
    text=mark(
        "This form does not take what pages of other sites send. Nothing was stored; "
        "please open the form itself and send your answers from there."
    ),
)
NOT_FOUND = Refusal(
    code="not_found",
    status=404,
    title=mark("There is nothing here"),
    text=mark("Check the address for a missing or mistyped letter."),
)
METHOD_NOT_ALLOWED = Refusal(
    code="method_not_allowed",
    status=405,
    title=mark("This address does not take that"),
    text=mark("The address is right, but it cannot be used in this way."),
)
TOO_SLOW = Refusal(
    code="too_slow",
    status=408,
    title=mark("That took too long"),
    text=mark("Your answers did not arrive in time. Nothing was stored; please send them again."),
)
KEY_TAKEN = Refusal(
    code="key_taken",
    status=409,
    title=mark("Different answers were sent from this page before"),
    text=mark("The submission key belongs to other answers. To send these too, use another key."),
)
TOO_LARGE = Refusal(
    code="too_large",
    status=413,
    title=mark("That is too much"),
    text=mark("Together the answers are larger than this form takes. Nothing was stored."),
)
UNSUPPORTED = Refusal(
    code="unsupported_type",
    status=415,
    title=mark("Answers cannot be sent like this"),
    text=mark(
        "Send them as application/x-www-form-urlencoded, multipart/form-data or "
        "application/json, in UTF-8 and uncompressed."
    ),
)
UNKNOWN_EXPECTATION = Refusal(
    code="unknown_expectation",
    status=417,
    title=mark("This cannot be expected here"),
    text=mark("Of Expect, only 100-continue is known. Nothing was stored."),
)
INVALID = Refusal(
    code="invalid",
    status=422,
    title=mark("There is a problem"),
    text=mark("Some answers need your attention. Nothing was stored yet."),
)
BUSY = Refusal(
    code="busy",
    status=503,
    title=mark("Too much at once"),
    text=mark(
        "More arrives right now than can be answered. Nothing of yours was read or stored; please "
        "reload this page in a moment, and your answers are sent again."
    ),
)
RATE_LIMITED = Refusal(
    code="rate_limited",
    status=429,
    title=mark("Not saved yet"),
    text=mark(
        "More answers came in a short time than are taken. Yours were not saved yet; "
        "please send them again later. Retry-After says when."
    ),
)
FULL = Refusal(
    code="spool_full",
    status=503,
    title=mark("Not saved yet"),
    text=mark(
        "Too many answers arrive right now. Yours were not saved yet; "
        "please send them again in a moment."
    ),
)
DISK_FULL = Refusal(
    code="disk_full",
    status=503,
    title=mark("Not saved yet"),
    text=mark(
        "The service has no room to save answers right now. Yours were not saved yet; "
        "please send them again later."
    ),
)
UNAVAILABLE = Refusal(
    code="unavailable",
    status=503,
    title=mark("Not saved yet"),
    text=mark("The service cannot save answers right now. Please send yours again in a moment."),
)
FAILED = Refusal(
    code="failed",
    status=500,
    title=mark("Something went wrong here"),
    text=mark("The fault is ours and was noted. If you sent answers, please send them again."),
)
UNSUPPORTED_VERSION = Refusal(
    code="unsupported_version",
    status=505,
    title=mark("This version of HTTP is not spoken here"),
    text=mark("This service speaks HTTP/1.1 and HTTP/1.0. Nothing was stored."),
)


class RefusedError(Exception):
    """The request is refused; `text`, marked too, replaces the refusal's own where more can be
    said."""

    def __init__(
        self,
        refusal: Refusal,
        *,
        text: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal
        self.text = text or refusal.text
        self.headers = dict(headers or {})
