"""What a person changes about an inspection itself: its end, its recipients' addresses, a rehearsal's clock."""

from datetime import datetime
from enum import StrEnum

from models.lifecycle import Stage
from models.tables import Agency
from models.tables.base import utc_now
from tasks import audit
from tasks.database import transaction
from tasks.ledger import inspection_of, move_stage


class Ending(StrEnum):
    """How an inspection can end or pause."""

    CLOSE = "close"
    CANCEL = "cancel"
    DEFER = "defer"
    REOPEN = "reopen"


class EndReason(StrEnum):
    """Why; a listed reason, because free text could name a child."""

    STATEMENT_READ = "The written statement was read"
    NO_STATEMENT = "No written statement is needed"
    AREA_ASKED = "The area asked for it and the inspectorates agreed"
    EMERGENCY = "An emergency in the area"
    MADE_IN_ERROR = "The announcement was made in error"
    READY_AGAIN = "The reason for the pause is over"


_STAGE_FOR = {
    Ending.CLOSE: Stage.CLOSED,
    Ending.CANCEL: Stage.CANCELLED,
    Ending.DEFER: Stage.DEFERRED,
    Ending.REOPEN: Stage.RETURNS_OPEN,
}


class StandingError(ValueError):
    """The change cannot be made; the message says why."""


def end(ref: str, ending: Ending, reason: EndReason, *, by: str) -> Stage:
    """Close, cancel, defer or reopen an inspection, and return its stage.

    Raises:
        UnknownInspectionError: no such inspection.
        IllegalMoveError: the lifecycle has no such transition now.
    """
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        facts = {"reason": reason.name.lower()}
        move_stage(session, inspection, _STAGE_FOR[ending], actor=f"inspectorate: {by}", facts=facts)
        return _STAGE_FOR[ending]


def record_recipient(ref: str, kind: str, *, postal_address: str, web_address: str, by: str) -> str:
    """Record how the letter addresses an agency, and return the agency's name.

    Raises:
        StandingError: no such agency, or an address is empty or not a web address.
    """
    if not postal_address.strip() or not web_address.startswith(("http://", "https://")):
        raise StandingError("Give a postal address, and a web address that begins with https://.")
    with transaction() as session:
        inspection_of(session, ref, lock=True)
        agency = session.get(Agency, f"{ref}/{kind}")
        if agency is None:
            raise StandingError(f"No {kind.replace('_', ' ')} takes part in {ref}.")
        agency.postal_address, agency.web_address = postal_address.strip(), web_address.strip()
        session.add(agency)
        audit.append(session, ref, actor=f"inspectorate: {by}", action="recipient.recorded", subject=agency.id)
        return agency.name


def set_clock(ref: str, moment: datetime, *, by: str) -> None:
    """Let a rehearsal's clock show `moment` from now on; every change is in its audit chain.

    Raises:
        StandingError: the inspection is real, or the clock would go back.
    """
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        if not inspection.rehearsal:
            raise StandingError(f"{ref} is a real inspection; only a rehearsal has a clock of its own.")
        if moment < inspection.now():
            raise StandingError("A rehearsal's clock only goes forward.")
        inspection.clock_shift_seconds = int((moment - utc_now()).total_seconds())
        session.add(inspection)
        facts = {"moment": moment.isoformat()}
        audit.append(session, ref, actor=by, action="rehearsal.clock", subject=ref, facts=facts)
