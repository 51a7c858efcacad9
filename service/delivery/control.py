"""The control: a document no store can keep, sent alone to learn what a refusal was about.

A request with one document was refused as a whole. Where the control is answered, requests to the
index pass, so it was about that document; where the control is refused too, it was not. Its JSON
has no end: every store of ours refuses it for that, by itself, and nothing stays.
"""

from uuid import UUID

from service.spool.ports import Row

CONTROL = Row(
    seq=0,  # no row's own
    receipt=UUID(int=0),
    received_at=0,
    attempts=0,
    document=b'{"control":true',
)
