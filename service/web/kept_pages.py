"""Pages that are the same for many, or but for a few words of each visit: rendered once. And for
how long others may keep them."""

from collections.abc import Hashable

from aiohttp import web

from service.forms.availability import Availability
from service.forms.definition import Form
from service.web.moulds import Mould
from service.web.representation import Representation

Shape = tuple[Hashable, ...]


class KeptPages:
    """The last page of each form in each language, as long as the form and where it stands are the
    same. So there are never more than that."""

    def __init__(self) -> None:
        self._pages: dict[tuple[str, str], tuple[Form, Availability, Representation]] = {}
        self._moulds: dict[tuple[str, str, Shape], tuple[Form, Mould]] = {}

    def find(self, form: Form, stands: Availability) -> Representation | None:
        """The page of this very form, where it stands so; None where it has to be rendered."""
        kept = self._pages.get((form.id, form.language))
        if kept is None or kept[0] is not form or kept[1] is not stands:
            return None
        return kept[2]

    def keep(self, form: Form, stands: Availability, page: Representation) -> None:
        """Have a page found from now on, in place of the one before it."""
        self._pages[form.id, form.language] = (form, stands, page)

    def find_mould(self, form: Form, shape: Shape) -> Mould | None:
        """A page of this very form with holes in it; None where it has to be rendered."""
        kept = self._moulds.get((form.id, form.language, shape))
        return kept[1] if kept is not None and kept[0] is form else None

    def keep_mould(self, form: Form, shape: Shape, mould: Mould) -> None:
        """Have a page found from now on; `shape` is all that makes its words differ, and there are
        a few of them."""
        self._moulds[form.id, form.language, shape] = (form, mould)


KEPT_PAGES = web.AppKey("KEPT_PAGES", KeptPages)


def fresh_seconds(form: Form, stands: Availability, *, now_ms: int) -> int:
    """For how long anybody may show the page unasked: never past the opening or the closing."""
    change = form.opens_at if stands is Availability.NOT_YET_OPEN else form.closes_at
    if stands is Availability.CLOSED or change is None:
        return form.cache_seconds
    return max(0, min(form.cache_seconds, (change - now_ms) // 1000))
