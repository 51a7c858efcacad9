"""docs/security.md leads to what is there: each test, file and page that it names."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = ("SECURITY.md", "docs/security.md")

_PATH = re.compile(r"`((?:tests|service|deploy|locks)/[\w./-]*)`")
_LINK = re.compile(r"\]\(([^)#]+)(?:#([^)]+))?\)")


@pytest.mark.parametrize("page", PAGES)
def test_every_path_that_is_named_is_there(page: str) -> None:
    named = _PATH.findall((ROOT / page).read_text(encoding="utf-8"))
    assert [path for path in named if not (ROOT / path).exists()] == []
    assert named or page == "SECURITY.md"


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_to_a_page_and_a_heading(page: str) -> None:
    folder = (ROOT / page).parent
    links = _LINK.findall((ROOT / page).read_text(encoding="utf-8"))
    assert links
    for target, heading in links:
        lines = (folder / target).read_text(encoding="utf-8").splitlines()
        anchors = {anchor(line) for line in lines if line.startswith("#")}
        assert not heading or heading in anchors, f"{target}#{heading}"


def anchor(heading: str) -> str:
    """As repositories' pages make it of a heading."""
    words = heading.lstrip("#").strip().lower()
    return re.sub(r"[^\w -]", "", words).replace(" ", "-")
