"""Signing in by one-time link, asking for a new link, and signing out."""

import time
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session, col, select
from starlette.background import BackgroundTask

from models.ids import once_key
from models.lifecycle import ENDED
from models.refusals import Mistake, Refusal
from models.settings import settings
from models.tables import Agency, Inspection, Link, Notice, Person
from models.tables.base import utc_now
from portal.pages.attempts import id_of, note_attempt
from portal.pages.forms import Form, text_of
from portal.pages.frame import page, to
from portal.pages.fresh import own_page
from portal.pages.session import COOKIE, NotTheirsError, SignedInPerson, agency_door, sign_in, signed_in_of
from tasks.ground.database import transaction
from tasks.people import sessions
from tasks.people.delivery import start_soon
from tasks.people.notices import write_notice, write_way_back
from tasks.people.persons import Entered
from tasks.people.sign_in_links import LinkRefusedError, check_link, use_link

router = APIRouter()
_WAIT = timedelta(minutes=10)  # whoever asks again and again fills nobody's mailbox
_AGAIN = timedelta(minutes=1)  # for whoever is signed in already


@router.get("/sign-in")
def ask(request: Request) -> Response:
    """Show how to sign in."""
    return page(request, "sign_in_ask", "Sign in", provider=settings().oidc_issuer)


@router.get("/sign-in/{link_id}/{secret}")
def look(request: Request, link_id: str, secret: str) -> Response:
    """Show a button and do not use the link: mail scanners open links as well."""
    return _look(request, link_id, secret)


def _look(
    request: Request,
    link_id: str,
    secret: str,
    refused: Refusal | None = None,
    given: Entered | None = None,
) -> Response:
    try:
        with transaction() as session:
            link = check_link(session, link_id, _plain(secret))
            inspection = session.get(Inspection, link.inspection) if link.inspection else None
            person = session.get_one(Person, link.person_id).name if link.person_id else link.person
    except LinkRefusedError as wrong:
        return _refused(request, str(wrong), link_id)
    given = given or _name_before(request, link)
    facts: dict[str, Any] = {
        "person": person,
        "shared": link.person_id is None,
        "given": given,
        "area": inspection.area_name if inspection else "",
        "hours": settings().session_hours,
        "idle": settings().idle_minutes,
    }
    mistakes = refused.mistakes if refused else ()
    return page(request, "sign_in", "Sign in", status=422 if refused else 200, mistakes=mistakes, **facts)


def _name_before(request: Request, link: Link) -> Entered | None:
    """Return who uses this browser already by the same shared mailbox: they need not say again who they are."""
    person = signed_in_of(request)
    if person is None or person.proven or not any(door.agency_id == link.agency_id for door in person.doors):
        return None
    with transaction() as session:
        return Entered(person.name, session.get_one(Person, person.person).job)


@router.post("/sign-in/{link_id}/{secret}")
def use(request: Request, link_id: str, secret: str, form: Form) -> Response:
    """Use the link once and sign the browser in."""
    name = text_of(form, "name")
    given = Entered(name, text_of(form, "job")) if name else None
    try:
        begun = use_link(link_id, _plain(secret), given, current=request.cookies.get(COOKIE, ""))
    except LinkRefusedError as refused:
        return _refused(request, str(refused), link_id)
    except Refusal as refused:
        return _look(request, link_id, secret, refused, given)
    with transaction() as session:
        visitor = sessions.signed_in(session, begun)
        leads_to = session.get_one(Link, link_id).leads_to
    # Whoever has one place to be goes there.
    doors = visitor.doors if visitor else ()
    # Whom an ended inspection lets in, it lets in to the concerns alone.
    answer = to("/home" if visitor else "/concerns")
    if visitor and leads_to:
        answer = to(leads_to)
    elif len(doors) == 1 and doors[0].inspection:
        answer = to("/" if doors[0].agency_id else f"/inspections/{doors[0].inspection}")
    elif visitor and visitor.acts_as:
        answer = to("/")
    sign_in(answer, begun)
    return answer


def _plain(secret: str) -> str:
    """Return a secret, or an empty one where it has characters that none of ours has."""
    return secret if secret.isascii() else ""


def _refused(request: Request, why: str, link_id: str) -> Response:
    note_attempt("link", id_of(Link, link_id))
    return page(request, "link_refused", "This link cannot be used", status=403, why=why, link=link_id)


