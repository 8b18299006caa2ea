"""Discussions: threads on a finding or a paragraph are opened, answered, resolved, opened again and decided."""

from collections.abc import Callable

from fastapi import APIRouter, Request, Response

from models.ids import PARAGRAPH
from models.refusals import Mistake, NothingThereError, Refusal
from models.states import ThreadKind
from models.tables import Inspection
from models.words import titled
from portal.pages.forms import Form, text_of
from portal.pages.frame import page, to
from portal.pages.listing import ListingColumn
from portal.pages.session import Discusser, Moderator, NotTheirsError
from tasks.assuring.threads import Said, answer, decide, open_thread, settle
from tasks.assuring.turns import tell_turns
from tasks.ground.database import transaction

router = APIRouter(prefix="/inspections/{ref}/discussions/{subject}")


def _state(each: Said) -> str:
    differs = each.thread.kind == ThreadKind.DISAGREEMENT
    if each.thread.settled_at:
        return "Decided" if differs else "Resolved"
    return "Waits for a decision" if differs else "Open"


THREADS: tuple[ListingColumn[Said], ...] = (
    ListingColumn("kind", "Kind", lambda each: titled(each.thread.kind), chosen=True),
    ListingColumn("version", "About version", lambda each: each.thread.version, chosen=True),
    ListingColumn("state", "State", _state, chosen=True),
    ListingColumn("at", "Begun", lambda each: each.thread.opened_at),
    ListingColumn("by", "Begun by", lambda each: each.thread.opened_by, chosen=True, person=True),
    ListingColumn("number", "Remarks", lambda each: len(each.remarks)),
    ListingColumn("words", "What was said", lambda each: tuple(text for _, text in each.remarks)),
)
"""The columns of what was said about a finding or a paragraph."""


@router.post("")
def begin(request: Request, ref: str, subject: str, member: Discusser, form: Form) -> Response:
    """Open a thread of comments, or record a disagreement."""
    kind = ThreadKind.DISAGREEMENT if text_of(form, "kind") == ThreadKind.DISAGREEMENT else ThreadKind.COMMENTS
    text = text_of(form, "text")
    return _done(request, ref, subject, text, lambda: open_thread(ref, subject, kind, text, by=member.by))


@router.post("/{thread}")
def go_on(request: Request, ref: str, subject: str, thread: str, member: Discusser, form: Form) -> Response:
    """Answer in a thread, resolve it or open it again."""
    outcome, text = text_of(form, "outcome"), text_of(form, "text")
    if outcome in ("resolve", "reopen"):
        return _done(
            request,
            ref,
            subject,
            text,
            lambda: settle(ref, subject, thread, is_settled=outcome == "resolve", by=member.by),
        )
    return _done(request, ref, subject, text, lambda: answer(ref, subject, thread, text, by=member.by))


@router.post("/{thread}/decide")
def conclude(request: Request, ref: str, subject: str, thread: str, member: Moderator, form: Form) -> Response:
    """Decide a disagreement, with words."""
    text = text_of(form, "text")
    return _done(request, ref, subject, text, lambda: decide(ref, subject, thread, text, by=member.by))


def _done(request: Request, ref: str, subject: str, text: str, act: Callable[[], object]) -> Response:
    back = page_of(ref, subject)
    try:
        act()
    except NothingThereError:
        raise NotTheirsError from None
    except Refusal as refused:
        with transaction() as session:
            inspection = session.get_one(Inspection, ref)
        mistakes = tuple(Mistake(each.field or "text", each.text) for each in refused.mistakes)
        # What was typed comes back, so that nobody writes it twice.
        return page(
            request,
            "said_not",
            "That could not be recorded",
            status=422,
            mistakes=mistakes,
            back=back,
            inspection=inspection,
            text=text,
        )
    tell_turns(ref)
    return to(back, "said")


def page_of(ref: str, subject: str) -> str:
    """Return the address of the page on which the threads on a finding or a paragraph stand."""
    if PARAGRAPH.fullmatch(subject):
        return f"/inspections/{ref}/draft/{subject}/versions"
    return f"/inspections/{ref}/findings/{subject}/standing"
