"""Who is signed in: the browser keeps a secret, the ledger keeps the session, and each page asks what it lets in to."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from starlette.exceptions import HTTPException

from models.actors import actor
from models.ids import agency_kind
from models.retention import RecordClass
from models.roles import AGENCY_ROLES, LASTING, Act, may
from models.settings import settings
from portal.pages.looking import READ, Look, LookingError, look_of, seen_as
from tasks.ground.database import transaction
from tasks.ground.prefect_api import SESSION_COOKIE
from tasks.ledger import audit
from tasks.people.access import Door, check_goes_on, door_for, doors_to
from tasks.people.sessions import SignedIn, signed_in
from tasks.people.warrants import actor_of
from tasks.retention.gone import refusing_classes

COOKIE = SESSION_COOKIE
_VIEWS = frozenset({"GET", "HEAD"})


class NotTheirsError(HTTPException):
    """What is asked for is not for this visitor, so that for them it does not exist; the refusal is recorded.

    404 and not 403: an address never shows to a stranger that there is something behind it.
    """

    def __init__(self) -> None:
        super().__init__(404)


class DestroyedPageError(Exception):
    """What the page shows was destroyed, or is about to be: nobody opens it any more."""


class SignedOutError(Exception):
    """The page is for people who are signed in, and this browser is not."""


class ToCheckError(Exception):
    """A provider should be asked again what is so of whoever opens a page; the text is the page's address."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person at a page, in the role by which they may see it.

    Attributes:
        role: the role, or `program` for an agency's own program.
        inspection: that the page is about; empty where it is about none.
        agency_id: the agency whose pages these are; empty for everybody else.
        person: reference of the person, or the name of the program.
        session: id of the session or of the token.
        name: the person's name, for the page alone.
        look: as whom the lead inspector looks at the page; None for everybody who is there as themselves.
    """

    role: str
    inspection: str
    agency_id: str
    person: str
    session: str
    name: str = ""
    look: Look | None = None

    @property
    def own(self) -> str:
        """Return the person to whom what is shown belongs; nobody while they look as somebody else."""
        return "" if self.look else self.person

    @property
    def by(self) -> str:
        """Return how the audit names this visitor."""
        if self.look:
            return self.look.by(self.person)
        kind = f"{agency_kind(self.agency_id)} " if self.agency_id else ""
        return actor(f"{kind}{self.role}", self.person)


def secure() -> bool:
    """Return whether cookies travel over HTTPS alone: always, except on a portal that has no HTTPS."""
    return (settings().portal_url or "").startswith("https:")


def sign_in(response: Response, secret: str) -> None:
    """Set the cookie of a session."""
    # No script can read it, and another site's form cannot send it.
    seconds = settings().session_hours * 3600
    response.set_cookie(COOKIE, secret, max_age=seconds, httponly=True, samesite="lax", secure=secure())


def signed_in_of(request: Request) -> SignedIn | None:
    """Return who is signed in at a browser, or None; looked up once a page.

    Raises:
        LookingError: they look at pages as somebody else, and the page is sent something.
    """
    person: SignedIn | None
    if hasattr(request.state, "signed_in"):
        person = request.state.signed_in
        return person
    # Set before the ledger is asked: the page that tells of a fault asks this too, and must not fail again by it.
    person = request.state.signed_in = None
    if secret := request.cookies.get(COOKIE, ""):
        with transaction() as session:
            person = request.state.signed_in = signed_in(session, secret)
    if person is None:
        return None
    # The lead inspector sees the page as somebody else, where they chose to; the audit records each page.
    request.state.look = look = look_of(request.cookies, person)
    if look is None:
        return person
    if request.method not in _VIEWS:
        raise LookingError
    with transaction() as session:
        page = getattr(request.scope.get("route"), "path", "")
        by = look.by(person.person)
        audit.append(session, look.ref, actor=by, action=READ, subject=look.ref, facts={"page": page})
    person = request.state.signed_in = seen_as(person, look)
    return person


def agency_door(person: SignedIn) -> Door | None:
    """Return the role in which somebody looks at an agency's pages: the chosen one, else the first."""
    doors = [door for door in person.doors if door.role in AGENCY_ROLES]
    return next((door for door in doors if door.membership == person.acts_as), doors[0] if doors else None)


