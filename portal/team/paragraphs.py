"""Paragraphs of the draft letter: written, put in order, bound to cases, and compared version by version."""

import re
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Query, Request, Response
from sqlmodel import Session, select

from models.refusals import Mistake, NothingThereError, Refusal
from models.states import MARK_REASON_LABELS
from models.tables import Finding, Inspection, Paragraph, ParagraphVersion
from portal.pages.forms import Form, text_of, texts_of
from portal.pages.frame import page, to
from portal.pages.listing import EVERYTHING, Wanted, arrange, list_file, wanted_in
from portal.pages.session import LetterReader, NotTheirsError, Visitor, Writer
from portal.team.discussions import THREADS
from portal.team.draft import FITS
from portal.team.kept import kept_for, settled
from portal.team.marked import marked_in
from tasks.assuring.passing import passing_refusal
from tasks.assuring.threads import said_on
from tasks.assuring.turns import tell_turns
from tasks.drafting.checking import ParagraphWords, one_paragraph
from tasks.drafting.differences import differences
from tasks.drafting.draft import Binding, DraftParagraph, form_of
from tasks.drafting.loading import paragraph_at
from tasks.drafting.quantifiers import carried, fit, quantified, share_in_words
from tasks.drafting.writing import (
    NewerVersionError,
    bind,
    draft_refusal,
    move_paragraph,
    remove_paragraph,
    restore_paragraph,
    write_paragraph,
)
from tasks.findings.findings import findings_of, words_of
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.ledger.themes import theme_of

router = APIRouter(prefix="/inspections/{ref}/draft")


@router.get("/new")
def new(request: Request, ref: str, member: Writer, section: str = "") -> Response:
    """Show where a new paragraph is written."""
    return _form(request, ref, member, None, _section(ref, section), ParagraphWords(""), 0)


@router.post("/new")
def add(request: Request, ref: str, member: Writer, form: Form) -> Response:
    """Add a paragraph at the end of its section."""
    return _stored(request, ref, member, None, _section(ref, text_of(form, "page")), form)


@router.get("/{paragraph}")
def edit(request: Request, ref: str, paragraph: str, member: Writer) -> Response:
    """Show a paragraph to be written; the audit records who read it."""
    row, now = _now(ref, paragraph)
    words = ParagraphWords(now.text, now.heading, now.findings, now.bindings)
    return _form(request, ref, member, row.id, row.section, words, now.version)


@router.post("/{paragraph}")
def write(request: Request, ref: str, paragraph: str, member: Writer, form: Form) -> Response:
    """Save a version of a paragraph, unless somebody else's newer one has not been seen."""
    row, _ = _now(ref, paragraph)
    return _stored(request, ref, member, row.id, row.section, form)


@router.post("/{paragraph}/move")
def move(ref: str, paragraph: str, member: Writer, form: Form) -> Response:
    """Move a paragraph up or down in its section."""
    step = -1 if text_of(form, "outcome") == "up" else 1
    return _changed(ref, "moved", paragraph, lambda: move_paragraph(ref, paragraph, step, by=member.by))


@router.post("/{paragraph}/remove")
def remove(ref: str, paragraph: str, member: Writer, form: Form) -> Response:
    """Take a paragraph out of the draft."""
    seen = _number(text_of(form, "seen"))
    return _changed(ref, "removed", paragraph, lambda: remove_paragraph(ref, paragraph, follows=seen, by=member.by))


@router.post("/{paragraph}/restore")
def restore(ref: str, paragraph: str, member: Writer, _: Form) -> Response:
    """Put a paragraph back that was taken out."""
    return _changed(ref, "restored", paragraph, lambda: restore_paragraph(ref, paragraph, by=member.by))


@router.post("/{paragraph}/cases")
def name_cases(request: Request, ref: str, paragraph: str, member: Writer, form: Form) -> Response:
    """Name the cases behind each sentence with a quantifier."""
    _, now = _now(ref, paragraph)
    # Of the newest words: what was named for older ones is refused by the version that was seen.
    bindings = tuple(
        Binding(
            each.place,
            each.quantifier,
            _labels(text_of(form, f"cases-{each.place}")),
            _labels(text_of(form, f"against-{each.place}")),
        )
        for each in quantified(now.text)
    )
    words = ParagraphWords(now.text, now.heading, now.findings, bindings)
    try:
        bind(ref, paragraph, words, follows=_number(text_of(form, "seen")), by=member.by)
    except Refusal as refused:
        return _versions(request, ref, paragraph, member, mistakes=refused.mistakes, given=bindings)
    return to(f"/inspections/{ref}/draft/{paragraph}/versions", "cases", paragraph)


