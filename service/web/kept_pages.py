"""Pages that are the same for many, or for all but their key: rendered once, and for how long
others may keep them."""

from dataclasses import dataclass

from aiohttp import web

from service.forms.availability import Availability
from service.forms.definition import Form
from service.web.representation import Representation


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshPage:
    """The bytes of an empty form around its submission key."""

    before: bytes
    after: bytes

    def with_key(self, key: str) -> bytes:
        """The page of one visit."""
        return self.before + key.encode() + self.after


class KeptPages:
    """The last page of each form in each language, as long as the form and where it stands are the
    same. So there are never more than that."""

    def __init__(self) -> None:
        self._pages: dict[tuple[str, str], tuple[Form, Availability, Representation]] = {}
        self._fresh: dict[tuple[str, str], tuple[Form, FreshPage]] = {}

    def find(self, form: Form, stands: Availability) -> Representation | None:
        """The page of this very form, where it stands so; None where it has to be rendered."""
        kept = self._pages.get((form.id, form.language))
        if kept is None or kept[0] is not form or kept[1] is not stands:
            return None
        return kept[2]

    def keep(self, form: Form, stands: Availability, page: Representation) -> None:
        """Have a page found from now on, in place of the one before it."""
        self._pages[form.id, form.language] = (form, stands, page)

    def find_fresh(self, form: Form) -> FreshPage | None:
        """The page of this very form without its key; None where it has to be rendered."""
        kept = self._fresh.get((form.id, form.language))
        return kept[1] if kept is not None and kept[0] is form else None

    def keep_fresh(self, form: Form, page: bytes, key: str) -> None:
        """Have a page found from now on, whatever the key; this one was rendered with `key`."""
        before, _, after = page.partition(key.encode())
        self._fresh[form.id, form.language] = (form, FreshPage(before=before, after=after))


KEPT_PAGES = web.AppKey("KEPT_PAGES", KeptPages)


def fresh_seconds(form: Form, stands: Availability, *, now_ms: int) -> int:
    """For how long anybody may show the page unasked: never past the opening or the closing."""
    change = form.opens_at if stands is Availability.NOT_YET_OPEN else form.closes_at
    if stands is Availability.CLOSED or change is None:
        return form.cache_seconds
    return max(0, min(form.cache_seconds, (change - now_ms) // 1000))
