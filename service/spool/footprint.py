"""What a submission takes in the spool file. Pure.

The numbers are those of SQLite's file format, section 1.6 ("B-tree pages"): a cell that does not
fit into a page keeps a part of itself there, and the rest goes to overflow pages of its own.
"""

PAGE = 4096
"""Bytes of a page: SQLite's default, and what the spool file is made with."""

ROW_OVERHEAD = 256
"""Bytes a row takes without its document, its entries in the indexes included; measured."""

_LARGEST_IN_PAGE = PAGE - 35
_LEAST_IN_PAGE = (PAGE - 12) * 32 // 255 - 23
_IN_OVERFLOW_PAGE = PAGE - 4
_IN_LEAF = PAGE - 8
_CELL_OVERHEAD = 12  # its pointer, the lengths and the key, and the record's header


def footprint(document_bytes: int) -> int:
    """Bytes on disk of a submission whose document has this many: whole pages, shared where
    several documents fit into one."""
    in_page, overflow_pages = document_bytes, 0
    if document_bytes > _LARGEST_IN_PAGE:
        in_page = _LEAST_IN_PAGE + (document_bytes - _LEAST_IN_PAGE) % _IN_OVERFLOW_PAGE
        if in_page > _LARGEST_IN_PAGE:
            in_page = _LEAST_IN_PAGE
        overflow_pages = -(-(document_bytes - in_page) // _IN_OVERFLOW_PAGE)
    sharing = max(1, _IN_LEAF // (in_page + _CELL_OVERHEAD))
    return ROW_OVERHEAD + PAGE // sharing + overflow_pages * PAGE
