"""The draft letter out to Word and back: corrections are taken over paragraph by paragraph, and nothing is lost."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from models.refusals import Mistake, Refusal
from models.tables import Inspection, ParagraphVersion
from models.word_tags import HEADING, paragraph_in, tag_of
from models.words import joined
from portal.pages.forms import FileForm, Form, file_of, texts_of
from portal.pages.frame import attachment, page, to
from portal.pages.session import LetterReader, Visitor, Writer
from tasks.assuring.turns import tell_turns
from tasks.drafting.checking import ParagraphWords, one_paragraph
from tasks.drafting.differences import Differences, differences
from tasks.drafting.draft import LetterDraft
from tasks.drafting.loading import current_draft, paragraph_at
from tasks.drafting.quantifiers import carried
from tasks.drafting.writing import draft_refusal, write_paragraph
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.returns.screening import screen

# Builders and readers of Word are imported where they are used: other pages do not need them.
router = APIRouter(prefix="/inspections/{ref}/draft/word")
_MEDIA = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_BANNER = "Draft of the inspection team. Keep it only where evidence is allowed."


@dataclass(frozen=True, slots=True)
class ReturnedParagraph:
    """One paragraph that came back with other words, or new words.

    Attributes:
        place: its id and the version that was corrected, `P05@3`; for new words the code of the section.
        label: what the page calls it.
        text: its words.
        heading: its title, where its section has boxes.
        compared: against the version that was corrected; None for new words.
        newer: the version that somebody else wrote meanwhile; 0 where nobody did.
        sentence: why it was not taken over; empty before anybody tried.
    """

    place: str
    label: str
    text: str
    heading: str
    compared: Differences | None
    newer: int = 0
    sentence: str = ""


@router.get("/draft.docx")
def download(ref: str, member: LetterReader) -> Response:
    """Return the draft as a Word document that keeps track of changes; the audit records who took it."""
    from tasks.letters.working_copy import working_copy

    with transaction() as session:
        inspection, draft = _read(session, ref, member)
    made = working_copy(draft, f"Draft letter: {inspection.area_name}", _BANNER)
    return attachment(made, f"{ref}-draft.docx", _MEDIA)


@router.get("")
def show(request: Request, ref: str, member: Writer) -> Response:
    """Show how the draft goes out to Word and comes back."""
    del member
    return _page(request, ref)


@router.post("")
def send(request: Request, ref: str, member: Writer, form: FileForm) -> Response:
    """Show what a corrected draft changes; nothing is taken over yet."""
    from portal.team.corrected import corrected_copy

    file = file_of(form, "file")
    if file is None:
        return _page(request, ref, mistakes=(Mistake("file", "Select a file."),))
    data = file.file.read()
    try:
        screen(data, ref, by=member.by)
        copy = corrected_copy(data)
    except Refusal as refused:
        return _page(request, ref, mistakes=(Mistake("file", refused.sentence),))
    with transaction() as session:
        _, draft = _read(session, ref, member)
        labels = {section.code: section.label for section in draft.sections}
        changed = [*_changed(session, ref, draft, copy.paragraphs), *_new(copy.new, labels)]
        back = {each.id for each in copy.paragraphs if each.text}
        absent = [each.id for each in draft.paragraphs if each.id not in back]
    return _page(request, ref, changed=changed, absent=absent, notes=copy.notes, is_read=True)


@router.post("/take")
def take(request: Request, ref: str, member: Writer, form: Form) -> Response:
    """Take chosen corrections over, each as a version of its paragraph; what is not taken comes back."""
    sent = _sent(texts_of(form, "seen"), texts_of(form, "text"))
    chosen = set(texts_of(form, "number"))
    with transaction() as session:
        _, draft = _read(session, ref, member)
        labels = {section.code: section.label for section in draft.sections}
        given = [
            each
            for number, (place, text, heading) in enumerate(sent)
            if str(number) in chosen and (each := _given(session, ref, labels, place, text, heading))
        ]
    if not given:
        mistake = Mistake("number", "Choose at least one paragraph. Send the file again to see all of them.")
        return _page(request, ref, mistakes=(mistake,))
    taken, refused = [], []
    for each in given:
        try:
            taken.append(_take(ref, draft, each, by=member.by))
        except Refusal as why:
            refused.append(replace(each, sentence=why.sentence))
    tell_turns(ref)
    if refused:
        mistakes = tuple(Mistake("number", f"{each.label}: {each.sentence}") for each in refused)
        return _page(request, ref, changed=refused, mistakes=mistakes, taken=taken)
    return to(f"/inspections/{ref}/draft", "taken", joined(taken))


def _sent(places: Sequence[str], texts: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Yield place, words and title of each correction of a form; where there is a title it stands before its words."""
    heading = ""
    # Of a form that somebody changed, what has no partner is left out.
    for place, text in zip(places, texts, strict=False):
        if place.endswith(HEADING):
            heading = text
        else:
            yield place, text, heading
            heading = ""


