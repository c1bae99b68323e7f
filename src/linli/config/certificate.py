"""A certificate made here, for ``HTTPS=1``: phones give position, camera and passkeys only to pages over TLS."""

import datetime as dt
import ipaddress
import os
import socket
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

VALID_DAYS = 397
"""The longest that browsers accept."""
RENEW_DAYS = 30


def ensure(folder: Path, *, names: list[str]) -> tuple[Path, Path]:
    """Certificate and key for ``names``, kept in ``folder`` and renewed when names change or the end is near.

    names     host names and addresses
    returns   paths of two PEM files; the key has mode 0600
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    certificate, key = folder / "linli.pem", folder / "linli.key"
    if not (certificate.exists() and key.exists() and _serves(certificate, names)):
        _make(certificate, key, names)
    return certificate, key


def own_addresses() -> list[str]:
    """The addresses of this machine that others may reach, as far as its own name tells."""
    found: set[str] = set()
    try:
        # Nothing is sent: connecting a datagram socket only asks which of our addresses would be used.
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(("192.0.2.1", 9))
            found.add(probe.getsockname()[0])
        found |= {str(entry[4][0]) for entry in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    except OSError:
        pass
    return sorted(found - {"127.0.0.1", "0.0.0.0"})


def _serves(path: Path, names: list[str]) -> bool:
    kept = x509.load_pem_x509_certificate(path.read_bytes())
    listed = kept.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    has = {str(name.value) for name in listed}
    enough = kept.not_valid_after_utc - dt.datetime.now(dt.UTC) > dt.timedelta(days=RENEW_DAYS)
    return enough and set(names) <= has


def _make(certificate: Path, key: Path, names: list[str]) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Linli")])
    now = dt.datetime.now(dt.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=VALID_DAYS))
        .add_extension(x509.SubjectAlternativeName([_name(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(private, hashes.SHA256())
    )
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with os.fdopen(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(pem)
    certificate.write_bytes(built.public_bytes(serialization.Encoding.PEM))


def _name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
