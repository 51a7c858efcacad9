"""What the handlers work with, on typed keys of the application."""

from typing import Protocol

from aiohttp import web

from service.forms.in_force import FormsInForce
from service.observability.metrics import Metrics
from service.spool.ports import Intake
from service.store import Store
from service.texts.catalogue import Catalogue
from service.web.receipt_links import ReceiptLinks
from service.web.site import Site


class IsHeld(Protocol):
    """Tells whether deliveries to an index are paused."""

    def __call__(self, index: str) -> bool:
        """True while the store refuses what goes to this index."""
        ...


FORMS = web.AppKey("FORMS", FormsInForce)
CATALOGUE = web.AppKey("CATALOGUE", Catalogue)
INTAKE = web.AppKey("INTAKE", Intake)
STORE = web.AppKey("STORE", Store)
METRICS = web.AppKey("METRICS", Metrics)
RECEIPT_LINKS = web.AppKey("RECEIPT_LINKS", ReceiptLinks)
SITE = web.AppKey("SITE", Site)
IS_HELD = web.AppKey("IS_HELD", IsHeld)
