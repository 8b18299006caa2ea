"""Who is signed in: a signed cookie names role, agency, inspection and link; nothing is kept on the server."""

import base64
import binascii
import hmac
import json
import time
from dataclasses import asdict, dataclass
from typing import Annotated, Self

from fastapi import Depends, Request, Response
from starlette.exceptions import HTTPException

from models.actors import actor
from models.settings import required, settings
from models.tables import Link
from tasks.ground.digests import keyed

COOKIE = "jtai_session"
AGENCY = "agency"
TEAM = frozenset({"inspector", "manager"})


class SignedOutError(Exception):
    """The page is for people who are signed in, and this browser is not."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """A signed-in person: what they are, for which inspection, and until when."""

    role: str
    inspection: str
    agency_id: str
    person: str
    link: str
    expires: int

    @classmethod
    def of(cls, link: Link) -> Self:
        """Return the visitor whom a used link lets in, for as many hours as the settings give."""
        expires = int(time.time()) + settings().session_hours * 3600
        return cls(link.role, link.inspection, link.agency_id or "", link.person, link.id, expires)

    @property
    def by(self) -> str:
        """Return how the audit names this visitor."""
        return actor(self.role, self.person)


def seal(visitor: Visitor) -> str:
    """Return the cookie's value: the visitor, and a signature that only we can make."""
    # A cookie with an equals sign would be quoted by some clients and not by others.
    body = base64.urlsafe_b64encode(json.dumps(asdict(visitor)).encode()).decode().rstrip("=")
    return f"{body}.{_signature(body)}"


def unseal(value: str) -> Visitor | None:
    """Return the visitor that a cookie names, or None if it was altered or has expired."""
    body, _, signature = value.partition(".")
    if not hmac.compare_digest(_signature(body).encode(), signature.encode()):
        return None
    try:
        found = Visitor(**json.loads(base64.urlsafe_b64decode(body + "==")))
    except (binascii.Error, ValueError, TypeError):
        return None
    return found if found.expires > time.time() else None


def _signature(body: str) -> str:
    return keyed(required("secret_key"), f"session/{body}")


def secure() -> bool:
    """Tell whether cookies may travel over HTTPS alone: always, but on a portal that has no HTTPS."""
    return (settings().portal_url or "").startswith("https:")


def sign_in(response: Response, visitor: Visitor) -> None:
    """Give the browser the cookie of a signed-in visitor."""
    seconds = settings().session_hours * 3600
    response.set_cookie(COOKIE, seal(visitor), max_age=seconds, httponly=True, samesite="lax", secure=secure())


def visitor_of(request: Request) -> Visitor | None:
    """Return who is signed in, or None."""
    return unseal(request.cookies.get(COOKIE, ""))


def agency_visitor(request: Request) -> Visitor:
    """Return the signed-in person of an agency.

    Raises:
        SignedOutError: nobody is signed in.
        HTTPException: somebody else is; the page does not exist for them.
    """
    found = visitor_of(request)
    if found is None:
        raise SignedOutError
    if found.role != AGENCY:
        raise HTTPException(404)
    return found


def team_visitor(ref: str, request: Request) -> Visitor:
    """Return the signed-in member of the team of the inspection in the address.

    Raises:
        SignedOutError: nobody is signed in.
        HTTPException: somebody else is, or a member of another inspection's team.
    """
    found = visitor_of(request)
    if found is None:
        raise SignedOutError
    if found.role not in TEAM or found.inspection != ref:
        raise HTTPException(404)
    return found


Sender = Annotated[Visitor, Depends(agency_visitor)]
Member = Annotated[Visitor, Depends(team_visitor)]
