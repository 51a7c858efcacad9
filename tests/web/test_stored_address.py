"""How much of the sender's address a form stores: nothing, unless it says so."""

import json
from collections.abc import Mapping
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path

import pytest

from service.forms.definition import ClientAddress
from service.forms.parse import parse_form
from service.web.site import Site
from tests.web.public_site import GOOD, open_public_site, quiz

STORED: Mapping[str, Mapping[ClientAddress, str | None]] = {
    "198.51.100.77": {
        ClientAddress.NONE: None,
        ClientAddress.MASKED: "198.51.100.0",
        ClientAddress.FULL: "198.51.100.77",
    },
    "2001:db8:77:77::77": {
        ClientAddress.NONE: None,
        ClientAddress.MASKED: "2001:db8:77::",
        ClientAddress.FULL: "2001:db8:77:77::77",
    },
}


def test_a_form_that_does_not_say_stores_none() -> None:
    """PRIV-7: none is the default."""
    text = "title: A form\nfields: [{name: essay, type: text, label: Essay}]\n"
    form, problems = parse_form(text, file="form.yaml", default_id="form")
    assert form is not None, problems
    assert form.client_address is ClientAddress.NONE


@pytest.mark.parametrize("address", STORED)
async def test_a_document_has_as_much_of_the_address_as_the_form_says(
    address: str, tmp_path: Path
) -> None:
    """PRIV-7: none, its network, or all of it; and nowhere else in the row is any of it."""
    trusting = Site(trusted_proxies=(ip_network("127.0.0.0/8"),))
    async with open_public_site(tmp_path, site=trusting) as site:
        for policy, stored in STORED[address].items():
            site.forms.replace({"quiz": replace(quiz("quiz"), client_address=policy)})
            answers = {**GOOD, "essay": policy.name}
            response, _ = await site.post(answers, **{"X-Forwarded-For": address})
            assert response.status == 303
            (row,) = await site.rows()
            document = json.loads(row.document)
            assert document["essay"] == policy.name
            assert document.get("client_ip_addr") == stored
            assert ("client_ip_addr" in document) is (stored is not None)
            assert (address in f"{row!r}") is (policy is ClientAddress.FULL)
