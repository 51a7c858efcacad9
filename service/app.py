"""The composition root of the two listeners: what the handlers need, and which paths there are."""

from aiohttp import web

from service.forms.in_force import FormsInForce
from service.observability.metrics import Metrics
from service.spool.ports import Intake
from service.store import Store
from service.texts.catalogue import Catalogue
from service.web import health, keys, receipts, submit, visit
from service.web.border import add_headers, log_request, translate_errors
from service.web.capacity import CAPACITY, INTERNAL, PUBLIC, Capacity
from service.web.client import setup_client_addresses
from service.web.cross_site import answer_preflight, let_origin_read, refuse_cross_site
from service.web.descriptions import add_description_routes
from service.web.environments import setup_pages
from service.web.fast_path.fast_path import FAST_PATH, FastPath
from service.web.kept_pages import KEPT_PAGES, KeptPages
from service.web.limited_submit import LIMITS, submit_within_limits
from service.web.limits import Budget, RateLimits
from service.web.receipt_links import ReceiptLinks
from service.web.requests import MOST_BODY_BYTES
from service.web.site import Site
from service.web.theme import NO_THEME, ThemeSource, setup_theme


def create_public_app(
    *,
    forms: FormsInForce,
    catalogue: Catalogue,
    intake: Intake,
    store: Store,
    metrics: Metrics,
    links: ReceiptLinks,
    site: Site,
    is_held: keys.IsHeld,
    theme: ThemeSource = NO_THEME,
    capacity: Capacity = PUBLIC,
) -> web.Application:
    """What the Internet sees."""
    app = web.Application(
        middlewares=[log_request, translate_errors, refuse_cross_site],
        client_max_size=MOST_BODY_BYTES,
    )
    app[CAPACITY] = capacity
    app[keys.FORMS] = forms
    app[keys.CATALOGUE] = catalogue
    app[keys.INTAKE] = intake
    app[keys.STORE] = store
    app[keys.METRICS] = metrics
    app[keys.RECEIPT_LINKS] = links
    app[keys.SITE] = site
    app[keys.IS_HELD] = is_held
    app.on_response_prepare.extend([add_headers, let_origin_read])
    app.router.add_get("/", visit.show_start)
    app.router.add_get("/f/{form}", visit.show_form)
    app[LIMITS] = limits = RateLimits(
        {
            Budget.CLIENT: site.rate_limit_client,
            Budget.FORM: site.rate_limit_form,
            Budget.TOTAL: site.rate_limit_total,
        }
    )
    # Another handler, so that a service without limits pays nothing for them.
    app.router.add_post("/f/{form}", submit_within_limits if limits else submit.submit)
    app.router.add_options("/f/{form}", answer_preflight)
    app.router.add_get("/f/{form}/receipts/{receipt}", receipts.show_receipt)
    add_description_routes(app)
    app[KEPT_PAGES] = KeptPages()
    setup_client_addresses(app)
    setup_theme(app, theme)
    setup_pages(app)
    app[FAST_PATH] = FastPath(app)
    return app


def create_internal_app(
    *, readiness: health.Readiness, metrics: Metrics, status_report: health.StatusReport
) -> web.Application:
    """What orchestrators and operators see; never to be reached from outside."""
    app = web.Application()
    app[CAPACITY] = INTERNAL
    app[health.READINESS] = readiness
    app[health.INTERNAL_METRICS] = metrics
    app[health.STATUS_REPORT] = status_report
    app.router.add_get("/livez", health.live)
    app.router.add_get("/readyz", health.ready)
    app.router.add_get("/metrics", health.metrics)
    app.router.add_get("/status", health.status)
    return app
