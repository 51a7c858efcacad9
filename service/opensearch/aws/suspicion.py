"""When a denial that does not say why is worth a fetch of other credentials. Awaits nothing.

Serverless denies in the same words what a role may not do and whom it does not know. Without a
memory, every such denial would have others fetched: with a role that lacks one right, for ever.
"""

from collections.abc import Callable

from service.opensearch.aws.auth_refusals import SIGNATURE_REFUSED, may_be_the_credentials
from service.opensearch.aws.credentials import Credentials
from service.opensearch.aws.refresh_plan import is_same_set
from service.store import StoreRefused

SUSPECT_AGAIN_SECONDS = 300.0
"""How long a fetch that did not help stands for those that would not either."""


class Suspicion:
    """Whether the credentials are to be suspected, by what came of it before.

    `service` is the one that requests are signed for; `clock` gives seconds, and never goes back.
    """

    def __init__(self, service: str, *, clock: Callable[[], float]) -> None:
        self._service = service
        self._clock = clock
        self._in_vain: tuple[Credentials, float] | None = None

    def falls_on_credentials(self, refusal: StoreRefused) -> bool:
        """Whether to fetch others: always where the refusal is of the signature; where it does not
        say why, unless that was in vain less than SUSPECT_AGAIN_SECONDS ago."""
        if refusal.error_type == SIGNATURE_REFUSED:
            return True
        if not may_be_the_credentials(refusal, self._service):
            return False
        return self._in_vain is None or self._clock() >= self._in_vain[1] + SUSPECT_AGAIN_SECONDS

    def note_refused(self, credentials: Credentials, refusal: StoreRefused) -> None:
        """After a fetch, these are all there is, and this is what they are told."""
        if may_be_the_credentials(refusal, self._service):
            self._in_vain = (credentials, self._clock())

    def note_passed(self, credentials: Credentials) -> None:
        """A request signed with these was taken.

        Where it is those that were fetched in vain, they were not at fault: it goes on to count.
        """
        if self._in_vain is not None and not is_same_set(credentials, self._in_vain[0]):
            self._in_vain = None