@router.get("/{paragraph}/versions")
def versions(
    request: Request, ref: str, paragraph: str, member: LetterReader, old: int = Query(0), new: int = Query(0)
) -> Response:
    """Show who wrote which version, 2 of them next to each other, the cases behind it and what was said about it."""
    return _versions(request, ref, paragraph, member, old=old, newer=new)


@router.post("/{paragraph}/versions")
def some(request: Request, ref: str, paragraph: str, member: LetterReader, form: Form) -> Response:
    """Show or download what is wanted of what was said about a paragraph; the audit records who read it."""
    return _versions(request, ref, paragraph, member, wanted=wanted_in(form))


def _changed(ref: str, banner: str, paragraph: str, act: Callable[[], None]) -> Response:
    try:
        act()
    except NothingThereError:
        raise NotTheirsError from None
    except NewerVersionError:
        return to(f"/inspections/{ref}/draft/{paragraph}/versions", "newer", paragraph)
    except Refusal:
        return to(f"/inspections/{ref}/draft", "not_open")
    return to(f"/inspections/{ref}/draft", banner, paragraph)


def _stored(request: Request, ref: str, member: Visitor, paragraph: str | None, section: str, form: Any) -> Response:
    seen = _number(text_of(form, "seen"))
    given = ParagraphWords(text_of(form, "text"), text_of(form, "heading"), texts_of(form, "findings"))
    bindings: tuple[Binding, ...] = ()
    if paragraph is not None:
        _, now = _now(ref, paragraph)
        # Cases stay with each sentence that stays as it is.
        bindings = carried(now.text, now.bindings, " ".join(given.text.split()))
    words = ParagraphWords(given.text, given.heading, given.findings, bindings)
    try:
        kept = write_paragraph(ref, paragraph, section, words, follows=seen, by=member.by)
    except NewerVersionError as newer:
        mistakes = tuple(Mistake("text", each.text) for each in newer.mistakes)
        return _form(request, ref, member, paragraph, section, given, newer.version, mistakes, base=seen)
    except Refusal as refused:
        mistakes = tuple(Mistake(each.field or "text", each.text) for each in refused.mistakes)
        return _form(request, ref, member, paragraph, section, given, seen, mistakes)
    with transaction() as session:
        settled(session, ref, member, about_of(paragraph, section))
    tell_turns(ref)
    return to(f"/inspections/{ref}/draft/{kept}/versions", "written", kept)


def about_of(paragraph: str | None, section: str) -> str:
    """Return the name under which what is typed into the form of a paragraph is kept."""
    return f"draft-{paragraph or f'new_{section}'}"


def _texts(session: Session, ref: str, paragraph: str | None) -> list[DraftParagraph]:
    return [paragraph_at(row) for row in _rows(session, ref, paragraph).values()] if paragraph else []


def _form(
    request: Request,
    ref: str,
    member: Visitor,
    paragraph: str | None,
    section: str,
    words: ParagraphWords,
    seen: int,
    mistakes: tuple[Mistake, ...] = (),
    *,
    base: int | None = None,
) -> Response:
    """Show the form; where somebody else's newer version stands, with that text and where the two differ."""
    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        sections = _sections(session, ref)
        chosen = [(row, words_of(row).heading) for row in findings_of(session, ref)]
        other = None
        if base is not None and paragraph is not None:
            other = paragraph_at(session.get_one(ParagraphVersion, (ref, paragraph, seen)))
        texts = [now.text for now in _texts(session, ref, paragraph)]
        kept = kept_for(session, ref, member, about_of(paragraph, section), texts)
        marked = marked_in(session, ref, map(one_paragraph, (words.heading, words.text))) if mistakes else ()
        if paragraph is not None:
            facts = {"versions": 1}
            audit.append(session, ref, actor=member.by, action="draft.read", subject=paragraph, facts=facts)
    title = f"Write paragraph {paragraph}" if paragraph else "Write a new paragraph"
    shown: dict[str, Any] = {
        "inspection": inspection,
        "paragraph": paragraph,
        "section": section,
        "label": sections[section],
        "form": form_of(section),
        "given": words,
        "seen": seen,
        "findings": {row.id: f"{row.id}: {heading}" for row, heading in chosen},
        "other": other,
        "kept": kept,
        "marked": marked,
        "reasons": MARK_REASON_LABELS,
        "compared": differences(other.text, " ".join(words.text.split())) if other else None,
        "refusal": draft_refusal(inspection),
    }
    status = 422 if mistakes else 200
    back = f"/inspections/{ref}/draft"
    return page(request, "paragraph", title, status=status, mistakes=mistakes, back=back, **shown)


