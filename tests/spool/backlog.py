"""Fills a spool file with submissions that wait, as fast as the disk takes them. A program:
`python -m tests.spool.backlog FILE ROWS INDEX`."""

import sys
from pathlib import Path

from service.spool.file import open_file
from service.spool.limits import Limits
from service.submission import make_submission

FORM = "console-wars"
ROWS_AT_ONCE = 20_000
RECEIVED_AT = 1_790_000_000_000


def fill(path: Path, rows: int, *, index: str, form: str = FORM) -> None:
    """Add rows by the spool's own code, in few transactions. Nothing else may use the file."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = open_file(path, Limits())
    try:
        for first in range(0, rows, ROWS_AT_ONCE):
            file.connection.execute("BEGIN IMMEDIATE")
            file.ledger.begin()
            file.forms.begin()
            for number in range(first, min(rows, first + ROWS_AT_ONCE)):
                file.puts.put(
                    make_submission(
                        form=form,
                        index=index,
                        key=f"{RECEIVED_AT + number:012x}{number:024x}",
                        answers={"essay_question": f"Sega, says {number}", "email_addr": "a@b.org"},
                        tags=(),
                        client_address=None,
                        received_at=RECEIVED_AT + number,
                    )
                )
            file.ledger.store()
            file.forms.store()
            file.connection.execute("COMMIT")
            file.ledger.committed()
            file.forms.committed()
    finally:
        file.close()


if __name__ == "__main__":
    name, count, index = sys.argv[1:]
    fill(Path(name), int(count), index=index)
