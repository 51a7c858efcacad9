"""The sites that the table's rows are sent to: real listeners with real spools."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from ipaddress import ip_network
from pathlib import Path

from service.forms.definition import Form
from service.forms.in_force import compile_forms
from service.forms.parse import parse_form
from service.rate import Rate
from service.web.site import Site
from tests.web.bad_input.form_files import FORM_FILES
from tests.web.bad_input.row import Place
from tests.web.public_site import PublicSite, open_public_site

_TRUSTED = (ip_network("127.0.0.0/8"),)
_TEN_AN_HOUR = Rate(count=10, seconds=3_600)
_SITES: Mapping[Place, Site] = {
    Place.OPEN: Site(),
    Place.BEHIND_PROXY: Site(allowed_hosts=("localhost",), trusted_proxies=_TRUSTED),
    Place.LIMITED: Site(rate_limit_client=_TEN_AN_HOUR),
    Place.LIMITED_BEHIND_PROXY: Site(rate_limit_client=_TEN_AN_HOUR, trusted_proxies=_TRUSTED),
}


@asynccontextmanager
async def open_sites(folder: Path) -> AsyncIterator[Mapping[Place, PublicSite]]:
    """All of them, each with the forms of `form_files`."""
    forms = {form_id: _form(form_id, text) for form_id, text in FORM_FILES.items()}
    async with AsyncExitStack() as stack:
        opened = {}
        for place, site in _SITES.items():
            own = folder / place.value
            own.mkdir()
            opened[place] = await stack.enter_async_context(open_public_site(own, site=site))
            opened[place].forms.replace(compile_forms(forms))
        yield opened


def _form(form_id: str, text: str) -> Form:
    form, problems = parse_form(text, file="table.yaml", default_id=form_id)
    assert form is not None, problems
    return form
