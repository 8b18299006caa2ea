"""What every channel for notices does alike: it takes a message, and answers in the same few ways."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from models.refusals import OperatorError
from models.settings import settings
from models.states import DeliveryFault


@dataclass(frozen=True, slots=True)
class ChannelNotice:
    """A notice as a channel takes it.

    Attributes:
        reference: id of the notice, by which a channel recognises one that it already has.
        address: of its reader.
        subject: in one line.
        body: as plain text.
    """

    reference: str
    address: str
    subject: str
    body: str


class Receipt(StrEnum):
    """What a channel reports about a message that it took."""

    ON_ITS_WAY = "on_its_way"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    MAILBOX_FULL = "mailbox_full"
    SEND_AGAIN = "send_again"
    FORGOTTEN = "forgotten"


RECEIPT_FAULTS = {Receipt.BOUNCED: DeliveryFault.BOUNCED, Receipt.MAILBOX_FULL: DeliveryFault.MAILBOX_FULL}


_STATUSES = {
    "delivered": Receipt.DELIVERED,
    "permanent-failure": Receipt.BOUNCED,
    # For an e-mail: Notify has tried for three days, and the mailbox was full or its server away.
    "temporary-failure": Receipt.MAILBOX_FULL,
    # The fault is between Notify and its provider, and Notify asks for the message again.
    "technical-failure": Receipt.SEND_AGAIN,
}


def receipt_of(status: str) -> Receipt:
    """Return what a status of GOV.UK Notify means; one that is not the last, or new to us, is on its way."""
    return _STATUSES.get(status, Receipt.ON_ITS_WAY)


class Channel(Protocol):
    """A way by which notices leave. Each of its calls raises one of the errors below, and nothing else."""

    @property
    def name(self) -> str:
        """Return what people call it."""

    def sent_before(self, reference: str) -> str | None:
        """Return the channel's id of a message that it already took, or None where it has none or cannot tell."""

    def send(self, message: ChannelNotice) -> str:
        """Hand a message over and return the channel's id of it."""

    def receipt(self, channel_id: str) -> Receipt:
        """Return what became of a message; forgotten where the channel reports nothing."""


class AddressRefusedError(Exception):
    """The channel answered that this address cannot be written to; sending again changes nothing."""


class ChannelBusyError(Exception):
    """The channel takes no more for now; everything waits."""


class ChannelAwayError(Exception):
    """The channel did not answer, or answered that it could not; it is not known whether it has the message."""


class ChannelRefusedError(OperatorError):
    """The channel refuses us and not the address: the operator has to change something, and everything waits.

    Attributes:
        why: what it refuses, in words that quote nothing of a message.
    """

    brief = "the channel for notices refuses us"

    def __init__(self, channel: str, why: str) -> None:
        super().__init__(f"{channel} refuses our notices: {why}. They wait. Correct the settings, then they are sent.")
        self.channel, self.why = channel, why


def is_set() -> bool:
    """Return whether notices leave: without a channel the local outbox keeps them."""
    options = settings()
    return options.notify_key is not None or options.smtp_url is not None
