"""A certificate of the hub's own, which no authority vouches for: browsers ask their user once whether to trust it."""

from __future__ import annotations

import contextlib
import os
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from monitor.hub.access.addresses import host_name
from monitor.hub.access.tls import CertificateError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_VALID: Final = timedelta(days=397)  # Browsers trust none that is valid for longer.
_RENEWED: Final = timedelta(days=30)
"""So long before its end a certificate is replaced."""
_THIS_MACHINE: Final = ("localhost", "127.0.0.1", "::1")


def self_signed(folder: Path, names: Iterable[str]) -> tuple[Path, Path]:
    """The files of a certificate for this machine and these names and addresses, and of its key: those in ``folder`` if
    they still serve, else new ones in their place. Only this user may read the key.

    Raises:
        CertificateError: they cannot be written.
    """
    wanted = {name for each in (*_THIS_MACHINE, *names) if (name := host_name(_in_brackets(each))) is not None}
    certificate, key = folder / "tls-certificate.pem", folder / "tls-key.pem"
    if key.exists() and _serves(certificate, wanted):
        return certificate, key
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        secret = ec.generate_private_key(ec.SECP256R1())
        unencrypted = serialization.NoEncryption()
        pkcs8 = serialization.PrivateFormat.PKCS8
        certificate.unlink(missing_ok=True)  # Never one beside the key of another.
        _write(key, secret.private_bytes(serialization.Encoding.PEM, pkcs8, unencrypted))
        _write(certificate, _certificate(secret, wanted).public_bytes(serialization.Encoding.PEM))
    except OSError as error:
        raise CertificateError(f"a certificate cannot be written: {error}") from error
    return certificate, key


def _in_brackets(name: str) -> str:
    return f"[{name}]" if name.count(":") > 1 and not name.startswith("[") else name


def _serves(path: Path, wanted: set[str]) -> bool:
    """Whether the certificate there is for all these names, and will be for a while."""
    with contextlib.suppress(OSError, ValueError, x509.ExtensionNotFound):
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
        named = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        has = {str(name.value) for name in named}
        return wanted <= has and certificate.not_valid_after_utc - datetime.now(UTC) > _RENEWED
    return False


def _certificate(secret: ec.EllipticCurvePrivateKey, names: set[str]) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Session Monitor")])
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(secret.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))  # The clocks of browsers differ.
        .not_valid_after(now - timedelta(days=1) + _VALID)
        .add_extension(x509.SubjectAlternativeName([_general_name(each) for each in sorted(names)]), critical=False)
        # It vouches for nobody else.
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(secret, hashes.SHA256())
    )


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _write(path: Path, content: bytes) -> None:
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    new.replace(path)
