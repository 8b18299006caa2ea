"""A real mail server for the tests, which refuses what it is told to refuse and keeps what it took."""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "jtai", "s3cret/@:"


@dataclass
class Mail:
    """What the server took, and what it refuses: a reply for a recipient, or for every message."""

    taken: list[EmailMessage] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)
    refuses_data: str = ""
    host: str = "127.0.0.1"
    port: int = 0

    async def handle_RCPT(  # noqa: N802 - the name is aiosmtpd's
        self, _server: object, _session: object, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Answer about one recipient."""
        if reply := self.refuses.get(address):
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: object, _session: object, envelope: Envelope) -> str:  # noqa: N802
        """Take a message."""
        if self.refuses_data:
            return self.refuses_data
        content = cast(bytes, envelope.content)
        self.taken.append(message_from_bytes(content, policy=policy.default))
        return "250 OK"


class _Listening(Controller):
    @property
    def drawn(self) -> int:
        """Return the port that it was given."""
        assert isinstance(self.server, asyncio.Server)
        return int(self.server.sockets[0].getsockname()[1])

    def _trigger_server(self) -> None:
        """Connect once, at the port that was drawn; aiosmtpd itself would connect to port 0."""
        with socket.create_connection((self.hostname, self.drawn), 5):
            pass


def _signs_in(_server: object, _session: object, _envelope: object, mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right and mechanism in {"LOGIN", "PLAIN"}, handled=False)


@contextmanager
def mail_server(folder: Path | None = None, *, begins_with_tls: bool = False) -> Iterator[Mail]:
    """Serve mail on this machine for as long as the block takes.

    Args:
        folder: where to put a certificate, `ca.pem`; without one the server speaks without encryption.
        begins_with_tls: whether it speaks TLS at once; otherwise it offers STARTTLS.
    """
    mail = Mail()
    context = _certified(folder) if folder else None
    options: dict[str, Any] = {"authenticator": _signs_in, "auth_require_tls": False}
    if begins_with_tls:
        options["ssl_context"] = context
    elif context:
        options |= {"tls_context": context, "require_starttls": True}
    controller = _Listening(mail, hostname=mail.host, port=0, **options)
    controller.start()
    try:
        mail.port = controller.drawn
        yield mail
    finally:
        controller.stop()


def _certified(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail of the tests")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "ca.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    (folder / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, form, plain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "ca.pem", folder / "key.pem")
    return context