def _as(request: Request, person: SignedIn, door: Door, ref: str) -> Visitor:
    look: Look | None = getattr(request.state, "look", None)
    named = (person.person, person.session, person.name)
    agency = door.agency_id if door.role in AGENCY_ROLES else ""
    return Visitor(door.role, door.inspection or ref, agency, *named, look)


def visitor_of(request: Request, person: SignedIn | None) -> Visitor | None:
    """Return whoever is signed in as who they are at a page: in the role that its address or their agency gives."""
    if person is None:
        return None
    ref = str(request.path_params.get("ref", ""))
    door = door_for(person.doors, Act.SEE_INSPECTION, ref) if ref else agency_door(person)
    return _as(request, person, door or person.doors[0], ref)


def person_visitor(request: Request) -> SignedIn:
    """Return whoever is signed in.

    Raises:
        SignedOutError: nobody is.
        ToCheckError: they open a page by hand, and it is time to ask their provider again.
    """
    person = signed_in_of(request)
    if person is None:
        raise SignedOutError
    # What somebody sends is never turned away for it, nor what a page asks for by itself.
    if person.to_check and request.method == "GET" and "text/html" in request.headers.get("accept", ""):
        raise ToCheckError(f"{request.url.path}?{request.url.query}".rstrip("?"))
    return person


def concerned_person(request: Request) -> SignedIn:
    """Return whoever is signed in, with the roles by which they act for a child in danger.

    A child in danger does not end with the inspection, so roles in one that has ended let in here, and here alone.

    Raises:
        SignedOutError: nobody is.
        NotTheirsError: somebody is whose roles have nothing to do with concerns; for them the page does not exist.
    """
    secret = request.cookies.get(COOKIE, "")
    if not secret:
        raise SignedOutError
    seen = signed_in_of(request)
    if seen is not None and request.state.look:
        # Whoever looks as somebody else has nothing of their own here either.
        person = seen if any(may(door.role, act) for door in seen.doors for act in LASTING) else None
    else:
        with transaction() as session:
            person = signed_in(session, secret, for_concerns=True)
    request.state.concerned = person
    if person is None:
        person_visitor(request)
        raise NotTheirsError
    return person


_ABOUT_RECORDS = frozenset({Act.SEE_READINGS, Act.SEE_RECORDS, Act.KEEP_RECORDS, Act.PUT_ASIDE})
"""What is done with records themselves, whatever is destroyed."""

_AFTER_DESTRUCTION = frozenset({Act.SEE_LETTER, Act.DECIDE_COMPLAINTS, Act.DECIDE_LETTER})
"""What is still done in an inspection when its data about children is destroyed: it needs none."""


def _refuse_destroyed(request: Request, ref: str, act: Act) -> None:
    """Open nothing that is destroyed or confirmed to be, also where an older backup brought it back.

    Raises:
        DestroyedPageError: what the page shows is of a class of record that is gone.
    """
    if act in _ABOUT_RECORDS:
        return
    with transaction() as session:
        gone = refusing_classes(session, ref)
    if not gone:
        return
    drafted = str(getattr(request.scope.get("route"), "path", "")).startswith("/inspections/{ref}/draft")
    if act not in _AFTER_DESTRUCTION or RecordClass.RECORD in gone or (drafted and RecordClass.EVIDENCE in gone):
        raise DestroyedPageError


def concern_raiser(ref: str, request: Request) -> Visitor:
    """Return a signed-in inspector of an inspection that goes on or has ended.

    Raises:
        SignedOutError: nobody is signed in.
        NotTheirsError: the person's role in the inspection does not include raising a concern.
    """
    person = concerned_person(request)
    door = door_for(person.doors, Act.RAISE_CONCERNS, ref)
    if door is None:
        raise NotTheirsError
    _refuse_destroyed(request, ref, Act.RAISE_CONCERNS)
    return _as(request, person, door, ref)


