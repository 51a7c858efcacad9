"""Where a request comes from, by its headers alone."""

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from service.web.provenance import is_cross_site, own_origins

OWN = own_origins("https://forms.example", "internal:8080")
HTTP = own_origins("http://forms.example", None)
PORT = own_origins("https://forms.example:4443", None)
HOST = own_origins(None, "forms.example:8080")
PARTNER = ("https://partner.example",)

MALFORMED = ["http://http://host/", "//host/", "https://", "https://[", "https://föms.example/"]


def crosses(
    *headers: tuple[str, str],
    own: frozenset[str] = OWN,
    allowed: tuple[str, ...] = PARTNER,
) -> bool:
    return is_cross_site(CIMultiDictProxy(CIMultiDict(headers)), own=own, allowed=allowed)


@pytest.mark.parametrize(
    ("sites", "refused"),
    [
        (["same-origin"], False),
        (["none"], False),
        (["same-origin", "same-origin"], False),
        (["same-site"], True),
        (["cross-site"], True),
        (["same-origin", "none"], True),
        (["same-origin", "cross-site"], True),
        (["same-origin, same-origin"], True),
        (["Same-Origin"], True),
        (["invalid"], True),
        ([""], True),
    ],
)
def test_sec_fetch_site_decides_where_it_is_there(sites: list[str], refused: bool) -> None:
    """CSRF-1: exactly same-origin or none, whatever else is said."""
    named = [("Sec-Fetch-Site", site) for site in sites]
    assert crosses(*named) is refused
    assert crosses(*named, ("Referer", "https://elsewhere.example/")) is refused
    assert crosses(*named, ("Origin", "https://forms.example")) is refused
    assert crosses(*named, ("Origin", "https://partner.example")) is False


@pytest.mark.parametrize(
    ("origin", "own", "refused"),
    [
        ("https://forms.example", OWN, False),
        ("https://forms.example:443", OWN, False),
        ("HTTPS://Forms.Example", OWN, False),
        ("http://forms.example", OWN, True),
        ("http://forms.example", HTTP, False),
        ("https://forms.example", HTTP, True),
        ("https://forms.example:4443", PORT, False),
        ("https://forms.example", PORT, True),
        ("https://elsewhere.example", OWN, True),
        ("https://internal:8080", OWN, True),
        ("https://evil-forms.example", OWN, True),
        ("https://sub.forms.example", OWN, True),
        ("https://forms.example.evil.example", OWN, True),
        ("http://forms.example:8080", HOST, False),
        ("https://forms.example:8080", HOST, False),
        ("https://forms.example", HOST, True),
    ],
)
def test_origin_is_compared_by_scheme_host_and_port(
    origin: str, own: frozenset[str], refused: bool
) -> None:
    """CSRF-2: with the public address's where there is one, else with the Host's host and port."""
    assert crosses(("Origin", origin), own=own) is refused


def test_a_host_that_is_missing_or_odd_is_nobodys_origin() -> None:
    """CSRF-2: then no Origin is our own, but one that the form names still may post."""
    for host in (None, "@malformed", "a/b", ""):
        own = own_origins(None, host)
        assert own == frozenset()
        assert crosses(("Origin", "https://forms.example"), own=own)
        assert not crosses(("Origin", "https://partner.example"), own=own)


def test_who_names_no_page_at_all_is_no_browser() -> None:
    """CSRF-3: public forms take what has none of the headers."""
    assert not crosses()
    assert not crosses(("Referer", ""))
    assert not crosses(("Referer", "about:blank"))


@pytest.mark.parametrize("origin", ["null", "", "https://[", "https://", "https://a b", "*"])
def test_an_origin_that_is_none_is_refused(origin: str) -> None:
    """CSRF-4: null and whatever cannot be read."""
    assert crosses(("Origin", origin))
    assert crosses(("Origin", origin), allowed=(origin,))


def test_two_origins_are_none() -> None:
    """CSRF-4: a request has one page that it comes from."""
    assert crosses(("Origin", "https://forms.example"), ("Origin", "https://partner.example"))


@pytest.mark.parametrize(
    ("origin", "refused"),
    [
        ("https://partner.example", False),
        ("https://partner.example:443", False),
        ("http://partner.example", True),
        ("https://partner.example:8443", True),
        ("https://sub.partner.example", True),
        ("https://evil-partner.example", True),
    ],
)
def test_an_origin_that_a_form_names_is_that_one_exactly(origin: str, refused: bool) -> None:
    """CSRF-1: the form's list has exact origins, with and without Sec-Fetch-Site."""
    assert crosses(("Origin", origin)) is refused
    assert crosses(("Origin", origin), ("Sec-Fetch-Site", "cross-site")) is refused


@pytest.mark.parametrize(
    ("referer", "refused"),
    [
        ("https://forms.example", False),
        ("https://forms.example/", False),
        ("https://forms.example:443/f/quiz?lang=es#top", False),
        ("https://partner.example/contact", False),
        ("http://forms.example/", True),
        ("https://forms.example:4443/", True),
        ("https://elsewhere.example/https://forms.example/", True),
        ("https://forms.example@elsewhere.example/", True),
        *((text, True) for text in MALFORMED),
    ],
)
def test_referer_decides_where_nothing_else_does(referer: str, refused: bool) -> None:
    """CSRF-2: an old browser that leaves out Origin is told apart by its Referer."""
    assert crosses(("Referer", referer)) is refused


def test_a_referer_has_its_port_too() -> None:
    """CSRF-2: also where the service is not on the scheme's own port."""
    assert not crosses(("Referer", "https://forms.example:4443/f/quiz"), own=PORT)
    assert not crosses(("Referer", "http://forms.example:8080/f/quiz"), own=HOST)


def test_origin_wins_over_referer() -> None:
    """CSRF-2: a Referer cannot mend an Origin, nor spoil it."""
    own = ("Origin", "https://forms.example")
    other = ("Origin", "https://elsewhere.example")
    assert not crosses(own, ("Referer", "https://elsewhere.example/"))
    assert crosses(other, ("Referer", "https://forms.example/"))
