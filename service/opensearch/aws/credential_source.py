"""Where credentials come from: aiobotocore's chain, walked on a thread of its own.

aiobotocore reads files, parses service models and resolves names while it awaits, so it never runs
on our loop: each fetch has a thread with a loop of its own, which is left behind when it hangs: by
us after the limit, and by the process when it ends.

A fetch walks the chain anew instead of asking credentials to refresh themselves. What aiobotocore
keeps does more harm than good here: it raises ten minutes before the end, asks twice for what lives
less than 15 minutes, and gives a role's old credentials from its cache after they were refused.
"""

import asyncio
import logging
import os
import time
from contextlib import suppress
from dataclasses import dataclass
from threading import Thread
from typing import Any

from aiobotocore.config import AioConfig
from aiobotocore.credentials import (
    AioContainerProvider,
    AioInstanceMetadataProvider,
    create_credential_resolver,
)
from aiobotocore.session import AioSession
from aiobotocore.utils import AioInstanceMetadataFetcher
from botocore.utils import ensure_boolean, resolve_imds_endpoint_mode

from service.opensearch.aws.credential_failures import (
    NOTHING_FOUND,
    describe_failure,
    describe_hang,
    describe_odd_text,
    describe_waiting,
)
from service.opensearch.aws.credentials import Credentials
from service.opensearch.daemon_executor import DaemonExecutor

FETCH_SECONDS = 5.0
MOST_THREADS = 4  # each may hang; what hangs is a file system, and a fifth one would hang too

# The library's defaults for them are 1 s, one attempt, and v1 where v2 does not answer. As session
# variables they are still only defaults: the environment and the profile win.
_SESSION_VARIABLES = {
    "metadata_service_timeout": (
        *("metadata_service_timeout", "AWS_METADATA_SERVICE_TIMEOUT", 2, int),
    ),
    "metadata_service_num_attempts": (
        *("metadata_service_num_attempts", "AWS_METADATA_SERVICE_NUM_ATTEMPTS", 2, int),
    ),
    "ec2_metadata_v1_disabled": (
        *("ec2_metadata_v1_disabled", "AWS_EC2_METADATA_V1_DISABLED", True, ensure_boolean),
    ),
}


class CredentialsUnavailable(Exception):
    """No source gave any. The text names the source and the reason, and holds no secret."""


class CredentialSource:
    """Fetches credentials from wherever AWS provides them, in the order of its SDKs."""

    def __init__(self, *, region: str | None = None, limit_seconds: float = FETCH_SECONDS) -> None:
        """`region` is the one of STS where neither environment nor profile name one."""
        # It prints what a source answered, with a traceback; we say it ourselves, without secrets.
        logging.getLogger("aiobotocore.credentials").setLevel(logging.CRITICAL)
        self._region = region
        self._limit_seconds = limit_seconds
        self._session: AioSession | None = None
        self._models: Any = None
        self._threads: list[Thread] = []

    async def fetch(self) -> Credentials:
        """New credentials, as the source gives them: they may have expired.

        Ends within the limit whatever hangs. Raises CredentialsUnavailable.
        """
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        if len(self._threads) >= MOST_THREADS:
            raise CredentialsUnavailable(describe_waiting(len(self._threads)))
        # Whoever works with session and models has them alone: a thread that hangs shares nothing
        # with the next. The session comes back only after a success, as a new one reads the
        # config files again; the models, which nobody changes, after every answer.
        session, self._session = self._session, None
        models, self._models = self._models, None
        walk = _Walk(session=session, models=models, region=self._region)
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Credentials] = loop.create_future()
        thread = Thread(
            target=_work, args=(walk, loop, answer), name="aws-credentials", daemon=True
        )
        self._threads.append(thread)
        thread.start()
        try:
            async with asyncio.timeout(self._limit_seconds):
                credentials = await answer
        except TimeoutError as error:
            raise CredentialsUnavailable(describe_hang(walk.source, self._limit_seconds)) from error
        except CredentialsUnavailable:
            self._models = walk.models
            raise
        self._session, self._models = walk.session, walk.models
        return credentials


@dataclass(slots=True, kw_only=True)
class _Walk:
    """One walk along the chain; `source` is the one that is being asked."""

    session: AioSession | None
    models: Any
    region: str | None
    source: str | None = None


