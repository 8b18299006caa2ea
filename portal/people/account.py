"""A person's own account: who we think they are, and their sessions, each of which they can end (L15)."""

from typing import Any

from fastapi import APIRouter, Request, Response

from models.tables import Person
from portal.pages.forms import Form
from portal.pages.frame import page, to
from portal.pages.session import COOKIE, SignedInPerson
from tasks.ground.database import transaction
from tasks.people import sessions
from tasks.people.organisations import bodies_of

router = APIRouter(prefix="/account")


@router.get("")
def show(request: Request, visitor: SignedInPerson) -> Response:
    """Show a person what is kept of them and where they are signed in."""
    with transaction() as session:
        person = session.get_one(Person, visitor.person)
        body = bodies_of(session, [person]).get(person.id, "")
        rows = sessions.sessions_of(session, person.id)
    facts: dict[str, Any] = {"organisation": body, "sessions": rows, "this": visitor.session}
    return page(request, "account", "Your account", back="/home", person=person, **facts)


@router.post("/sessions/{session_id}/end")
def end(session_id: str, visitor: SignedInPerson, _: Form) -> Response:
    """End one of a person's own sessions."""
    with transaction() as session:
        # Somebody else's is left as it is, in the same words as one that is over.
        if session_id in {row.id for row in sessions.sessions_of(session, visitor.person)}:
            sessions.end(session, session_id, by=visitor.person)
    return to("/account")


@router.post("/sessions/end")
def end_all(visitor: SignedInPerson, _: Form) -> Response:
    """End all of a person's sessions, this one too."""
    with transaction() as session:
        sessions.end_all(session, visitor.person, by=visitor.person)
    answer = to("/sign-in")
    answer.delete_cookie(COOKIE)
    return answer
