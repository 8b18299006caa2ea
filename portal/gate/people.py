"""People at the gate: who holds a session, what it lets them do in Prefect, and a record of what was refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import select

from models.roles import Act
from models.tables import Inspection
from portal.pages.attempts import note_attempt
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.people.access import doors_to
from tasks.people.orders import needed, order
from tasks.people.persons import PROGRAMME
from tasks.people.sessions import SignedIn, signed_in


@dataclass(frozen=True, slots=True)
class Watcher:
    """Somebody who is signed in and may look into Prefect.

    Attributes:
        visitor: who, with the roles that let them in now.
        inspections: those that they may see; None for all.
    """

    visitor: SignedIn
    inspections: frozenset[str] | None


def watcher_of(visitor: SignedIn) -> Watcher | None:
    """Return what somebody may see of Prefect; None where none of their roles lets them in there."""
    reached = frozenset(door.inspection for door in doors_to(visitor.doors, Act.WATCH_RUNS))
    # A role in the programme is of no single inspection.
    return Watcher(visitor, None if "" in reached else reached) if reached else None


def all_inspections() -> frozenset[str]:
    """Return every inspection there is."""
    with transaction() as session:
        return frozenset(session.exec(select(Inspection.ref)))


def visitor_of(secret: str, *, active: bool) -> SignedIn | None:
    """Return who holds a session.

    Args:
        secret: what the browser's cookie holds.
        active: whether the person does something; a page that merely asks again and again keeps no session alive.
    """
    with transaction() as session:
        visitor = signed_in(session, secret)
        if not active:
            session.expunge_all()
        return visitor


def order_run(visitor: SignedIn, deployment: str, answers: Mapping[str, Any]) -> tuple[str, str]:
    """Return a person's order to start one run, and the inspection that the run is about; empty where it is of none.

    Raises:
        Refusal: they may not; the sentence says why.
    """
    with transaction() as session:
        given = order(session, visitor, deployment, answers)
        _, ref = needed(session, deployment, answers)
        return given, "" if session.get(Inspection, ref) is None else ref


def note_watcher(visitor: SignedIn, template: str, why: str) -> None:
    """Record that something in Prefect is not for a person, so often and no more: its pages ask again by themselves.

    Args:
        visitor: who asked.
        template: the route, never the address itself.
        why: the kind of refusal.
    """
    facts = {"route": template or "not listed", "why": why, "session": visitor.session[:12]}
    note_attempt("prefect", visitor.person, actor=visitor.person, **facts)


def record_refusal(visitor: SignedIn, template: str, why: str) -> None:
    """Record in the programme's audit that a person tried what no person may.

    Args:
        visitor: who tried.
        template: the route, never the address itself.
        why: the kind of refusal.
    """
    with transaction() as session:
        facts = {"route": template or "not listed", "why": why, "session": visitor.session[:12]}
        audit.append(
            session, PROGRAMME, actor=visitor.person, action="prefect.refused", subject=visitor.person, facts=facts
        )
