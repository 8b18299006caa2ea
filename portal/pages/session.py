"""Who is signed in: a signed cookie names role, agency, inspection and link; nothing is kept on the server."""

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Self

from fastapi import Depends, Request, Response
from itsdangerous import BadData
from starlette.exceptions import HTTPException

from models.actors import actor
from models.settings import settings
from models.tables import Link
from portal.pages.signing import serializer

COOKIE = "jtai_session"
AGENCY = "agency"
TEAM = frozenset({"inspector", "manager"})
_SALT = "session"


class SignedOutError(Exception):
    """The page is for people who are signed in, and this browser is not."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """A signed-in person, with their role, their inspection, and the second at which their session ends."""

    role: str
    inspection: str
    agency_id: str
    person: str
    link: str
    expires: int

    @classmethod
    def of(cls, link: Link) -> Self:
        """Return the visitor who signs in by a link, for as many hours as the settings give."""
        expires = int(time.time()) + settings().session_hours * 3600
        return cls(link.role, link.inspection, link.agency_id or "", link.person, link.id, expires)

    @property
    def by(self) -> str:
        """Return how the audit names this visitor."""
        return actor(self.role, self.person)


def seal(visitor: Visitor) -> str:
    """Return the cookie's value: the visitor, and a signature that only we can make."""
    return str(serializer(settings(), _SALT).dumps(asdict(visitor)))


def secure() -> bool:
    """Return whether cookies travel over HTTPS alone: always, except on a portal that has no HTTPS."""
    return (settings().portal_url or "").startswith("https:")


def sign_in(response: Response, visitor: Visitor) -> None:
    """Set the cookie of a signed-in visitor."""
    # No script can read it, and another site's form cannot send it.
    seconds = settings().session_hours * 3600
    response.set_cookie(COOKIE, seal(visitor), max_age=seconds, httponly=True, samesite="lax", secure=secure())


def visitor_of(cookies: Mapping[str, str]) -> Visitor | None:
    """Return who is signed in by a browser's cookies; None if nobody is, or the cookie was altered or has expired."""
    try:
        visitor = Visitor(**serializer(settings(), _SALT).loads(cookies.get(COOKIE, "")))
    except (BadData, TypeError):
        # A cookie that another release of ours signed may have other fields: its visitor signs in anew.
        return None
    # The end of a session is in its cookie, so that a changed setting moves no session under way.
    return visitor if visitor.expires > time.time() else None


def agency_visitor(request: Request) -> Visitor:
    """Return the signed-in person of an agency.

    Raises:
        SignedOutError: nobody is signed in.
        HTTPException: a member of the team is signed in; for them the page does not exist.
    """
    visitor = visitor_of(request.cookies)
    if visitor is None:
        raise SignedOutError
    if visitor.role != AGENCY:
        # 404 and not 403: an address never shows to a stranger that there is something behind it.
        raise HTTPException(404)
    return visitor


def team_visitor(ref: str, request: Request) -> Visitor:
    """Return the signed-in member of the team of the inspection in the address.

    Raises:
        SignedOutError: nobody is signed in.
        HTTPException: an agency or a member of another inspection's team is signed in.
    """
    visitor = visitor_of(request.cookies)
    if visitor is None:
        raise SignedOutError
    if visitor.role not in TEAM or visitor.inspection != ref:
        raise HTTPException(404)
    return visitor


Sender = Annotated[Visitor, Depends(agency_visitor)]
Member = Annotated[Visitor, Depends(team_visitor)]