def person_behind(request: Request) -> SignedIn:
    """Return whoever is signed in, also while they look at pages as somebody else.

    Raises:
        SignedOutError: nobody is.
    """
    secret = request.cookies.get(COOKIE, "")
    if not secret:
        raise SignedOutError
    with transaction() as session:
        person = signed_in(session, secret)
    if person is None:
        raise SignedOutError
    return person


def _check_goes_on(request: Request, act: Act, ref: str) -> None:
    """Refuse what is sent to a page while the inspection is paused; what only reads goes on.

    Raises:
        PausedError: it is paused, and the act waits.
    """
    if request.method not in _VIEWS:
        with transaction() as session:
            check_goes_on(session, act, ref)


STOPPED_BY_A_PAUSE: dict[Callable[..., Any], Act] = {}
"""What each dependency of an address lets somebody do, where a pause of the inspection can stop it."""


def agency_visitor(request: Request) -> Visitor:
    """Return the signed-in person of an agency, who sends something while the inspection goes on.

    Raises:
        SignedOutError: nobody is signed in.
        NotTheirsError: somebody is who has no role in an agency; for them the page does not exist.
        PausedError: they send something, and the inspection is paused.
    """
    visitor = agency_person(request)
    _check_goes_on(request, Act.ANSWER_REQUESTS, visitor.inspection)
    return visitor


STOPPED_BY_A_PAUSE[agency_visitor] = Act.ANSWER_REQUESTS


def agency_person(request: Request) -> Visitor:
    """Return the signed-in person of an agency, at a page that a pause does not stop.

    Raises:
        SignedOutError: nobody is signed in.
        NotTheirsError: somebody is who has no role in an agency; for them the page does not exist.
    """
    person = person_visitor(request)
    door = agency_door(person)
    if door is None:
        raise NotTheirsError
    return _as(request, person, door, door.inspection)


def acting(visitor: SignedIn, act: Act) -> str:
    """Return how the audit names a person who does something in the whole programme."""
    door = door_for(visitor.doors, act)
    return actor_of(visitor.person, door) if door else visitor.person


def programme_who_may(act: Act) -> Callable[[Request], SignedIn]:
    """Return what lets in those who may do something in the whole programme, and nobody else.

    The dependency raises SignedOutError where nobody is signed in, and NotTheirsError where no role of the person
    in the programme includes the act.
    """

    def person(request: Request) -> SignedIn:
        visitor = person_visitor(request)
        if door_for(visitor.doors, act) is None:
            raise NotTheirsError
        return visitor

    return person


def anybody_who_may(act: Act) -> Callable[[Request], SignedIn]:
    """Return what lets in those who may do something in one inspection at least, and nobody else.

    The dependency raises SignedOutError where nobody is signed in, and NotTheirsError where no role of the person
    includes the act.
    """

    def person(request: Request) -> SignedIn:
        visitor = person_visitor(request)
        if not doors_to(visitor.doors, act):
            raise NotTheirsError
        return visitor

    return person


def member_who_may(act: Act, *, reads: bool = False) -> Callable[[str, Request], Visitor]:
    """Return what lets in those who may do something in the inspection in the address, and nobody else.

    Where the address only `reads`, as the form of a list does, no pause stops it.

    The dependency raises SignedOutError where nobody is signed in, and NotTheirsError where the person's role in
    that inspection does not include the act, and PausedError where something is sent in a pause that stops the act.
    """

    def member(ref: str, request: Request) -> Visitor:
        person = person_visitor(request)
        # First whether it is theirs: that something is destroyed or paused is told to nobody else.
        door = door_for(person.doors, act, ref)
        if door is None:
            raise NotTheirsError
        _refuse_destroyed(request, ref, act)
        if not reads:
            _check_goes_on(request, act, ref)
        return _as(request, person, door, ref)

    if not reads:
        STOPPED_BY_A_PAUSE[member] = act
    return member


