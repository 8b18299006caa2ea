"""What becomes of a notice comes back: asked for, once each, and a corrected address is written to again."""

from datetime import timedelta

import pytest

from models.settings import reread
from models.states import Delivery, DeliveryFault
from models.tables import Agency, Notice, Organisation
from models.tables.base import utc_now
from tasks.ground.database import transaction
from tasks.people.channels import Receipt
from tasks.people.chosen_channel import channel
from tasks.people.delivery import deliver, is_waiting
from tasks.people.organisations import correct_mailbox
from tasks.people.receipts import any_corrected, are_due, collect, record_receipt, send_to_corrected
from tasks.people.sign_in_links import LinkRefusedError, check_link, secret_of
from tests.mail_server import mail_server
from tests.notify_server import Notifications
from tests.tasks.people.correspondence import (
    MAILBOX,
    POLICE,
    audited,
    correct,
    hurry,
    inspection,
    officer,
    remind,
    rows,
    states,
)

pytestmark = pytest.mark.parts

OLA = "ola@police.jtai-area.uk"


@pytest.fixture
def sent(notify: Notifications) -> Notice:
    """Return a notice that the channel took."""
    assert notify.url
    officer("Ola Officer", OLA)
    remind()
    ask()
    [row] = rows("reminder")
    return row


def ask() -> int:
    there = channel()
    assert there is not None
    deliver(there)
    return collect(there)


def receipt(notice: Notice, kind: Receipt, channel_id: str = "") -> bool:
    with transaction() as session:
        return record_receipt(session, notice.id, channel_id or notice.channel_id, kind)


@pytest.mark.parametrize(
    ("status", "state", "fault"),
    [
        ("delivered", Delivery.DELIVERED, None),
        ("permanent-failure", Delivery.BOUNCED, DeliveryFault.BOUNCED),
        ("temporary-failure", Delivery.BOUNCED, DeliveryFault.MAILBOX_FULL),
        ("sending", Delivery.SENT, None),
        ("a-status-of-next-year", Delivery.SENT, None),
    ],
)
def test_a_receipt_is_asked_for_and_recorded(
    notify: Notifications, sent: Notice, status: str, state: Delivery, fault: DeliveryFault | None
) -> None:
    # Nobody asks at once: a mailbox takes its time.
    assert not are_due()
    notify.becomes(sent.id, status)
    hurry()
    assert are_due()
    assert ask() == (state is not Delivery.SENT)
    [row] = [row for row in rows("reminder") if row.id == sent.id]
    assert (row.delivery, row.fault) == (state, fault)
    assert not are_due()


def test_a_technical_failure_of_the_channel_is_sent_again_and_is_not_taken_for_sent(
    notify: Notifications, sent: Notice
) -> None:
    notify.becomes(sent.id, "technical-failure")
    hurry()
    assert ask() == 1
    assert states("reminder") == ["waiting"]
    ask()
    assert [mail["status"] for mail in notify.taken] == ["technical-failure", "created"]
    assert rows("reminder")[0].channel_id == notify.taken[1]["id"]


def test_a_receipt_that_comes_twice_late_or_for_an_earlier_sending_changes_nothing(sent: Notice) -> None:
    assert not receipt(sent, Receipt.DELIVERED, "another")
    assert receipt(sent, Receipt.DELIVERED)
    assert not receipt(sent, Receipt.DELIVERED)
    assert not receipt(sent, Receipt.BOUNCED)
    assert states("reminder") == ["delivered"]
    assert [facts["state"] for facts in audited()] == ["sent", "delivered"]
    with transaction() as session:
        assert not record_receipt(session, "nobody", "x", Receipt.BOUNCED)


def test_what_the_channel_has_forgotten_is_not_asked_for_for_ever(notify: Notifications, sent: Notice) -> None:
    notify.taken.clear()
    hurry()
    assert (ask(), states("reminder")) == (0, ["sent"])
    assert not are_due()
    with transaction() as session:
        row = session.get_one(Notice, sent.id)
        row.sent_at, row.not_before = utc_now() - timedelta(days=6), utc_now()
        session.add(row)
    assert not are_due()


def test_receipts_wait_for_a_channel_that_is_away(notify: Notifications, sent: Notice) -> None:
    assert sent.channel_id
    url, notify.url = notify.url, ""
    assert url
    there = channel()
    assert there is not None
    hurry()

    class Away(type(there)):  # type: ignore[misc]
        """Does not answer."""

        def receipt(self, channel_id: str) -> Receipt:
            """Raise what a channel raises that is away."""
            from tasks.people.channels import ChannelAwayError

            raise ChannelAwayError(channel_id)

    there.__class__ = Away
    assert collect(there) == 0
    assert states("reminder") == ["sent"]


