"""Orders of people to Prefect: a run that decides must carry one, so that nobody's name is typed (L11)."""

import secrets
from datetime import timedelta

from sqlmodel import Session, select

from models.actors import actor
from models.decisions import CONFIRM
from models.refusals import Refusal
from models.roles import ROLE_LABELS, Act
from models.tables import SignIn, Warrant
from models.tables.base import utc_now
from tasks.ground.database import clock
from tasks.people.access import Door, check_goes_on, door_for, doors_of
from tasks.people.persons import person_of
from tasks.people.sessions import SignedIn

_LASTS = timedelta(minutes=10)


class NoWarrantError(Refusal):
    """A decision was started by nobody who may take it; the sentence says what to do."""


def make_warrant(session: Session, visitor: SignedIn, deployment: str) -> str:
    """Return the order of a signed-in person to start one run of a deployment, to be given as its `by`.

    It is used once, within ten minutes, and means nothing once its session has ended.
    """
    row = Warrant(
        id=f"W-{secrets.token_urlsafe(24)}",
        person_id=visitor.person,
        sign_in_id=visitor.session,
        deployment=deployment,
        made_at=clock(session),
    )
    session.add(row)
    session.flush()
    return row.id


def bearer(session: Session, warrant: str, *, deployment: str, act: Act, run: str, ref: str = "") -> tuple[str, Door]:
    """Return the person who ordered a run, and the role in which they may.

    Args:
        session: a transaction.
        warrant: what the run was given as `by`.
        deployment: that runs.
        act: what it decides.
        run: id of the run; the same run may ask again, another may not.
        ref: the inspection; empty where there is none yet.

    Raises:
        NoWarrantError: there is no such order, another run used it, it is too old, its session has ended, or the
            person has no role that may do this.
        PausedError: the inspection is paused.
    """
    query = select(Warrant).where(Warrant.id == warrant, Warrant.deployment == deployment).with_for_update()
    row = session.exec(query).one_or_none()
    if row is None:
        raise NoWarrantError("Nobody who is signed in ordered this. Sign in, then fill in the form again.")
    if row.run not in ("", run):
        raise NoWarrantError("This order was already used for another run. Fill in the form again.")
    ended = session.get_one(SignIn, row.sign_in_id).ended_at is not None
    if not row.run and (ended or row.made_at + _LASTS <= clock(session)):
        raise NoWarrantError("You signed out, or the order is too old. Sign in, then fill in the form again.")
    person = person_of(session, row.person_id)
    door = door_for(doors_of(session, person.id, utc_now()), act, ref)
    if door is None:
        raise NoWarrantError("Your role in this inspection does not include this decision.")
    # A second person may still refuse; what they would confirm is asked where it is done.
    if deployment != CONFIRM:
        check_goes_on(session, act, ref)
    row.run = run
    session.add(row)
    return person.id, door


def actor_of(person: str, door: Door) -> str:
    """Return how the audit names a person who decides in a role."""
    return actor(ROLE_LABELS[door.role], person)
