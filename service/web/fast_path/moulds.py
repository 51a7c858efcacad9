"""The heads of the fast path's answers, made once for each form in each language. Pure."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from service.forms.definition import Form
from service.web.cross_site import depends_on
from service.web.fast_path.heads import head_mould
from service.web.protection import protective_headers
from service.web.site import Site


class HeadMoulds:
    """Heads of answers with one status to one method; `given` are the headers that differ."""

    def __init__(self, site: Site, method: str, status: HTTPStatus, given: Sequence[str]) -> None:
        self._site = site
        self._method = method
        self._status = status
        self._given = given
        self._moulds: dict[tuple[str, str, bool], tuple[Form, str]] = {}

    def find(self, form: Form, headers: Mapping[str, str], *, by_header: bool) -> str:
        """The head for this very form; `headers` are the same whenever it is, and `by_header` says
        that Accept-Language chose it."""
        kept = self._moulds.get((form.id, form.language, by_header))
        if kept is not None and kept[0] is form:
            return kept[1]
        depends = (*(["Accept-Language"] if by_header else []), *depends_on(self._method, form))
        vary = {"Vary": ", ".join(depends)} if depends else {}
        everything = {**headers, **vary, **protective_headers(self._site, form)}
        mould = head_mould(self._status, everything, self._given)
        self._moulds[form.id, form.language, by_header] = (form, mould)
        return mould
