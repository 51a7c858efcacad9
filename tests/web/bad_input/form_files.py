"""The forms that bad input is sent to."""

from collections.abc import Mapping

INDEX = "table-answers"
TRAPPED_INDEX = "trapped-answers"

_TABLE = f"""
title: A table
index: {INDEX}
tags: [v1]
client_address: full
fields:
  - {{name: essay, type: textarea, label: Essay, required: true, max_length: 20000}}
  - {{name: nick, type: text, label: Nick, max_length: 100}}
  - {{name: code, type: text, label: Code, max_length: 50000, pattern: "[A-Z-]+"}}
  - {{name: mail, type: email, label: Mail}}
  - {{name: home, type: url, label: Home}}
  - {{name: age, type: integer, label: Age}}
  - {{name: weight, type: decimal, label: Weight}}
  - {{name: born, type: date, label: Born}}
  - {{name: likes, type: checkboxes, label: Likes, choices: [rpg, racing, sports]}}
  - {{name: colour, type: select, label: Colour, choices: [red, green]}}
"""

FORM_FILES: Mapping[str, str] = {
    "table": _TABLE,
    "trapped": _TABLE.replace(INDEX, TRAPPED_INDEX).replace("tags:", "spam_traps: true\ntags:"),
    "kept": _TABLE.replace(INDEX, "kept-answers").replace("tags:", "cache_seconds: 60\ntags:"),
}
"""The text of each, by its id. `trapped` sets traps, the page of `kept` is kept by caches."""
