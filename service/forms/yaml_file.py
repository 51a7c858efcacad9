"""The nodes of a YAML file, each with its place; or why there are none, said for people."""

from itertools import chain

import yaml

MOST_NODES = 50_000
"""Values of a file, each alias counted as all that it stands for."""

_HINTS = {
    "\\t": "there is a tab here; indent with spaces",
    "duplicate anchor": "there is an anchor of this name already; give this one another name",
    "undefined alias": "there is no anchor of this name before it",
    "flow": "a text in brackets or braces that has one of , : ? [ ] { } in it must be in quotes",
    "mapping values": "a text with ': ' in it must be in quotes",
    "single document": "'---' begins a second document; a file holds one form",
}


class YamlError(Exception):
    """What is wrong, and where: line and column count from 0."""

    def __init__(self, text: str, line: int = 0, column: int = 0) -> None:
        super().__init__(text)
        self.line, self.column = line, column


def read_yaml(text: str) -> yaml.Node:
    """The root of the only document. Raises YamlError for anything else, an empty file too."""
    try:
        root: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
        size = 0 if root is None else _size(root, {})
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = (mark.line, mark.column) if mark else (0, 0)
        raise YamlError(f"this is not YAML: {_explained(error)}", *at) from error
    except yaml.YAMLError as error:
        raise YamlError(f"this is not YAML: {error}") from error
    except RecursionError as error:
        raise YamlError(
            "this is not YAML that can be read: brackets or braces are nested without end"
        ) from error
    except (ValueError, OverflowError) as error:
        # What PyYAML lets pass of an escape beyond Unicode.
        raise YamlError(f"this is not YAML that can be read: {error}") from error
    if root is None:
        raise YamlError("the file is empty; it must have title and fields")
    if size > MOST_NODES:
        raise YamlError(
            f"with its aliases written out the file has more than {MOST_NODES} values; "
            "use fewer of them"
        )
    return root


def _explained(error: yaml.MarkedYAMLError) -> str:
    said = f"{error.context or ''}; {error.problem or ''}".strip("; ")
    hints = (hint for sign, hint in _HINTS.items() if sign in said)
    hint = next(hints, None)
    return said if hint is None else f"{hint} ({said})"


def _size(node: yaml.Node, known: dict[int, int | None]) -> int:
    """How many nodes there are below it and with it, had it no aliases."""
    if isinstance(node, yaml.ScalarNode):
        return 1
    if id(node) not in known:
        known[id(node)] = None
        pairs = isinstance(node, yaml.MappingNode)
        below = chain.from_iterable(node.value) if pairs else node.value
        known[id(node)] = 1 + sum(_size(child, known) for child in below)
    size = known[id(node)]
    if size is None:
        raise YamlError(
            "an alias stands within its own anchor", node.start_mark.line, node.start_mark.column
        )
    return size
