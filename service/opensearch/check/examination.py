"""What `formwell check` asks of an OpenSearch, one thing after the other.

Leaves no document behind: the one it tries to write cannot be taken by an index of ours, and that
it is refused for what is in it proves that the role may write. It does leave the index itself,
which it makes as the service would at its first write.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from service.finding import Finding
from service.forms.definition import Form
from service.opensearch.address import Address
from service.opensearch.aws.authentication import CredentialSupply
from service.opensearch.check.reach import compare_clocks, reach, skip
from service.opensearch.check.rights import (
    judge_greeting,
    judge_search,
    judge_trial,
    judge_write_refusal,
)
from service.opensearch.store import OpenSearchStore
from service.store import Document, StoreError, StoreRefused, StoreUnavailable

STEP_SECONDS = 15.0

_REFUSED = {
    "signature": "the signature is refused",
    "store": "the store does not answer as it should",
}

# The name is one no form's field can have, so that a strict mapping refuses it. And the object has
# no end, so that every index refuses it, whatever its settings: index.mapping.ignore_malformed and
# a mapping that takes any field let all else pass that is only of the wrong type.
TRIAL = b'{"Formwell-check":true'


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is examined: where it is, what it is asked through, and in whose name.

    `provider` and `service` (`es`, `aoss`) are None where requests are not signed.
    """

    address: Address
    ca_file: Path | None
    store: OpenSearchStore
    provider: CredentialSupply | None = None
    service: str | None = None


async def examine(subject: Subject, forms: Collection[Form]) -> AsyncIterator[Finding]:
    """One finding after the other; what depends on something that is wrong is skipped."""
    because = None
    if subject.provider is not None:
        credentials = await _look_for_credentials(subject.provider)
        because = "there are no credentials" if credentials.ok is False else None
        yield credentials
    reached = await reach(subject.address, subject.ca_file)
    for finding in reached.findings:
        yield finding
    if not reached.ok:
        because = "the store is not reached"
    if subject.provider is not None:
        if reached.ok:
            yield await compare_clocks(subject.address, reached.context, _utc_now)
        else:
            yield skip("clock", "the store is not reached")
    if because is None:
        greeting = await _greet(subject)
        for finding in greeting:
            yield finding
        because = next((_REFUSED[each.about] for each in greeting if each.ok is False), None)
    else:
        if subject.provider is not None:
            yield skip("signature", because)
        yield skip("store", because)
    for form in forms:
        if because is None:
            yield await _try_to_write(subject, form)
            yield await _try_to_search(subject, form)
        else:
            yield skip("write", because, index=form.index)
            yield skip("search", because, index=form.index)


async def _look_for_credentials(provider: CredentialSupply) -> Finding:
    try:
        credentials = await provider.ensure_fresh()
    except StoreRefused as error:
        return Finding(about="credentials", ok=False, text=str(error))
    until = "they do not expire"
    if credentials.expires_at is not None:
        at = datetime.fromtimestamp(credentials.expires_at, UTC)
        minutes = max(0, round((credentials.expires_at - time.time()) / 60))
        until = f"they expire at {at:%Y-%m-%d %H:%M} UTC, in {minutes} min, and are renewed before"
    text = f"from {credentials.source}, key id ending in {credentials.key_suffix}; {until}"
    return Finding(about="credentials", ok=True, text=text)


async def _greet(subject: Subject) -> list[Finding]:
    signed = subject.service is not None
    try:
        async with _limit():
            return judge_greeting(await subject.store.ping(), signed=signed)
    except StoreError as error:
        return judge_greeting(error, signed=signed)


async def _try_to_write(subject: Subject, form: Form) -> Finding:
    trial = Document(receipt=uuid4(), body=TRIAL)
    try:
        async with _limit():
            [result] = await subject.store.create(form.index, [trial])
    except StoreError as error:
        return judge_write_refusal(error, index=form.index, service=subject.service)
    return judge_trial(result, trial.receipt, index=form.index, service=subject.service)


async def _try_to_search(subject: Subject, form: Form) -> Finding:
    try:
        async with _limit():
            await subject.store.search(form.index, "formwell", limit=0)  # no answer is fetched
    except StoreError as error:
        return judge_search(error, index=form.index, service=subject.service)
    return judge_search(None, index=form.index, service=subject.service)


@asynccontextmanager
async def _limit() -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(STEP_SECONDS):
            yield
    except TimeoutError as error:
        raise StoreUnavailable(f"no answer within {STEP_SECONDS:.0f} s") from error


def _utc_now() -> datetime:
    return datetime.now(UTC)
