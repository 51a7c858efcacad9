"""A form folder of a test's own, so that tests do not meet in one index."""

from pathlib import Path

FORM = "console-wars"

_YAML = """\
title: The console wars of 1991
index: {index}
tags: [v0.1]
client_address: full
fields:
  - name: essay_question
    type: textarea
    label: Who do you think won the console wars of 1991, Sega Genesis or Super Nintendo?
    required: true
    max_length: 2047
  - name: email_addr
    type: email
    label: Email address
    required: true
"""


def write_form(folder: Path, index: str) -> str:
    """The example form with another index, in a folder; its path, as a setting wants it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{FORM}.yaml").write_text(_YAML.format(index=index))
    return str(folder)
