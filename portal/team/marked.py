"""Words that could tell who a child is: shown to their writer, asked of the team, passed or sent back by another."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from models.refusals import Mistake, NothingThereError, Refusal
from models.states import MARK_REASON_LABELS, MarkReason
from models.tables import Inspection
from portal.pages.forms import Form, text_of
from portal.pages.frame import page, to
from portal.pages.session import NotTheirsError, Recorder
from tasks.ground.database import transaction
from tasks.recognition.marks import Mark
from tasks.recognition.passing import ask, decide, read_words, recogniser, waiting_words

router = APIRouter(prefix="/inspections/{ref}/words")

Pieces = tuple[tuple[str, tuple[str, ...]], ...]
"""A text in pieces, each with why it is marked; nothing where it is not."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A field of a form whose words could tell who a child is."""

    text: str
    pieces: Pieces


def marked_in(session: Session, ref: str, texts: Iterable[str]) -> tuple[Marked, ...]:
    """Return the texts in which something is marked."""
    people = recogniser(session, ref)
    marks = [(text, people.marks(text)) for text in texts if text]
    return tuple(Marked(text, pieces(text, of_text)) for text, of_text in marks if of_text)


def pieces(text: str, of_text: Iterable[Mark]) -> Pieces:
    """Return a text in pieces; where marks lie upon each other, a piece has the reasons of all."""
    marks = list(of_text)
    edges = sorted({0, len(text), *(edge for mark in marks for edge in (mark.start, mark.end))})
    return tuple(
        (text[start:end], tuple(dict.fromkeys(m.words for m in marks if m.start <= start and end <= m.end)))
        for start, end in zip(edges, edges[1:], strict=False)
    )


@router.get("")
def waiting(request: Request, ref: str, member: Recorder) -> Response:
    """Show which words wait for a second person."""
    with transaction() as session:
        inspection, rows = session.get_one(Inspection, ref), waiting_words(session, ref)
    del member
    return page(request, "marked_list", "Words that wait", inspection=inspection, rows=rows, reasons=MARK_REASON_LABELS)


@router.post("")
def ask_for(request: Request, ref: str, member: Recorder, form: Form) -> Response:
    """Ask that somebody else passes words which could tell who a child is."""
    text, reason = text_of(form, "text"), text_of(form, "reason")
    if reason not in set(MarkReason):
        return _asking(request, ref, text, (Mistake("reason", "Choose why the words are to stay as they are."),))
    try:
        ask(ref, text, MarkReason(reason), by=member.by)
    except Refusal as refused:
        return _asking(request, ref, text, tuple(Mistake("reason", each.text) for each in refused.mistakes))
    return to(f"/inspections/{ref}/words", "marked")


@router.get("/{words}")
def read(request: Request, ref: str, words: str, member: Recorder) -> Response:
    """Show words with what is marked in them; the audit records who read them."""
    return _read(request, ref, words, member.by)


@router.post("/{words}")
def decide_on(request: Request, ref: str, words: str, member: Recorder, form: Form) -> Response:
    """Pass words, or send them back."""
    outcome = text_of(form, "outcome")
    if outcome not in ("pass", "back"):
        mistake = Mistake("outcome", "Choose whether the words may stay.")
        return _read(request, ref, words, member.by, (mistake,))
    try:
        decide(ref, words, passed=outcome == "pass", by=member.by)
    except NothingThereError:
        raise NotTheirsError from None
    except Refusal as refused:
        return _read(request, ref, words, member.by, (Mistake("outcome", refused.sentence),))
    return to(f"/inspections/{ref}/words", "decided_words")


def _read(request: Request, ref: str, words: str, by: str, mistakes: tuple[Mistake, ...] = ()) -> Response:
    try:
        row, text, of_text = read_words(ref, words, by=by)
    except NothingThereError:
        raise NotTheirsError from None
    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
    return page(
        request,
        "marked",
        "May these words stay?",
        status=422 if mistakes else 200,
        mistakes=mistakes,
        inspection=inspection,
        row=row,
        pieces=pieces(text, of_text),
        reason=MARK_REASON_LABELS[row.reason],
    )


def _asking(request: Request, ref: str, text: str, mistakes: tuple[Mistake, ...]) -> Response:
    with transaction() as session:
        inspection, marked = session.get_one(Inspection, ref), marked_in(session, ref, [text])
    shown: dict[str, Any] = {"inspection": inspection, "marked": marked, "reasons": MARK_REASON_LABELS}
    return page(request, "marked_ask", "Ask somebody else", status=422, mistakes=mistakes, **shown)
