"""The statements of the embedded store, and what goes into them. Pure."""

import json
from collections.abc import Collection, Iterable, Sequence

from service.forms.definition import Form

INSERT_DOCUMENT = """
INSERT INTO document (index_name, receipt, body) VALUES (?, ?, ?)
ON CONFLICT (receipt, index_name) DO NOTHING
RETURNING id
"""

INSERT_WORDS = "INSERT INTO words (rowid, text) VALUES (?, ?)"

FIND = "SELECT EXISTS (SELECT 1 FROM document WHERE receipt = ? AND index_name = ?)"

FETCH = """
SELECT receipt, 1.0, body FROM document WHERE receipt = ? AND index_name = ?
"""

# Read from the index over receipts: as long as a look at every receipt, not at every document.
FETCH_ENDING = """
SELECT receipt, 1.0, body FROM document
WHERE substr(receipt, -4) = ? AND index_name = ?
ORDER BY id
"""

COUNT = "SELECT count(*) FROM document WHERE index_name = ?"

# The bodies are joined after the limit, so that sorting many matches does not carry them along.
# bm25() is the more negative the better. Where scores are equal, the newest comes first.
SEARCH = """
SELECT document.receipt, best.score, document.body
FROM (
    SELECT words.rowid AS id, -bm25(words) AS score
    FROM words JOIN document ON document.id = words.rowid
    WHERE words MATCH ? AND document.index_name = ?
    ORDER BY score DESC, words.rowid DESC
    LIMIT ?
) AS best JOIN document ON document.id = best.id
ORDER BY best.score DESC, best.id DESC
"""

MOST_WORDS = 1_024
"""Words of a query that are looked for, OpenSearch's own limit of clauses; the rest are ignored."""


def match_any(words: Iterable[str]) -> str:
    """An FTS5 query for any of these words; an empty one for none.

    Each word is a string of FTS5's grammar (https://sqlite.org/fts5.html, section 3.1), so none
    can be an operator, a column or a prefix search.
    """
    distinct = list(dict.fromkeys(words))[:MOST_WORDS]
    return " OR ".join('"' + word.replace('"', '""') + '"' for word in distinct)


def analysed_fields(forms: Collection[Form]) -> dict[str, Sequence[str]]:
    """For the index of each form, the names of the fields that search looks at."""
    return {
        form.index: tuple(field.name for field in form.fields if field.type.analysed)
        for form in forms
    }


def searchable_text(body: bytes, fields: Sequence[str]) -> str:
    """The text of these fields in a document, one answer a line.

    Raises ValueError where the document is not a JSON object of Unicode text; the error says
    nothing of what is in it.
    """
    try:
        document = json.loads(body)
    except ValueError:
        raise ValueError("the document is not JSON in UTF-8") from None
    if not isinstance(document, dict):
        raise ValueError("the document is not a JSON object")
    text = "\n".join(part for field in fields for part in _texts(document.get(field)))
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("the document has text that is not Unicode") from None
    return text


def _texts(answer: object) -> Iterable[str]:
    if isinstance(answer, str):
        return (answer,)
    if isinstance(answer, list):
        return (part for part in answer if isinstance(part, str))
    return ()
