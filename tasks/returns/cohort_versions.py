"""Owes versions of the cohort: the first when the returns close, another when a late return has come."""

from sqlmodel import Session, col, select

from models.events import Event, Owed
from models.ids import VersionSubject
from models.lifecycle import SETTLED
from models.states import WorkState
from models.tables import Inspection, Request, Work
from tasks.ledger import audit
from tasks.ledger.outbox import tell
from tasks.ledger.work import owe


def owe_cohort(session: Session, ref: str) -> int:
    """Owe the next version of the cohort and return its number; one that nobody has begun takes all that is new.

    That one's row is locked, so that nobody begins it and misses what the caller's transaction adds. Whoever has a row
    of work waits for the inspection's, so nobody may wait the other way round: a row that is taken counts as begun.
    """
    owed = select(Work.subject).where(Work.kind == Owed.BUILD_COHORT, Work.inspection == ref)
    last = max((VersionSubject.parse(subject).number for subject in session.exec(owed)), default=0)
    subject = str(VersionSubject(ref, last))
    newest = owed.where(Work.subject == subject, Work.state == WorkState.OWED).with_for_update(skip_locked=True)
    if session.exec(newest).first():
        return last
    owe(session, Owed.BUILD_COHORT, str(VersionSubject(ref, last + 1)), ref)
    return last + 1


def unbuilt(session: Session, ref: str) -> bool:
    """Tell whether a version of the cohort is owed that is not frozen yet."""
    query = select(Work).where(Work.kind == Owed.BUILD_COHORT, Work.inspection == ref, Work.state != WorkState.DONE)
    return session.exec(query).first() is not None


def admitted(session: Session, ref: str) -> list[Request]:
    """Return the requests for which one more version may come although the cohort is frozen."""
    query = select(Request).where(Request.inspection == ref, col(Request.admitted).is_not(None))
    return list(session.exec(query.order_by(Request.id)))


def take_admitted(session: Session, inspection: Inspection) -> bool:
    """Owe a new version of the cohort for every admitted return that has come and holds nothing up; True for any."""
    came = [one for one in admitted(session, inspection.ref) if _has_come(one)]
    for request in came:
        request.admitted = None
        session.add(request)
    if came:
        facts = {"version": rebuild(session, inspection), "requests": [one.id for one in came]}
        ref = inspection.ref
        audit.append(session, ref, actor="system: receive-returns", action="cohort.owed", subject=ref, facts=facts)
    return bool(came)


def _has_come(request: Request) -> bool:
    return request.state in SETTLED and request.current_version > (request.admitted or 0)


def rebuild(session: Session, inspection: Inspection) -> int:
    """Owe the next version of the cohort and let it be known; return its number."""
    number = owe_cohort(session, inspection.ref)
    tell(session, Event.REBUILD_ASKED, inspection.ref, inspection.ref, {"version": number})
    return number
