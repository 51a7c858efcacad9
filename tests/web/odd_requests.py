"""Requests that no browser sends, as bytes for a socket, and the statuses that may answer each.

Wherever somebody's secret might stand in such a request, the canary does.
"""

from collections.abc import Mapping

CANARY = b"canary-7f3a"

_FORM = b"application/x-www-form-urlencoded"
_HOST = b"Host: localhost\r\nConnection: close\r\n"
_QUERY = b"/f/quiz?essay=" + CANARY


def _get(target: bytes = _QUERY, *, head: bytes = _HOST, version: bytes = b"HTTP/1.1") -> bytes:
    return b"GET %b %b\r\n%b\r\n" % (target, version, head)


def _post(
    body: bytes, *, kind: bytes = _FORM, head: bytes = b"", length: bytes | None = None
) -> bytes:
    size = b"%d" % len(body) if length is None else length
    return b"POST /f/quiz HTTP/1.1\r\n%bContent-Type: %b\r\nContent-Length: %b\r\n%b\r\n%b" % (
        _HOST,
        kind,
        size,
        head,
        body,
    )


def _chunked(body: bytes, *, coding: bytes = b"chunked", head: bytes = b"") -> bytes:
    return b"POST /f/quiz HTTP/1.1\r\n%bContent-Type: %b\r\nTransfer-Encoding: %b\r\n%b\r\n%b" % (
        _HOST,
        _FORM,
        coding,
        head,
        body,
    )


def _multipart(part: bytes, *, boundary: bytes = b"; boundary=cut", end: bytes = b"--") -> bytes:
    body = b"--cut\r\n%b\r\n--cut%b\r\n" % (part, end)
    return _post(body, kind=b"multipart/form-data" + boundary)


_BODY = b"essay=" + CANARY
_CHUNK = b"%x\r\n%b\r\n" % (len(_BODY), _BODY)
_PART = b'Content-Disposition: form-data; name="essay"\r\n'
_EXPECT = b"Expect: %b\r\n" % CANARY

