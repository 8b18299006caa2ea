"""What has happened of late in the inspections that somebody takes part in, newest first, as the audit has it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, text
from sqlmodel import Session, col, select

from models.decisions import right_for
from models.lifecycle import SETTLED, RequestState
from models.roles import AGENCY_ROLES, Act, may
from models.states import PlanOutcome
from models.tables import Agency, AuditEntry, Complaint, Correction, Inspection, Request, Statement, WrongFile
from models.tables.ledger import ON_FIRST_PAGES
from models.words import moment, plain, plural
from tasks.jobs.second_person import ACTS
from tasks.people.access import Door

MOST = 8
"""So many happenings stand on the first page; each inspection's own pages have them all."""

_STAGE, _REQUEST, _REPLY = "stage.moved", "request.moved", "accuracy.decided"
_DECISIONS = ("decision.confirmed", "decision.refused", "decision.lapsed")
_OF_REQUESTS = (_REQUEST, "request.extended", "rule.waived")
_OF_PLAN = ("statement.determined", "plan.sent", "plan.reviewed", "plan.progress-asked", "plan.closed")
_OF_FILES = ("file.put-aside", "file.released")
_COURSE = (_STAGE, "statement.determined", "plan.sent", "plan.reviewed", "plan.closed")
"""What everybody reads who sees an inspection."""

_ANSWERS = {
    "decision.confirmed": "confirmed by a second person",
    "decision.refused": "refused by a second person",
    "decision.lapsed": "lapsed, as no second person answered",
}
_ENDED = tuple(sorted(SETTLED - {RequestState.QUERIED}))
_FOR_AGENCY = (*_ENDED, RequestState.QUERIED, RequestState.REJECTED)


@dataclass(frozen=True, slots=True)
class NewsItem:
    """One thing that happened.

    Attributes:
        at: when.
        area: of the inspection.
        words: what, in a sentence.
        address: a page of it; empty for people of an agency, who choose the agency first.
        rehearsal: whether the inspection is one, and so has another clock than `at`.
    """

    at: datetime
    area: str
    words: str
    address: str
    rehearsal: bool


def happened(session: Session, doors: Sequence[Door], live: Sequence[str]) -> list[NewsItem]:
    """Return the newest happenings that somebody's roles let them know of, by one query.

    Args:
        session: a transaction.
        doors: their roles.
        live: the inspections that go on, which a role in the programme reaches.
    """
    seen = {ref for door in doors for ref in _seen_by(door, live)}
    query = _joined(select(AuditEntry, Inspection, Request.return_code, Agency.name))
    query = (
        query
        # In these words, as the index is of them.
        .where(text(ON_FIRST_PAGES))
        .where(or_(false(), *(_watched(door, live) for door in doors), _of_agencies(doors)))
        .order_by(col(AuditEntry.at).desc(), col(AuditEntry.number).desc())
        .limit(MOST)
    )
    return [
        NewsItem(
            datetime.fromisoformat(entry.at),
            inspection.area_name,
            _words(entry.action, entry.facts, code, agency),
            f"/inspections/{entry.inspection}" if entry.inspection in seen else "",
            inspection.rehearsal,
        )
        for entry, inspection, code, agency in session.exec(query)
    ]


def _joined(query: Any) -> Any:
    """Return a query of entries with the inspection of each, and the request and the agency that it is about."""
    action, subject = col(AuditEntry.action), col(AuditEntry.subject)
    council = func.concat(AuditEntry.inspection, "/local_authority")
    of_agency = or_(
        col(Agency.id) == Request.agency_id,
        col(Agency.id) == Correction.agency_id,
        col(Agency.id) == Complaint.agency_id,
        col(Agency.id) == WrongFile.agency_id,
        and_(col(Agency.id) == subject, action.in_(("documents.asked", "sampled-list.released"))),
        # The council sends the statement and the plan where the principal authority is no agency of the inspection.
        and_(col(Agency.id) == func.coalesce(Statement.authority_agency, council), action.in_(_OF_PLAN)),
    )
    return (
        query.join(Inspection, col(Inspection.ref) == AuditEntry.inspection)
        .join(Request, and_(col(Request.id) == subject, action.in_(_OF_REQUESTS)), isouter=True)
        .join(Correction, and_(col(Correction.id) == subject, action == _REPLY), isouter=True)
        .join(Complaint, and_(col(Complaint.id) == subject, action == "complaint.decided"), isouter=True)
        .join(WrongFile, and_(col(WrongFile.id) == subject, action.in_(_OF_FILES)), isouter=True)
        .join(Statement, and_(col(Statement.inspection) == AuditEntry.inspection, action.in_(_OF_PLAN)), isouter=True)
        .join(Agency, of_agency, isouter=True)
    )


