"""Refused attempts: recorded with who tried, as far as that is known, and limited by the same record.

Counted in the audit itself: every portal sees what was tried at another.
"""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from fastapi import Request
from sqlalchemy import text
from sqlmodel import Session, col, func, select

from models.refusals import Refusal
from models.tables import ApiToken, AuditEntry, Link, Person
from models.tables.base import utc_now
from models.tables.ledger import REFUSED_ATTEMPT
from portal.pages.session import COOKIE, Visitor, signed_in_of
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.people.persons import PROGRAMME
from tasks.people.sessions import SignedIn, session_of

MOST = 20
"""Wrong attempts at one door for one name, in ten minutes."""
MOST_AT_DOOR = 500
"""Wrong attempts at one door for all names, in ten minutes: whoever makes up names does not fill the audit."""
_WHILE = timedelta(minutes=10)
NOBODY = "nobody"
UNKNOWN = "unknown"
"""How an attempt is recorded at something that there is not."""

# Two attempts at the same moment are counted one after the other. A lock of the audit would hold up everybody else.
_TURN = text("SELECT pg_advisory_xact_lock(hashtextextended(:door, 0))")


class TooManyAttemptsError(Refusal):
    """Somebody tried too often; the sentence says how long to wait."""

    def __init__(self) -> None:
        super().__init__("There were too many wrong attempts. Wait 10 minutes, then try again.")


def wrong_attempt(door: str, name: str, *, actor: str = NOBODY, **facts: Any) -> None:
    """Record a wrong attempt.

    What is right is let in however many were wrong: no secret here can be guessed, and nobody shuts a door for others.

    Args:
        door: such as `link`, `token`, `operator` or `page`.
        name: what the attempt was at, such as what `id_of` gives for a link; never a secret, nor what somebody typed.
        actor: who tried, where that is known.
        facts: what else is known of it: references, routes and kinds of refusal.

    Raises:
        TooManyAttemptsError: it was one too many.
    """
    with transaction() as session:
        session.execute(_TURN, {"door": f"attempt/{door}"})
        at_door, at_name = _tried(session, door, name)
        if at_name >= MOST or at_door >= MOST_AT_DOOR:
            raise TooManyAttemptsError
        audit.append(session, PROGRAMME, actor=actor, action=REFUSED_ATTEMPT, subject=door, facts={"at": name, **facts})


def note_attempt(door: str, name: str, *, actor: str = NOBODY, **facts: Any) -> None:
    """Record a wrong attempt that is refused in the same words, however many there were; else as `wrong_attempt`."""
    with suppress(TooManyAttemptsError):
        wrong_attempt(door, name, actor=actor, **facts)


def id_of(table: type[Link | ApiToken | Person], identity: str) -> str:
    """Return an id under which there is something, and `unknown` in place of any other.

    What stands in an address is anybody's text, and no entry of the audit can be taken back (L5).

    Args:
        table: of what the attempt was at.
        identity: the id that was given.
    """
    with transaction() as session:
        return UNKNOWN if session.get(table, identity) is None else identity


def note_refusal(request: Request, why: str) -> None:
    """Record that a page was refused to somebody who is signed in, or to an agency's program; nobody leaves no trace.

    Args:
        request: what they asked for, of which the route alone is kept: an address holds what somebody typed.
        why: the kind of refusal.
    """
    state = request.state
    signed_in: SignedIn | None = signed_in_of(request) or getattr(state, "concerned", None)
    program: Visitor | None = getattr(state, "program", None)
    route = f"{request.method} {getattr(request.scope.get('route'), 'path', 'none')}"
    if program is not None:
        note_attempt("page", program.session, actor=program.by, route=route, why=why)
    elif signed_in is not None:
        session = signed_in.session[:12]
        note_attempt("page", signed_in.person, actor=signed_in.person, route=route, why=why, session=session)


def note_ended_session(secret: str, where: str) -> None:
    """Record that a browser came with the cookie of a session that has ended, or of none that there ever was.

    A cookie that somebody copied can be found by this afterwards.

    Args:
        secret: what the cookie holds; never kept.
        where: the route.
    """
    with transaction() as session:
        row = session_of(session, secret)
        person, name = (row.person_id, row.id[:12]) if row else (NOBODY, UNKNOWN)
    note_attempt("session", name, actor=person, route=where)


def note_signed_out(request: Request) -> None:
    """Record who came to a page with a cookie that opens nothing any more; who has none is only not signed in."""
    if secret := request.cookies.get(COOKIE, ""):
        note_ended_session(secret, f"{request.method} {getattr(request.scope.get('route'), 'path', 'none')}")


def _tried(session: Session, door: str, name: str) -> tuple[int, int]:
    """Return how many attempts at a door were wrong of late: all, and those for one name."""
    # Entries keep their moments as texts of this one form, which sort as time goes.
    since = (utc_now() - _WHILE).isoformat(timespec="microseconds")
    named = col(AuditEntry.facts)["at"].as_string() == name
    query = select(func.count(), func.count().filter(named)).where(
        AuditEntry.action == REFUSED_ATTEMPT, AuditEntry.subject == door, AuditEntry.at > since
    )
    return session.exec(query).one()
