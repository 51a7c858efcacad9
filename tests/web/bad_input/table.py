"""The table: all rows of section 11 that are one request."""

from collections.abc import Mapping
from itertools import chain

from tests.web.bad_input import (
    rows_of_answers,
    rows_of_forms,
    rows_of_framing,
    rows_of_heads,
    rows_of_json,
    rows_of_multipart,
    rows_of_paths,
    rows_of_senders,
    rows_of_types,
)
from tests.web.bad_input.row import Row

TABLE: Mapping[str, Row] = {
    row.name: row
    for row in chain(
        rows_of_heads.ROWS,
        rows_of_framing.ROWS,
        rows_of_paths.ROWS,
        rows_of_types.ROWS,
        rows_of_forms.ROWS,
        rows_of_multipart.ROWS,
        rows_of_json.ROWS,
        rows_of_answers.ROWS,
        rows_of_senders.ROWS,
    )
}