def _work(
    walk: _Walk, loop: asyncio.AbstractEventLoop, answer: asyncio.Future[Credentials]
) -> None:
    """The thread: tells `loop` the answer as soon as there is one, and then cleans up."""

    def tell(result: Credentials | CredentialsUnavailable) -> None:
        if answer.done():
            return
        if isinstance(result, Credentials):
            answer.set_result(result)
        else:
            answer.set_exception(result)

    async def fetch() -> None:
        asyncio.get_running_loop().set_default_executor(DaemonExecutor())
        result: Credentials | CredentialsUnavailable
        try:
            result = await _walk_chain(walk, resolver)
        except Exception as error:
            result = _unavailable(walk, error)
        # Before the loop is closed, as that waits for name servers. Ours may be closed by now.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(tell, result)

    try:
        resolver = _prepare(walk)
    except Exception as error:
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(tell, _unavailable(walk, error))
    else:
        asyncio.run(fetch())


def _unavailable(walk: _Walk, error: Exception) -> CredentialsUnavailable:
    """Made, not chained: the library's text can be a whole answer, secrets included."""
    if isinstance(error, CredentialsUnavailable):
        return error
    return CredentialsUnavailable(describe_failure(walk.source or "", error))


def _prepare(walk: _Walk) -> Any:
    """The chain: a new one over the session, with an empty cache of roles' credentials."""
    if walk.session is None:
        walk.session = AioSession(session_vars=_SESSION_VARIABLES)
        walk.session.set_default_client_config(
            AioConfig(connect_timeout=2, read_timeout=4, retries={"total_max_attempts": 2})
        )
        if walk.models is not None:
            walk.session.register_component("data_loader", walk.models)
        # Parsing the models of STS takes a third of a second; the next session goes on with them.
        walk.models = walk.session.get_component("data_loader")
    region = walk.session.get_config_variable("region")
    resolver = create_credential_resolver(
        walk.session, region_name=region or os.environ.get("AWS_REGION") or walk.region
    )
    resolver.remove(AioInstanceMetadataProvider.METHOD)
    resolver.insert_after(AioContainerProvider.METHOD, _instance_metadata(walk.session))
    return resolver


def _instance_metadata(session: AioSession) -> AioInstanceMetadataProvider:
    read = session.get_config_variable
    return AioInstanceMetadataProvider(
        iam_role_fetcher=_HonestMetadataFetcher(
            timeout=read("metadata_service_timeout"),
            num_attempts=read("metadata_service_num_attempts"),
            user_agent=session.user_agent(),
            config={
                "ec2_metadata_service_endpoint": read("ec2_metadata_service_endpoint"),
                "ec2_metadata_service_endpoint_mode": resolve_imds_endpoint_mode(session),
                "ec2_metadata_v1_disabled": read("ec2_metadata_v1_disabled"),
            },
        )
    )


class _HonestMetadataFetcher(AioInstanceMetadataFetcher):  # type: ignore[misc]  # it has no types
    def _evaluate_expiration(self, credentials: dict[str, Any]) -> None:
        """Leave the expiry as it is: the parent pretends 17 to 25 minutes when fewer are left."""


async def _walk_chain(walk: _Walk, resolver: Any) -> Credentials:
    """The first that a source gives. What AioCredentialResolver.load_credentials does, step by
    step, so that we know whom we are asking."""
    for provider in resolver.providers:
        walk.source = provider.METHOD
        found = await provider.load()
        if found is not None:
            return await _freeze(found)
    raise CredentialsUnavailable(NOTHING_FOUND)


async def _freeze(found: Any) -> Credentials:
    """A snapshot. Neither the expiry nor the set without a refresh has a public name; a test for
    each kind of source would see another version's names."""
    # Asked for in public, credentials that live less than 15 minutes are fetched a second time.
    frozen = getattr(found, "_frozen_credentials", None) or await found.get_frozen_credentials()
    expiry = getattr(found, "_expiry_time", None)
    access_key = _clean("AccessKeyId", frozen.access_key, found.method)
    secret_key = _clean("SecretAccessKey", frozen.secret_key, found.method)
    if not access_key or not secret_key:
        raise KeyError("AccessKeyId" if not access_key else "SecretAccessKey")
    return Credentials(
        access_key=access_key,
        secret_key=secret_key,
        token=_clean("SessionToken", frozen.token, found.method) or None,
        source=found.method,
        expires_at=None if expiry is None else expiry.timestamp(),
        fetched_at=time.time(),
    )


def _clean(name: str, text: str | None, source: str) -> str:
    """Without the line break that `echo` and editors put at the end of a secret."""
    text = (text or "").strip()
    if not (text.isascii() and text.isprintable()):
        raise CredentialsUnavailable(describe_odd_text(source, name))
    return text
