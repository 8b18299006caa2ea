"""What becomes of notices after a channel took them: its receipts, asked for or reported, and corrected addresses."""

from datetime import timedelta

from sqlmodel import Session, col, select

from models.settings import settings
from models.states import UNDELIVERED, Delivery
from models.tables import Agency, Notice, Person
from models.tables.base import utc_now
from tasks.ground.database import transaction
from tasks.people.channels import RECEIPT_FAULTS, Channel, ChannelAwayError, ChannelBusyError, Receipt
from tasks.people.delivery import is_mark_of, record_state
from tasks.people.sign_in_links import renew_link

MOST_LOOKS = 200
"""The most receipts that one run asks for; the sweep wakes the next run for the rest."""
# A channel reports a bounce within three days, and forgets after seven what it sent.
_ASKED_FOR = timedelta(days=5)
_BETWEEN_LOOKS = timedelta(minutes=30)


def _due(number: int) -> list[str]:
    now = utc_now()
    with transaction() as session:
        query = select(Notice.id).where(
            Notice.delivery == Delivery.SENT,
            Notice.channel_id != "",
            col(Notice.not_before) <= now,
            col(Notice.sent_at) > now - _ASKED_FOR,
        )
        return list(session.exec(query.order_by(col(Notice.not_before), Notice.id).limit(number)))


def are_due() -> bool:
    """Return whether a channel can be asked about a notice now."""
    return bool(_due(1))


def collect(channel: Channel) -> int:
    """Ask the channel what became of the notices that it took; return how many moved on.

    Raises:
        ChannelRefusedError: it refuses us.
    """
    moved = 0
    for notice_id in _due(MOST_LOOKS):
        with transaction() as session:
            notice = session.get_one(Notice, notice_id)
            ours = notice.channel == channel.name
        try:
            # What another channel took, before the settings changed, is not asked for any more.
            receipt = channel.receipt(notice.channel_id) if ours else Receipt.FORGOTTEN
        except (ChannelAwayError, ChannelBusyError):
            break
        with transaction() as session:
            moved += record_receipt(session, notice_id, notice.channel_id, receipt)
    return moved


def record_receipt(session: Session, notice_id: str, channel_id: str, receipt: Receipt) -> bool:
    """Record what a channel says of a notice; return whether that changed where the notice stands.

    A receipt of an earlier sending, one that comes twice, and one after the last changes nothing.

    Args:
        session: a transaction.
        notice_id: the reference that the channel got with it.
        channel_id: the channel's own id of the message.
        receipt: what became of it.
    """
    notice = session.get(Notice, notice_id, with_for_update=True)
    if notice is None or notice.delivery != Delivery.SENT or notice.channel_id != channel_id:
        return False
    if receipt is Receipt.DELIVERED:
        notice.delivery = Delivery.DELIVERED
    elif receipt in RECEIPT_FAULTS:
        notice.delivery, notice.fault = Delivery.BOUNCED, RECEIPT_FAULTS[receipt]
    elif receipt is Receipt.SEND_AGAIN:
        notice.delivery, notice.sent_at, notice.not_before = Delivery.WAITING, None, utc_now()
    else:
        # It is asked about again; where the channel has forgotten it, not before the time is over.
        notice.not_before = utc_now() + (_ASKED_FOR if receipt is Receipt.FORGOTTEN else _BETWEEN_LOOKS)
        session.add(notice)
        return False
    session.add(notice)
    record_state(session, notice)
    return True


def _corrected(session: Session) -> list[tuple[Notice, str]]:
    """Return, locked, the notices whose reader has another address now than the one that failed, with that address.

    Older ones than a link lasts stay as they are: nobody could sign in with them.
    """
    failed = (
        col(Notice.delivery).in_(UNDELIVERED),
        col(Notice.written_at) > utc_now() - timedelta(days=settings().link_days),
    )
    to_people = select(Notice, Person.address).join(Person, col(Person.id) == Notice.person_id)
    to_people = to_people.where(*failed, col(Person.ended_at).is_(None), Person.address != "")
    to_mailboxes = select(Notice, Agency.mailbox).join(Agency, col(Agency.id) == Notice.agency_id)
    to_mailboxes = to_mailboxes.where(*failed, col(Notice.person_id).is_(None), Agency.mailbox != "")
    rows = [
        row
        for query in (to_people, to_mailboxes)
        for row in session.exec(query.with_for_update(of=Notice, skip_locked=True))
    ]
    return [(notice, address) for notice, address in rows if not is_mark_of(address, notice.address_mark)]


def any_corrected() -> bool:
    """Return whether a notice that did not arrive has a reader with a corrected address."""
    with transaction() as session:
        return bool(_corrected(session))


def send_to_corrected() -> int:
    """Let notices wait again whose reader has a corrected address; return how many."""
    with transaction() as session:
        corrected = _corrected(session)
        for notice, address in corrected:
            renew_link(session, notice)
            # A person's address is read when the notice is sent; a mailbox stands in the notice.
            notice.to_mailbox = notice.to_mailbox if notice.person_id else address
            notice.delivery, notice.fault, notice.attempts = Delivery.WAITING, None, 0
            notice.channel_id, notice.sent_at, notice.not_before = "", None, utc_now()
            session.add(notice)
        return len(corrected)
