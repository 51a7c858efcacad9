"""What HTML lets `autocomplete` say (HTML Standard, 4.10.18.7)."""

_CONTACT = """
tel tel-country-code tel-national tel-area-code tel-local tel-local-prefix tel-local-suffix
tel-extension email impp
"""
_OTHER = """
name honorific-prefix given-name additional-name family-name honorific-suffix nickname
username new-password current-password one-time-code organization-title organization
street-address address-line1 address-line2 address-line3 address-level4 address-level3
address-level2 address-level1 country country-name postal-code cc-name cc-given-name
cc-additional-name cc-family-name cc-number cc-exp cc-exp-month cc-exp-year cc-csc cc-type
transaction-currency transaction-amount language bday bday-day bday-month bday-year sex url photo
"""
_CONTACT_TOKENS = frozenset(_CONTACT.split())
_TOKENS = _CONTACT_TOKENS | frozenset(_OTHER.split())


def is_autocomplete(text: str) -> bool:
    """Whether it is `on`, `off`, or a field's token behind the words that may precede it."""
    words = text.lower().split()
    if words in (["on"], ["off"]):
        return True
    if words and words[0].startswith("section-"):
        words = words[1:]
    if words and words[0] in ("shipping", "billing"):
        words = words[1:]
    if len(words) == 2 and words[0] in ("home", "work", "mobile", "fax", "pager"):
        return words[1] in _CONTACT_TOKENS
    return len(words) == 1 and words[0] in _TOKENS