ConcernedPerson = Annotated[SignedIn, Depends(concerned_person)]
"""Raises, follows or answers a concern about a child in danger, also after the end of the inspection."""
ConcernRaiser = Annotated[Visitor, Depends(concern_raiser)]
PersonBehind = Annotated[SignedIn, Depends(person_behind)]
"""Whoever is signed in, even while they see pages as somebody else."""
SignedInPerson = Annotated[SignedIn, Depends(person_visitor)]
Sender = Annotated[Visitor, Depends(agency_visitor)]
AgencyPerson = Annotated[Visitor, Depends(agency_person)]
"""An agency's person at what a pause does not stop: files sent in error, complaints, persons' rights and families."""
Member = Annotated[Visitor, Depends(member_who_may(Act.SEE_INSPECTION))]
"""Sees stage, counts and labels of an inspection."""
Inspector = Annotated[Visitor, Depends(member_who_may(Act.SEE_CHILDREN))]
"""Sees children, and what agencies sent of them."""
Reviewer = Annotated[Visitor, Depends(member_who_may(Act.REVIEW_PAIRS))]
PairsReader = Annotated[Visitor, Depends(member_who_may(Act.REVIEW_PAIRS, reads=True))]
Recorder = Annotated[Visitor, Depends(member_who_may(Act.RECORD_FINDINGS))]
WordsLister = Annotated[Visitor, Depends(member_who_may(Act.RECORD_FINDINGS, reads=True))]
"""Looks for something among the words that wait for a second person."""
Discusser = Annotated[Visitor, Depends(member_who_may(Act.DISCUSS_FINDINGS))]
"""Says something about findings and paragraphs."""
Moderator = Annotated[Visitor, Depends(member_who_may(Act.MODERATE_FINDINGS))]
"""Moderates and agrees findings, and decides disagreements."""
Assurer = Annotated[Visitor, Depends(member_who_may(Act.ASSURE_FINDINGS))]
"""Says whether findings and letter are ready."""
Writer = Annotated[Visitor, Depends(member_who_may(Act.WRITE_LETTER))]
"""Writes the draft of the letter."""
FindingsReader = Annotated[Visitor, Depends(member_who_may(Act.SEE_FINDINGS))]
LetterReader = Annotated[Visitor, Depends(member_who_may(Act.SEE_LETTER))]
RecordsReader = Annotated[Visitor, Depends(member_who_may(Act.SEE_RECORDS))]
"""Sees what is kept of an inspection until when, what holds it, and what was destroyed: by counts alone."""
PutterAside = Annotated[Visitor, Depends(member_who_may(Act.PUT_ASIDE))]
"""Puts files aside that were sent in error, and has them destroyed or released with another."""
RecordsKeeper = Annotated[Visitor, Depends(member_who_may(Act.KEEP_RECORDS))]
LetterDecider = Annotated[Visitor, Depends(member_who_may(Act.DECIDE_LETTER))]
"""Closes the check of facts, names addressees and signatories, and publishes."""
StatementDecider = Annotated[Visitor, Depends(member_who_may(Act.DETERMINE_STATEMENT))]
"""Determines whether the area must make a written statement, for the programme manager to confirm."""
ComplaintDecider = Annotated[Visitor, Depends(member_who_may(Act.DECIDE_COMPLAINTS))]
"""Records complaints about an inspection, and decides on them with another."""
CommentsDecider = Annotated[Visitor, Depends(member_who_may(Act.DECIDE_COMMENTS))]
ReadingsReader = Annotated[Visitor, Depends(member_who_may(Act.SEE_READINGS))]
"""Sees who opened what."""
WorkStarter = Annotated[Visitor, Depends(member_who_may(Act.START_WORK))]
"""Leads an inspection, or the programme."""
NotesRecoverer = Annotated[Visitor, Depends(member_who_may(Act.RECOVER_NOTES))]
"""Takes in notes that arrived after their writer could no longer come in."""
EstimateReader = Annotated[Visitor, Depends(member_who_may(Act.SEE_ESTIMATES))]
"""Sees what is estimated, and an area compared with its earlier inspection, in counts."""
MeetingRecorder = Annotated[Visitor, Depends(member_who_may(Act.RECORD_MEETINGS))]
"""Records meetings of the inspectors with the area."""
