"""Settings that name files: what has to be in them, and the sentence about what is not.

As in setting_values.py, each function gives the value or raises ValidationError, whose text goes
on from the name of the variable.
"""

import ssl
from pathlib import Path

from environs import ValidationError

_THEME = "theme.css, logo.svg or logo.png"
_PNG = b"\x89PNG\r\n\x1a\n"
_LARGEST_THEME_FILE = 256 * 1024  # it is kept in memory, and every visitor has to load it


def certificates(text: str) -> Path:
    """A file of certificates that a store's is trusted by, in PEM."""
    path = Path(text)
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=path)
    except ssl.SSLError:
        raise ValidationError(
            f"names {text!r}, which holds no certificate; it must be a file in PEM, with "
            "-----BEGIN CERTIFICATE----- in it"
        ) from None
    except OSError as error:
        raise ValidationError(
            f"names {text!r}, which cannot be read: {error.strerror or error}; it must be a file "
            "with the certificates of a CA, in PEM"
        ) from None
    return path


def theme_dir(text: str) -> Path:
    """A folder with a style sheet, a logo or both, each of which a browser can use."""
    folder = Path(text)
    try:
        names = {entry.name for entry in folder.iterdir()}
    except OSError as error:
        raise ValidationError(
            f"names {text!r}, which cannot be read: {error.strerror or error}; it must be a folder "
            f"with {_THEME} in it"
        ) from None
    checks = {"theme.css": _style_sheet, "logo.svg": _svg, "logo.png": _png}
    if not names & checks.keys():
        raise ValidationError(f"names {text!r}, where there is no {_THEME}; put one of them there")
    for name in sorted(names & checks.keys()):
        try:
            content = (folder / name).read_bytes()
        except OSError as error:
            raise ValidationError(
                f"names {text!r}, whose {name} cannot be read: {error.strerror or error}"
            ) from None
        wrong = _too_large(content) or checks[name](content)
        if wrong:
            raise ValidationError(f"names {text!r}, whose {name} {wrong}")
    return folder


def _too_large(content: bytes) -> str | None:
    if len(content) <= _LARGEST_THEME_FILE:
        return None
    return f"has {len(content):,} bytes; it may have {_LARGEST_THEME_FILE:,}"


def _style_sheet(content: bytes) -> str | None:
    try:
        content.decode()
    except UnicodeDecodeError:
        return "is not in UTF-8; save it in that encoding"
    return None


def _svg(content: bytes) -> str | None:
    return None if b"<svg" in content else "is no SVG image: there is no <svg> in it"


def _png(content: bytes) -> str | None:
    return None if content.startswith(_PNG) else "is no PNG image; save it in that format"
