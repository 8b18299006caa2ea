"""The certificate by which the parts of the embedded store know each other; whoever has none is not let in."""

import ipaddress
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


FOLDER = "certificates"
"""The folder of the state where they lie."""


def authority(state: Path) -> Path:
    """Return where the certificate of the stack's own authority lies; there is none where the store is elsewhere."""
    return state / FOLDER / "ca.crt"


def secure(certificates: Path, working: Path, now: datetime) -> None:
    """Name the certificate in the `security.toml` that the store reads from its working folder.

    Args:
        certificates: folder of the certificate and its key, which are made where there are none, or they end soon.
        working: the working folder of the store, and of any `weed shell` that is to be let in.
        now: the time at which it must hold.
    """
    folder = private_folder(certificates)
    if not _holds(folder, now + timedelta(days=RENEWED_DAYS)):
        _make(folder, now)
    write_private(working / "security.toml", _configuration(folder))


def _holds(folder: Path, until: datetime) -> bool:
    """Return whether there is a certificate, whole with its key and its authority, that holds until a time."""
    try:
        authority, mine = (_certificate(folder / name) for name in ("ca.crt", "store.crt"))
        key = serialization.load_pem_private_key((folder / "store.key").read_bytes(), None)
        mine.verify_directly_issued_by(authority)
    # Whatever is wrong with it: what cannot be read or does not fit is made anew.
    except Exception:
        return False
    fits = key.public_key() == mine.public_key()
    return fits and min(authority.not_valid_after_utc, mine.not_valid_after_utc) > until


def _certificate(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def _make(folder: Path, now: datetime) -> None:
    """Write a new authority's certificate, and one that it issued, with its key.

    The authority's own key is kept nowhere, so that nobody can ever issue a second certificate.
    """
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer, subject = _name("JTAI store authority"), _name("JTAI store")
    authority = (
        _builder(issuer, issuer, authority_key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    names = [x509.IPAddress(ipaddress.IPv4Address("127.0.0.1")), x509.DNSName("localhost")]
    both = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    mine = (
        _builder(subject, issuer, key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage(both), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    # The authority last: a start that was cut short leaves three files that do not fit, and the next makes them anew.
    write_private(folder / "store.key", private.decode())
    write_private(folder / "store.crt", _pem(mine))
    write_private(folder / "ca.crt", _pem(authority))


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
    """Return the `security.toml` by which each part shows the certificate, and asks the others for it."""
    tables = [f"[grpc]\nca = {_text(folder / 'ca.crt')}\n"]
    tables += [
        f"[grpc.{part}]\ncert = {_text(folder / 'store.crt')}\nkey = {_text(folder / 'store.key')}\n" for part in _PARTS
    ]
    return "\n".join(tables)


def _text(path: Path) -> str:
    """Return a path as a text of TOML."""
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
