"""What waits for somebody in each of their inspections, counted over all of them at once."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from models.lifecycle import SETTLED, Stage
from models.roles import Act, may
from models.states import DocumentState
from models.tables import Agency, Concern, Correction, DocumentItem, Inspection, PersonsCorrection, Request, Statement
from models.words import moment, plural
from tasks.inspection.document_items import TAKES_NO_DOCUMENTS
from tasks.letters.owed_statement import owed_by
from tasks.people.access import Door


@dataclass(frozen=True, slots=True)
class Waits:
    """What the ledger counts for some inspections and agencies.

    Attributes:
        agencies: names of agencies, by their ids.
        returns: returns that are not settled, by agency.
        documents: documents that are asked for and have not come, by agency.
        corrections: corrections of a person's data that are not answered, by agency.
        statements: written statements that have not come, by the agency that owes them.
        comments: comments on the draft letter without a reply, by inspection.
        concerns: concerns about a child that nobody has settled, by inspection.
    """

    agencies: dict[str, str]
    returns: Counter[str]
    documents: Counter[str]
    corrections: Counter[str]
    statements: dict[str, Statement]
    comments: Counter[str]
    concerns: Counter[str]


def counted(session: Session, refs: Collection[str], agencies: Collection[str]) -> Waits:
    """Return what waits in some inspections and for some agencies; the number of queries does not grow with them."""
    names = select(Agency.id, Agency.name).where(col(Agency.id).in_(agencies))
    owed = select(Statement).where(
        col(Statement.inspection).in_(refs), col(Statement.published_on).is_not(None), col(Statement.needed)
    )
    statements = session.exec(owed.where(col(Statement.received_at).is_(None)))
    undecided = (col(Correction.outcome).is_(None), col(Correction.withdrawn_at).is_(None))
    return Waits(
        dict(session.exec(names).all()),
        _by(session, Request.agency_id, agencies, col(Request.state).not_in(SETTLED)),
        _by(session, DocumentItem.agency_id, agencies, col(DocumentItem.state) == DocumentState.ASKED),
        _by(session, PersonsCorrection.agency_id, agencies, col(PersonsCorrection.outcome).is_(None)),
        {owed_by(row): row for row in statements},
        _by(session, Correction.inspection, refs, *undecided),
        _by(session, Concern.inspection, refs, col(Concern.settled_at).is_(None)),
    )


def _by(session: Session, key: Any, wanted: Collection[str], *conditions: ColumnElement[bool]) -> Counter[str]:
    query = select(key, func.count()).where(col(key).in_(wanted), *conditions).group_by(key)
    return Counter(dict(session.exec(query).all()))


def waits_of(door: Door, inspection: Inspection, waits: Waits) -> list[tuple[str, str]]:
    """Return what waits for somebody in one of their roles: each in words, with the page where it is done."""
    if door.agency_id:
        return _of_agency(door.agency_id, inspection, waits)
    ref, listed = inspection.ref, []
    comments, concerns = waits.comments[ref], waits.concerns[ref]
    if comments and inspection.stage is Stage.FACTUAL_ACCURACY and may(door.role, Act.DECIDE_COMMENTS):
        listed.append((f"{plural(comments, 'comment')} on the draft without a reply", f"/inspections/{ref}/comments"))
    if concerns and may(door.role, Act.FOLLOW_CONCERNS):
        listed.append((f"{plural(concerns, 'concern')} about a child that no agency has settled", "/concerns"))
    return listed


def _of_agency(agency: str, inspection: Inspection, waits: Waits) -> list[tuple[str, str]]:
    listed = []
    if number := waits.returns[agency]:
        listed.append((f"{plural(number, 'return is', 'returns are')} not settled yet", ""))
    if (number := waits.documents[agency]) and inspection.stage not in TAKES_NO_DOCUMENTS:
        listed.append((f"{plural(number, 'document has', 'documents have')} not come yet", ""))
    if number := waits.corrections[agency]:
        listed.append((f"{plural(number, 'correction')} of a person's data to answer", ""))
    statement = waits.statements.get(agency)
    if statement is not None and inspection.stage is Stage.STATEMENT_DUE:
        due = f", due by {moment(statement.due_at)}" if statement.due_at else ""
        listed.append((f"The written statement has not come yet{due}", ""))
    return listed
