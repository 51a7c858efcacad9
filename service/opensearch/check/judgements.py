"""What is to be said of a clock and of a certificate. Pure."""

import ssl
import time
from datetime import datetime
from typing import Any

from service.finding import Finding
from service.opensearch.aws.auth_refusals import clock_offset

MOST_SKEW_SECONDS = 300.0
"""AWS refuses a signature whose time is further off (IAM user guide, "Signature Version 4")."""

AGREES_SECONDS = 2.0  # a Date header has whole seconds, and the answer took its time
WORTH_A_NOTE_SECONDS = 60.0
EXPIRES_SOON_SECONDS = 14 * 86_400.0

_NEEDS_A_CA = frozenset({18, 19, 20, 21})  # X509_V_ERR_*: self-signed, or an issuer nobody knows
_NOT_FOR_THIS_NAME = frozenset({62, 64})  # X509_V_ERR_HOSTNAME_MISMATCH, …_IP_ADDRESS_MISMATCH


def judge_clock(date: str | None, ours: datetime) -> Finding:
    """What a server's Date header (RFC 9110, 6.6.1) means beside our clock at that moment."""
    ahead = clock_offset(date, ours)
    if ahead is None:
        return Finding(
            about="clock", ok=None, text="not compared: the server does not say its time"
        )
    offset = -ahead.total_seconds()
    if abs(offset) <= AGREES_SECONDS:
        text = f"agrees with the server's within {AGREES_SECONDS:.0f} s"
        return Finding(about="clock", ok=True, text=text)
    side = "ahead of" if offset > 0 else "behind"
    words = f"this machine is {abs(offset):.0f} s {side} the server"
    if abs(offset) >= MOST_SKEW_SECONDS:
        text = f"{words}; signatures are refused beyond {MOST_SKEW_SECONDS:.0f} s: set it by NTP"
        return Finding(about="clock", ok=False, text=text)
    if abs(offset) >= WORTH_A_NOTE_SECONDS:
        text = f"{words}; that still passes, but set it by NTP"
        return Finding(about="clock", ok=None, text=text)
    return Finding(about="clock", ok=True, text=words)


def judge_certificate(certificate: dict[str, Any], *, now: float) -> Finding:
    """A verified certificate as `ssl.SSLSocket.getpeercert` gives it; `now` since the epoch."""
    until = ssl.cert_time_to_seconds(certificate["notAfter"])
    issuer = {key: value for part in certificate["issuer"] for key, value in part}
    name = issuer.get("organizationName") or issuer.get("commonName") or "an unnamed issuer"
    day = time.strftime("%Y-%m-%d", time.gmtime(until))
    text = f"the certificate is verified: by {name}, valid until {day}"
    if until - now < EXPIRES_SOON_SECONDS:
        return Finding(about="tls", ok=None, text=f"{text}, which is soon")
    return Finding(about="tls", ok=True, text=text)


def explain_verification(error: ssl.SSLCertVerificationError) -> str:
    """Why a certificate is not accepted, and what to do."""
    what = f"the certificate is not accepted: {error.verify_message}"
    if error.verify_code in _NEEDS_A_CA:
        return f"{what}; for a private CA name its certificate in FORMWELL_STORE_CA_FILE"
    if error.verify_code in _NOT_FOR_THIS_NAME:
        return f"{what} FORMWELL_STORE_URL must have the name that the certificate is for"
    return f"{what}; the server needs another"