def test_a_corrected_address_gets_what_the_wrong_one_did_not(notify: Notifications) -> None:
    reference = officer("Ola Officer", "ola@refused.jtai-area.uk")
    remind()
    ask()
    assert states("reminder")[0] == "failed"
    assert (any_corrected(), send_to_corrected(), is_waiting()) == (False, 0, False)
    old = str(rows("reminder")[0].link_id)
    correct(reference, OLA)
    assert any_corrected()
    assert send_to_corrected() == 1
    ask()
    [mail] = notify.to(OLA)
    # The link that went to the wrong address opens nothing, and the new notice has another.
    with transaction() as session, pytest.raises(LinkRefusedError, match="expired"):
        check_link(session, old, secret_of(old))
    new = str(next(row.link_id for row in rows("reminder") if row.person_id))
    assert new != old
    assert f"/sign-in/{new}/" in mail["personalisation"]["body"]
    with transaction() as session:
        check_link(session, new, secret_of(new))
    assert not any_corrected()


def test_a_corrected_mailbox_gets_what_the_dead_one_did_not(notify: Notifications) -> None:
    with transaction() as session:
        session.get_one(Agency, POLICE).mailbox = "inspections@refused.jtai-area.uk"
    remind()
    ask()
    assert (states("reminder"), any_corrected()) == (["failed"], False)
    old = str(rows("reminder")[0].link_id)
    with transaction() as session:
        force = session.get_one(Organisation, str(session.get_one(Agency, POLICE).organisation_id))
        correct_mailbox(session, force, MAILBOX, by="programme manager: test")
    assert (any_corrected(), send_to_corrected()) == (True, 1)
    ask()
    [mail] = notify.to(MAILBOX)
    new = str(rows("reminder")[0].link_id)
    assert new != old
    assert f"/sign-in/{new}/" in mail["personalisation"]["body"]
    assert not any_corrected()


def test_a_bounced_notice_goes_to_the_corrected_address_and_the_old_bounce_is_not_taken_for_it(
    notify: Notifications, sent: Notice
) -> None:
    notify.becomes(sent.id, "permanent-failure")
    hurry()
    ask()
    correct(str(sent.person_id), "ola.new@police.jtai-area.uk")
    send_to_corrected()
    notify.answers = [500]
    ask()
    hurry()
    ask()
    assert len(notify.to("ola.new@police.jtai-area.uk")) == 1
    [row] = [row for row in rows("reminder") if row.id == sent.id]
    assert (row.delivery, row.fault) == (Delivery.SENT, None)


def test_what_is_older_than_a_link_lasts_is_not_sent_again(notify: Notifications, sent: Notice) -> None:
    notify.becomes(sent.id, "permanent-failure")
    hurry()
    ask()
    with transaction() as session:
        session.get_one(Notice, sent.id).written_at = utc_now() - timedelta(days=15)
    correct(str(sent.person_id), "ola.new@police.jtai-area.uk")
    assert not any_corrected()


@pytest.mark.usefixtures("ledger")
def test_a_mail_server_is_asked_nothing_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    with mail_server() as mail:
        for name, value in {"SMTP_URL": f"smtp+plain://127.0.0.1:{mail.port}", "MAIL_FROM": "a@jtai-area.uk"}.items():
            monkeypatch.setenv(f"JTAI_{name}", value)
        reread()
        inspection()
        officer("Ola Officer", OLA)
        remind()
        ask()
        assert [(str(row["To"]), str(row["Subject"])) for row in mail.taken] == [(OLA, "Reading: POL-1 is due soon")]
        hurry()
        assert are_due()
        assert ask() == 0
        # Nobody is woken every minute for a channel that never answers.
        assert not are_due()
    assert states("reminder") == ["sent"]
    monkeypatch.undo()
    reread()


@pytest.mark.usefixtures("ledger")
def test_a_recipient_that_a_mail_server_refuses_has_failed_and_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    with mail_server() as mail:
        for name, value in {"SMTP_URL": f"smtp+plain://127.0.0.1:{mail.port}", "MAIL_FROM": "a@jtai-area.uk"}.items():
            monkeypatch.setenv(f"JTAI_{name}", value)
        reread()
        inspection()
        officer("Ola Officer", OLA)
        mail.refuses[OLA] = "550 5.1.1 No such user"
        remind()
        ask()
        assert {str(row["To"]) for row in mail.taken} == {MAILBOX, "mo@inspect.jtai-area.uk"}
    assert states("reminder") == ["failed", "sent"]
    assert len(rows("undeliverable")) == 1
    monkeypatch.undo()
    reread()
