"""The shape of the code, held to the design: who imports whom, how long a file may be."""

import ast
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import service

ROOT = Path(service.__file__).parent
LONGEST_FILE = 250
STANDARD = sys.stdlib_module_names

EVERYTHING = frozenset({"*"})
# A package of service, or a module of one that is held to less, and what it may import of the
# others. `observability` may be imported by anyone. docs/architecture.md has the table.
MAY_IMPORT: Mapping[str, frozenset[str]] = {
    "submission": frozenset(),
    "store": frozenset({"submission"}),
    "wall_clock": frozenset(),
    "loopback": frozenset(),
    "aws_target": frozenset({"loopback"}),
    "floors": frozenset(),
    "rate": frozenset(),
    "setting_values": frozenset({"aws_target", "rate", "secret_keys", "store_name"}),
    "setting_files": frozenset(),
    "settings": frozenset({"aws_target", "rate", "setting_files", "setting_values"}),
    "observability": frozenset(),
    "texts": frozenset(),
    "forms": frozenset({"submission", "texts"}),
    "spool": frozenset({"submission", "wall_clock"}),
    "delivery": frozenset({"submission", "store", "spool.ports"}),
    "opensearch": frozenset({"submission", "forms", "loopback", "store", "finding"}),
    "embedded": frozenset({"submission", "forms", "store"}),
    "audit": frozenset({"submission", "store", "spool", "wall_clock"}),
    "null_store": frozenset({"submission", "store"}),
    "web": frozenset(
        {"submission", "texts", "forms", "store", "rate", "spool.ports", "wall_clock"}
    ),
    "secret_keys": frozenset(),
    "store_name": frozenset(),
    "finding": frozenset(),
    "running": EVERYTHING,
    "running.signals": frozenset(),
    "running.places": frozenset(),
    "running.release": frozenset(),
    "running.interpreter": frozenset(),
    "running.inherited": frozenset({"running.signals"}),
    "running.reloading": frozenset({"forms", "wall_clock"}),
    "running.recount": frozenset({"forms", "store", "spool"}),
    "running.held_slots": frozenset({"submission", "spool"}),
    "running.leftovers": frozenset({"spool"}),
    "running.open_files": frozenset({"web.capacity"}),
    "running.own_slot": frozenset({"lifespan", "spool"}),
    "running.delivering": frozenset({"delivery", "running.signals", "spool", "store"}),
    "running.adoption": frozenset(
        {
            "lifespan",
            "running.delivering",
            "running.held_slots",
            "running.leftovers",
            "running.places",
            "running.release",
            "running.signals",
            "spool",
            "store",
        }
    ),
    "lifespan": EVERYTHING,
    "app": EVERYTHING,
    "workers": EVERYTHING,
    "workers.exposition": frozenset(),
    "workers.process": frozenset({"setting_values"}),
    "cli": EVERYTHING,
    "__main__": EVERYTHING,
    "__init__": frozenset(),
}
# Third-party packages, and where they may be imported.
MAY_BE_IMPORTED_BY: Mapping[str, frozenset[str]] = {
    "environs": frozenset({"settings", "setting_files", "setting_values"}),
    "packaging": frozenset({"floors"}),
    "structlog": EVERYTHING,
    "prometheus_client": frozenset({"observability", "web", "workers"}),
    "marshmallow": frozenset({"forms"}),
    "yaml": frozenset({"forms"}),
    "markdown_it": frozenset({"forms"}),
    "apispec": frozenset({"forms"}),
    "babel": frozenset({"texts", "forms"}),
    "apsw": frozenset({"spool", "embedded", "cli", "running.own_slot", "running.adoption"}),
    "opensearchpy": frozenset({"opensearch"}),
    "aiobotocore": frozenset({"opensearch"}),
    "botocore": frozenset({"opensearch"}),
    "aiohttp": frozenset({"web", "app", "lifespan", "opensearch", "workers"}),
    "aiohttp_jinja2": frozenset({"web"}),
    "jinja2": frozenset({"web"}),
    "markupsafe": frozenset({"web"}),
    "multidict": frozenset({"web", "opensearch"}),
    "yarl": frozenset({"opensearch", "web"}),
    "multipart": frozenset({"web"}),
    "click": frozenset({"cli"}),
    "rich": frozenset({"cli"}),
    "uvloop": frozenset({"cli"}),
}

FILES = sorted(ROOT.rglob("*.py"))


def names(path: Path) -> str:
    return str(path.relative_to(ROOT))


def package_of(path: Path) -> str:
    """`spool` for service/spool/rows.py; for a module with a row of its own in the table, that."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    module = ".".join(parts)
    return module if module in MAY_IMPORT else parts[0]


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            yield from (f"{module}.{alias.name}" for alias in node.names)


def may_import(package: str, name: str) -> bool:
    allowed = MAY_IMPORT[package]
    if allowed is EVERYTHING or name.split(".")[0] in {package, "observability"}:
        return True
    return any(name == other or name.startswith(f"{other}.") for other in allowed)


@pytest.mark.parametrize("path", FILES, ids=names)
def test_imports_stay_within_the_table(path: Path) -> None:
    package = package_of(path)
    for name in imports(ast.parse(path.read_text())):
        root, _, rest = name.partition(".")
        if root == "service":
            assert may_import(package, rest), f"{names(path)} may not import {name}"
        elif root in MAY_BE_IMPORTED_BY:
            allowed = MAY_BE_IMPORTED_BY[root]
            assert allowed is EVERYTHING or package in allowed, f"{names(path)}: {name}"
        else:
            assert root in STANDARD, f"{names(path)}: {name} is in no table"


@pytest.mark.parametrize("path", FILES, ids=names)
def test_imports_stand_at_the_top_and_for_everybody(path: Path) -> None:
    tree = ast.parse(path.read_text())
    top = {id(node) for node in tree.body}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            assert id(node) in top, f"{names(path)}, line {node.lineno}"
            assert not getattr(node, "level", 0), f"relative import, line {node.lineno}"


@pytest.mark.parametrize("path", FILES, ids=names)
def test_a_file_is_short_and_says_what_it_is_for(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= LONGEST_FILE
    assert ast.get_docstring(ast.parse(text)), "no docstring"


def test_no_name_hides_the_role() -> None:
    hiding = {"utils", "util", "helpers", "helper", "common", "misc", "base", "manager"}
    assert not [names(path) for path in FILES if path.stem in hiding]


def test_packages_do_not_import_in_circles() -> None:
    edges: dict[str, set[str]] = {}
    for path in FILES:
        module = ".".join(path.relative_to(ROOT.parent).with_suffix("").parts)
        edges[module] = {
            name
            for found in imports(ast.parse(path.read_text()))
            for name in (found, found.rpartition(".")[0])
            if name.startswith("service.")
        }
    done: set[str] = set()

    def visit(module: str, way: tuple[str, ...]) -> None:
        assert module not in way, " → ".join((*way, module))
        if module not in done:
            for other in edges.get(module, set()):
                visit(other, (*way, module))
            done.add(module)

    for module in edges:
        visit(module, ())
