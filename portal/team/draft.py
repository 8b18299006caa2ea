"""The draft letter as its writers read it: sections, paragraphs, what each rests on, and what is still to write."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from fastapi import APIRouter, Request, Response

from models.refusals import Mistake, Refusal
from models.states import ParagraphState
from models.tables import Inspection
from portal.pages.forms import Form
from portal.pages.frame import to
from portal.pages.listing import EVERYTHING, ListingColumn, Wanted, answer, arrange, wanted_in
from portal.pages.session import LetterReader, Visitor, Writer
from tasks.assuring.threads import open_counts
from tasks.assuring.turns import tell_turns
from tasks.drafting.draft import DraftParagraph, DraftSection, LetterDraft
from tasks.drafting.loading import current_draft
from tasks.drafting.putting_together import put_together
from tasks.drafting.quantifiers import fit, quantified, share_in_words, unbound
from tasks.drafting.writing import draft_refusal, removed_paragraphs
from tasks.findings.findings import all_findings
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.ledger.themes import theme_of
from tasks.wording.alarms import Alarm, parts_of
from tasks.wording.linting import Form as LetterForm
from tasks.wording.linting import alarms_of_draft, has_every_section

router = APIRouter(prefix="/inspections/{ref}/draft")

FITS = {
    "fits": "",
    "fewer": "Fewer cases show it than the word says.",
    "more": "More cases show it than the word says.",
    "nothing": "No case is named.",
}
"""What is said of a share and its word."""


@router.get("")
def show(request: Request, ref: str, member: LetterReader) -> Response:
    """Show the draft letter as it stands; the audit records who read it."""
    return _show(request, ref, member)


@router.post("/list")
def some(request: Request, ref: str, member: LetterReader, form: Form) -> Response:
    """Show or download the paragraphs that are wanted; the audit records who read them."""
    return _show(request, ref, member, wanted=wanted_in(form))


@router.post("/put-together")
def first_draft(request: Request, ref: str, member: Writer, _: Form) -> Response:
    """Put a first draft together from the agreed findings, for people to write from."""
    try:
        number = put_together(ref, by=member.by)
    except Refusal as refused:
        return _show(request, ref, member, tuple(Mistake("together", each.text) for each in refused.mistakes))
    tell_turns(ref)
    return to(f"/inspections/{ref}/draft", "together", str(number))


_Placed = tuple[DraftSection, DraftParagraph]
"""A paragraph with the section in which it stands."""


def _columns(open_threads: Mapping[str, int]) -> tuple[ListingColumn[_Placed], ...]:
    written = {ParagraphState.PUT_TOGETHER: "Put together, not yet written", ParagraphState.WRITTEN: "Written"}
    return (
        ListingColumn("id", "Paragraph", lambda row: row[1].id),
        ListingColumn("section", "Section", lambda row: row[0].label, chosen=True),
        ListingColumn("heading", "Heading", lambda row: row[1].heading),
        ListingColumn("text", "Words", lambda row: row[1].text),
        ListingColumn("state", "State", lambda row: written[row[1].state], chosen=True),
        ListingColumn("findings", "Rests on", lambda row: row[1].findings, chosen=True),
        ListingColumn("open", "Open threads", lambda row: open_threads.get(row[1].id, 0)),
        ListingColumn("version", "Version", lambda row: row[1].version),
        ListingColumn("by", "Written by", lambda row: row[1].written_by, chosen=True, person=True),
    )


def _sections(
    draft: LetterDraft, rows: Sequence[_Placed], *, narrowed: bool
) -> list[tuple[DraftSection, list[DraftParagraph]]]:
    """Return the paragraphs of a page under their sections, in the order of the rows.

    A section in which nothing is written stands there too, unless the reader looks for something.
    """
    if narrowed:
        return [(section, [each for _, each in some]) for section, some in groupby(rows, lambda row: row[0])]
    here = {each.id for _, each in rows}
    placed = [(section, [each for each in section.paragraphs if each.id in here]) for section in draft.sections]
    return [(section, some) for section, some in placed if some or not section.paragraphs]


def _show(
    request: Request,
    ref: str,
    member: Visitor,
    mistakes: tuple[Mistake, ...] = (),
    wanted: Wanted = EVERYTHING,
) -> Response:
    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        draft = current_draft(session, ref)
        removed = [row.id for row in removed_paragraphs(session, ref)]
        withdrawn = {row.id for row in all_findings(session, ref) if row.withdrawn_at is not None}
        counts = open_counts(session, ref)
        form = theme_of(inspection).letter.form
        read = {"paragraphs": len(draft.paragraphs)}
        audit.append(session, ref, actor=member.by, action="draft.read", subject=ref, facts=read)
    columns = _columns(counts)
    listing = arrange([(each, row) for each in draft.sections for row in each.paragraphs], columns, wanted)
    narrowed = bool(listing.matching != listing.total or listing.wanted.by)
    facts: dict[str, Any] = {
        "inspection": inspection,
        "draft": draft,
        "sections": _sections(draft, listing.rows, narrowed=narrowed),
        "narrowed": narrowed,
        "removed": removed,
        "withdrawn": withdrawn,
        "open_threads": counts,
        "shares": shares_of(draft),
        "fits": FITS,
        **advice_on(draft, form),
        "refusal": draft_refusal(inspection),
    }
    facts |= {"status": 422 if mistakes else 200, "mistakes": mistakes}
    return answer(request, "draft", "Draft letter", listing, columns, **facts)


_STANDS_ALREADY = frozenset({"share", "without_cases"})
"""What the page says of each share anyway."""


def advice_on(draft: LetterDraft, form: LetterForm) -> dict[str, Any]:
    """Return where a draft leaves the norms of letters: by paragraph, by section, and of the whole letter."""
    advice: dict[str, dict[str, list[Alarm]]] = {"advice": {}, "section_advice": {}}
    parts = parts_of(draft)
    finished = draft.is_written and has_every_section(parts)
    for alarm in alarms_of_draft(parts, form, finished=finished):
        if alarm.rule in _STANDS_ALREADY:
            continue
        kind, key = ("advice", alarm.id) if alarm.paragraph is not None else ("section_advice", alarm.section)
        advice[kind].setdefault(key, []).append(alarm)
    return dict(advice)


def shares_of(draft: LetterDraft) -> dict[str, list[dict[str, str]]]:
    """Return what stands behind sentences with a quantifier, by paragraph: word, share in words, and how it fits."""
    shares = {}
    for paragraph in draft.paragraphs:
        words = {each.place: each.word for each in quantified(paragraph.text)}
        bound = [
            {"word": words.get(each.sentence, each.quantifier), "share": share_in_words(each), "fit": fit(each)}
            for each in paragraph.bindings
            if each.cases or each.against
        ]
        bound += [
            {"word": each.word, "share": "no case is named", "fit": "nothing"}
            for each in unbound(paragraph.text, paragraph.bindings)
        ]
        shares[paragraph.id] = bound
    return shares
