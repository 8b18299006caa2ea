"""Signing in by one-time link, asking for a new link, and signing out."""

import time
from datetime import timedelta

from fastapi import APIRouter, Request, Response
from sqlmodel import Session, col, select

from models.ids import once_key
from models.lifecycle import ENDED
from models.refusals import Mistake
from models.settings import settings
from models.tables import Agency, Inspection, Link, Notice
from models.tables.base import utc_now
from portal.pages.forms import Form, text_of
from portal.pages.frame import page, to
from portal.pages.session import AGENCY, COOKIE, TEAM, Visitor, sign_in, visitor_of
from tasks.ground.database import transaction
from tasks.people.notices import write_notice
from tasks.people.sign_in_links import LinkRefusedError, check_link, use_link

router = APIRouter()
_WAIT = timedelta(minutes=10)  # whoever asks again and again fills nobody's mailbox


@router.get("/sign-in")
def ask(request: Request) -> Response:
    """Show how to sign in."""
    return page(request, "sign_in_ask", "Sign in")


@router.get("/sign-in/{link_id}/{secret}")
def look(request: Request, link_id: str, secret: str) -> Response:
    """Show a button and do not use the link: mail scanners open links as well."""
    try:
        with transaction() as session:
            link = check_link(session, link_id, _plain(secret))
            inspection = session.get_one(Inspection, link.inspection)
    except LinkRefusedError as refused:
        return _refused(request, str(refused), link_id)
    return page(
        request, "sign_in", "Sign in", person=link.person, area=inspection.area_name, hours=settings().session_hours
    )


@router.post("/sign-in/{link_id}/{secret}")
def use(request: Request, link_id: str, secret: str, _: Form) -> Response:
    """Use the link once and sign the browser in."""
    try:
        visitor = Visitor.of(use_link(link_id, _plain(secret)))
    except LinkRefusedError as refused:
        return _refused(request, str(refused), link_id)
    answer = to(home_of(visitor))
    sign_in(answer, visitor)
    return answer


def _plain(secret: str) -> str:
    """Return a secret, or an empty one where it has characters that none of ours has."""
    return secret if secret.isascii() else ""


def _refused(request: Request, why: str, link_id: str) -> Response:
    return page(request, "link_refused", "This link cannot be used", status=403, why=why, link=link_id)


def home_of(visitor: Visitor) -> str:
    """Return the first page of a visitor."""
    return "/" if visitor.role == AGENCY else f"/inspections/{visitor.inspection}"


@router.post("/sign-in/new")
def new_link(request: Request, form: Form) -> Response:
    """Send a new link to the mailbox that got the old one; the answer is the same where there is no such mailbox."""
    link_id, mailbox = text_of(form, "link"), text_of(form, "mailbox").lower()
    if not link_id and not mailbox:
        mistakes = [Mistake("mailbox", "Enter the address of your organisation's shared mailbox.")]
        return page(request, "sign_in_ask", "Sign in", status=422, mistakes=mistakes)
    with transaction() as session:
        if link_id:
            _renew(session, session.get(Link, link_id))
        else:
            for agency in session.exec(select(Agency).where(Agency.mailbox == mailbox).order_by(Agency.id)):
                _send(session, agency, agency.inspection)
    return page(request, "link_sent", "Look in your shared mailbox")


def _renew(session: Session, link: Link | None) -> None:
    if link is None:
        return
    # To the addressee on record, never to an address that somebody types in.
    agency = session.get(Agency, link.agency_id) if link.agency_id else None
    if agency is not None:
        _send(session, agency, link.inspection)
    elif link.role in TEAM:
        _send(session, link.role, link.inspection)


def _send(session: Session, to_whom: Agency | str, ref: str) -> None:
    """Write a notice with a new link, at most one in ten minutes, until the inspection ends."""
    if session.get_one(Inspection, ref).stage in ENDED:
        return
    whose = to_whom.id if isinstance(to_whom, Agency) else once_key(ref, to_whom)
    name = to_whom.name if isinstance(to_whom, Agency) else to_whom
    recent = select(Notice).where(
        Notice.inspection == ref,
        Notice.kind == "new_link",
        Notice.to_name == name,
        col(Notice.written_at) > utc_now() - _WAIT,
    )
    if session.exec(recent).first() is None:
        # Two requests at the same moment make the same name, and the table accepts a name once.
        once = once_key(whose, "new_link", int(time.time() / _WAIT.total_seconds()))
        write_notice(session, "new_link", to_whom, once=once, inspection=ref, sign_in=True)


@router.get("/sign-out")
def sign_out_page(request: Request) -> Response:
    """Show a button to sign out: another site's link must not sign anybody out."""
    if visitor_of(request.cookies) is None:
        return to("/sign-in")
    return page(request, "sign_out", "Sign out")


@router.post("/sign-out")
def sign_out(_: Form) -> Response:
    """Delete the session of this browser."""
    answer = to("/sign-in")
    answer.delete_cookie(COOKIE)
    return answer
