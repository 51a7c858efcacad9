"""A header that is a list, over as many lines as its sender likes, and of which a part is enough.

Pure. A head may have 100 lines of 16 KiB. Whatever is asked of a list is asked for every visit, and
takes time for every item; some of what is found is remembered by the whole text.
"""

from multidict import CIMultiDictProxy

MOST_CHARACTERS = 2_048
"""Ten times as much as any browser sends."""


def listed(headers: CIMultiDictProxy[str], name: str) -> str:
    """The items of a header, of all its lines in their order; what is too much is left out, whole
    items of it. Empty where it is not there."""
    lines = headers.getall(name, None)
    if lines is None:
        return ""
    text = lines[0] if len(lines) == 1 else ",".join(lines)
    if len(text) <= MOST_CHARACTERS:
        return text
    # What is left of an item that was cut in two would be another one.
    return text[: MOST_CHARACTERS + 1].rpartition(",")[0]
