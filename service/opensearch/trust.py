"""Whose certificates are believed, and what is wrong with one that is not."""

import ssl
from pathlib import Path

# As OpenSSL words it: unable to get local issuer certificate, self-signed certificate in chain.
_UNKNOWN_AUTHORITY = ("issuer", "self-signed", "self signed")


def trusted_by(ca_file: Path | None) -> ssl.SSLContext:
    """Verify certificates and host names by the authorities in this PEM file, and no others.

    None: by the system's, or what SSL_CERT_FILE and SSL_CERT_DIR name instead; OpenSSL reads those
    and finds nobody where they lead nowhere. Reads files: not on the event loop. Raises ValueError
    where `ca_file` has no certificates.
    """
    if ca_file is None:
        return ssl.create_default_context()
    try:
        return ssl.create_default_context(cafile=str(ca_file))
    except OSError as error:  # ssl.SSLError is one
        raise ValueError(f"{ca_file} cannot be read as certificates in PEM") from error


def explain_certificate(error: Exception) -> str:
    """What is wrong with a store's certificate, for a person: "certificate has expired" …"""
    said = getattr(error, "verify_message", None) or type(error).__name__
    unknown = any(word in said for word in _UNKNOWN_AUTHORITY)
    hint = "; a private authority is named by FORMWELL_STORE_CA_FILE" if unknown else ""
    return f"its TLS certificate is not accepted: {said}{hint}; nothing was sent"
