"""Delivers notices by the channel that is set: at least once, and never again after the channel has answered.

Each notice is claimed under a lease, sent outside any transaction and recorded. A sender that dies in between leaves a
notice whose lease ends; the next one asks the channel by the notice's id before it sends.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import uuid4

from sqlalchemy import text
from sqlmodel import Session, col, select, update

from models.key_ring import Purpose
from models.settings import settings
from models.states import Delivery, DeliveryFault
from models.tables import Inspection, Notice, Person
from models.tables.base import utc_now
from models.words import plural
from tasks.ground.database import transaction
from tasks.ground.keys import derived, is_derived
from tasks.ground.log import log
from tasks.ground.prefect_api import PrefectRefusedError, PrefectUnreachableError, start_run
from tasks.ledger import audit
from tasks.people.channels import (
    AddressRefusedError,
    Channel,
    ChannelAwayError,
    ChannelBusyError,
    ChannelNotice,
    ChannelRefusedError,
    is_set,
)
from tasks.people.notices import OPERATOR, UNDERWAY, addressee_of, hand_on, words_of, write_notice
from tasks.people.persons import PROGRAMME
from tasks.people.undelivered import raise_undelivered

DEPLOYMENT = "send-notices"
ACTOR = "system: send-notices"
MOST_IN_ONE_RUN = 1000
"""The most notices that one run sends; the sweep wakes the next run for the rest."""
# Longer than the longest that a channel may take to answer, so that nobody else asks for the same notice meanwhile.
_LEASE = timedelta(minutes=5)
_LONGEST_PAUSE = timedelta(minutes=15)
_FIRST_LOOK = timedelta(minutes=2)
# One notice that the channel stumbles over must not hold up the others; several say that it is away.
_MOST_STUMBLES = 3
_MARK = 16  # digits
# Kept by RFC 2606 and RFC 6761 for examples and tests: nobody reads mail there.
_MADE_UP = ("example.com", "example.org", "example.net", "example", "test", "invalid", "localhost")


@dataclass
class Sent:
    """What one run did: the number of notices by inspection and by where they stand now.

    Attributes:
        counts: by inspection, empty for notices of none, and by state.
        stopped: why the run stopped before the end, in words; empty where it did not.
        again: when it goes on.
    """

    counts: Counter[tuple[str, Delivery]] = field(default_factory=Counter)
    stopped: str = ""
    again: datetime | None = None

    def rows(self) -> Iterator[tuple[str, str]]:
        """Yield each inspection with what became of its notices, in words."""
        for ref in sorted({ref for ref, _ in self.counts}):
            parts = [(self.counts[ref, state], words) for state, words in _IN_WORDS.items()]
            yield ref, ", ".join(f"{plural(number, 'notice')} {words}" for number, words in parts if number)


_IN_WORDS = {
    Delivery.SENT: "sent",
    Delivery.KEPT: "kept in the outbox",
    Delivery.FAILED: "could not be delivered",
    Delivery.WAITING: "to be tried again",
}

_CLAIM = text(
    """
    WITH oldest AS MATERIALIZED (
        SELECT id FROM notice
        WHERE (delivery = 'waiting' AND not_before <= now()) OR (delivery = 'sending' AND lease_until < now())
        -- A child in danger does not wait behind other notices.
        ORDER BY kind LIKE 'concern%' DESC, attempts, written_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
    UPDATE notice SET delivery = 'sending', lease = :token, lease_until = now() + make_interval(secs => :seconds),
                      attempts = attempts + 1
    FROM oldest WHERE notice.id = oldest.id
    RETURNING notice.id
    """
)
_WAITING = text(
    """
    SELECT EXISTS (SELECT FROM notice WHERE (delivery = 'waiting' AND not_before <= now())
                                         OR (delivery = 'sending' AND lease_until < now()))
    """
)


def is_waiting() -> bool:
    """Return whether a notice waits that can be tried now."""
    with transaction() as session:
        return bool(session.execute(_WAITING).scalar_one())


class _Moved(NamedTuple):
    """A notice's inspection, where the notice stands, and whether the channel did not answer about it."""

    inspection: str
    state: Delivery
    away: bool = False


def start_soon() -> None:
    """Start a run that sends what waits, for a person who waits for it; where Prefect is away, the sweep does it."""
    if not is_set() or settings().prefect_api_url is None:
        return
    try:
        start_run(DEPLOYMENT)
    except (PrefectUnreachableError, PrefectRefusedError) as error:
        log().warning("notices.wait", fault=type(error).__name__)


def deliver(channel: Channel) -> Sent:
    """Send what waits, each notice by itself, until nothing is left or the channel takes no more.

    Where the channel refuses us, everything waits and the operator has a notice of it.
    """
    sent, stumbles = Sent(), 0
    for _ in range(MOST_IN_ONE_RUN):
        claimed = _claim()
        if claimed is None:
            break
        notice_id, token = claimed
        try:
            moved = _deliver(channel, notice_id, token)
        except ChannelBusyError:
            # All wait and not this one alone: each further try would only count against us.
            sent.stopped, sent.again = f"{channel.name} takes no more for now", _all_wait(notice_id, token)
            break
        except ChannelRefusedError as error:
            sent.stopped, sent.again = f"{channel.name}: {error.why}", _all_wait(notice_id, token)
            tell_operator(error)
            break
        # In a row: a channel that answers in between is there.
        stumbles = stumbles + 1 if moved.away else 0
        sent.counts[moved.inspection, moved.state] += 1
        if stumbles == _MOST_STUMBLES:
            sent.stopped, sent.again = f"{channel.name} does not answer", _all_wait(notice_id, token)
            break
    return sent


def _claim() -> tuple[str, str] | None:
    token = uuid4().hex
    with transaction() as session:
        values = {"token": token, "seconds": _LEASE.total_seconds()}
        notice_id = session.execute(_CLAIM, values).scalar_one_or_none()
    return (notice_id, token) if notice_id else None


def _deliver(channel: Channel, notice_id: str, token: str) -> _Moved:
    """Send one claimed notice and record what became of it.

    Raises:
        ChannelBusyError: the channel takes no more.
        ChannelRefusedError: it refuses us.
    """
    with transaction() as session:
        notice = session.get_one(Notice, notice_id)
        message, stays = _prepared(session, notice)
        first = notice.attempts == 1
    if message is None:
        return _record(notice_id, token, stays)
    mark = mark_of(message.address)
    try:
        # An earlier attempt may have been taken although nobody lived to record the answer.
        earlier = None if first else channel.sent_before(message.reference)
        channel_id = earlier or channel.send(message)
    except AddressRefusedError:
        return _record(notice_id, token, _Result(Delivery.FAILED, DeliveryFault.ADDRESS_REFUSED, mark=mark))
    except ChannelAwayError:
        return _record(notice_id, token, _Result(Delivery.WAITING))._replace(away=True)
    except (ChannelBusyError, ChannelRefusedError):
        raise
    except Exception as fault:  # our own: it must not stop the notices behind it (L9), nor quote this one (L5)
        log().error("notice.fault", notice=notice_id, fault=type(fault).__name__)
        return _record(notice_id, token, _Result(Delivery.WAITING))
    return _record(notice_id, token, _Result(Delivery.SENT, channel=channel.name, channel_id=channel_id, mark=mark))


@dataclass(frozen=True, slots=True)
class _Result:
    state: Delivery
    fault: DeliveryFault | None = None
    channel: str = ""
    channel_id: str = ""
    mark: str = ""


def _prepared(session: Session, notice: Notice) -> tuple[ChannelNotice | None, _Result]:
    """Return a notice as a message that may leave, or what becomes of it instead."""
    person = session.get(Person, notice.person_id) if notice.person_id else None
    inspection = session.get(Inspection, notice.inspection) if notice.inspection else None
    if (inspection and inspection.rehearsal) or (person and person.made_up):
        # A rehearsal sends nothing outside.
        return None, _Result(Delivery.KEPT)
    # They left after it was written: what it says is not for them any more.
    if person and person.ended_at is not None:
        return None, _Result(Delivery.FAILED, DeliveryFault.PERSON_ENDED)
    if notice.to_name == OPERATOR:
        address = settings().operator_address or ""
        if not address:
            return None, _Result(Delivery.KEPT)
    else:
        _, address = addressee_of(session, notice)
    if not address:
        return None, _without_address(session, notice)
    if is_made_up(address):
        return None, _Result(Delivery.FAILED, DeliveryFault.MADE_UP_ADDRESS, mark=mark_of(address))
    words = words_of(session, notice)
    return ChannelNotice(notice.id, address, words.subject, words.body), _Result(Delivery.SENT)


def _without_address(session: Session, notice: Notice) -> _Result:
    if hand_on(session, notice):
        return _Result(Delivery.KEPT)
    if notice.person_id or notice.agency_id:
        return _Result(Delivery.FAILED, DeliveryFault.NO_ADDRESS, mark=mark_of(""))
    # Nobody has the role yet: the notice waits for whoever gets it.
    return _Result(Delivery.WAITING)


def is_made_up(address: str) -> bool:
    """Return whether an address is of a domain that is kept for examples, or of one beneath it."""
    domain = address.rpartition("@")[2].lower().rstrip(".")
    return any(domain == name or domain.endswith(f".{name}") for name in _MADE_UP)


def mark_of(address: str) -> str:
    """Return a keyed digest of an address, by which another one is seen; the address itself is not kept (L5)."""
    return derived(Purpose.ADDRESSES, f"address/{address}", _MARK)


def is_mark_of(address: str, mark: str) -> bool:
    """Return whether a mark was made of this address, by whichever key was in force then."""
    return is_derived(Purpose.ADDRESSES, f"address/{address}", _MARK, mark)


def _record(notice_id: str, token: str, result: _Result) -> _Moved:
    now = utc_now()
    with transaction() as session:
        notice = session.get_one(Notice, notice_id, with_for_update=True)
        ref = notice.inspection or ""
        # Another sender has it, and asks the channel before it sends.
        if notice.delivery != Delivery.SENDING or notice.lease != token:
            return _Moved(ref, notice.delivery)
        notice.delivery, notice.fault, notice.lease, notice.lease_until = result.state, result.fault, "", None
        notice.address_mark = result.mark or notice.address_mark
        notice.channel, notice.channel_id = result.channel, result.channel_id
        if result.state is Delivery.WAITING:
            notice.not_before = now + _pause(notice.attempts)
        elif result.state is not Delivery.FAILED:
            notice.sent_at = now
            notice.not_before = now + _FIRST_LOOK
        session.add(notice)
        record_state(session, notice)
    return _Moved(ref, result.state)


def record_state(session: Session, notice: Notice) -> None:
    """Write where a notice stands into the audit, and raise it to somebody where it did not reach its reader."""
    if notice.delivery in UNDERWAY:
        return
    facts = {"kind": notice.kind, "to": notice.person_id or notice.to_name, "state": notice.delivery.value}
    facts |= {"fault": notice.fault.value} if notice.fault else {}
    chain = notice.inspection or PROGRAMME
    audit.append(session, chain, actor=ACTOR, action="notice.moved", subject=notice.id, facts=facts)
    raise_undelivered(session, notice)


def _pause(attempts: int) -> timedelta:
    return min(timedelta(seconds=15 * 2 ** min(attempts, 10)), _LONGEST_PAUSE)


def _all_wait(notice_id: str, token: str) -> datetime:
    """Let every notice wait, and return until when: what the channel refuses one, it refuses all."""
    with transaction() as session:
        notice = session.get_one(Notice, notice_id, with_for_update=True)
        again = utc_now() + _pause(notice.attempts)
        if notice.lease == token:
            notice.delivery, notice.lease, notice.lease_until = Delivery.WAITING, "", None
            session.add(notice)
            session.flush()
        later = col(Notice.delivery) == Delivery.WAITING, col(Notice.not_before) < again
        session.execute(update(Notice).where(*later).values(not_before=again))
    return again


def tell_operator(error: ChannelRefusedError) -> None:
    """Write to the operator, once a day, that a channel refuses us and how many notices wait."""
    with transaction() as session:
        number = len(session.exec(select(Notice.id).where(col(Notice.delivery).in_(UNDERWAY))).all())
        facts = {"channel": error.channel, "why": error.why, "waiting": number}
        once = f"channel-refused/{error.why}/{utc_now().date()}"
        write_notice(session, "channel_refused", OPERATOR, once=once, facts=facts)
