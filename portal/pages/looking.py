"""The lead inspector looks at pages as somebody else sees them: with what that role reads, and without its rights.

A signed cookie says as whom, for some minutes and for one session alone. Nothing can be sent meanwhile, and each page
that is opened is in the audit under the lead inspector's own name.
"""

import time
from collections.abc import Mapping
from dataclasses import astuple, dataclass, replace

from fastapi import Response
from itsdangerous import BadData

from models.actors import actor
from models.ids import agency_kind
from models.refusals import Refusal
from models.roles import AGENCY_ROLES, ORGANISATION_ROLES, ROLE_LABELS, Act, Role
from portal.pages.signing import serializer
from tasks.people.access import Door, door_for
from tasks.people.sessions import SignedIn

COOKIE = "jtai_looking"
SECONDS = 15 * 60
READ = "seen-as.read"
_SALT = "looking"


class LookingError(Refusal):
    """Somebody who looks at pages as another role tried to send something."""

    def __init__(self) -> None:
        super().__init__("You see this page as somebody else sees it, so nothing can be sent. Stop looking first.")


@dataclass(frozen=True, slots=True)
class Look:
    """As whom somebody looks at the pages of one inspection.

    Attributes:
        ref: the inspection.
        role: whose pages.
        agency_id: the agency, for a role within one.
        inspectorate: by its name, for an inspector's pages.
        name: of the agency or inspectorate, for people; empty for a role of the programme.
    """

    ref: str
    role: Role
    agency_id: str = ""
    inspectorate: str = ""
    name: str = ""

    @property
    def words(self) -> str:
        """Return as whom, for example `data officer of Thames Valley Police`."""
        return f"{ROLE_LABELS[self.role]}{f' of {self.name}' if self.name else ''}"

    def by(self, person: str) -> str:
        """Return how the audit names whoever looks."""
        kind = f"{agency_kind(self.agency_id)} " if self.agency_id else ""
        return actor(f"{Role.LEAD} as {kind}{self.role}", person)


def begin(response: Response, session: str, look: Look, *, secure: bool) -> None:
    """Let a session look at pages as somebody else for some minutes."""
    # The end is signed as well: a browser may keep a cookie for longer than it is told to.
    value = serializer(_SALT).dumps([session, int(time.time()) + SECONDS, *astuple(look)])
    response.set_cookie(COOKIE, str(value), max_age=SECONDS, httponly=True, samesite="lax", secure=secure)


def look_of(cookies: Mapping[str, str], person: SignedIn) -> Look | None:
    """Return as whom a person looks at pages; None where they do not, the time is over, or they no longer may."""
    try:
        session, until, ref, role, agency_id, inspectorate, name = serializer(_SALT).loads(cookies.get(COOKIE, ""))
    except (BadData, TypeError, ValueError):
        return None
    if session != person.session or until <= time.time() or door_for(person.doors, Act.SEE_AS, ref) is None:
        return None
    return Look(ref, Role(role), agency_id, inspectorate, name)


def seen_as(person: SignedIn, look: Look) -> SignedIn:
    """Return a person with the one role as which they look, which reaches that inspection and no other."""
    stage = next((door.stage for door in person.doors if door.inspection == look.ref), None)
    agency = look.agency_id if look.role in AGENCY_ROLES | ORGANISATION_ROLES else ""
    return replace(person, doors=(Door("", look.role, look.ref, agency, stage),))
