"""Origins of pages (RFC 6454): in one spelling each, and as a form file lists them."""

import re

import yaml

from service.forms.yaml_source import LONGEST_QUOTE, Source

ORIGIN_KEYS = ("allowed_origins", "framed_by")

_EXAMPLE = "https://www.example.org"
_ORIGIN = re.compile(
    r"(https?)://([a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?",
    re.IGNORECASE | re.ASCII,
)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_HIGHEST_PORT = 65_535


def canonical_origin(text: str) -> str | None:
    """The origin as browsers write it, in lower case and without the scheme's own port; None for
    whatever is no origin of a web page, `null` too."""
    match = _ORIGIN.fullmatch(text)
    if match is None:
        return None
    scheme, host = match[1].lower(), match[2].lower()
    port = _DEFAULT_PORTS[scheme] if match[3] is None else int(match[3])
    if not 1 <= port <= _HIGHEST_PORT:
        return None
    return f"{scheme}://{host}" + ("" if port == _DEFAULT_PORTS[scheme] else f":{port}")


def read_origins(source: Source, node: yaml.Node | None, key: str) -> tuple[str, ...]:
    """The canonical origins in a list, each once; what is none is noted with its place."""
    found: dict[str, None] = {}
    for item in source.sequence(node, "origins"):
        text = source.text(item)
        if text is None:
            continue
        origin = canonical_origin(text)
        if origin is None:
            source.reject(
                item,
                f"{key!r} has {text[:LONGEST_QUOTE]!r}; write scheme and host, with a port where "
                f"it has one of its own and nothing else, like {_EXAMPLE}",
            )
        else:
            found[origin] = None
    return tuple(found)
