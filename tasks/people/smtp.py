"""A mail server as a channel for notices: encrypted, and one message at a time."""

import re
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from models.settings import Settings
from tasks.people.channels import (
    AddressRefusedError,
    ChannelAwayError,
    ChannelNotice,
    ChannelRefusedError,
    Receipt,
)

NAME = "The mail server"
_SECONDS = 20
_PORTS = {"smtps": 465, "smtp": 587, "smtp+plain": 25}
_ENHANCED = re.compile(rb"^\s*([45])\.(\d{1,3})\.\d{1,3}")
# Replies to a recipient that speak of the mailbox, where the server gives no enhanced code.
_MAILBOX_REPLIES = frozenset({501, 550, 551, 552, 553, 556})


@dataclass(frozen=True, slots=True)
class Smtp:
    """A mail server, and the address from which we write."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    sender: str
    name: str = NAME

    @classmethod
    def of(cls, options: Settings) -> "Smtp":
        """Return the server that the settings name.

        Raises:
            ChannelRefusedError: its address cannot be read, is not encrypted, or the sender is missing.
        """
        try:
            parts = urlsplit(options.smtp_url.get_secret_value() if options.smtp_url else "")
            port = parts.port
        except ValueError:
            raise ChannelRefusedError(NAME, "JTAI_SMTP_URL cannot be read") from None
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ChannelRefusedError(NAME, "JTAI_SMTP_URL is not like smtps://user:password@host:465")
        # Notices have links by which people sign in.
        if parts.scheme == "smtp+plain" and not _is_here(parts.hostname):
            raise ChannelRefusedError(NAME, "without encryption only a server on this machine may be used")
        if not options.mail_from or "@" not in options.mail_from:
            raise ChannelRefusedError(NAME, "JTAI_MAIL_FROM is not an email address")
        user, password = (unquote(part or "") for part in (parts.username, parts.password))
        return cls(parts.scheme, parts.hostname, port or _PORTS[parts.scheme], user, password, options.mail_from)

    def sent_before(self, reference: str) -> str | None:  # noqa: ARG002 - a mail server cannot be asked
        """Return None: the reader's mailbox recognises a second copy by its Message-ID."""
        return None

    def receipt(self, channel_id: str) -> Receipt:  # noqa: ARG002 - it reports nothing
        """Return that nothing is known: a mail server takes a message and reports nothing afterwards."""
        return Receipt.FORGOTTEN

    def send(self, message: ChannelNotice) -> str:
        """Hand an e-mail over and return its Message-ID, which is the same for every copy of a notice."""
        mail = self._mail(message)
        try:
            with self._connected() as server:
                _hand_over(server, self.sender, message.address, mail)
                # It has the message: how the connection ends changes nothing.
                with suppress(smtplib.SMTPException, OSError):
                    server.quit()
        except smtplib.SMTPException as error:
            raise _meaning(error) from None
        except ssl.SSLCertVerificationError:
            raise ChannelRefusedError(NAME, "this machine does not trust its certificate") from None
        except OSError:
            raise ChannelAwayError from None
        return str(mail["Message-ID"])

    def _mail(self, message: ChannelNotice) -> EmailMessage:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self.sender, message.address, message.subject
        # From the notice and not by chance: a copy after a death is the same message to the reader's mailbox.
        mail["Message-ID"] = f"<{message.reference}@{self.sender.rpartition('@')[2]}>"
        mail["Date"] = formatdate()
        # No machine answers it with a note of absence.
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.body)
        return mail

    def _connected(self) -> smtplib.SMTP:
        if self.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=_SECONDS, context=ssl.create_default_context()
            )
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=_SECONDS)
        try:
            if self.scheme == "smtp":
                server.starttls(context=ssl.create_default_context())
            if self.user:
                server.login(self.user, self.password)
        # Whatever ends it here, a limit of time included, leaves no open connection behind.
        except BaseException:
            server.close()
            raise
        return server


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _hand_over(server: smtplib.SMTP, sender: str, address: str, mail: EmailMessage) -> None:
    try:
        server.send_message(mail, sender, [address])
    except smtplib.SMTPRecipientsRefused as error:
        [(code, text)] = error.recipients.values()
        raise _refused_recipient(code, text) from None
    except smtplib.SMTPNotSupportedError:
        # The address has letters that this server cannot carry.
        raise AddressRefusedError from None


def _refused_recipient(code: int, text: bytes) -> Exception:
    """Return whether the address, the server's rules or the moment is why a recipient was refused."""
    if code < 500:
        return ChannelAwayError()
    enhanced = _ENHANCED.match(text)
    # X.1 is about the address and X.2 about its mailbox; X.7 is a rule, such as one against passing mail on.
    of_mailbox = enhanced[2] in (b"1", b"2") if enhanced else code in _MAILBOX_REPLIES
    return AddressRefusedError() if of_mailbox else ChannelRefusedError(NAME, f"it refuses recipients ({code})")


def _meaning(error: smtplib.SMTPException) -> Exception:
    """Return whose turn it is after what a mail server answered; its texts are not passed on (L5)."""
    if isinstance(error, smtplib.SMTPAuthenticationError) and error.smtp_code >= 500:
        return ChannelRefusedError(NAME, "it does not accept the user and password")
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return ChannelRefusedError(NAME, "it does not offer STARTTLS, or no way to sign in")
    if isinstance(error, smtplib.SMTPResponseException) and 500 <= error.smtp_code < 600:
        return ChannelRefusedError(NAME, f"it refuses the message ({error.smtp_code})")
    return ChannelAwayError()
