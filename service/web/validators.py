"""Whether whoever asks has the answer already (RFC 9110, 13.1.2)."""

import re

from multidict import CIMultiDictProxy

from service.web.listed import listed

_ETAG = re.compile(r'"([!#-~\x80-\xff]*)"')


def is_known(headers: CIMultiDictProxy[str], etag: str) -> bool:
    """Whether If-None-Match names this ETag, given without its quotes; weak or not is the same."""
    named = listed(headers, "If-None-Match").strip()
    return named == "*" or etag in _ETAG.findall(named)
