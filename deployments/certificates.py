"""The certificate by which the embedded store is known to us, and its parts to each other; nothing travels plain."""

import ipaddress
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from deployments.state import private_folder, write_private

DAYS = 3 * 365
RENEWED_DAYS = 2 * 365
"""Made anew at a start where less is left: a stack may then run on for two years."""

# A clock that was put right between two starts must not make the certificate one of the future.
_CLOCK = timedelta(days=1)
_PARTS = ("volume", "master", "filer", "s3", "msg_broker", "msg_agent", "admin", "worker", "client", "mq")
_SERVERS = ("volume", "master", "filer", "admin")
"""The parts that serve HTTP to each other, besides S3, which is told on its command line."""

NAMES = ("127.0.0.1", "localhost")
"""Addresses and names at which the store answers."""


FOLDER = "certificates"
"""The folder of the state where they lie."""

AUTHORITY, CERTIFICATE, KEY = "ca.crt", "store.crt", "store.key"
"""The certificate of the stack's own authority, the one that it issued to the store, and that one's key."""


def authority(state: Path) -> Path:
    """Return where the certificate of the stack's own authority lies; there is none where the store is elsewhere."""
    return state / FOLDER / AUTHORITY


def secure(certificates: Path, working: Path, now: datetime, names: Sequence[str] = NAMES) -> None:
    """Name the certificate in the `security.toml` that the store reads from its working folder.

    Args:
        certificates: folder of the certificate and its key, which are made where there are none, or they end soon.
        working: the working folder of the store, and of any `weed shell` that is to be let in.
        now: the time at which it must hold.
        names: addresses and names at which the store answers; a certificate without one of them is made anew.
    """
    folder = private_folder(certificates)
    if not _holds(folder, now + timedelta(days=RENEWED_DAYS), names):
        _make(folder, now, names)
    write_private(working / "security.toml", _configuration(folder))


def _holds(folder: Path, until: datetime, names: Sequence[str]) -> bool:
    """Return whether there is a certificate, whole with its key and its authority, that holds until a time.

    One from before clients looked at it lacks what strict ones ask for, and is none.
    """
    try:
        authority, mine = (_certificate(folder / name) for name in (AUTHORITY, CERTIFICATE))
        key = serialization.load_pem_private_key((folder / KEY).read_bytes(), None)
        mine.verify_directly_issued_by(authority)
        mine.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier)
        answers_at = mine.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    # Whatever is wrong with it: what cannot be read or does not fit is made anew.
    except Exception:
        return False
    fits = key.public_key() == mine.public_key() and all(_named(name) in answers_at for name in names)
    return fits and min(authority.not_valid_after_utc, mine.not_valid_after_utc) > until


def _certificate(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def _named(name: str) -> x509.GeneralName:
    """Return an address or a name as a certificate has it."""
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _make(folder: Path, now: datetime, names: Sequence[str]) -> None:
    """Write a new authority's certificate, and one that it issued, with its key.

    The authority's own key is kept nowhere, so that nobody can ever issue a second certificate.
    """
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    identifier = x509.SubjectKeyIdentifier.from_public_key(authority_key.public_key())
    issuer, subject = _name("JTAI store authority"), _name("JTAI store")
    authority = (
        _builder(issuer, issuer, authority_key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(identifier, critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    both = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    mine = (
        _builder(subject, issuer, key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage(both), critical=False)
        .add_extension(x509.SubjectAlternativeName([_named(name) for name in names]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    # The authority last: a start that was cut short leaves three files that do not fit, and the next makes them anew.
    write_private(folder / KEY, private.decode())
    write_private(folder / CERTIFICATE, _pem(mine))
    write_private(folder / AUTHORITY, _pem(authority))


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now.astimezone(UTC) - _CLOCK)
        .not_valid_after(now.astimezone(UTC) + timedelta(days=DAYS))
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _configuration(folder: Path) -> str:
    """Return the `security.toml` by which each part shows the certificate, and asks the others for it.

    Parts speak gRPC with each other, and HTTP where content travels: neither is ever plain.
    """
    ca = f"ca = {_text(folder / AUTHORITY)}\n"
    mine = f"cert = {_text(folder / CERTIFICATE)}\nkey = {_text(folder / KEY)}\n"
    tables = [f"[grpc]\n{ca}", *(f"[grpc.{part}]\n{mine}" for part in _PARTS)]
    tables += [f"[https.client]\nenabled = true\n{mine}{ca}", *(f"[https.{part}]\n{mine}{ca}" for part in _SERVERS)]
    return "\n".join(tables)


def _text(path: Path) -> str:
    """Return a path as a text of TOML."""
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
