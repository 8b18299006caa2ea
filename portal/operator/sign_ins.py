"""The operator's pages of doors: who is signed in now, each of whom they can sign out, and what was refused of late."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session, col, select

from models.states import SignInWay
from models.tables import AuditEntry, SignIn
from models.tables.ledger import REFUSED_ATTEMPT
from portal.operator.door import Operator, menu
from portal.pages.forms import Form
from portal.pages.frame import to
from portal.pages.listing import EVERYTHING, ListingColumn, Wanted, answer, arrange, wanted_in
from tasks.ground.database import transaction
from tasks.people.persons import PROGRAMME
from tasks.people.sessions import end, sessions_in_use

router = APIRouter()
_MOST = 1000  # of the newest; the audit has all
_WAYS = {
    SignInWay.OWN_LINK: "Link to their own address",
    SignInWay.SHARED_LINK: "Link to a shared mailbox",
    SignInWay.PROVIDER: "Provider",
}
_DOORS = {
    "link": "Sign-in link",
    "token": "Token of a program",
    "operator": "Operator's key",
    "page": "Page of the portal",
    "session": "Session that has ended",
    "prefect": "Prefect",
    "pen": "Notes sent later",
    "metrics": "Token of metrics",
    "provider": "Sign-in by the provider",
}

_SESSIONS: tuple[ListingColumn[SignIn], ...] = (
    ListingColumn("person", "Person", lambda row: row.person_id, person=True),
    ListingColumn("way", "Came in by", lambda row: _WAYS[row.way], chosen=True),
    ListingColumn("began", "Since", lambda row: row.began_at),
    ListingColumn("seen", "Last used", lambda row: row.seen_at),
    ListingColumn("session", "Session", lambda row: row.id[:12]),
)
_REFUSED: tuple[ListingColumn[AuditEntry], ...] = (
    ListingColumn("at", "When", lambda row: _moment(row)),
    ListingColumn("door", "At", lambda row: _DOORS.get(row.subject, row.subject), chosen=True),
    ListingColumn("who", "Who", lambda row: row.actor, chosen=True, person=True),
    ListingColumn("what", "What was tried", lambda row: _tried(row.facts)),
    ListingColumn("why", "Why it was refused", lambda row: str(row.facts.get("why", "")), chosen=True),
)


def _moment(entry: AuditEntry) -> datetime:
    """Return when an entry was made, which the audit keeps as text."""
    return datetime.fromisoformat(entry.at)


def _tried(facts: Mapping[str, Any]) -> str:
    """Return the route of a refused attempt, or else what it was at: a reference, and never what somebody typed."""
    return str(facts.get("route") or facts.get("at", ""))


@router.get("/sign-ins")
def signed_in(request: Request, _: Operator) -> Response:
    """Show who is signed in."""
    return _signed_in(request, EVERYTHING)


@router.post("/sign-ins/list")
def some_signed_in(request: Request, _: Operator, form: Form) -> Response:
    """Show or download the sessions that are wanted."""
    return _signed_in(request, wanted_in(form))


def _signed_in(request: Request, wanted: Wanted) -> Response:
    with transaction() as session:
        rows = sessions_in_use(session)
    listing = arrange(rows, _SESSIONS, wanted)
    return answer(request, "sign_ins", "Open sessions", listing, _SESSIONS, ways=_WAYS, navigation=menu(request))


@router.post("/sign-ins/{session_id}/end")
def end_one(session_id: str, by: Operator, _: Form) -> Response:
    """End a session at once; one that is over stays so."""
    with transaction() as session:
        end(session, session_id, by=by)
    return to("/sign-ins")


@router.get("/refused")
def refused(request: Request, _: Operator) -> Response:
    """Show what was refused of late."""
    return _refused(request, EVERYTHING)


@router.post("/refused")
def some_refused(request: Request, _: Operator, form: Form) -> Response:
    """Show or download the refused attempts that are wanted."""
    return _refused(request, wanted_in(form))


def _refused(request: Request, wanted: Wanted) -> Response:
    with transaction() as session:
        listing = arrange(newest_refused(session), _REFUSED, wanted)
    facts: dict[str, Any] = {
        "doors": _DOORS,
        "tried": _tried,
        "moment_of": _moment,
        "most": _MOST,
        "navigation": menu(request),
    }
    return answer(request, "refused_attempts", "Refused attempts", listing, _REFUSED, **facts)


def newest_refused(session: Session) -> list[AuditEntry]:
    """Return the newest refused attempts of the programme's audit, newest first."""
    query = select(AuditEntry).where(AuditEntry.action == REFUSED_ATTEMPT, AuditEntry.inspection == PROGRAMME)
    return list(session.exec(query.order_by(col(AuditEntry.number).desc()).limit(_MOST)))