def _read(session: Session, ref: str, member: Visitor) -> tuple[Inspection, LetterDraft]:
    inspection, draft = session.get_one(Inspection, ref), current_draft(session, ref)
    facts = {"paragraphs": len(draft.paragraphs)}
    audit.append(session, ref, actor=member.by, action="draft.read", subject=ref, facts=facts)
    return inspection, draft


def _changed(session: Session, ref: str, draft: LetterDraft, paragraphs: Sequence[Any]) -> Iterator[ReturnedParagraph]:
    """Yield the paragraphs that came back with other words than they went out with."""
    newest = {each.id: each.version for each in draft.paragraphs}
    for each in paragraphs:
        row = session.get(ParagraphVersion, (ref, each.id, each.version))
        if not each.text:
            continue
        if row is None:
            # Words of a paragraph that this draft never had are words all the same.
            yield ReturnedParagraph("", f"Words of another draft ({each.id})", each.text, each.heading, None)
            continue
        before = paragraph_at(row)
        compared = differences(before.text, each.text)
        if compared.any or (each.heading and each.heading != before.heading):
            newer = newest.get(each.id, each.version)
            place = tag_of(each.id, each.version)
            heading = each.heading or before.heading
            yield ReturnedParagraph(place, each.id, each.text, heading, compared, newer if newer != each.version else 0)


def _new(texts: Sequence[Any], labels: dict[str, str]) -> Iterator[ReturnedParagraph]:
    for each in texts:
        label = labels.get(each.section)
        yield ReturnedParagraph(
            each.section if label else "", f"New words under {label}" if label else "New words", each.text, "", None
        )


def _given(
    session: Session, ref: str, labels: dict[str, str], place: str, text: str, heading: str
) -> ReturnedParagraph | None:
    """Return a correction that a form names; None where it names nothing that can be."""
    if place in labels:
        return ReturnedParagraph(place, f"New words under {labels[place]}", text, heading, None)
    named = paragraph_in(place)
    row = session.get(ParagraphVersion, (ref, *named)) if named else None
    if row is None:
        return None
    return ReturnedParagraph(
        place, row.paragraph, text, heading, differences(paragraph_at(row).text, one_paragraph(text))
    )


def _take(ref: str, draft: LetterDraft, given: ReturnedParagraph, *, by: str) -> str:
    """Write a correction as a version of its paragraph, or as a new one, and return the paragraph's id."""
    named = paragraph_in(given.place)
    if named is None:
        return write_paragraph(ref, None, given.place, ParagraphWords(given.text, given.heading), follows=0, by=by)
    paragraph, version = named
    now = next((each for each in draft.paragraphs if each.id == paragraph), None)
    findings, bindings = (now.findings, now.bindings) if now else ((), ())
    # Cases stay with each sentence that stays as it is.
    kept = carried(now.text, bindings, one_paragraph(given.text)) if now else ()
    section = next((each.code for each in draft.sections if now in each.paragraphs), "")
    words = ParagraphWords(given.text, given.heading, findings, kept)
    return write_paragraph(ref, paragraph, section, words, follows=version, by=by)


def _page(
    request: Request,
    ref: str,
    *,
    changed: Sequence[ReturnedParagraph] = (),
    absent: Sequence[str] = (),
    notes: int = 0,
    taken: Sequence[str] = (),
    mistakes: tuple[Mistake, ...] = (),
    is_read: bool = False,
) -> Response:
    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
    facts: dict[str, Any] = {
        "inspection": inspection,
        "refusal": draft_refusal(inspection),
        "changed": changed,
        "absent": absent,
        "notes": notes,
        "taken": joined(taken) if taken else "",
        "is_read": is_read,
    }
    status, back = 422 if mistakes else 200, f"/inspections/{ref}/draft"
    return page(request, "word", "The draft in Word", status=status, mistakes=mistakes, back=back, **facts)