@router.post("/sign-in/new")
def new_link(request: Request, form: Form) -> Response:
    """Send a new link to whoever got the old one, or has an address; the answer is the same where nobody has it."""
    link_id, address = text_of(form, "link"), text_of(form, "mailbox").lower()
    if not link_id and not address:
        mistakes = [Mistake("mailbox", "Enter your work email address, or that of your organisation's shared mailbox.")]
        return page(request, "sign_in_ask", "Sign in", status=422, mistakes=mistakes, provider=settings().oidc_issuer)
    answer = page(request, "link_sent", "Look in your mailbox")
    # After the answer has left: the time that it took shows nobody which addresses we know.
    answer.background = BackgroundTask(_send_new, link_id, address)
    return answer


@router.post("/sign-in/again")
def again(request: Request, person: SignedInPerson, form: Form) -> Response:
    """Send whoever is signed in a link by which they prove themselves anew, and come back to their page.

    Raises:
        NotTheirsError: they came in by a provider, and no address of theirs is known.
    """
    door = agency_door(person)
    with transaction() as session:
        own = session.get_one(Person, person.person)
        agency = session.get(Agency, door.agency_id) if door else None
        whom = own if own.address else agency
        if whom is None or not (own.address or (agency and agency.mailbox)):
            raise NotTheirsError
        once = once_key(whom.id, "again", int(time.time() / _AGAIN.total_seconds()))
        write_way_back(session, whom, once=once, leads_to=own_page(text_of(form, "leads_to")))
    answer = page(
        request, "again_sent", "Look in your mailbox", own=whom is own, mailbox_of=agency.name if agency else ""
    )
    answer.background = BackgroundTask(start_soon)
    return answer


def _send_new(link_id: str, address: str) -> None:
    _write_new(link_id, address)
    start_soon()


def _write_new(link_id: str, address: str) -> None:
    with transaction() as session:
        if link_id:
            _renew(session, session.get(Link, link_id))
            return
        for agency in session.exec(select(Agency).where(Agency.mailbox == address).order_by(Agency.id)):
            _send(session, agency, agency.inspection)
        query = select(Person).where(Person.address == address, col(Person.ended_at).is_(None)).order_by(Person.id)
        for person in session.exec(query):
            _send(session, person, None)


def _renew(session: Session, link: Link | None) -> None:
    if link is None:
        return
    # To the addressee on record, never to an address that somebody types in.
    person = session.get(Person, link.person_id) if link.person_id else None
    agency = session.get(Agency, link.agency_id) if link.agency_id else None
    if person is not None:
        _send(session, person, link.inspection)
    elif agency is not None:
        _send(session, agency, link.inspection)


def _send(session: Session, to_whom: Agency | Person, ref: str | None) -> None:
    """Write a notice with a new link, at most one in ten minutes that nobody used, until the inspection ends."""
    if ref and session.get_one(Inspection, ref).stage in ENDED:
        return
    recent = select(Notice, Link.used_at).join(Link, col(Link.id) == col(Notice.link_id))
    recent = recent.where(Notice.kind == "new_link", col(Notice.written_at) > utc_now() - _WAIT)
    own = Notice.person_id == to_whom.id if isinstance(to_whom, Person) else Notice.agency_id == to_whom.id
    newest = session.exec(recent.where(own).order_by(col(Notice.written_at).desc())).first()
    # Whoever used a link and got no answer, as the line was cut, needs another one now.
    if newest is None or newest[1] is not None:
        # Two requests at the same moment make the same name, and the table accepts a name once.
        after = newest[0].id if newest else int(time.time() / _WAIT.total_seconds())
        once = once_key(to_whom.id, "new_link", after)
        write_notice(session, "new_link", to_whom, once=once, inspection=ref, sign_in=True)


@router.get("/sign-out")
def sign_out_page(request: Request) -> Response:
    """Show a button to sign out: another site's link must not sign anybody out."""
    if signed_in_of(request) is None:
        return to("/sign-in")
    return page(request, "sign_out", "Sign out")


@router.post("/sign-out")
def sign_out(request: Request, _: Form) -> Response:
    """End this session, here and in the browser: a kept cookie opens nothing any more."""
    visitor = signed_in_of(request)
    if visitor is not None:
        with transaction() as session:
            sessions.end(session, visitor.session, by=visitor.person)
    answer = to("/sign-in")
    answer.delete_cookie(COOKIE)
    return answer
