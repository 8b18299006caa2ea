"""Words that could tell who a child is: shown to their writer, asked of the team, passed or sent back by another."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from models.refusals import Mistake, NothingThereError, Refusal
from models.states import MARK_REASON_LABELS, MarkReason
from models.tables import Inspection, MarkedWords
from portal.pages.forms import Form, text_of
from portal.pages.frame import page, to
from portal.pages.listing import EVERYTHING, ListingColumn, Wanted, answer, arrange, wanted_in
from portal.pages.session import NotTheirsError, Recorder, WordsLister
from tasks.ground.database import transaction
from tasks.recognition.marks import RecognisedMark
from tasks.recognition.passing import ask, decide, read_words, recogniser, waiting_words

router = APIRouter(prefix="/inspections/{ref}/words")


@dataclass(frozen=True, slots=True)
class Marked:
    """A text that could tell who a child is.

    Attributes:
        text: the whole of it.
        pieces: the text in pieces, each with whether it is marked.
        reasons: each marked place with why it is marked.
    """

    text: str
    pieces: tuple[tuple[str, bool], ...]
    reasons: tuple[tuple[str, str], ...]


def marked_in(session: Session, ref: str, texts: Iterable[str]) -> tuple[Marked, ...]:
    """Return the texts in which something is marked."""
    written = [text for text in texts if text]
    if not written:
        return ()
    people = recogniser(session, ref)
    marks = [(text, people.marks(text)) for text in written]
    return tuple(shown(text, of_text) for text, of_text in marks if of_text)


def shown(text: str, of_text: Sequence[RecognisedMark]) -> Marked:
    """Return a text with its marks as a page shows them; what several marks share is one piece."""
    edges = sorted({0, len(text), *(edge for mark in of_text for edge in (mark.start, mark.end))})
    parts = [
        (text[start:end], any(mark.start <= start and end <= mark.end for mark in of_text))
        for start, end in pairwise(edges)
    ]
    pieces = [("".join(part for part, _ in same), marked) for marked, same in groupby(parts, key=lambda part: part[1])]
    reasons = dict.fromkeys((text[mark.start : mark.end], mark.words) for mark in of_text)
    return Marked(text, tuple(pieces), tuple(reasons))


@router.get("")
def waiting(request: Request, ref: str, member: Recorder) -> Response:
    """Show which words wait for a second person."""
    del member
    return _waiting(request, ref, EVERYTHING)


@router.post("/list")
def some(request: Request, ref: str, member: WordsLister, form: Form) -> Response:
    """Show or download which words wait, without the words."""
    del member
    return _waiting(request, ref, wanted_in(form))


_COLUMNS: tuple[ListingColumn[MarkedWords], ...] = (
    ListingColumn("asked", "Asked", lambda row: row.asked_at),
    ListingColumn("by", "By", lambda row: row.asked_by, chosen=True, person=True),
    ListingColumn("reason", "Why they are to stay", lambda row: MARK_REASON_LABELS[row.reason], chosen=True),
)


def _waiting(request: Request, ref: str, wanted: Wanted) -> Response:
    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        listing = arrange(waiting_words(session, ref), _COLUMNS, wanted)
    facts: dict[str, Any] = {"inspection": inspection, "reasons": MARK_REASON_LABELS}
    return answer(request, "marked_list", "Words that wait", listing, _COLUMNS, **facts)


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
        marked=shown(text, of_text),
        reason=MARK_REASON_LABELS[row.reason],
    )


def _asking(request: Request, ref: str, text: str, mistakes: tuple[Mistake, ...]) -> Response:
    with transaction() as session:
        inspection, marked = session.get_one(Inspection, ref), marked_in(session, ref, [text])
    facts: dict[str, Any] = {"inspection": inspection, "marked": marked, "reasons": MARK_REASON_LABELS}
    return page(request, "marked_ask", "Ask somebody else", status=422, mistakes=mistakes, **facts)
