"""TLS: the certificate that a hub shows. Imported only where there is one: what it needs takes long to import."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from monitor.hub.access.configuration import UnprotectedError

if TYPE_CHECKING:
    from pathlib import Path


class CertificateError(UnprotectedError):
    """The certificate or its key cannot be used. Says why."""


def tls_context(certificate: Path, key: Path | None) -> ssl.SSLContext:
    """What a server needs for a certificate (PEM, those that it rests on after it) and its key, which may stand in the
    same file. TLS 1.2 and later.

    Raises:
        CertificateError: they cannot be read, are none, do not fit each other, or the key asks for a password.
    """
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        # A password that is wrong: OpenSSL would else ask for one on the terminal.
        context.load_cert_chain(certificate, key, password="")
    except OSError as error:  # ssl.SSLError is one too
        where = certificate if key is None else f"{certificate} with {key}"
        raise CertificateError(f"the certificate {where} cannot be used: {error.strerror or error}") from error
    return context