def _seen_by(door: Door, live: Sequence[str]) -> Sequence[str]:
    """Return the inspections that a role lets its holder see."""
    if not may(door.role, Act.SEE_INSPECTION):
        return ()
    return (door.inspection,) if door.inspection else live


def _watched(door: Door, live: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition of what somebody may know who sees an inspection: its course, and decisions like theirs."""
    own = sorted(act for act in ACTS if may(door.role, right_for(act)))
    to, act = col(AuditEntry.facts)["to"].as_string(), col(AuditEntry.facts)["act"].as_string()
    return and_(
        col(AuditEntry.inspection).in_(_seen_by(door, live)),
        or_(
            col(AuditEntry.action).in_(_COURSE),
            and_(col(AuditEntry.action) == _REQUEST, to.in_(_ENDED)),
            and_(col(AuditEntry.action).in_(_DECISIONS), act.in_(own)),
        ),
    )


def _of_agencies(doors: Sequence[Door]) -> ColumnElement[bool]:
    """Return the condition of what people of an agency may know: the stage, and what concerns their agency."""
    own = [door for door in doors if door.role in AGENCY_ROLES]
    return or_(
        and_(col(AuditEntry.action) == _STAGE, col(AuditEntry.inspection).in_([door.inspection for door in own])),
        and_(
            col(Agency.id).in_([door.agency_id for door in own]),
            # Of a request's own states, those alone in which something came of what the agency sent.
            or_(col(AuditEntry.action) != _REQUEST, col(AuditEntry.facts)["to"].as_string().in_(_FOR_AGENCY)),
        ),
    )


def _words(action: str, facts: Mapping[str, Any], code: str | None, agency: str | None) -> str:
    if action in _DECISIONS:
        return f"{facts['act'].replace('-', ' ').capitalize()}: {_ANSWERS[action]}"
    if action == "request.extended":
        return f"{code} of {agency} has more time, until {moment(datetime.fromisoformat(facts['to']))}"
    if action == "documents.asked":
        return f"{plural(len(facts['items']), 'document')} asked of {agency}"
    if action == "statement.determined":
        return f"A written statement is {'' if facts['needed'] else 'not '}needed"
    if action == "plan.reviewed":
        return f"A version of the plan was reviewed: {_REVIEWED[PlanOutcome(facts['outcome'])]}"
    named = {name: plain(str(facts[name])) for name in ("from", "to", "outcome", "version") if name in facts}
    return _SENTENCES[action].format(code=code, agency=agency, **named)


_REVIEWED = {PlanOutcome.ADEQUATE: "it is adequate", PlanOutcome.MISSING: "something is missing"}

_SENTENCES = {
    _STAGE: "It moved on from {from} to {to}",
    _REQUEST: "{code} of {agency}: {to}",
    "rule.waived": "A rule does not hold for {code} of {agency} any more",
    _REPLY: "A comment of {agency} on the draft letter has its reply",
    "sampled-list.released": "Version {version} of the list of the wider sample was given to {agency}",
    "plan.sent": "A version of the plan was sent",
    "plan.progress-asked": "Progress on the plan is asked for",
    "plan.closed": "The plan was closed",
    "complaint.decided": "A complaint of {agency} was decided: {outcome}",
    "file.put-aside": "A file of {agency} was put aside, because it was sent in error",
    "file.released": "A file of {agency} that was put aside can be opened again",
}
