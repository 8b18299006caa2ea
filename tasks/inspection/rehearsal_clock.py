"""Moves the clock of a rehearsal, which only goes forward."""

from datetime import datetime

from sqlmodel import Session, select

from models.lifecycle import ENDED, at_stage
from models.tables import Inspection, TimetableStep
from models.tables.base import utc_now
from tasks.ground.database import transaction
from tasks.inspection.clock_moments import ClockError, ClockStep, steps_to_come, wanted_moment
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.ledger.themes import theme_of


def steps_ahead(session: Session, inspection: Inspection) -> tuple[ClockStep, ...]:
    """Return the steps of a rehearsal's timetable that are still to come by its clock, soonest first."""
    days = [(row.step, row.label, row.day) for row in _timetable(session, inspection.ref)]
    return steps_to_come(theme_of(inspection), days, inspection.now())


def check_has_clock(inspection: Inspection) -> None:
    """Refuse to move the clock of an inspection that has none of its own, or whose clock matters to nobody any more.

    Raises:
        ClockError: the inspection is real, or has ended.
    """
    if not inspection.rehearsal:
        raise ClockError(f"{inspection.ref} is a real inspection. Only a rehearsal has a clock of its own.")
    if inspection.stage in ENDED:
        raise ClockError(f"{inspection.ref} is {at_stage(inspection.stage)}. Its clock is not moved any more.")


def check_can_move(session: Session, inspection: Inspection, to: str) -> datetime:
    """Return the moment to which a rehearsal's clock is to be moved.

    Args:
        session: a transaction.
        inspection: whose clock it is.
        to: the name of a step, or a day with or without a time.

    Raises:
        ClockError: the inspection is real or has ended, or the moment is none to which a clock can be moved.
    """
    check_has_clock(inspection)
    days = {row.step: (row.label, row.day) for row in _timetable(session, inspection.ref)}
    return wanted_moment(to, theme_of(inspection), days, inspection.now())


def move_to(ref: str, to: str, *, by: str) -> datetime:
    """Move a rehearsal's clock to a step of its timetable or to a day, and return the moment.

    Args:
        ref: the inspection.
        to: the name of a step, or a day with or without a time.
        by: who moves it.

    Raises:
        UnknownInspectionError: no such inspection.
        ClockError: the inspection is real or has ended, or the moment is none to which a clock can be moved.
    """
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        moment = check_can_move(session, inspection, to)
        _shift(session, inspection, moment, by=by)
    return moment


def set_clock(ref: str, moment: datetime, *, by: str) -> None:
    """Set a rehearsal's clock to `moment`, from where it goes on; every change is in its audit chain.

    Raises:
        UnknownInspectionError: no such inspection.
        ClockError: the inspection is real or has ended, or the clock would go back.
    """
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        check_has_clock(inspection)
        if moment < inspection.now():
            raise ClockError("A rehearsal's clock only goes forward.")
        _shift(session, inspection, moment, by=by)


def _shift(session: Session, inspection: Inspection, moment: datetime, *, by: str) -> None:
    # A shift, not a moment: the clock goes on by itself.
    inspection.clock_shift_seconds = int((moment - utc_now()).total_seconds())
    session.add(inspection)
    facts = {"moment": moment.isoformat()}
    audit.append(session, inspection.ref, actor=by, action="rehearsal.clock", subject=inspection.ref, facts=facts)


def _timetable(session: Session, ref: str) -> list[TimetableStep]:
    query = select(TimetableStep).where(TimetableStep.inspection == ref).order_by(TimetableStep.position)  # type: ignore[arg-type]
    return list(session.exec(query))