ODD_REQUESTS: Mapping[str, tuple[bytes, set[int]]] = {
    "UTF-8 in the target": (_get(_QUERY + "é".encode()), {400}),
    "no UTF-8 in the target": (_get(_QUERY + b"\xff"), {400}),
    "a target of 9 KB": (_get(_QUERY + b"x" * 9_000), {400}),
    "a header without a colon": (_get(head=_HOST + CANARY + b"\r\n"), {400}),
    "B1: no host": (_get(head=b""), {400}),
    "B2: two hosts": (_get(head=_HOST + b"Host: " + CANARY + b"\r\n"), {400}),
    "B3: a host with an @": (_get(head=b"Host: @" + CANARY + b"\r\n"), {400}),
    "B3: a host with a path": (_get(head=b"Host: a/" + CANARY + b"\r\n"), {400}),
    "B3: an empty host": (_get(head=b"Host:\r\n"), {400}),
    "B5: another host in the target": (_get(b"http://" + CANARY + _QUERY), {400}),
    "B6: another scheme in the target": (_get(b"https://" + CANARY + _QUERY), {400}),
    "a port that is none in the target": (_get(b"http://localhost:99999" + _QUERY), {400}),
    "brackets in the target": (_get(b"http://[" + _QUERY), {400}),
    "half an address in the target": (_get(b"http:" + _QUERY), {400}),
    "B7: a length and chunks": (
        _chunked(_CHUNK + b"0\r\n\r\n", head=b"Content-Length: 5\r\n"),
        {400},
    ),
    "B8: two lengths": (_post(_BODY, head=b"Content-Length: 3\r\n"), {400}),
    "B9: a length with a plus": (_post(_BODY, length=b"+5"), {400}),
    "B9: a length below zero": (_post(_BODY, length=b"-1"), {400}),
    "B9: a length with an exponent": (_post(_BODY, length=b"1e3"), {400}),
    "B9: a length in Arabic digits": (_post(_BODY, length="٣".encode()), {400}),
    "B10: an unknown transfer coding": (_chunked(_CHUNK, coding=b"x" + CANARY), {400}),
    "B10: chunked is not the last coding": (_chunked(_CHUNK, coding=b"chunked, identity"), {400}),
    "B11: a chunk size that is none": (_chunked(b"zz" + CANARY + b"\r\n"), {400}),
    "B11: a bad chunk size after a good one": (_chunked(_CHUNK + b"zz\r\n"), {400}),
    "B11: a chunk size that overflows": (_chunked(b"f" * 17 + b"\r\n" + _BODY), {400}),
    "B11: bare line feeds in chunks": (_chunked(_CHUNK.replace(b"\r\n", b"\n")), {400}),
    "a bad chunk behind what nobody reads": (
        _chunked(b"zz" + CANARY + b"\r\n").replace(b"/f/quiz", b"/f/none"),
        {400, 404},
    ),
    "B12: a folded header": (_get(head=_HOST + b"X-A: b\r\n " + CANARY + b"\r\n"), {400}),
    "B12: NUL in a header": (_get(head=_HOST + b"X-A: \0" + CANARY + b"\r\n"), {400}),
    "B12: ESC in a cookie": (_get(head=_HOST + b"Cookie: s=\x1b" + CANARY + b"\r\n"), {400}),
    "B12: DEL in a header": (_get(head=_HOST + b"X-A: \x7f" + CANARY + b"\r\n"), {400}),
    "B12: a space before the colon": (_get(head=_HOST + b"X-A : " + CANARY + b"\r\n"), {400}),
    "B13: HTTP/0.9": (_get(version=b"HTTP/0.9"), {505}),
    "B13: HTTP/2.0": (_get(version=b"HTTP/2.0"), {505}),
    "B13: HTTP/3.7": (_get(version=b"HTTP/3.7"), {400}),
    "B14: the preface of HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + CANARY, {400}),
    "B14: a TLS hello": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + CANARY, {400}),
    "B14: PROXY, version 1": (b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n" + _get(), {400}),
    "B14: PROXY, version 2": (b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c" + CANARY, {400}),
    "B16: a header of 17 KiB": (
        _get(head=_HOST + b"X-A: " + CANARY + b"x" * 17_000 + b"\r\n"),
        {400},
    ),
    "B16: more than 100 headers": (
        _get(head=_HOST + b"".join(b"X-%d: %b\r\n" % (n, CANARY) for n in range(100))),
        {400},
    ),
    "B18: TRACE": (_get().replace(b"GET", b"TRACE"), {405}),
    "B18: CONNECT": (b"CONNECT %b:443 HTTP/1.1\r\n%b\r\n" % (CANARY, _HOST), {400}),
    "B18: a method nobody knows": (_get().replace(b"GET", CANARY.upper()), {400}),
    "B18: OPTIONS for everything": (
        b"OPTIONS * HTTP/1.1\r\n%bX-A: %b\r\n\r\n" % (_HOST, CANARY),
        {404},
    ),
    "B26: a charset nobody knows": (_post(_BODY, kind=_FORM + b"; charset=" + CANARY), {415}),
    "B27: a charset for no text": (_post(_BODY, kind=_FORM + b"; charset=hex"), {415}),
    "B28: UTF-7": (_post(_BODY, kind=_FORM + b"; charset=utf-7"), {415}),
    "B29: no UTF-8 in the body": (_post(_BODY + b"\xff\xfe"), {400}),
    "B30: no UTF-8 behind percent signs": (_post(_BODY + b"%ff%fe"), {400}),
    "B51: no boundary": (_multipart(_PART + b"\r\n" + CANARY, boundary=b""), {400}),
    "B52: no multipart at all": (_post(_BODY, kind=b"multipart/form-data; boundary=cut"), {400}),
    "B52: multipart without an end": (_multipart(_PART + b"\r\n" + CANARY, end=b""), {400}),
    "B53: a part without a name": (
        _multipart(b"Content-Disposition: form-data\r\n\r\n" + CANARY),
        {400, 422},
    ),
    "B54: multipart in multipart": (
        _multipart(_PART + b"Content-Type: multipart/mixed; boundary=" + CANARY + b"\r\n\r\nx"),
        {400, 422},
    ),
    "B55: an unknown encoding of a part": (
        _multipart(_PART + b"Content-Transfer-Encoding: " + CANARY + b"\r\n\r\nx"),
        {400},
    ),
    "B55: base64 that is none": (
        _multipart(_PART + b"Content-Transfer-Encoding: base64\r\n\r\n" + CANARY),
        {400},
    ),
    "B56: an unknown charset of a part": (
        _multipart(_PART + b"Content-Type: text/plain; charset=nope\r\n\r\n\xff" + CANARY),
        {400},
    ),
    "B57: a compressed part": (
        _multipart(_PART + b"Content-Encoding: gzip\r\n\r\n" + CANARY),
        {400},
    ),
    "B58: a boundary of 71 characters": (
        _multipart(_PART + b"\r\n" + CANARY, boundary=b"; boundary=" + b"c" * 71),
        {400},
    ),
    "B63: brotli": (_post(_BODY, head=b"Content-Encoding: br\r\n"), {415}),
    "B63: zstd": (_post(_BODY, head=b"Content-Encoding: zstd\r\n"), {415}),
    "B64: gzip that is none": (_post(_BODY, head=b"Content-Encoding: gzip\r\n"), {415}),
    "B64: deflate that is none": (_post(_BODY, head=b"Content-Encoding: deflate\r\n"), {415}),
    "B65: an encoding nobody knows": (
        _post(_BODY, head=b"Content-Encoding: %b\r\n" % CANARY),
        {415},
    ),
    "B65: identity, and then gzip": (
        _post(_BODY, head=b"Content-Encoding: identity\r\nContent-Encoding: gzip\r\n"),
        {415},
    ),
    "B65: brotli for a page": (_get(head=_HOST + b"Content-Encoding: br\r\n"), {415}),
    "B66: an unknown expectation": (_post(_BODY, head=_EXPECT), {417}),
    "B66: an expectation where nothing is": (_get(b"/none", head=_HOST + _EXPECT), {417}),
    "B89: no UTF-8 in a header": (
        _get(head=_HOST + b"User-Agent: \xff\xfe" + CANARY + b"\r\n"),
        {200},
    ),
}
