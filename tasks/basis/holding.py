"""Holds what an agency would be asked for until there is a basis, and says whose turn it is."""

from collections.abc import Iterable
from datetime import timedelta

from sqlmodel import Session, col, select, update

from models.events import Owed
from models.ids import VersionSubject, once_key
from models.lifecycle import ENDED, SAMPLED_CHANGES, RequestState, Stage
from models.states import WorkState
from models.tables import Agency, Inspection, Request, SampleDraw, Work
from models.tables.base import utc_now
from models.themes import Theme
from tasks.basis.standing import BasisStanding, as_text, standing_of
from tasks.ledger import audit
from tasks.ledger.work import owe
from tasks.people.notices import write_notice

_ACTOR = "system: basis"
LOOKED_AT_AGAIN = timedelta(hours=6)
"""After so long a held request is looked at again by itself: an agreement may have come into force meanwhile."""


def hold_or_release(session: Session, inspection: Inspection, agency: Agency, theme_: Theme) -> BasisStanding:
    """Note on an agency's row what is missing now; managers are told when that begins or changes.

    Args:
        session: the transaction in which the agency would be asked.
        inspection: of the agency, whose row is locked.
        agency: that takes part.
        theme_: of the inspection.
    """
    standing = standing_of(session, inspection, agency, theme_)
    lacks = as_text(standing.lacks)
    if lacks == agency.lacks:
        return standing
    agency.lacks = lacks
    session.add(agency)
    session.flush()
    action = "agency.held" if lacks else "agency.released"
    facts = {"lacks": list(standing.lacks), "record": standing.sharing.id if standing.sharing else ""}
    entry = audit.append(session, inspection.ref, actor=_ACTOR, action=action, subject=agency.id, facts=facts)
    if not lacks and inspection.stage in SAMPLED_CHANGES | {Stage.DEFERRED} and _is_sampled(session, inspection):
        # Its list of the wider sample was held with it.
        owe(session, Owed.RELEASE_SAMPLED, str(VersionSubject(agency.id, entry.number)), inspection.ref)
    if lacks:
        told_by = {"agency": agency.name, "lacks": list(standing.lacks), "organisation": agency.organisation_id or ""}
        # With the record: where another one lacks the same, managers are told again.
        once = once_key(agency.id, "held", lacks, standing.sharing.id if standing.sharing else "none")
        write_notice(session, "request_held", "manager", once=once, inspection=inspection.ref, facts=told_by)
    return standing


def _is_sampled(session: Session, inspection: Inspection) -> bool:
    query = select(SampleDraw.version).where(
        SampleDraw.inspection == inspection.ref, col(SampleDraw.approved_by).is_not(None)
    )
    return session.exec(query).first() is not None


def wake_held(session: Session, agencies: Iterable[Agency]) -> int:
    """Let the requests of agencies be looked at at once, as something was entered about them; return how many.

    The work of a held request stays owed and waits: it goes on from the ledger, whatever became of this wake.
    """
    ids = [agency.id for agency in agencies]
    drafted = select(Request.id).where(col(Request.agency_id).in_(ids), Request.state == RequestState.DRAFTED)
    woken = session.execute(
        update(Work)
        .where(col(Work.kind) == Owed.ISSUE_REQUEST, col(Work.subject).in_(drafted), col(Work.state) == WorkState.OWED)
        .values(not_before=utc_now())
    )
    return int(woken.rowcount)  # type: ignore[attr-defined]


def held_agencies(session: Session, organisation_id: str) -> list[tuple[Inspection, Agency]]:
    """Return where an organisation is held now, over all live inspections."""
    query = (
        select(Inspection, Agency)
        .join(Agency, col(Agency.inspection) == Inspection.ref)
        .where(Agency.organisation_id == organisation_id, Agency.lacks != "", col(Inspection.stage).not_in(ENDED))
    )
    return list(session.exec(query.order_by(Inspection.ref, Agency.id)))
