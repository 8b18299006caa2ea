"""A mail server as a channel: encrypted, and each refusal blamed on whom it is about."""

import socket
from pathlib import Path

import pytest

from models.settings import Settings
from tasks.people.channels import AddressRefusedError, ChannelAwayError, ChannelNotice, ChannelRefusedError, Receipt
from tasks.people.smtp import Smtp
from tests.mail_server import PASSWORD, USER, Mail, mail_server

pytestmark = pytest.mark.parts

FROM = "notices@inspect.jtai-area.uk"
OLA = "ola@police.jtai-area.uk"
MESSAGE = ChannelNotice(
    "a1b2", OLA, "Reading: POL-1 is due soon", "We have not received POL-1.\n\nSign in: http://x/\n" + "x" * 1200
)


def server_at(url: str) -> Smtp:
    return Smtp.of(Settings(smtp_url=url, mail_from=FROM))


def plain(mail: Mail) -> Smtp:
    return server_at(f"smtp+plain://127.0.0.1:{mail.port}")


def test_a_message_arrives_whole_under_an_id_that_is_the_same_for_each_copy() -> None:
    with mail_server() as mail:
        ids = {plain(mail).send(MESSAGE) for _ in range(2)}
    assert ids == {"<a1b2@inspect.jtai-area.uk>"}
    first, again = mail.taken
    assert first["Message-ID"] == again["Message-ID"]
    assert (first["From"], first["To"], first["Subject"]) == (FROM, OLA, MESSAGE.subject)
    assert first["Auto-Submitted"] == "auto-generated"
    assert first.get_content().replace("\r\n", "\n").strip() == MESSAGE.body.strip()


@pytest.mark.parametrize("begins_with_tls", [True, False])
def test_a_message_goes_encrypted_and_signed_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, begins_with_tls: bool
) -> None:
    scheme = "smtps" if begins_with_tls else "smtp"
    with mail_server(tmp_path, begins_with_tls=begins_with_tls) as mail:
        # A certificate that nobody vouches for is not spoken to.
        url = f"{scheme}://{USER}:s3cret%2F%40%3A@127.0.0.1:{mail.port}"
        with pytest.raises(ChannelRefusedError, match="does not trust its certificate"):
            server_at(url).send(MESSAGE)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        server_at(url).send(MESSAGE)
        with pytest.raises(ChannelRefusedError, match="user and password"):
            server_at(url.replace("s3cret", "wrong")).send(MESSAGE)
    assert len(mail.taken) == 1
    assert PASSWORD not in repr(mail.taken)


def test_a_server_that_offers_no_encryption_gets_nothing() -> None:
    with mail_server() as mail, pytest.raises(ChannelRefusedError, match="STARTTLS"):
        server_at(f"smtp://127.0.0.1:{mail.port}").send(MESSAGE)
    assert mail.taken == []


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        ("550 5.1.1 No such user", AddressRefusedError),
        ("550 No such user here", AddressRefusedError),
        ("553 Mailbox name not allowed", AddressRefusedError),
        ("552 5.2.2 Mailbox full", AddressRefusedError),
        ("550 5.7.1 Relaying denied", ChannelRefusedError),
        ("554 Relay access denied", ChannelRefusedError),
        ("450 4.2.0 Greylisted, come back later", ChannelAwayError),
        ("451 4.3.0 Try again later", ChannelAwayError),
        ("421 4.3.2 Closing", ChannelAwayError),
    ],
)
def test_a_refused_recipient_is_blamed_on_the_address_the_rules_or_the_moment(
    reply: str, error: type[Exception]
) -> None:
    with mail_server() as mail:
        mail.refuses[OLA] = reply
        with pytest.raises(error) as raised:
            plain(mail).send(MESSAGE)
    assert OLA not in str(raised.value)
    assert mail.taken == []


@pytest.mark.parametrize(
    ("reply", "error"), [("554 5.6.0 Not accepted", ChannelRefusedError), ("452 4.3.1 No room", ChannelAwayError)]
)
def test_a_message_that_is_not_taken_blames_no_address(reply: str, error: type[Exception]) -> None:
    with mail_server() as mail:
        mail.refuses_data = reply
        with pytest.raises(error):
            plain(mail).send(MESSAGE)


def test_a_server_that_is_not_there_is_away() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(ChannelAwayError):
        server_at(f"smtp+plain://127.0.0.1:{port}").send(MESSAGE)


def test_an_address_that_the_server_cannot_carry_is_refused() -> None:
    with mail_server() as mail:
        sent = ChannelNotice("a", "öla@police.jtai-area.uk", "s", "b")
        try:
            plain(mail).send(sent)
        except AddressRefusedError:
            assert mail.taken == []
        else:
            assert mail.taken[0]["To"] == "öla@police.jtai-area.uk"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://mail.jtai-area.uk", "not like smtps"),
        ("smtps://:25", "not like smtps"),
        ("smtp://mail.jtai-area.uk:port", "cannot be read"),
        ("smtp+plain://mail.jtai-area.uk", "without encryption"),
    ],
)
def test_an_address_of_a_server_that_cannot_be_used_is_refused_without_repeating_it(url: str, why: str) -> None:
    with pytest.raises(ChannelRefusedError, match=why) as raised:
        server_at(url)
    assert url not in str(raised.value)


def test_a_sender_is_needed_and_nothing_is_reported_later() -> None:
    with pytest.raises(ChannelRefusedError, match="JTAI_MAIL_FROM"):
        Smtp.of(Settings(smtp_url="smtps://mail.jtai-area.uk"))
    server = server_at("smtps://mail.jtai-area.uk")
    assert (server.port, server.sent_before("a"), server.receipt("a")) == (465, None, Receipt.FORGOTTEN)
    assert server_at("smtp://mail.jtai-area.uk").port == 587
