"""Whether a store's machine is there: its name, a connection, its certificate, its clock."""

import asyncio
import os
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import aiohttp

from service.finding import Finding
from service.opensearch.address import Address
from service.opensearch.check.judgements import explain_verification, judge_certificate, judge_clock
from service.opensearch.pool import open_pool
from service.opensearch.trust import trusted_by

CONNECT_SECONDS = 3.0
LOOK_UP_SECONDS = 5.0
NEXT_ADDRESS_SECONDS = 0.25  # RFC 8305, 8; the service's client takes as long


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """How far we came; `context` is what to trust from here on, None without TLS."""

    findings: tuple[Finding, ...]
    context: ssl.SSLContext | None

    @property
    def ok(self) -> bool:
        """Whether a request can be sent."""
        return all(finding.ok is not False for finding in self.findings)


async def reach(address: Address, ca_file: Path | None) -> Reached:
    """Look up the name, connect, and look at the certificate. Sends nothing."""
    context = None
    if address.scheme == "https":
        context = await asyncio.to_thread(trusted_by, ca_file)
    findings = [await _look_up(address)]
    if findings[0].ok:
        findings += await _connect(address, context)
    else:
        skipped = ("connection", "tls") if context else ("connection",)
        findings += [skip(about, "the name was not found") for about in skipped]
    return Reached(findings=tuple(findings), context=context)


def skip(about: str, because: str, *, index: str | None = None) -> Finding:
    """Something that was not looked at, because something else is wrong."""
    text = f"skipped, because {because}"
    return Finding(about=about, ok=None, text=f"{index}: {text}" if index else text, skipped=True)


async def compare_clocks(
    address: Address, context: ssl.SSLContext | None, now: Callable[[], datetime]
) -> Finding:
    """Our clock beside that of the server, by the Date header of an answer to an unsigned GET."""
    host = f"[{address.host}]" if ":" in address.host else address.host
    url = f"{address.scheme}://{host}:{address.port}/"
    timeout = aiohttp.ClientTimeout(total=LOOK_UP_SECONDS)
    try:
        async with (
            open_pool(connect_seconds=CONNECT_SECONDS, ssl_context=context) as session,
            session.get(url, timeout=timeout) as answer,
        ):
            return judge_clock(answer.headers.get("Date"), now())
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        text = f"not compared: no answer to a plain request ({type(error).__name__})"
        return Finding(about="clock", ok=None, text=text)


async def _look_up(address: Address) -> Finding:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(LOOK_UP_SECONDS):
            found = await loop.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except TimeoutError:
        text = f"{address.host} was not found within {LOOK_UP_SECONDS:.0f} s: no DNS server answers"
        return Finding(about="dns", ok=False, text=text)
    except (OSError, UnicodeError) as error:  # the second for what cannot be a name
        why = getattr(error, "strerror", None) or error
        text = (
            f"{address.host} is not found ({why}): correct FORMWELL_STORE_URL; "
            "a name inside a VPC is known only there"
        )
        return Finding(about="dns", ok=False, text=text)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    what = "an address itself" if addresses == [address.host] else ", ".join(addresses)
    return Finding(about="dns", ok=True, text=f"{address.host} is {what}")


async def _connect(address: Address, context: ssl.SSLContext | None) -> list[Finding]:
    where = f"{address.host} port {address.port}"
    connected = Finding(about="connection", ok=True, text=f"{where} answers")
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            _, writer = await asyncio.open_connection(
                address.host,
                address.port,
                ssl=context,
                happy_eyeballs_delay=NEXT_ADDRESS_SECONDS,
            )
    except ssl.SSLCertVerificationError as error:
        return [connected, Finding(about="tls", ok=False, text=explain_verification(error))]
    except ssl.SSLError as error:
        text = f"no TLS there ({error.reason or error}): is it the right port and scheme?"
        return [connected, Finding(about="tls", ok=False, text=text)]
    except (TimeoutError, OSError) as error:
        why = f"no answer within {CONNECT_SECONDS:.0f} s"
        if not isinstance(error, TimeoutError):
            why = os.strerror(error.errno).lower() if error.errno else str(error)
        look_at = "a security group, a network policy or a firewall may be in between"
        if isinstance(error, ConnectionRefusedError):
            look_at = "nothing listens there: is OpenSearch running, and is it this port?"
        text = f"{where}: {why}; {look_at}"
        failed = [Finding(about="connection", ok=False, text=text)]
        return [*failed, skip("tls", "there is no connection")] if context else failed
    certificate = writer.get_extra_info("peercert")
    writer.transport.abort()
    if context is None:
        return [connected]
    return [connected, judge_certificate(certificate, now=time.time())]