def _versions(
    request: Request,
    ref: str,
    paragraph: str,
    member: Visitor,
    *,
    old: int = 0,
    newer: int = 0,
    mistakes: tuple[Mistake, ...] = (),
    given: tuple[Binding, ...] | None = None,
    wanted: Wanted = EVERYTHING,
) -> Response:
    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        row = session.get(Paragraph, (ref, paragraph))
        if row is None:
            raise NotTheirsError
        rows = _rows(session, ref, paragraph)
        after = rows.get(newer) or rows[row.version]
        before = rows.get(old) or rows.get(after.version - 1)
        now, then = paragraph_at(after), paragraph_at(before) if before else None
        current = paragraph_at(rows[row.version])
        behind = session.exec(select(Finding).where(Finding.inspection == ref)).all()
        talks = said_on(session, ref, paragraph)
        facts = {"versions": 1 + (then is not None), "threads": len(talks)}
        audit.append(session, ref, actor=member.by, action="draft.read", subject=paragraph, facts=facts)
    threads = arrange(talks, THREADS, wanted)
    if wanted.download:
        return list_file(f"What was said about {paragraph}", threads, THREADS)
    shown: dict[str, Any] = {
        "inspection": inspection,
        "row": row,
        "rows": list(rows.values())[::-1],
        "now": now,
        "then": then,
        "compared": differences(then.text, now.text) if then else None,
        "current": current,
        "sentences": _sentences(current, list(behind), given),
        "fits": FITS,
        "said": threads,
        "closed": passing_refusal(inspection),
        "refusal": draft_refusal(inspection),
    }
    status = 422 if mistakes else 200
    back = f"/inspections/{ref}/draft"
    title = f"Paragraph {paragraph}"
    return page(request, "paragraph_versions", title, status=status, mistakes=mistakes, back=back, **shown)


def _sentences(now: DraftParagraph, findings: list[Finding], given: tuple[Binding, ...] | None) -> list[dict[str, Any]]:
    """Return each sentence with a quantifier with its cases; those of its findings are offered where none are named."""
    bound = {each.sentence: each for each in (now.bindings if given is None else given)}
    behind = [row for row in findings if row.id in now.findings]
    cases = tuple(dict.fromkeys(case for row in behind for case in row.cases))
    against = tuple(case for row in behind for case in row.against if case not in cases)
    lines = []
    for each in quantified(now.text):
        binding = bound.get(each.place)
        is_named = binding is not None and bool(binding.cases or binding.against)
        typed = binding if is_named or given is not None else None
        offered = typed or Binding(each.place, each.quantifier, cases, against)
        lines.append(
            {
                "place": each.place,
                "text": each.text,
                "word": each.word,
                "cases": ", ".join(offered.cases),
                "against": ", ".join(dict.fromkeys(offered.against)),
                "named": is_named,
                "share": share_in_words(offered),
                "fit": fit(offered),
            }
        )
    return lines


def _rows(session: Session, ref: str, paragraph: str) -> dict[int, ParagraphVersion]:
    query = select(ParagraphVersion).where(ParagraphVersion.inspection == ref, ParagraphVersion.paragraph == paragraph)
    return {row.version: row for row in sorted(session.exec(query), key=lambda row: row.version)}


def _now(ref: str, paragraph: str) -> tuple[Paragraph, DraftParagraph]:
    """Return a paragraph that stands, with its newest words.

    Raises:
        NotTheirsError: there is none.
    """
    with transaction() as session:
        row = session.get(Paragraph, (ref, paragraph))
        if row is None or row.removed_at is not None:
            raise NotTheirsError
        return row, paragraph_at(session.get_one(ParagraphVersion, (ref, paragraph, row.version)))


def _sections(session: Session, ref: str) -> dict[str, str]:
    from tasks.drafting.draft import COMPUTED

    headings = theme_of(session.get_one(Inspection, ref)).letter.headings
    return {heading.code: heading.label for heading in headings if heading.code not in COMPUTED}


def _section(ref: str, code: str) -> str:
    """Return the section that a new paragraph is for: the first one where none is named.

    Raises:
        NotTheirsError: the letter has none with this code.
    """
    with transaction() as session:
        sections = _sections(session, ref)
    if code and code not in sections:
        raise NotTheirsError
    return code or next(iter(sections))


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _labels(text: str) -> tuple[str, ...]:
    """Return the labels that somebody wrote with commas or spaces between, each once, in capitals."""
    return tuple(dict.fromkeys(part.upper() for part in re.split(r"[\s,;]+", text) if part))
