"""What happens to requests on their way, or is done to them: bytes changed, lost, doubled."""

from dataclasses import dataclass

from hypothesis import strategies as st

from tests.fuzz.requests import Sent, pieces, whole_requests
from tests.web.raw import CANARY

_TOKENS = (
    b"\0",
    b"\r",
    b"\n",
    b"\r\n",
    b"\r\n\r\n",
    b"\r\n ",
    b"\x7f",
    b"\x1b",
    b"\xff\xfe",
    b":",
    b"--",
    b"--cut",
    b"%",
    b"%ff",
    b"&" * 300,
    b"0\r\n\r\n",
    b"ffffffffffffffff1\r\n",
    b"Content-Length: 5\r\n",
    b"\r\nContent-Length: +0",
    b"\r\nTransfer-Encoding: chunked",
    b"\r\nTransfer-Encoding: identity",
    b"\r\nConnection: keep-alive, upgrade",
    b"\r\nHost: " + CANARY,
    b"\r\nExpect: 100-continue",
    b"HTTP/1.0",
    b"HTTP/2.0",
    b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"\x16\x03\x01\x02\x00",
    b"x" * 17_000,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edit:
    """At `place`, in thousandths of the length: `lost` bytes go, `new` ones come."""

    place: int
    lost: int
    new: bytes

    def apply(self, data: bytes) -> bytes:
        begin = len(data) * self.place // 1_000
        return data[:begin] + self.new + data[begin + self.lost :]


_edits = st.builds(
    _Edit,
    place=st.integers(0, 1_000),
    lost=st.sampled_from([0, 0, 1, 2, 7, 100_000]),
    new=st.one_of(st.sampled_from(_TOKENS), st.binary(max_size=4)),
)


@st.composite
def damaged_requests(draw: st.DrawFn) -> Sent:
    """One whole request or two, with some damage: nobody knows where they end."""
    requests = draw(st.lists(whole_requests(), min_size=1, max_size=2))
    data = b"".join(piece for request in requests for piece in request.pieces)
    if len(requests) > 1:
        data = data.replace(b"Connection: close", b"Connection: keep-alive", 1)
    for edit in draw(st.lists(_edits, min_size=1, max_size=3)):
        data = edit.apply(data)
    return Sent(pieces=draw(pieces(data)), ends=False)


noise = st.binary(max_size=200).map(lambda data: Sent(pieces=(data + CANARY,), ends=False))

_whole, _damaged = whole_requests(), damaged_requests()
anything = st.one_of(_whole, _whole, _whole, _whole, _damaged, _damaged, _damaged, noise)
