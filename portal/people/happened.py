"""What has happened of late in the inspections that somebody takes part in, newest first, as the audit has it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, text
from sqlmodel import Session, col, select

from models.decisions import right_for
from models.lifecycle import SETTLED, RequestState
from models.roles import AGENCY_ROLES, Act, may
from models.tables import Agency, AuditEntry, Correction, Inspection, Request
from models.tables.ledger import HAPPENED, ON_FIRST_PAGES
from models.words import plain
from tasks.jobs.second_person import ACTS
from tasks.people.access import Door

MOST = 8
"""So many happenings stand on the first page; each inspection's own pages have them all."""

_STAGE, _REQUEST, _REPLY, _SENT, _REVIEWED = HAPPENED[:5]
_DECISIONS = HAPPENED[5:]
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
    """

    at: datetime
    area: str
    words: str
    address: str


def happened(session: Session, doors: Sequence[Door], live: Sequence[str]) -> list[NewsItem]:
    """Return the newest happenings that somebody's roles let them know of, by one query.

    Args:
        session: a transaction.
        doors: their roles.
        live: the inspections that go on, which a role in the programme reaches.
    """
    seen = {ref for door in doors for ref in _seen_by(door, live)}
    query = (
        select(AuditEntry, Inspection.area_name, Request.return_code, Agency.name)
        .join(Inspection, col(Inspection.ref) == AuditEntry.inspection)
        .join(Request, and_(col(Request.id) == AuditEntry.subject, col(AuditEntry.action) == _REQUEST), isouter=True)
        .join(
            Correction, and_(col(Correction.id) == AuditEntry.subject, col(AuditEntry.action) == _REPLY), isouter=True
        )
        .join(Agency, or_(col(Agency.id) == Request.agency_id, col(Agency.id) == Correction.agency_id), isouter=True)
        # In these words, as the index is of them.
        .where(text(ON_FIRST_PAGES))
        .where(or_(false(), *(_watched(door, live) for door in doors), _of_agencies(doors)))
        .order_by(col(AuditEntry.at).desc(), col(AuditEntry.number).desc())
        .limit(MOST)
    )
    return [
        NewsItem(
            datetime.fromisoformat(entry.at),
            area,
            _words(entry.action, entry.facts, code, agency),
            f"/inspections/{entry.inspection}" if entry.inspection in seen else "",
        )
        for entry, area, code, agency in session.exec(query)
    ]


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
            col(AuditEntry.action).in_((_STAGE, _SENT, _REVIEWED)),
            and_(col(AuditEntry.action) == _REQUEST, to.in_(_ENDED)),
            and_(col(AuditEntry.action).in_(_DECISIONS), act.in_(own)),
        ),
    )


def _of_agencies(doors: Sequence[Door]) -> ColumnElement[bool]:
    """Return the condition of what people of an agency may know: the stage, and what became of what they sent."""
    own = [door for door in doors if door.role in AGENCY_ROLES]
    return or_(
        and_(col(AuditEntry.action) == _STAGE, col(AuditEntry.inspection).in_([door.inspection for door in own])),
        and_(
            col(Agency.id).in_([door.agency_id for door in own]),
            or_(col(AuditEntry.action) == _REPLY, col(AuditEntry.facts)["to"].as_string().in_(_FOR_AGENCY)),
        ),
    )


def _words(action: str, facts: Mapping[str, Any], code: str | None, agency: str | None) -> str:
    if action in _DECISIONS:
        return f"{facts['act'].replace('-', ' ').capitalize()}: {_ANSWERS[action]}"
    return {
        _STAGE: "From {from} to {to}",
        _REQUEST: "{code} of {agency}: {to}",
        _REPLY: "A comment of {agency} on the draft letter has its reply",
        _SENT: "A version of the plan was sent",
        _REVIEWED: "A version of the plan was reviewed: {outcome}",
    }[action].format(code=code, agency=agency, **{name: plain(str(fact)) for name, fact in _named(facts)})


def _named(facts: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [(name, facts[name]) for name in ("from", "to", "outcome") if name in facts]
