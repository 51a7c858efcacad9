"""The HTTP side: requests by opensearch-py, and every failure as one of the store's errors.

opensearch-py's own errors carry the raw answer, and its logger the bodies of both sides: there are
answers of people in both. So neither leaves this file.
"""

import asyncio
import ssl
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
from opensearchpy import AsyncHttpConnection, JSONSerializer
from opensearchpy.exceptions import ConnectionTimeout, SerializationError, TransportError

from service.opensearch.address import Address
from service.opensearch.aws.auth_refusals import read_auth_refusal
from service.opensearch.aws.authentication import AwsAuthentication
from service.opensearch.pool import open_pool
from service.opensearch.refusals import read_refusal
from service.opensearch.targets import encode_path, encode_target
from service.opensearch.trust import explain_certificate, trusted_by
from service.store import StoreError, StoreUnavailable

_EVERY_STATUS = range(100, 1000)


class StoreConnection(AsyncHttpConnection):
    """A pool of connections to one address that raises StoreUnavailable, StoreRefused or nothing.

    Making one reads certificate files: not on the event loop. `open` it there before use. Raises
    ValueError where `ca_file` is none; with one, only certificates it vouches for are accepted.
    """

    def __init__(
        self,
        address: Address,
        *,
        authentication: AwsAuthentication | None,
        ca_file: Path | None,
        connect_seconds: float,
        request_seconds: float,
    ) -> None:
        own = {"authorization": address.authorization} if address.authorization else {}
        tls = address.scheme == "https"
        super().__init__(
            host=address.host,
            port=address.port,
            url_prefix=encode_path(address.path),
            http_auth=authentication.sign if authentication else None,
            ssl_context=trusted_by(ca_file) if tls or ca_file else None,
            headers=own,
            timeout=request_seconds,
        )
        if tls:
            # Told of TLS, a parent makes a context of its own, believes other authorities, and
            # fails where SSL_CERT_FILE leads nowhere.
            self.scheme, self.use_ssl = "https", True
            self.host = self.host.replace("http:", "https:", 1)
        self._authentication = authentication
        self._connect_seconds = connect_seconds

    def open(self) -> None:
        """Make the pool, in the running loop; no connection yet."""
        self.loop = asyncio.get_running_loop()
        self.session = open_pool(
            connect_seconds=self._connect_seconds, ssl_context=self._ssl_context
        )

    async def perform_request(
        self,
        method: str,
        url: str,
        params: Mapping[str, Any] | None = None,
        body: bytes | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 (the parent's signature)
        ignore: Collection[int] = (),
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, Mapping[str, str], str]:
        """Status, no headers, and the text of an answer that is 2xx.

        Without a content type the transport reads every answer as JSON, whatever it claims to be.
        """
        target = encode_target(url, params)

        async def attempt() -> tuple[int, Mapping[str, str], str]:
            return await self._perform(method, target, body, timeout, headers)

        if self._authentication is None:
            return await attempt()
        return await self._authentication.run(attempt)

    async def _perform(
        self,
        method: str,
        target: str,
        body: bytes | None,
        timeout: float | None,  # noqa: ASYNC109 (the parent's signature)
        headers: Mapping[str, str] | None,
    ) -> tuple[int, Mapping[str, str], str]:
        try:
            status, received, text = await super().perform_request(
                method, target, None, body, timeout, _EVERY_STATUS, headers
            )
        except ConnectionTimeout as error:
            raise StoreUnavailable("the store did not answer in time") from error
        except TransportError as error:
            raise StoreUnavailable(
                f"no answer from the store: {_cause(error, tls=self.use_ssl)}"
            ) from error
        if not 200 <= status < 300:
            raise self._read_refusal(status, text, received)
        return status, {}, text

    def _read_refusal(self, status: int, text: str, received: Mapping[str, str]) -> StoreError:
        return read_auth_refusal(
            status,
            text,
            date=received.get("Date"),
            now=datetime.now(UTC),
            service=self._authentication.service if self._authentication else None,
        ) or read_refusal(status, text, received.get("Retry-After"))

    def log_request_success(self, *_: Any, **__: Any) -> None:
        """Say nothing: the parent prints bodies at DEBUG."""

    def log_request_fail(self, *_: Any, **__: Any) -> None:
        """Say nothing: the parent prints bodies at DEBUG; whoever asked logs the failure."""

    def _raise_warnings(self, warning_headers: Any) -> None:
        """Say nothing: under `python -W error` a remark of the server would be a failure."""


class AnswerReader(JSONSerializer):
    """Reads answers as JSON; what is none may mean anything."""

    def loads(self, s: str) -> Any:
        """The value in a text. Raises StoreUnavailable."""
        try:
            return super().loads(s)
        except (SerializationError, RecursionError):
            # Not chained: the parent's error is the whole answer.
            raise StoreUnavailable("the store's answer is not JSON, or not all of it") from None


def _cause(error: TransportError, *, tls: bool) -> str:
    """What went wrong, by its text only where that cannot hold a piece of an answer."""
    cause = error.info
    if isinstance(cause, aiohttp.ClientConnectorCertificateError):
        return explain_certificate(cause.certificate_error)
    if isinstance(cause, aiohttp.ClientConnectorDNSError):
        return f"the name {cause.host} was not found: {_reason(cause.os_error)}"
    if isinstance(cause, aiohttp.ClientConnectorError):
        return f"{cause.host} port {cause.port}: {_reason(cause.os_error)}"
    if type(cause) is aiohttp.ClientError:
        return str(cause)
    if isinstance(cause, aiohttp.ServerDisconnectedError):
        # What speaks TLS only does so with a request that comes without.
        hint = "" if tls else "; does its address begin with https://?"
        return f"it closed the connection without an answer{hint}"
    return type(cause).__name__


def _reason(error: OSError) -> str:
    """In words: asyncio's own text for a refused connection is a call and its arguments."""
    if isinstance(error, ConnectionRefusedError):
        return "connection refused"
    if isinstance(error, ssl.SSLError):
        return f"no TLS there ({error.reason or error}): is it the right port and scheme?"
    return error.strerror or str(error)
