"""What a store's URL says, and that nobody else gets to read its password."""

import pytest

from service.opensearch.address import parse_address


@pytest.mark.parametrize(
    ("url", "scheme", "host", "port", "path"),
    [
        ("http://localhost", "http", "localhost", 9200, ""),
        ("https://search.example", "https", "search.example", 443, ""),
        ("HTTPS://search.example:9200/", "https", "search.example", 9200, ""),
        ("http://[::1]:9201/a/b/", "http", "::1", 9201, "a/b"),
    ],
)
def test_a_url_says_where_the_store_is(
    url: str, scheme: str, host: str, port: int, path: str
) -> None:
    address = parse_address(url)

    assert (address.scheme, address.host, address.port, address.path) == (scheme, host, port, path)
    assert address.authorization is None


@pytest.mark.parametrize(
    "url",
    [
        "ftp://user:secret@search.example",
        "http://user:secret@",
        "https://user:secret@search.example:port",
        "https://user:secret@search.example:99999",
        "https://user:secret@[search.example",
        "https://user:sec?ret@search.example",
        "https://user:secret@search.example/#x",
        "",
        "embedded",
    ],
)
def test_an_odd_url_is_refused_without_being_quoted(url: str) -> None:
    with pytest.raises(ValueError, match="the store's URL") as refused:
        parse_address(url)

    assert "secret" not in str(refused.value)
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


def test_a_password_is_not_part_of_what_an_address_shows() -> None:
    address = parse_address("https://user:secret@search.example")

    assert address.authorization == "Basic dXNlcjpzZWNyZXQ="
    assert "dXNlcjpzZWNyZXQ" not in repr(address)
