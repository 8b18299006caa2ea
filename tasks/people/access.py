"""What a person may enter now: the one place that every door asks (L15)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, select

from models.england import ENGLAND
from models.lifecycle import ENDED, Stage
from models.refusals import Refusal
from models.roles import LASTING, PAUSED, Act, Role, lets_in, may
from models.settings import settings
from models.tables import Concern, Inspection, Membership, Person

PROVIDER = "provider"
"""Who gives a role that a person's claims give, as `given_by` and the audit name it."""


class PausedError(Refusal):
    """An inspection is paused: what is there can be read, and nothing of this kind is done."""


@dataclass(frozen=True, slots=True)
class Door:
    """A role that lets its holder in now.

    Attributes:
        membership: the role's id.
        role: what its holder is.
        inspection: the inspection; empty for a role in the whole programme.
        agency_id: the agency, for a role within one.
        stage: of the inspection; None for a role in the whole programme.
    """

    membership: str
    role: Role
    inspection: str = ""
    agency_id: str = ""
    stage: Stage | None = None

    def reaches(self, ref: str) -> bool:
        """Return whether this role reaches an inspection."""
        return self.inspection in ("", ref)


def is_live(today: date) -> ColumnElement[bool]:
    """Return the condition of a role that its holder has on a day: begun, not over and not ended by anybody."""
    return and_(
        col(Membership.ended_at).is_(None),
        col(Membership.from_day) <= today,
        or_(col(Membership.until_day).is_(None), col(Membership.until_day) >= today),
    )


def doors_of(session: Session, person_id: str, now: datetime) -> tuple[Door, ...]:
    """Return the roles that let a person in now, in the order in which they got them."""
    return tuple(door for door in _doors(session, person_id, now) if lets_in(door.role, door.stage))


def lasting_doors_of(session: Session, person_id: str, now: datetime) -> tuple[Door, ...]:
    """Return the roles by which a person acts for a child in danger: also those in inspections that have ended.

    The pages of concerns alone ask for these; a role that somebody has ended lets in to nothing.
    """
    return tuple(door for door in _doors(session, person_id, now) if any(may(door.role, act) for act in LASTING))


def has_open_concern(session: Session, ref: str) -> bool:
    """Return whether a concern about a child of an inspection still waits for somebody who acts."""
    query = select(Concern.id).where(Concern.inspection == ref, col(Concern.settled_at).is_(None))
    return session.exec(query).first() is not None


def lapsed_before(now: datetime) -> datetime:
    """Return the moment by which a provider must have said what is so of somebody, for that to count now."""
    return now - 2 * timedelta(minutes=settings().oidc_check_minutes)


def _doors(session: Session, person_id: str, now: datetime) -> tuple[Door, ...]:
    query = select(Membership, Inspection.stage).join(
        Inspection, col(Inspection.ref) == Membership.inspection, isouter=True
    )
    query = query.where(Membership.person_id == person_id, is_live(now.astimezone(ENGLAND).date()))
    # What claims gave ends with them, though its person never comes by the provider again (L15).
    confirmed = select(Person.id).where(Person.id == person_id, col(Person.claims_at) > lapsed_before(now))
    query = query.where(or_(col(Membership.given_by) != PROVIDER, confirmed.exists()))
    rows = session.exec(query.order_by(col(Membership.given_at), Membership.id))
    staged = ((membership, Stage(stage) if stage else None) for membership, stage in rows)
    return tuple(
        Door(membership.id, membership.role, membership.inspection or "", membership.agency_id or "", stage)
        for membership, stage in staged
    )


def door_for(doors: tuple[Door, ...], act: Act, ref: str = "") -> Door | None:
    """Return the role by which a person may do something in an inspection, or None where they may not.

    Args:
        doors: the person's roles.
        act: what they want to do.
        ref: the inspection; empty for what concerns none.
    """
    return next((door for door in doors if may(door.role, act) and door.reaches(ref)), None)


def doors_to(doors: tuple[Door, ...], act: Act) -> tuple[Door, ...]:
    """Return the roles by which a person may do something anywhere."""
    return tuple(door for door in doors if may(door.role, act))


def is_open(session: Session, ref: str, role: Role) -> bool:
    """Return whether an inspection still lets in those who have a role in it; programs of an agency ask this too."""
    inspection = session.get(Inspection, ref)
    return inspection is not None and lets_in(role, inspection.stage)


def check_goes_on(session: Session, act: Act, ref: str) -> None:
    """Refuse what a pause stops: every door asks this before something is done, and none before it shows something.

    Args:
        session: a transaction.
        act: what somebody wants to do.
        ref: the inspection; one that does not exist, or no inspection, is not paused.

    Raises:
        PausedError: the inspection is paused, and the act waits until it goes on.
    """
    inspection = session.get(Inspection, ref) if act in PAUSED and ref else None
    if inspection is not None and (why := pause_of(inspection, act)):
        raise PausedError(why)


def pause_of(inspection: Inspection, act: Act) -> str:
    """Return why an act waits for the end of a pause, in a sentence for people; empty where it does not.

    Args:
        inspection: as it stands.
        act: what somebody wants to do.
    """
    if act not in PAUSED or inspection.stage is not Stage.DEFERRED:
        return ""
    return (
        f"The inspection of {inspection.area_name} is paused, so this cannot be done until it goes on. You can still "
        "read what is there, raise and answer concerns about a child, and say that a file was sent in error."
    )


def is_open_for_concerns(session: Session, door: Door) -> bool:
    """Return whether a role lets its holder sign in for a concern alone, because its inspection has ended."""
    return door.stage in ENDED and has_open_concern(session, door.inspection)
